"""Stops a model that says one piece of a line again and again; whole lines that come again are not its concern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from infill_ls.syntax.brackets import scan
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import open_at, read_before
from infill_ls.syntax.surroundings import Surroundings

SHORTEST = 4
"""Characters. What repeats in less is art, white space, a row of brackets or of digits, except outside ASCII."""
LEAST_REPETITIONS = 4
EXTRA_CHARACTERS = 48
"""A short piece may well come several times, so it has to repeat over that many characters more."""
SHORTEST_LINE = LEAST_REPETITIONS + EXTRA_CHARACTERS
"""A shorter one, as most are, need not be read: there is no loop in it."""
_NUMBER = re.compile(
    r"0[xX][0-9a-fA-F]+|\d+(?:[a-zA-Z]{1,3}\d*)?(?![a-zA-Z_])|%\w{1,3}|#[0-9a-fA-F]{3,8}\b|\\[a-z][0-9a-fA-F]*(?![a-zA-Z_])"
)
"""Numbers, escape sequences, format specifiers and colours, which come in any number."""
_MOST_PLACES, _MOST_READ = 32, 6_000
"""Places at which a loop may have begun that are looked at, and characters that are read for them."""
_LONGEST_OPERATOR = 40
"""Characters, with the white space around it."""
_ANY_WORD, _LAST_WORD = re.compile(r"\w+"), re.compile(r"\w+\Z")
_WORD = re.compile(r"[^\W\d]\w*")
_OPERATOR = re.compile(r"(?P<space>\s?)(?:[.=+\-&|<]+|(?<!/)\*|(?<!\*)/)\s*\Z")
_JOINED = re.compile(r"[^\W_]*(?:[-_./][^\W_]*)+")
"""What is one word, however often it comes, and so no row of a table."""
MOST_DIGITS = 64
"""The same one after the other; no number has as many."""
LEAST_AT_END = 6
"""Repetitions that an answer may end in before they are a loop, however short they are."""
_STRING = re.compile(r"""(["'])(?:\\.|(?!\1)[^\\])*\1""")
_COMMA = re.compile(r"\s*,\s*\Z")
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
        """The end of the line, which is not read as long as the line is short."""
        self._period = self._start = 0
        self._begin_line()

    def feed(self, text: str) -> str:
        if self.stopped:
            return ""
        out: list[str] = []
        *ends, rest = text.split("\n")
        for end in ends:
            if self._reads_loop(end, out):
                break
            out.append("".join([*self._text, self._unread, "\n"]))
            self._begin_line()
        else:
            self._reads_loop(rest, out)
        self._before += out
        return "".join(out)

    def flush(self) -> str:
        if self.stopped:
            return ""
        self._reads_loop("", [], least=0)
        held = "".join(self._text)
        if self._ends_in_loop(held):
            self.stopped = "repetition"
            before = "".join(self._before)
            held = held[: end_of_first(held, self._start, self._period, before, self._here)]
        self._begin_line()
        return held

    def _reads_loop(self, more: str, out: list[str], least: int = SHORTEST_LINE) -> bool:
        """Read what has come of the line up to a loop, before which all goes ``out``; whether there is one."""
        unread = self._unread + more
        self._unread = unread if len(self._text) + len(unread) < least else ""
        if self._unread:
            return False
        for character in unread:
            self._text.append(character)
            if character.isdigit() and self._text[-MOST_DIGITS:] == [character] * MOST_DIGITS:
                self.stopped = "repetition"
                out.append("".join(self._text).rstrip(character).rstrip("0123456789"))
                return True
            if self._repeats(character):
                self.stopped = "repetition"
                before, line = "".join([*self._before, *out]), "".join(self._text)
                end = end_of_first(line, self._start, self._period, before, self._here)
                out.append(line[:end])
                return True
        return False

    def _ends_in_loop(self, held: str) -> bool:
        """Whether the line that the answer ends with says words again and again, although not for long."""
        is_short = len(held) - self._start < LEAST_AT_END * self._period
        if not self._period or self._is_meant or is_short:
            return False
        piece = held[self._start : self._start + self._period]
        is_joined = "=" in piece and not any(bracket in piece for bracket in "()[]{}")
        return is_joined and _WORD.search(piece) is not None and not self._may_repeat(piece)

    def _begin_line(self) -> None:
        self._text: list[str] = []
        self._unread = ""
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
        if ";" in piece and not _is_text(self._here.language):
            return False  # statements are no table
        words = _WORD.findall(_NUMBER.sub(" ", piece * 3))
        # The first and the last may be cut in two. One alone that is longer than the piece is all there is.
        if len(words) > 1 or not words or len(words[0]) <= len(piece):
            words = words[1:-1]
        return all(word.lower() in _CONSTANTS for word in words)


def end_of_first(line: str, start: int, period: int, before: str, here: Surroundings) -> int:
    """Where a line that repeats a piece from ``start`` on has said it for the first time.

    Where the loop begins cannot be told to the character: the piece may come in any rotation. Of those that begin
    between two words, or end as the first one does with a whole word, the first is taken with which the brackets are
    right.

    Args:
        line: the line so far.
        start: of the run, as far to the left as it may be.
        period: length of the piece.
        before: the answer's lines before this one.
        here: where the answer is to stand.
    """
    opened = scan(before + line[:start], here.language, open_at(here)).stack
    is_text = _is_text(here.language) or _in_comment(before, line[:start], here)

    after = here.close_after

    def wrongness(end: int) -> tuple[int, bool, int]:
        if is_text:
            return 0, False, 0
        n_open = len(scan(line[start:end], here.language, opened).stack)
        n_faults = scan(line[start:end] + after, here.language, opened).n_faults
        return n_faults, _is_unfinished(line, end, here), n_open

    n_places = min(_MOST_PLACES, _MOST_READ // period)
    starts = [at for at in range(start, start + period) if not _cuts_word(line, at)][:n_places]
    if not is_text:
        known = "\n".join((here.prefix, here.suffix, before, line[:start]))
        starts[:0] = (at for at in _within_word(line, start, period, known) if at not in starts)
    ends = (
        end
        for at in starts
        for end in ((at + period,) if is_text else _ends(line, at, at + period, here))
    )
    return min(ends, key=wrongness, default=start + period)


def _ends(line: str, start: int, end: int, here: Surroundings) -> tuple[int, ...]:
    """Where a piece may end: with all of it, or before the operator or the comma that joins it to the next."""
    comma = _COMMA.search(line, start, end) if here.line_after.lstrip()[:1] in {")", "]"} else None
    if comma:
        return (comma.start(),)
    operator = _OPERATOR.search(line, max(start, end - _LONGEST_OPERATOR), end)
    return (operator.start(), end) if operator and operator.start() > start else (end,)


def _in_comment(before: str, line: str, here: Surroundings) -> bool:
    """Whether the answer has come to a comment, where brackets and operators tell nothing."""
    start = read_before(here)
    if start.in_comment and not before:
        return "*/" not in line
    return scan(before + line, here.language, start.stack).in_comment


def _is_unfinished(line: str, end: int, here: Surroundings) -> bool:
    """Whether the answer would end in an operator, or within a word that the document knows whole."""
    operator = _OPERATOR.search(line, max(0, end - _LONGEST_OPERATOR), end)
    # One that stands off from what precedes, and not from what follows, was the end of a line.
    if operator and not (
        operator["space"] and operator.end() == end and not line[end : end + 1].isspace()
    ):
        return True
    if not _cuts_word(line, end):
        return False
    return _knows(here.prefix + here.suffix, _word_around(line, end))


def _cuts_word(line: str, at: int) -> bool:
    return at > 0 and all(
        character.isalnum() or character == "_" for character in line[at - 1 : at + 1]
    )


def _joins_strings(line: str, piece: str) -> bool:
    """Whether strings stand one behind the other with nothing between, which no row of a table has."""
    if not any(quote * 2 in piece * 2 for quote in "\"'"):
        return False
    strings = list(_STRING.finditer(line))
    return any(
        one.end() == other.start() and len(one[0]) > len("''") < len(other[0])
        for one, other in pairwise(strings)
    )


def _within_word(line: str, start: int, period: int, known: str) -> Iterator[int]:
    """Where a loop may have begun in the middle of a word: so that it ends with one that is known.

    The run may seem to begin too far to the left, by letters that happen to be equal.
    """
    if not _cuts_word(line, start + period):
        yield start
        return
    first, glued = (_word_around(line, at) for at in (start, start + period))
    is_found = False
    for at in range(start, start + period):
        if not _cuts_word(line, at):
            break
        word = _LAST_WORD.search(line[: at + period])
        if word and _knows(known, word[0]):
            is_found = True
            yield at
    if not is_found and _cuts_word(line, start) and _knows(known, first) > _knows(known, glued):
        yield start


def _word_around(line: str, at: int) -> str:
    return next(
        (each[0] for each in _ANY_WORD.finditer(line) if each.start() <= at < each.end()), ""
    )


def _knows(text: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None


def _is_long_enough(piece: str) -> bool:
    """Whether the piece may be words; two characters are where a character is a syllable or a word."""
    return len(piece) >= SHORTEST or (len(piece) > 1 and piece.isalpha() and not piece.isascii())


def _is_text(language: Language) -> bool:
    known = language
    return known.prose or known.unquoted
