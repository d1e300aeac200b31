"""Changes of lines -> examples: what was replaced by what between which tokens of a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import product

from infill_ls.records import Change
from infill_ls.repeat.tokens import Tokens, share_in_common, tokenize

MOST_LINES = 6
"""Of a change whose lines are taken for examples; who rewrites more repeats nothing."""
_LONGEST_COMPARED = 4000
_LEAST_ALIKE = 0.5
"""Share of tokens in common from which on a line can be what has become of another."""
_LEAST_APART = 3
"""Unchanged tokens between two changes of a line, from which on they are two examples."""


@dataclass(frozen=True, slots=True)
class Example:
    """One replacement in one line: ``removed`` gave way to ``inserted``, between ``left`` and ``right``."""

    row: int
    """Where the line is now."""
    order: int
    old: Tokens
    new: Tokens
    span: tuple[int, int]
    """Of the old line's tokens."""
    new_span: tuple[int, int]
    is_part: bool
    """Whether more of the line was changed."""

    @property
    def removed(self) -> tuple[str, ...]:
        return self.old.texts[self.span[0] : self.span[1]]

    @property
    def inserted(self) -> tuple[str, ...]:
        return self.new.texts[self.new_span[0] : self.new_span[1]]

    @property
    def left(self) -> tuple[str, ...]:
        return self.old.texts[: self.span[0]]

    @property
    def right(self) -> tuple[str, ...]:
        return self.old.texts[self.span[1] :]


def examples(changes: Iterable[Change], language: str) -> list[Example]:
    """The examples in changes, in their order, those of one change from top to bottom.

    A line that was changed at several places is one example of all of it, and then one of each place.
    """
    return [example for change in changes for example in _of_change(change, language)]


def forget() -> None:
    """Let go of the lines of changes: a document was closed."""
    _of_change.cache_clear()


@lru_cache(maxsize=128)  # all but the last are the same from key to key
def _of_change(change: Change, language: str) -> tuple[Example, ...]:
    if change.is_bulk or not 0 < max(len(change.old), len(change.new)) <= MOST_LINES:
        return ()
    old = [tokenize(line, language) for line in change.old]
    new = [tokenize(line, language) for line in change.new]
    return tuple(
        example
        for i, j in _paired(old, new)
        for example in of_line(change.first + j, change.order, old[i], new[j])
    )


def _paired(old: Sequence[Tokens], new: Sequence[Tokens]) -> Sequence[tuple[int, int]]:
    """Which line became which: where there are more or fewer lines now, those that are most alike, in their order."""
    if len(old) == len(new):
        return [(n, n) for n in range(len(old))]
    best: dict[tuple[int, int], tuple[float, tuple[tuple[int, int], ...]]] = {}
    nothing = 0.0, ()
    for i, j in product(reversed(range(len(old))), reversed(range(len(new)))):
        found = [best.get(at, nothing) for at in ((i + 1, j), (i, j + 1), (i + 1, j + 1))]
        alike = share_in_common(old[i].texts, new[j].texts)
        if alike >= _LEAST_ALIKE:
            total, pairs = found.pop()
            found.append((total + alike, ((i, j), *pairs)))
        best[i, j] = max(found)
    return best.get((0, 0), nothing)[1]


def of_line(row: int, order: int, old: Tokens, new: Tokens) -> Iterator[Example]:
    """The replacements that turn one line into another; none where only white space differs."""
    a, b = old.texts, new.texts
    if a == b or not a:
        return
    first = 0
    while first < min(len(a), len(b)) and a[first] == b[first]:
        first += 1
    last = 0
    while last < min(len(a), len(b)) - first and a[-1 - last] == b[-1 - last]:
        last += 1
    yield Example(
        row, order, old, new, (first, len(a) - last), (first, len(b) - last), is_part=False
    )
    pieces = list(_pieces(a[first : len(a) - last], b[first : len(b) - last]))
    for start, end, new_start, new_end in pieces if len(pieces) > 1 else ():
        span, new_span = (first + start, first + end), (first + new_start, first + new_end)
        yield Example(row, order, old, new, span, new_span, is_part=True)


def _pieces(a: tuple[str, ...], b: tuple[str, ...]) -> Iterator[tuple[int, int, int, int]]:
    """Changed runs of tokens, joined where they stand too close to be told apart, unless they are all the same."""
    if not a or not b or len(a) * len(b) > _LONGEST_COMPARED:
        return
    runs = [
        code[1:]
        for code in SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
        if code[0] != "equal"
    ]
    if len({(a[start:end], b[new_start:new_end]) for start, end, new_start, new_end in runs}) == 1:
        yield from runs
        return
    joined = runs[:1]
    for run in runs[1:]:
        last = joined[-1]
        if run[0] - last[1] < _LEAST_APART:
            joined[-1] = (last[0], run[1], last[2], run[3])
        else:
            joined.append(run)
    yield from joined
