"""Stops a model that says one piece of a line again and again; whole lines that come again are not its concern."""

from __future__ import annotations

import re
from itertools import pairwise

from infill_ls.stream.repetition.first_piece import end_of_first, holds_text
from infill_ls.syntax.surroundings import Surroundings

SHORTEST = 4
"""Characters. What repeats in less is art, white space, a row of brackets or of digits, except outside ASCII."""
LEAST_REPETITIONS = 4
EXTRA_CHARACTERS = 48
"""A short piece may well come several times, so it has to repeat over that many characters more."""
_BLOCK = EXTRA_CHARACTERS // 3
"""Characters. A loop has so many, from a multiple of as many on, that stand in it further up, too."""
_LONGEST_UNREAD = 1_000
"""Characters of a line in which such blocks are looked for; of a longer one each character is read."""
_NUMBER = re.compile(
    r"0[xX][0-9a-fA-F]+|\d+(?:[a-zA-Z]{1,3}\d*)?(?![a-zA-Z_])|%\w{1,3}|#[0-9a-fA-F]{3,8}\b|\\[a-z][0-9a-fA-F]*(?![a-zA-Z_])"
)
"""Numbers, escape sequences, format specifiers and colours, which come in any number."""
_WORD = re.compile(r"[^\W\d]\w*")
_JOINED = re.compile(r"[^\W_]*(?:[-_./][^\W_]*)+")
"""What is one word, however often it comes, and so no row of a table."""
MOST_DIGITS = 64
"""The same one after the other; no number has as many."""
LEAST_AT_END = 6
"""Repetitions that an answer may end in before they are a loop, however short they are."""
_STRING = re.compile(r"""(["'])(?:\\.|(?!\1)[^\\])*\1""")
_CONSTANTS = frozenset({"none", "null", "nullptr", "nil", "undefined", "nan", "true", "false"})
"""Words that tables have as they have numbers, in lower case."""


class RepeatedPieces:
    """Holds the line that is arriving, and cuts it after the first of the pieces that repeat up to its end.

    A period is looked for where the last few characters have come before, at their latest occurrence, and is kept as
    long as each character is the one that came a period before. So the time taken is linear in the text.
    """

    def __init__(self, here: Surroundings) -> None:
        self.stopped: str | None = None
        self._here = here
        self._near = (here.near_above + here.line_before, here.line_after + here.near_below)
        self._before: list[str] = []
        """Lines that have been let pass."""
        self._unread = ""
        """The line as long as no block of it has come before, as in most lines; there is no loop in it."""
        self._period = self._start = 0
        self._begin_line()

    def feed(self, text: str) -> str:
        if self.stopped:
            return ""
        if "\n" not in text:
            return self._read(text)
        n_before = len(self._before)
        *ends, rest = text.split("\n")
        for end in ends:
            cut = self._read(end)
            self._before.append(cut or "".join([*self._text, self._unread, "\n"]))
            if self.stopped:
                return "".join(self._before[n_before:])
            self._begin_line()
        return "".join([*self._before[n_before:], self._read(rest)])

    def flush(self) -> str:
        if self.stopped:
            return ""
        held = "".join([*self._text, self._unread])
        if held.count("=") >= LEAST_AT_END and self._ends_in_loop(held):
            self.stopped = "repetition"
            before = "".join(self._before)
            held = held[: end_of_first(held, self._start, self._period, before, self._here)]
        self._begin_line()
        return held

    def _read(self, more: str) -> str:
        """Read on in the line; gives what goes before a loop where it has come to one."""
        self._unread += more
        return self._before_loop() if self._text or self._comes_again() else ""

    def _comes_again(self) -> bool:
        """Whether a block of the line has come before in it, or that would take long to tell."""
        line = self._unread
        while len(line) >= self._n_new + _BLOCK:
            start = self._n_new
            self._n_new += _BLOCK
            if start > _LONGEST_UNREAD or line.find(line[start : self._n_new]) < start:
                return True
        return False

    def _before_loop(self) -> str:
        unread, self._unread = self._unread, ""
        for character in unread:
            self._text.append(character)
            if character.isdigit() and self._text[-MOST_DIGITS:] == [character] * MOST_DIGITS:
                self.stopped = "repetition"
                return "".join(self._text).rstrip(character).rstrip("0123456789")
            if self._repeats(character):
                self.stopped = "repetition"
                before, line = "".join(self._before), "".join(self._text)
                return line[: end_of_first(line, self._start, self._period, before, self._here)]
        return ""

    def _ends_in_loop(self, held: str) -> bool:
        """Whether the line that the answer ends with says words again and again, although not for long."""
        self._before_loop()
        is_short = len(held) - self._start < LEAST_AT_END * self._period
        if not self._period or self._is_meant or is_short:
            return False
        piece = held[self._start : self._start + self._period]
        is_joined = "=" in piece and not any(bracket in piece for bracket in "()[]{}")
        return is_joined and _WORD.search(piece) is not None and not self._may_repeat(piece)

    def _begin_line(self) -> None:
        self._text: list[str] = []
        self._unread = ""
        self._n_new = 0
        """Characters of it in blocks that have not come before."""
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
        text = self._text
        end = len(text)
        last = self._last = (self._last + character)[-SHORTEST:]
        if self._period and text[-1 - self._period] != character:
            self._period = 0
        if not self._period and last in self._ends:
            self._begin_period(end - self._ends[last])
        if len(last) == SHORTEST:
            self._ends[last] = end
        period = self._period
        if not period or self._is_meant:
            return False
        if end - self._start < LEAST_REPETITIONS * period + EXTRA_CHARACTERS:
            return False
        piece = "".join(text[self._start : self._start + period])
        self._is_meant = not _is_long_enough(piece) or self._may_repeat(piece)
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
        if _joins_strings("".join(self._text[: self._start + 3 * self._period]), piece):
            return False
        if _JOINED.fullmatch(piece) and any(map(str.isalnum, piece)):
            return False
        if ";" in piece and not holds_text(self._here.language):
            return False  # statements are no table
        words = _WORD.findall(_NUMBER.sub(" ", piece * 3))
        # The first and the last may be cut in two. One alone that is longer than the piece is all there is.
        if len(words) > 1 or not words or len(words[0]) <= len(piece):
            words = words[1:-1]
        return all(word.lower() in _CONSTANTS for word in words)


def _joins_strings(line: str, piece: str) -> bool:
    """Whether strings stand one behind the other with nothing between, which no row of a table has."""
    if not any(quote * 2 in piece * 2 for quote in "\"'"):
        return False
    strings = list(_STRING.finditer(line))
    return any(
        one.end() == other.start() and len(one[0]) > len("''") < len(other[0])
        for one, other in pairwise(strings)
    )


def _is_long_enough(piece: str) -> bool:
    """Whether the piece may be words; two characters are where a character is a syllable or a word."""
    return len(piece) >= SHORTEST or (len(piece) > 1 and piece.isalpha() and not piece.isascii())
