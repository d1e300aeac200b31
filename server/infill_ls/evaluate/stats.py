"""How sure figures are: resampled by file, since holes of one file are no strangers to each other. Draws by a seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple

RESAMPLES = 1000
MOST_BLOCKS = 200
"""Files are thrown together into so many at most; more would take longer and say the same."""
SURE = 0.95
_SEED = 19


class Interval(NamedTuple):
    """A mean, and where it lies in 95 of 100 resamples; where these say nothing, what 95 of 100 like it would allow."""

    mean: float
    low: float
    high: float


Pair = tuple[float, float]
"""What is counted, and by how much it is divided."""


def interval(values: Sequence[Pair], groups: Sequence[Hashable]) -> Interval | None:
    """The share of the second's sum that the first's is, and how far it may be off; None where there is nothing.

    Resamples of files that all have none, or all have all, are all alike: there, it is how many of so many files could
    be otherwise and be missed by chance (the "rule of three", https://doi.org/10.1001/jama.1983.03330370053031).

    Args:
        values: one for each hole.
        groups: what belongs together, hole by hole: its file.
    """
    blocks = _blocks(values, groups)
    whole = _ratio(blocks)
    if whole is None:
        return None
    if whole in (0.0, 1.0):
        n_files = len({group for (_, weight), group in zip(values, groups, strict=True) if weight})
        missed = 1 - ((1 - SURE) / 2) ** (1 / n_files)
        return Interval(whole, max(0.0, whole - missed), min(1.0, whole + missed))
    values_of, weights_of = ([block[at] for block in blocks].__getitem__ for at in (0, 1))
    found = sorted(
        sum(map(values_of, drawn)) / weight if (weight := sum(map(weights_of, drawn))) else 0.0
        for drawn in _draws(len(blocks))
    )
    cut = int(RESAMPLES * (1 - SURE) / 2)
    return Interval(whole, found[cut], found[-1 - cut])


def sureness(one: Sequence[float], other: Sequence[float], groups: Sequence[Hashable]) -> float:
    """Share of resamples in which the first is better than the second; a draw counts half."""
    blocks = _blocks([(a - b, 1.0) for a, b in zip(one, other, strict=True)], groups)
    if not blocks:
        return 0.5
    value_of = [value for value, _ in blocks].__getitem__
    wins = 0.0
    for drawn in _draws(len(blocks)):
        difference = sum(map(value_of, drawn))
        wins += 1.0 if difference > 0 else 0.5 if difference == 0 else 0.0
    return wins / RESAMPLES


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which that share lies; None of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


@lru_cache(maxsize=16)
def _draws(count: int) -> list[list[int]]:
    """Which blocks each resample has; the same for all figures of as many, so that they can be compared."""
    dice = random.Random(_SEED)
    return [dice.choices(range(count), k=count) for _ in range(RESAMPLES)]


def _ratio(blocks: Sequence[Pair]) -> float | None:
    below = sum(weight for _, weight in blocks)
    return sum(value for value, _ in blocks) / below if below else None


def _blocks(values: Sequence[Pair], groups: Sequence[Hashable]) -> list[Pair]:
    sums: defaultdict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (value, weight), group in zip(values, groups, strict=True):
        sums[group][0] += value
        sums[group][1] += weight
    files = list(sums.values())
    if len(files) > MOST_BLOCKS:
        random.Random(_SEED).shuffle(files)
        files = [
            [sum(column) for column in zip(*files[at::MOST_BLOCKS], strict=True)]
            for at in range(MOST_BLOCKS)
        ]
    return [(value, weight) for value, weight in files]
