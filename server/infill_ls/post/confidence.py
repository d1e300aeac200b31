"""Whether a suggestion that nobody has asked for would leave the code broken, so that it is better not shown."""

from __future__ import annotations

import re

from infill_ls.records import Completion
from infill_ls.syntax.block import opens_in_words
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.scope import heredocs, open_at, read_before
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.syntax.tree import sound

_GOES_ON = (":", ",", ">", "\\", "=", "+", "-", "*", "|", "&", ".", "(", "[", "{")
"""How a line ends that is nothing without the next one."""
_DIRECTIVE = re.compile(r"\s*#\s*(?:pragma|if|elif|else|endif|region|endregion)\b")
"""Lines of a preprocessor, which may stand where a grammar knows of none."""


def is_broken(completion: Completion, here: Surroundings, finish_reason: str | None) -> bool:
    """Whether the code cannot be right with a completion, as far as it was right without.

    That is a word cut in two, a bracket that nothing has opened, or code that no longer parses. What is only unfinished
    is not broken: whoever types will go on.
    """
    text, language = completion.text, here.language
    is_as_said = "\n" not in text and not completion.changed
    if finish_reason == "length" and is_as_said and text[-1:].isascii() and text[-1:].isalnum():
        return True
    if language.prose or language.patch or language.data:
        return False
    if _closes_what_is_not_open(completion, here):
        return True
    if (
        finish_reason != "stop"
        or not language.grammar_knows_all
        or _is_unfinished(completion, here)
        or _DIRECTIVE.match(here.previous_line)
        or _is_part(here)
    ):
        return False
    near = sound(here)
    return near is not None and near.parses_with(text, completion.replaces) is False


def _closes_what_is_not_open(completion: Completion, here: Surroundings) -> bool:
    """Whether a bracket of the answer, or of the document behind it, closes nothing. Comments may have such."""
    language = here.language
    is_counted = language.offside or (
        language.blocks in {"brackets", "words"} and not language.stray_closers
    )
    # In a here-document there may be any.
    in_text = heredocs(here)[1] or (language.heredocs and "<<" in completion.text)
    if not is_counted or in_text or read_before(here).in_comment:
        return False
    after = here.close_after
    behind = completion.text + after[completion.replaces :]
    if _n_unmatched(behind, open_at(here), here) <= _n_unmatched(after, open_at(here), here):
        return False
    # What a literal is may be told by the line's beginning.
    before = heredocs(here)[0]
    above = scan(before[: len(before) - len(here.line_before)], language).stack
    begun = [here.line_before + each for each in (behind, after)]
    n_with, n_without = (_n_unmatched(each, above, here) for each in begun)
    return n_with > n_without


def _n_unmatched(text: str, opened: tuple[str, ...], here: Surroundings) -> int:
    """How many brackets of a text close nothing of it or of ``opened``, as far as what is open there was read."""
    found = scan(text, here.language, opened)
    # Where the text that is read begins within brackets, others may be open whose beginning was not read.
    begins_within = bool(read_before(here).unmatched) or _is_part(here)
    n_above = sum(depth < 0 for _, depth in found.closed) if begins_within else 0
    return len(found.unmatched) - n_above


def _is_part(here: Surroundings) -> bool:
    """Whether the text is a part of a file, which begins within a block."""
    return here.prefix.lstrip("\n")[:1] in {" ", "\t"}


def _is_unfinished(completion: Completion, here: Surroundings) -> bool:
    """Whether the cursor's line and the answer go on in what is still to be typed."""
    text = here.line_before + completion.text + here.line_after[completion.replaces :]
    last = text.rstrip().rpartition("\n")[2]
    found = scan(text, here.language)
    is_head = (
        last.endswith(_GOES_ON)
        or last.lstrip().startswith("@")
        or opens_in_words(last, here.language)
    )
    return is_head or bool(found.stack) or bool(found.n_unclosed_strings) or bool(found.unmatched)
