"""What was done twice, offered at the next place: changes and text -> the pattern's places, the one to go to first.

It remembers nothing: what the user did not want is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Final

from infill_ls.records import Change
from infill_ls.repeat.belief import believed, near_by, undoubted
from infill_ls.repeat.chain import MOST_PLACES, Chain, Reach, Unwanted
from infill_ls.repeat.examples import Example, examples
from infill_ls.repeat.lines import line_places
from infill_ls.repeat.pattern import (
    LEAST_TOKENS,
    NEAR,
    Pattern,
    patterns,
    renaming,
    wide_patterns,
)
from infill_ls.repeat.places import Place, explains, place_in
from infill_ls.repeat.scopes import scopes
from infill_ls.repeat.text import Near, Text
from infill_ls.repeat.tokens import indent_of

_COMPARED: Final = 6
"""Earlier examples that the newest one is compared with."""
_LEAST_NAME: Final = 4
"""Characters of a name that goes, after three lines, if the pattern says little else."""
_LEAST_LINES: Final = 3
"""Lines of which a pattern that says little is believed."""
_FARTHER: Final = 3
"""Times as far as others are places that nothing speaks against."""
_NEAREST: Final = 6
"""Tokens next to the change that are looked at where fewer do not keep a place out that was passed over."""


Likely = Callable[
    [Sequence[Place], Pattern, Sequence[Example], Text, set[int], str], Iterable[Place]
]
"""Which of a pattern's places are to be offered."""


def next_places(
    text: Text,
    changes: Sequence[Change],
    language: str,
    reach: Reach,
    is_unwanted: Unwanted,
    cursor_row: int | None = None,
) -> Chain | None:
    """Where to do again what was done last, if it was done before; None where nothing says so.

    A name that was replaced once is enough, too, but not before the cursor has left its line: it may not be whole yet.
    """
    if not changes:
        return None
    text = Near(text, changes[-1].first)
    if not examples(changes[-1:], language):
        return line_places(text, changes, language, reach, is_unwanted)
    known = examples(changes, language)
    search = _Search(text, known, _touched(changes), language, reach, is_unwanted)
    for other, newest in _pairs(known):
        tried: set[Pattern] = set()
        for near in (NEAR, _NEAREST):
            for pattern in patterns(other, newest, near):
                found = None if pattern in tried else search.chain(pattern, other, newest)
                if found is not None:
                    return found
                tried.add(pattern)
    for other, newest in _pairs(known):
        for pattern in wide_patterns(other, newest):
            found = search.wide(pattern, other, newest)
            if found is not None:
                return found
    return search.renamed() if cursor_row != known[-1].row else None


def _pairs(known: Sequence[Example]) -> Iterator[tuple[Example, Example]]:
    """What the newest line is compared with: an earlier one and itself, whole lines first, and then their parts.

    Where all parts of the newest line were changed in the other line, too, they belong together.
    """
    row = known[-1].row
    newest = [each for each in known if each.row == row]
    rows = list(dict.fromkeys(each.row for each in reversed(known) if each.row != row))[:_COMPARED]
    others = {other: [each for each in known if each.row == other] for other in rows}
    for wholes in (True, False):
        for each in others.values():
            cores = {(part.removed, part.inserted) for part in each if part.is_part}
            if (
                not wholes
                and len(newest) > 1
                and all((part.removed, part.inserted) in cores for part in newest[1:])
            ):
                continue
            firsts = (
                (each[:1], newest[:1])
                if wholes
                else (each[1:] or each[:1], newest[1:] or newest[:1])
            )
            yield from product(*firsts) if wholes or len(each) + len(newest) > 2 else ()


def _touched(changes: Sequence[Change]) -> set[int]:
    lines = ((each.first, each.first + len(each.new)) for each in changes if not each.is_bulk)
    return set(chain.from_iterable(range(*each) for each in lines))


