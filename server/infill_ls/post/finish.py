"""A model's text becomes a completion, or a rejection that names its rule; asks nobody and reads no file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infill_ls.post.answer import BLANK, Answer, cut_lines, cut_unfinished_line, reject_mark
from infill_ls.post.chat_artifacts import (
    cut_question,
    cut_tokens,
    drop_backticks,
    drop_thoughts,
    reject_prose,
)
from infill_ls.post.hidden import drop_hidden
from infill_ls.post.indentation.lost_in_brackets import restore_lost_shift
from infill_ls.post.indentation.lost_in_python import restore_lost_indent
from infill_ls.post.indentation.typed import drop_typed_indent
from infill_ls.post.indentation.unit import use_files_unit
from infill_ls.post.midline import fit_in_line
from infill_ls.post.parse import cut_until_it_parses
from infill_ls.post.redacted import cut_redacted
from infill_ls.post.repeated_after import cut_following_lines
from infill_ls.post.repeated_before import drop_comment_mark, drop_echo, drop_lines_above
from infill_ls.post.rest_of_line import fit_rest_of_line
from infill_ls.post.tags import cut_at_closing_tag
from infill_ls.post.whitespace import (
    drop_blank_start,
    drop_space_in_chain,
    keep_line_end,
    strip_line_ends,
)
from infill_ls.records import Completion, Lines, Rejection
from infill_ls.syntax.surroundings import Surroundings

Rule = Callable[[str, Answer], str]

POST_RULES: tuple[tuple[str, Rule], ...] = (
    ("hidden", drop_hidden),
    ("think", drop_thoughts),
    ("token", cut_tokens),
    ("redacted", cut_redacted),
    ("question", cut_question),
    ("prose", reject_prose),
    ("backticks", drop_backticks),
    ("unfinished", cut_unfinished_line),
    ("lines", cut_lines),
    ("above", drop_lines_above),
    ("echo", drop_echo),
    ("mark", drop_comment_mark),
    ("blank", drop_blank_start),
    ("chain", drop_space_in_chain),
    ("indent", drop_typed_indent),
    ("unit", use_files_unit),
    ("tag", cut_at_closing_tag),
    ("shift", restore_lost_shift),
    ("suffix", cut_following_lines),
    ("dedent", restore_lost_indent),
    ("line_ends", strip_line_ends),
    ("short", reject_mark),
)
"""Each gives the text back as it should be; the one that leaves nothing of it is the reason why nothing is shown."""


def finish(  # noqa: PLR0913  # what is known of an answer, each named by the caller
    text: str,
    here: Surroundings,
    *,
    finish_reason: str | None,
    lines: Lines,
    max_lines: int,
    stopped: str | None = None,
    changed: tuple[str, ...] = (),
    off: frozenset[str] = frozenset(),
) -> Completion | Rejection:
    """Make what came out of the stream fit its place.

    Args:
        text: The answer, with line feeds only.
        here: The document around the cursor.
        finish_reason: Why the service ended the answer, in its own word; None where it did not say, or was stopped.
        lines: How many lines were asked for.
        max_lines: The longest suggestion, in lines.
        stopped: The stream's rule that ended the answer; the reason where it left nothing of it.
        changed: Rules of the stream that have changed the text.
        off: Rules that the user has switched off.
    """
    if not text.strip():
        return Rejection(stopped or "empty")
    answer = Answer(here, finish_reason, lines, max_lines, stopped)
    names = list(changed)
    for name, rule in POST_RULES:
        if name in off:
            continue
        before, text = text, rule(text, answer)
        if not text.strip():
            return Rejection(name)
        if text != before:
            names.append(name)
    completion = Completion(text.rstrip(BLANK)) if "suffix" in off else fit_in_line(text, answer)
    if not completion.text.strip():
        return Rejection("suffix")
    if completion.text.rstrip() != text.rstrip() or completion.replaces:
        names.append("suffix")
    elif "line_ends" not in off:
        completion = keep_line_end(completion, text, answer)
    parsed = completion if "syntax" in off else cut_until_it_parses(completion, answer)
    if parsed is not completion:
        names.append("syntax")
    return replace(parsed, changed=tuple(dict.fromkeys(names)))


def refit(completion: Completion, here: Surroundings) -> Completion:
    """Fit what is left of a completion to a place where an editor has closed brackets or quotes since it was made."""
    return fit_rest_of_line(completion.text, here)
