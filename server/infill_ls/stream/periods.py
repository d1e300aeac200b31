"""Stops a model that says one piece again and again; where its loop began is for ``post`` to find."""

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
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|\d+(?:[a-zA-Z]{1,3}\d*)?(?![a-zA-Z_])|[%\\#]\w+")
"""Numbers, escape sequences, format specifiers and colours, which come in any number."""
_WORD = re.compile(r"[^\W\d]\w*")
_CONSTANTS = frozenset({"none", "null", "nullptr", "nil", "undefined", "nan", "true", "false"})
"""Words that tables have as they have numbers, in lower case."""


class Periods:
    """Lets text pass until a piece has come too often at its end, and stops the model there.

    A period is looked for where the last few characters have come before, at their latest occurrence, and is kept as
    long as each character is the one that came a period before. So the time taken is linear in the text.
    """

    def __init__(self, place: Snapshot) -> None:
        self.stopped: str | None = None
        self._near = (place.prefix[-DOCUMENT_WINDOW:], place.suffix[:DOCUMENT_WINDOW])
        self._text: list[str] = []
        self._last = ""
        """The last characters, by which a repetition is known to begin."""
        self._ends: dict[str, int] = {}
        """Where such characters ended the last time."""
        self._period = 0
        """In characters; 0 while nothing repeats."""
        self._start = 0
        """Where the first of the repeating pieces begins."""
        self._is_meant = False

    def feed(self, text: str) -> str:
        if self.stopped:
            return ""
        for index, character in enumerate(text):
            self._text.append(character)
            if self._repeats(character):
                self.stopped = "repetition"
                return text[: index + 1]
        return text

    def flush(self) -> str:
        return ""

    def _repeats(self, character: str) -> bool:
        """Whether the piece that the text now ends with has come too often."""
        text = self._text
        end = len(text)
        self._last = (self._last + character)[-SHORTEST:]
        if self._period and text[-1 - self._period] != character:
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
        self._is_meant = self._may_repeat("".join(text[self._start : self._start + period]))
        return not self._is_meant

    def _begin_period(self, period: int) -> None:
        self._period = period
        self._is_meant = False
        start = len(self._text) - SHORTEST - period
        while start and self._text[start - 1] == self._text[start - 1 + period]:
            start -= 1
        self._start = start

    def _may_repeat(self, piece: str) -> bool:
        """Whether the piece in a row is part of a table, or of a row such as the document has already."""
        if any(piece * 2 in text for text in self._near):
            return True
        words = _WORD.findall(_NUMBER.sub(" ", piece * 3))
        # The first and the last may be cut in two. One alone that is longer than the piece is all there is.
        if len(words) > 1 or not words or len(words[0]) <= len(piece):
            words = words[1:-1]
        return all(word.lower() in _CONSTANTS for word in words)
