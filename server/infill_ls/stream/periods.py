"""Stops a model that says one piece of a line again and again; whole lines that come again are not its concern."""

from __future__ import annotations

import re

from infill_ls.records import Snapshot

SHORTEST = 4
"""Characters. What repeats in less is ASCII art, white space, a row of brackets or of single digits."""
LEAST_REPETITIONS = 4
EXTRA_CHARACTERS = 48
"""A short piece may well come several times, so it has to repeat over that many characters more."""
DOCUMENT_WINDOW = 4000
"""Characters on either side of the cursor in which a row of the same kind may stand already."""
_WORD = re.compile(r"(?<![\w%\\#])[^\W\d]\w*")
"""A name; no number, escape sequence, format specifier or colour."""
_CONSTANTS = frozenset({"none", "null", "nullptr", "nil", "undefined", "nan", "true", "false"})
"""Words that tables have as they have numbers, in lower case."""


class Periods:
    """Holds the line that is arriving, and cuts it after the first of the pieces that repeat up to its end.

    A period is looked for where the last few characters have come before, at their latest occurrence, and is kept as
    long as each character is the one that came a period before. So the time taken is linear in the text.
    """

    def __init__(self, place: Snapshot) -> None:
        self.stopped: str | None = None
        self._near = (place.prefix[-DOCUMENT_WINDOW:], place.suffix[:DOCUMENT_WINDOW])
        self._begin_line()

    def feed(self, text: str) -> str:
        if self.stopped:
            return ""
        out: list[str] = []
        for character in text:
            self._line.append(character)
            if character == "\n":
                out += self._line
                self._begin_line()
            elif self._repeats(character):
                self.stopped = "repetition"
                out += self._line[: self._start + self._period]
                break
        return "".join(out)

    def flush(self) -> str:
        if self.stopped:
            return ""
        held = "".join(self._line)
        self._begin_line()
        return held

    def _begin_line(self) -> None:
        self._line: list[str] = []
        self._last = ""
        """The last characters, by which a repetition is known to begin."""
        self._ends: dict[str, int] = {}
        """Where such characters ended the last time."""
        self._period = 0
        """In characters; 0 while nothing repeats."""
        self._start = 0
        """Where the first of the repeating pieces begins."""
        self._is_meant = False

    def _repeats(self, character: str) -> bool:
        """Whether the piece that the line now ends with has come too often."""
        line = self._line
        end = len(line)
        self._last = (self._last + character)[-SHORTEST:]
        if self._period and line[-1 - self._period] != character:
            self._period = 0
        if not self._period and self._last in self._ends:
            self._begin_period(end - self._ends[self._last])
        if len(self._last) == SHORTEST:
            self._ends[self._last] = end
        period = self._period
        if period < SHORTEST or self._is_meant:
            return False
        if end - self._start < LEAST_REPETITIONS * period + EXTRA_CHARACTERS:
            return False
        self._is_meant = self._may_repeat("".join(line[self._start : self._start + period]))
        return not self._is_meant

    def _begin_period(self, period: int) -> None:
        self._period = period
        self._is_meant = False
        start = len(self._line) - SHORTEST - period
        while start and self._line[start - 1] == self._line[start - 1 + period]:
            start -= 1
        self._start = start

    def _may_repeat(self, piece: str) -> bool:
        """Whether the piece in a row is part of a table, or of a row such as the document has already."""
        if any(piece * 2 in text for text in self._near):
            return True
        words = _WORD.findall(piece * 3)
        # The first and the last may be cut in two. One alone that is longer than the piece is all there is.
        if len(words) > 1 or not words or len(words[0]) <= len(piece):
            words = words[1:-1]
        return all(word.lower() in _CONSTANTS for word in words)
