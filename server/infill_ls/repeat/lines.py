"""A line that was put in, or taken out, twice -> where to do so again.

A line that was put in is one that has become two: its neighbour, and itself. So all that is known of lines that were
changed serves here, too, and what is put in may be made of what stands in its neighbour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final, Literal

from infill_ls.records import Change
from infill_ls.repeat.chain import MOST_PLACES, Chain, Reach, Unwanted
from infill_ls.repeat.examples import Example
from infill_ls.repeat.pattern import Pattern, patterns
from infill_ls.repeat.places import Place, explains, place_in
from infill_ls.repeat.text import Text
from infill_ls.repeat.tokens import indent_of, share_in_common, tokenize

Side = Literal[1, -1, 0]
"""Of its neighbour that a line was put in on: below, above; 0 for a line that was taken out."""

_COMPARED: Final = 6
"""Earlier examples that the newest one is compared with."""
_LOOKED_AT: Final = 100
"""Lines behind the examples in which the same may have been left alone."""
_LEAST_ALIKE: Final = 0.5
"""Share of tokens that the neighbours on the other side have in common."""


def line_places(
    text: Text, changes: Sequence[Change], language: str, reach: Reach, is_unwanted: Unwanted
) -> Chain | None:
    """Where to do again what was done last, if a line was put in or taken out, and was before."""
    newest = changes[-1]
    sides: tuple[Side, ...] = (1, -1) if newest.new else (0,)
    for side in sides:
        if not any(True for _ in _examples(text, newest, side, language)):
            continue
        known = [example for each in changes for example in _examples(text, each, side, language)]
        search = _Search(text, known, _touched(changes), side, language, reach, is_unwanted)
        for other in reversed(known[:-1][-_COMPARED:]):
            for pattern in patterns(other, known[-1]):
                found = search.chain(pattern, other)
                if found is not None:
                    return found
    return None


def _touched(changes: Sequence[Change]) -> set[int]:
    return {row for each in changes for row in range(each.first, each.first + len(each.new))}


def _examples(text: Text, change: Change, side: Side, language: str) -> Iterator[Example]:
    if change.is_bulk:
        return
    if not side:
        if not change.new and len({line.strip() for line in change.old}) == 1:
            for line in change.old:
                yield from _example(change.first, change.order, line, "", language)
        return
    for row in _put_in(change):
        neighbour = row - side
        if 0 <= neighbour < text.line_count:
            old, put = text.line(neighbour), text.line(row)
            new = f"{old}\n{put}" if side > 0 else f"{put}\n{old}"
            yield from _example(neighbour, change.order, old, new, language)


def _put_in(change: Change) -> Iterator[int]:
    """The rows of lines that were put in, each by itself, while all others stayed."""
    if not change.new or not set(change.old) <= set(change.new):
        return
    matcher = SequenceMatcher(None, change.old, change.new, autojunk=False)
    runs = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    if all(tag == "insert" for tag, *_ in runs):
        for *_, start, end in runs:
            if end - start == 1 and change.new[start].strip():
                yield change.first + start


def _example(row: int, order: int, old: str, new: str, language: str) -> Iterator[Example]:
    """A whole line, and what it has become; none where it says nothing, or too much to be compared."""
    one, other = tokenize(old, language), tokenize(new, language)
    if one.texts and (other.texts or not new):
        whole = (0, len(one.texts)), (0, len(other.texts))
        yield Example(row, order, one, other, *whole, is_part=False)


@dataclass(frozen=True, slots=True)
class _Search:
    text: Text
    known: Sequence[Example]
    touched: set[int]
    side: Side
    language: str
    reach: Reach
    is_unwanted: Unwanted

    def chain(self, pattern: Pattern, other: Example) -> Chain | None:
        """Where the pattern fits, in the direction in which the user goes, unless he has passed over such a place.

        Its ends say something of a line that goes, but little of one that has another line beside it.
        """
        newest, whole = self.known[-1], pattern.anchored()
        is_specific = pattern.is_specific if self.side else whole.is_specific
        pattern = whole
        cases = tuple(each for each in self.known if explains(pattern, each, self.language))
        if not is_specific or not {other, newest} <= set(cases):
            return None
        if len(cases) < self.reach.examples:
            return None
        most = self.reach.lines if len(cases) > 2 else self.reach.lines * 2 // 3
        rows = [each.row for each in cases]
        if newest.row >= other.row:
            passed = range(min(rows) - _LOOKED_AT, newest.row)
            onward = range(newest.row, newest.row + 1 + most)
        else:
            passed = range(newest.row + 1, max(rows) + 1 + _LOOKED_AT)
            onward = range(newest.row - most, newest.row)
        if any(True for _ in self._fits(pattern, cases, passed)):
            return None
        found = [
            each for row, each in self._fits(pattern, cases, onward) if self._is_alike(row, cases)
        ]
        if not found or (len(found) > MOST_PLACES and len(cases) <= self.reach.examples):
            return None
        found.sort(key=lambda each: abs(each.row - newest.row))
        return Chain(pattern, cases, tuple(found))

    def _fits(
        self, pattern: Pattern, cases: Sequence[Example], rows: range
    ) -> Iterator[tuple[int, Place]]:
        """Untouched lines where it could be done, is not done yet, and is not unwanted."""
        done = self.touched.union(each.row for each in cases if self.side)
        first, end = max(0, rows.start), min(self.text.line_count, rows.stop)
        for row in self.text.rows_with(pattern.rarest, first, end):
            if row in done or indent_of(self.text.line(row)) != cases[-1].old.indent:
                continue
            place = self._place(pattern, row)
            if place is not None and not self.is_unwanted(pattern, cases, place):
                yield row, place

    def _place(self, pattern: Pattern, row: int) -> Place | None:
        """A line that goes with its line end, or one that comes behind the end of the line above it."""
        line, side = self.text.line(row), self.side
        found = place_in(pattern, row, line, self.language)
        if found is None or not 0 <= row + min(side, 0) < self.text.line_count - (not side):
            return None
        if not side:
            return replace(
                found, start=0, end=len(line) + 1, line=f"{line}\n{self.text.line(row + 1)}"
            )
        lines = found.new_line.split("\n")
        put, kept = (lines[-1], lines[0]) if side > 0 else (lines[0], lines[-1])
        if kept != line or self._line(row + side).split() == put.split():
            return None
        above = line if side > 0 else self.text.line(row - 1)
        here = above if side > 0 else f"{above}\n{line}"
        return Place(row + min(side, 0), len(above), len(above), f"\n{put}", here)

    def _is_alike(self, row: int, cases: Sequence[Example]) -> bool:
        """Whether the line on the other side of what is put in is as like those of the examples as they are."""
        if not self.side:
            return True
        *others, newest = (self._tokens(each.row + 2 * self.side) for each in cases)
        here = self._tokens(row + self.side)
        among = max(_alike(newest, each) for each in others)
        return max(_alike(here, each) for each in (*others, newest)) >= max(among, _LEAST_ALIKE)

    def _tokens(self, row: int) -> tuple[str, ...]:
        return tokenize(self._line(row), self.language).texts

    def _line(self, row: int) -> str:
        return self.text.line(row) if 0 <= row < self.text.line_count else ""


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    return 1.0 if one == other else share_in_common(one, other)
