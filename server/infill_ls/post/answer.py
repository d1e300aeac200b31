"""What is known of an answer, and the rules on its length; they look at no neighbouring text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infill_ls.records import Lines
from infill_ls.syntax.block import opens_in_words
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import read_before
from infill_ls.syntax.surroundings import Surroundings

_COMMENT = re.compile(r"//|/\*(?!.*\*/.)|\*(?:\s|$)|--\s|\#(?![!\[{\w])")
BLANK = " \t\n"
"""White space that an answer need not end with; a space that does not break says something."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the text is to stand and what is known of how it came about."""

    here: Surroundings
    finish_reason: str | None
    """The service's word; ``length`` where ``max_tokens`` cut the answer."""
    lines: Lines
    max_lines: int
    stopped: str | None = None
    """The stream's rule that ended it."""

    @property
    def is_partial(self) -> bool:
        """Whether there is more to come, or would have been but for ``max_tokens``."""
        return self.stopped is None and self.finish_reason in {None, "length"}


def cut_unfinished_line(text: str, answer: Answer) -> str:
    """The last of several lines where ``max_tokens`` has cut it, and heads of what it was to be in.

    A single line is worth showing as it is. A block that a loop has left open goes with its head.
    """
    if answer.stopped == "repetition":
        return _cut_open_block(text, answer.here)
    if answer.finish_reason != "length":
        return text
    whole, newline, cut = text.rpartition("\n")
    if not whole.strip():
        return text
    lines = whole.split("\n")
    following = answer.here.text_below.lstrip()
    # What it was cut in stands there already, and so does what the last comment is on.
    is_there = bool(cut.strip()) and following.startswith(cut.strip())
    while not lines[-1].strip() or _begins_something(
        lines[-1], answer.here.language, is_there=is_there
    ):
        lines.pop()
        if not any(map(str.strip, lines)):
            return whole + newline
    return "\n".join(lines) + newline


def _cut_open_block(text: str, here: Surroundings) -> str:
    """The answer up to the head of a block in which a loop began, so that it was never closed."""
    opened = read_before(here).stack
    found = scan(text, here.language, opened)
    own = [
        at for at, mark in zip(found.opened_at, found.stack, strict=True) if mark == "{" and at >= 0
    ]
    is_block = here.language.blocks == "brackets" and own and text[own[0] :].count("\n") > 1
    return text[: text.rfind("\n", 0, own[0]) + 1] if is_block else text


def cut_lines(text: str, answer: Answer) -> str:
    """What goes past the lines asked for, where the text did not come through the stream's filters."""
    start = len(text) - len(text.lstrip())
    if answer.lines == "single":
        end = text.find("\n", start)
        return text if end < 0 else text[:end]
    lines = text[start:].split("\n")
    return (
        text
        if len(lines) <= answer.max_lines
        else text[:start] + "\n".join(lines[: answer.max_lines])
    )


def reject_mark(text: str, answer: Answer) -> str:
    """The mark of a comment and nothing else, on a line of its own."""
    is_mark = text.strip() in {"#", "//", "--", "/*", "*", ";"} and not answer.here.language.prose
    return "" if is_mark and not answer.here.line_before.strip() else text


def _begins_something(line: str, language: Language, *, is_there: bool) -> bool:
    """Whether the line is nothing without the next: it opens a bracket or a block, decorates it or speaks of it."""
    code = line.strip()
    is_comment = not is_there and not language.prose and _COMMENT.match(code) is not None
    if is_comment or opens_in_words(line, language):
        return True
    return code.endswith(("(", "[", "{")) or (
        language.offside and (code.endswith(":") or code.startswith("@"))
    )
