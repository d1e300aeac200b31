"""A region of a document and a model's new text for it, as it comes -> edits of whole lines. Judges none of them.

An edit is known as soon as the new text has come back to the old one: after a line in the place of each that went, or
after two lines that say something, or three that do not; more, where those stand in the region more than once. What a
limit has cut off is no edit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from infill_ls.stream.newlines import Newlines

ECHO_LINES: Final = 8
"""Lines that a model may repeat after an edit before nothing more is expected of it."""
_SURE, _SURE_BLANK = 2, 3
"""Equal lines in a row by which the old text is known again: those that say something, and any. Lines that stand in
the region more than once, as in code that repeats, take more."""
_MOST_COMPARED: Final = 8
_ALIKE: Final = 0.5
_FENCE: Final = re.compile(r"\s*```[\w+-]*\s*")


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Lines of the region, from ``first`` on, and what they become; either may be none."""

    first: int
    old: tuple[str, ...] = field(repr=False)
    new: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Spelling:
    """What an answer has in it beside the region's text."""

    opening: str = ""
    """The line that it may begin with; what comes before is no part of it."""
    stop: tuple[str, ...] = ()
    """What ends it."""
    cursor: str = ""
    """What marks a place, and is left out."""
    no_edit: tuple[str, ...] = ()
    """What it is instead where nothing is to change."""
    marks: tuple[str, ...] = ()
    """What no line of code has in it: from there on it is no answer."""
    block: str = ""
    """Where blocks are marked: the pattern of a mark, with the block's number."""