@dataclass(frozen=True, slots=True)
class _Search:
    text: Text
    known: Sequence[Example]
    touched: set[int]
    language: str
    reach: Reach
    is_unwanted: Unwanted

    def chain(self, pattern: Pattern, other: Example, newest: Example) -> Chain | None:
        """Where the pattern fits, in the order to go through; None where it is not to be believed."""
        if not pattern.may_be_specific and not pattern.is_framed:
            return None
        cases = self._cases(pattern, other, newest)
        says_enough = self._says_enough(pattern, cases)
        if pattern.may_be_specific and not says_enough and any(pattern.edges):
            pattern = pattern.anchored()
            cases = self._cases(pattern, other, newest)
            says_enough = self._says_enough(pattern, cases)
        if not self._is_repeated(cases) or self._is_refuted(pattern, cases, other, newest):
            return None
        if not says_enough:
            near = self._onward(other, newest, 0, near_by(cases))
            return self._places(pattern, cases, near, undoubted) if pattern.is_framed else None
        most = self._most(pattern, cases)
        found = self._places(pattern, cases, self._onward(other, newest, 0, most), believed)
        if found is not None or not pattern.replaces:
            return found
        beyond = self._onward(other, newest, most, _FARTHER * self.reach.lines)
        return self._places(pattern, cases, beyond, undoubted)

    def _places(
        self, pattern: Pattern, cases: tuple[Example, ...], around: range, likely: Likely
    ) -> Chain | None:
        """Where it fits, is wanted and likely, the nearest first."""
        newest = cases[-1]
        found = [
            each
            for each in self._fits(pattern, cases, around)
            if not self.is_unwanted(pattern, cases, each)
        ]
        if len(found) > MOST_PLACES and _n_lines(cases) <= self.reach.examples:
            return None
        found = self._of_same_scope(newest, found, pattern.kind)
        wanted = likely(found, pattern, cases, self.text, self.touched, self.language)
        places = sorted(wanted, key=lambda each: abs(each.row - newest.row))
        return Chain(pattern, cases, tuple(places)) if places else None

    def wide(self, pattern: Pattern, other: Example, newest: Example) -> Chain | None:
        """As ``chain``, for a pattern that says little, and so has to have been followed often and everywhere."""
        cases = self._cases(pattern, other, newest)
        rows = sorted(list(dict.fromkeys(each.row for each in reversed(cases)))[:_LEAST_LINES])
        is_often = len(rows) >= _LEAST_LINES
        if not self._is_repeated(cases) or not (is_often or pattern.kind == "name"):
            return None
        if not any(map(_says_something, pattern.pieces)):
            return None
        if pattern.kind == "name" and pattern.longest_name < _LEAST_NAME:
            return None
        if self._is_refuted(pattern, cases, cases[0], newest) or any(
            True for _ in self._fits(pattern, cases, range(rows[0], rows[-1]))
        ):
            return None
        most, likely = (
            (self._most(pattern, cases), believed) if is_often else (near_by(cases), undoubted)
        )
        return self._places(pattern, cases, self._onward(other, newest, 0, most), likely)

    def renamed(self) -> Chain | None:
        """Where a name stands, close below, that gave way once to one that the document did not have."""
        count, row = self.text.line_count, self.known[-1].row
        for newest in self.known:
            pattern = renaming(newest) if newest.row == row else None
            if pattern is None or self.reach.examples > 2:  # whoever wants to be shown less
                continue
            below = range(row + 1, min(count, row + 1 + near_by((newest,))))
            found = self._places(pattern, (newest,), below, undoubted)
            if found is None or self._is_refuted(pattern, (newest,), newest, newest):
                continue
            # Last, since it reads the whole document.
            if set(self.text.rows_with(newest.inserted[0], 0, count)) == {row}:
                return found
        return None

    def _cases(self, pattern: Pattern, other: Example, newest: Example) -> tuple[Example, ...]:
        """The examples that the pattern explains; none where it does not explain those that it was made of."""
        if not all(explains(pattern, each, self.language) for each in (other, newest)):
            return ()
        return tuple(each for each in self.known if explains(pattern, each, self.language))

    def _says_enough(self, pattern: Pattern, cases: Sequence[Example]) -> bool:
        """Whether the pattern can be told from what only looks like it; one that says little takes more examples.

        What was done only beside other changes of the same lines may be a piece of something else.
        """
        if not self._is_repeated(cases):
            return False
        n_lines = _n_lines(cases)
        if not pattern.is_specific:
            return n_lines > 2 and pattern.longest_name >= _LEAST_NAME
        is_plain = pattern.is_anchored or (bool(pattern.removed) and not cases[-1].is_part)
        return n_lines > 2 or (is_plain and pattern.n_tokens > LEAST_TOKENS)

    def _is_repeated(self, cases: Sequence[Example]) -> bool:
        """Whether it was done in enough lines, and not always beside other changes of them."""
        return _n_lines(cases) >= self.reach.examples and not all(each.is_part for each in cases)

    def _is_refuted(
        self, pattern: Pattern, cases: Sequence[Example], other: Example, newest: Example
    ) -> bool:
        """Whether it fits in a line of which the user has made something else, or that was passed over unsaid."""
        rows = {each.row for each in cases}
        for each in self.known:
            if (
                each.row not in rows
                and place_in(pattern, each.row, each.old.line, self.language) is not None
            ):
                return True
        passed = range(min(other.row, newest.row) + 1, max(other.row, newest.row))
        return any(
            not self.is_unwanted(pattern, cases, each)
            for each in self._fits(pattern, cases, passed)
        )

    def _most(self, pattern: Pattern, cases: Sequence[Example]) -> int:
        """How many lines are looked at."""
        least = _LEAST_LINES if pattern.kind == "line" else self.reach.examples_beyond
        if pattern.is_specific and _n_lines(cases) >= least:
            return self.text.line_count
        return self.reach.lines if _n_lines(cases) > 2 else self.reach.lines * 2 // 3

    def _onward(self, other: Example, newest: Example, first: int, most: int) -> range:
        """Lines in the direction in which the examples were made: all but the first, up to so many."""
        if newest.row > other.row:
            return range(newest.row + 1 + first, min(self.text.line_count, newest.row + 1 + most))
        return range(max(0, newest.row - most), max(0, newest.row - first))

    def _fits(self, pattern: Pattern, cases: Sequence[Example], rows: range) -> Iterator[Place]:
        """Places in untouched lines that are indented as one of the examples is; anyhow, after more examples."""
        is_sure = bool(pattern.removed) and pattern.is_specific and _n_lines(cases) > 2
        indents = None if is_sure else {each.old.indent for each in cases}
        for row in self.text.rows_with(pattern.rarest, rows.start, rows.stop):
            line = self.text.line(row)
            if row in self.touched or (indents is not None and indent_of(line) not in indents):
                continue
            place = place_in(pattern, row, line, self.language)
            if place is not None:
                yield place

    def _of_same_scope(self, newest: Example, found: list[Place], kind: str) -> list[Place]:
        """Those that stand in code, in a comment or in a string as the example does."""
        if not found:
            return found
        at = (newest.row, newest.new.start(newest.new_span[0]))
        scope_at = dict(
            scopes(self.text, [at, *((each.row, each.start) for each in found)], self.language)
        )
        if kind in {"context", "name"} and scope_at[at] == "comment":
            return []  # words that only look like code
        return [each for each in found if scope_at[each.row, each.start] == scope_at[at]]


def _says_something(piece: str | None) -> bool:
    return piece is not None and any(map(str.isalnum, piece))


def _n_lines(cases: Sequence[Example]) -> int:
    return len({each.row for each in cases})
