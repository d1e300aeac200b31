"""Rules on the answer as a whole: what a model adds that is no part of the file. They look at no neighbouring text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infill_ls.records import Lines, Snapshot
from infill_ls.syntax.brackets import PROSE, scan

_TOKEN = re.compile(r"<\|[A-Za-z][A-Za-z0-9_]*\|>|<\uff5c[^\uff5c\n]{1,40}\uff5c>")
_CUT_TOKEN = re.compile(r"<(?:\|[a-z_]{3,}\|?|\uff5c[^\uff5c\n]{0,40}\uff5c?)\Z")
_PROSE = re.compile(
    r"\s*(?:I(?:.m sorry| am sorry| cannot| can.t|.m unable| am unable| apologi[sz]e)\b|Sorry,|"
    r"Sure[,!.]|Certainly[,!.]|Of course[,!.]|As an AI\b|Here(?:.s| is) (?:the|a|an|your|my)\b|"
    r"The (?:completed|missing|following|complete) (?:code|function|line|part|text)\b)[^;{}=\n]*(?:\n|\Z)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where the text is to stand and what is known of how it came about."""

    place: Snapshot
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


def cut_tokens(text: str, answer: Answer) -> str:
    """A control token, whole or cut in two by the end, and all after it; files that speak of such tokens keep them."""
    found = _TOKEN.search(text) or _CUT_TOKEN.search(text)
    if found is None or _speaks_of_tokens(answer.place):
        return text
    return text[: found.start()]


def reject_prose(text: str, answer: Answer) -> str:
    """An excuse or an introduction where code was wanted; nothing that follows it can be trusted."""
    place = answer.place
    if place.language in PROSE or not _PROSE.match(text):
        return text
    before = scan(place.prefix, place.language)
    return text if before.in_comment or (before.stack and before.stack[-1][0] in "\"'`") else ""


def cut_unfinished_line(text: str, answer: Answer) -> str:
    """The last of several lines where ``max_tokens`` has cut it; a single line is worth showing as it is."""
    if answer.finish_reason != "length":
        return text
    whole, newline, _ = text.rpartition("\n")
    return whole + newline if whole.strip() else text


def cut_lines(text: str, answer: Answer) -> str:
    """What goes past the lines asked for, where the text did not come through the stream's filters."""
    lead = len(text) - len(text.lstrip())
    if answer.lines == "single":
        end = text.find("\n", lead)
        return text if end < 0 else text[:end]
    lines = text[lead:].split("\n")
    return text if len(lines) <= answer.max_lines else text[:lead] + "\n".join(lines[: answer.max_lines])


def _speaks_of_tokens(place: Snapshot) -> bool:
    return any(mark in text for mark in ("<|", "<\uff5c") for text in (place.prefix, place.suffix))