class Rewrite:
    """A model's text for a region, fed as it comes.

    Args:
        lines: the region, as the model was shown it.
        said: how many of them the answer has already.
        spelling: see there.
        starts: where blocks begin, and where the last one ends; only where blocks are marked.
        is_last: whether nothing stands below, so that more may be added to the region's end.
    """

    def __init__(
        self,
        lines: Sequence[str],
        spelling: Spelling,
        *,
        said: int = 0,
        starts: Sequence[int] = (),
        is_last: bool = False,
    ) -> None:
        self._lines = tuple(lines)
        self._spelling = spelling
        self._starts = starts
        self._is_last = is_last
        self._newlines = Newlines()
        self._rest = ""
        self._n_lines = 0
        self._is_fenced = False
        self._at = said
        """The line of the region that is to come next, if nothing changes."""
        self._open: list[str] = []
        """New lines that are not in the region, as far as it is seen."""
        self._mark = 0
        """Where the last mark of a block stands."""
        self._closing: int | None = None
        """The same, if no text has come since."""
        self._is_open = not spelling.block
        """Whether lines count: not before the first mark of a block."""
        self.edits: list[LineEdit] = []
        self.echoed = 0
        """Lines in a row that are as they were."""
        self.is_over = False
        """Whether nothing that is still to come is wanted."""
        self.fault: str | None = None
        """The rule that an answer has run into which is none."""

    def feed(self, text: str) -> None:
        """More of the answer."""
        if self.is_over:
            return
        *whole, self._rest = (self._rest + self._newlines.feed(text)).split("\n")
        for line in whole:
            self._take(line)
            if self.is_over:
                return
        self._look_for_end(self._rest)

    def flush(self, *, is_cut: bool = False) -> None:
        """The answer has ended; where a limit has cut it off, what is not whole is left out."""
        if not self.is_over and not is_cut:
            rest = self._rest + self._newlines.flush()
            if rest:
                self._take(rest)
        if not self.is_over:
            self._end(is_cut=is_cut)

    def _look_for_end(self, rest: str) -> None:
        """An answer may end in the middle of a line, which nothing follows any more."""
        found = [at for mark in self._spelling.stop if (at := rest.find(mark)) >= 0]
        if found:
            self._rest = ""
            if rest[: min(found)]:
                self._take(rest[: min(found)])
            if not self.is_over:
                self._end(is_cut=False)

    def _take(self, line: str) -> None:
        spelling = self._spelling
        stops = [at for mark in spelling.stop if (at := line.find(mark)) >= 0]
        if stops:
            line = line[: min(stops)]
            if line.strip():
                self._take(line)
            if not self.is_over:
                self._end(is_cut=False)
            return
        if (
            spelling.block
            and (mark := re.match(spelling.block, line))
            and line[mark.end() :].strip()
        ):
            # Some write a block's first line right behind its mark.
            self._take(mark[0])
            line = line[mark.end() :]
        if self.is_over or self._is_frame(line):
            return
        if spelling.cursor:
            line = line.replace(spelling.cursor, "")
        if any(mark in line for mark in spelling.marks):
            self._fail("marker")
            return
        if not self._is_open:
            return
        self._closing = None
        self._n_lines += 1
        self._align(line)
        is_at_end = self._at >= len(self._lines) and not self._open and not self._is_last
        is_echo = bool(self.edits) and self.echoed >= ECHO_LINES
        self.is_over = (is_at_end or is_echo) and not spelling.block

    def _is_frame(self, line: str) -> bool:
        """Whether a line belongs to the answer's form; takes note of what it says."""
        spelling, bare = self._spelling, line.strip()
        if spelling.block and (mark := re.search(spelling.block, line)) is not None:
            number = int(mark[1])
            if not 0 < number <= len(self._starts):
                self._fail("marker")
                return True
            start = self._starts[number - 1]
            rest = line[: mark.start()] + line[mark.end() :]
            if rest.strip() or start < self._mark:
                self._fail("marker")
                return True
            if not self._is_open:
                self._at, self._is_open = start, True
            self._closing = self._mark = start
            return True
        if self._n_lines:
            if self._is_fenced and bare == "```":
                self._end(is_cut=False)
                return True
            return False
        if bare in spelling.no_edit and bare:
            self.is_over = True
            return True
        if bare and bare == spelling.opening:
            return True
        first = self._lines[self._at] if self._at < len(self._lines) else ""
        if not self._is_fenced and _FENCE.fullmatch(line) and not _FENCE.fullmatch(first):
            self._is_fenced = True
            return True
        return not bare and bool(first.strip())

    def _align(self, line: str) -> None:
        lines, at = self._lines, self._at
        if not self._open and at < len(lines) and line == lines[at]:
            self._at += 1
            self.echoed += 1
            return
        self.echoed = 0
        self._open.append(line)
        n_open = len(self._open)
        with_it = at + n_open - 1
        is_with_it = 1 < n_open <= len(lines) - at and line == lines[with_it]
        if is_with_it and _says_something(line) and lines.count(line) == 1:
            self._close(with_it, 1)
            return
        for n_equal in range(_SURE, min(n_open, _MOST_COMPARED) + 1):
            tail = tuple(self._open[-n_equal:])
            found = [
                n for n in range(at, len(lines) - n_equal + 1) if lines[n : n + n_equal] == tail
            ]
            if not found:
                return
            if len(found) == 1 and (n_equal >= _SURE_BLANK or all(map(_says_something, tail))):
                self._close(found[0], n_equal)
                return

    def _close(self, end: int, n_equal: int) -> None:
        """The old text goes on at ``end``, and so many of the open lines are its own."""
        self._add(end, self._open[: len(self._open) - n_equal])
        self._at, self._open, self.echoed = end + n_equal, [], n_equal

    def _end(self, *, is_cut: bool) -> None:
        self.is_over = True
        if is_cut or (self._spelling.block and self._closing is None):
            return
        end = len(self._lines) if self._closing is None else max(self._closing, self._at)
        # Blank lines at a region's end come and go without anybody's wish.
        if self._open:
            while self._open and not self._open[-1].strip():
                self._open.pop()
            while end > self._at and not self._lines[end - 1].strip():
                end -= 1
        if self._open or (self._spelling.block and self._at < end):
            self._add(end, self._open)

    def _add(self, end: int, new: list[str]) -> None:
        """Lines up to ``end`` become others: an edit for each run of lines that are not among both.

        Lines that each become one that is much like it are edits of their own.
        """
        old = self._lines[self._at : end]
        for tag, a, z, b, y in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            one_by_one = z - a == y - b and all(map(_alike, old[a:z], new[b:y]))
            n_lines = 1 if one_by_one else max(z - a, y - b)
            for n in range(0, max(z - a, y - b), n_lines):
                gone, put = (
                    old[a + n : min(a + n + n_lines, z)],
                    new[b + n : min(b + n + n_lines, y)],
                )
                self.edits.append(LineEdit(self._at + a + n, tuple(gone), tuple(put)))

    def _fail(self, rule: str) -> None:
        self.fault, self.is_over = rule, True


def _says_something(line: str) -> bool:
    return any(character.isalnum() for character in line)


def _alike(old: str, new: str) -> bool:
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _ALIKE
