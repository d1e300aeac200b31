"""Which runs of two lists of tokens are the same: what a pattern keeps, and where its holes are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

Runs = Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]
Align = Callable[[Sequence[str], Sequence[str]], Runs]
"""Gives runs of two lists that are equal or not."""


def aligned(one: Sequence[str], other: Sequence[str]) -> Runs:
    """Ends come first, since brackets open and close there."""
    first, last = _n_same_ends(one, other)
    if first:
        yield True, (0, first), (0, first)
    middle = one[first : len(one) - last], other[first : len(other) - last]
    for tag, i, i_end, j, j_end in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        yield tag == "equal", (first + i, first + i_end), (first + j, first + j_end)
    if last:
        yield True, (len(one) - last, len(one)), (len(other) - last, len(other))


def aligned_ends(one: Sequence[str], other: Sequence[str]) -> Runs:
    """Ends only: what is between them may be equal by chance."""
    first, last = _n_same_ends(one, other)
    if first:
        yield True, (0, first), (0, first)
    yield False, (first, len(one) - last), (first, len(other) - last)
    if last:
        yield True, (len(one) - last, len(one)), (len(other) - last, len(other))


def _n_same_ends(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    most = min(len(one), len(other))
    first = 0
    while first < most and one[first] == other[first]:
        first += 1
    last = 0
    while last < most - first and one[-1 - last] == other[-1 - last]:
        last += 1
    return first, last
