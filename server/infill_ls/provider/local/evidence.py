"""Puts together what tells the next token, and how likely each is; a share is left for what nobody has seen."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from infill_ls.provider.local.exact import (
    Carried,
    Point,
    carried_on,
    in_project,
    in_this_file,
    project_places,
)
from infill_ls.provider.local.features import (
    CLOSER,
    INSTALLED,
    PROJECT,
    USE,
    Row,
    relative,
    unknown,
)
from infill_ls.provider.local.index import Index
from infill_ls.provider.local.live import BREAKS, CLOSERS, due_after
from infill_ls.provider.local.plausible import Surroundings
from infill_ls.provider.local.shapes import in_alike_lines
from infill_ls.provider.local.tokens import KEYWORDS, SAME, is_name, is_word
from infill_ls.provider.local.weights import LOGARITHMS
from infill_ls.provider.local.words import begun_words

_WEIGHTS: Final = [math.exp(value) for values in LOGARITHMS.values() for value in values]
_OF_INSTALLED = 0.3
"""How others go on is not how this project does. Not fitted: projects to fit on are looked at by themselves."""
_FEW = 24
_KEPT = 3
"""Places that have to agree with an added token for no others to be looked for."""
_LATELY = (25, 80, 300)
_USED_ON_LINE = 11


@dataclass(frozen=True, slots=True)
class Likely:
    """The tokens that may come next."""

    weights: dict[str, float]
    """By token, each beginning with what is typed of it; a line's end is ``SAME``, however the next begins."""
    unknown: float
    """Weight of something else."""
    rows: list[Row]

    @property
    def total(self) -> float:
        return sum(self.weights.values()) + self.unknown


class Evidence:
    """What is known about one place."""

    def __init__(self, index: Index, around: Surroundings, installed: Index | None) -> None:
        self._index = index
        self._around = around
        self._installed = installed

    def start(self) -> Point:
        """The cursor."""
        cursor = self._around.cursor
        due = due_after(cursor.tokens[cursor.begins :], cursor.live.due)
        return Point(cursor, cursor.tokens, cursor.partial, due)

    def after(self, point: Point, token: str) -> Point:
        """One token further on."""
        return Point(point.cursor, [*point.tokens, token], "", due_after([token], point.due))

    def likely(self, point: Point, before: tuple[Likely, str] | None = None) -> Likely:
        """What may come next; ``before`` is what was likely a token ago, and the token that was chosen."""
        carried = carried_on(before[0].rows, before[1]) if before else []
        rows = self.rows(point, carried if len(carried) >= _KEPT else None)
        longest = max((row[2] for row in rows), default=0)
        weights: defaultdict[str, float] = defaultdict(float)
        for token, features, matched, source, _, _ in rows:
            weight = _WEIGHTS[relative(source, matched, longest)]
            for feature in features:
                weight *= _WEIGHTS[feature]
            weights[SAME if token in BREAKS else token] += (
                weight * _OF_INSTALLED if source == INSTALLED else weight
            )
        for token in weights:
            for feature in of_token(point, token):
                weights[token] *= _WEIGHTS[feature]
        return Likely(dict(weights), _WEIGHTS[unknown(len(point.partial.lstrip()), longest)], rows)

    def rows(self, point: Point, carried: Carried | None = None) -> list[Row]:
        """All that tells the next token."""
        around = self._around
        rows = in_this_file(point, around.says_as_much if around.is_comment else None)
        if not around.is_written:
            rows += in_alike_lines(point)
        if carried is None:
            carried = project_places(self._index, point, around.reads)
        rows += in_project(carried, point, PROJECT)
        if self._installed is not None and len(rows) < _FEW and not around.is_comment:
            rows += in_project(
                project_places(self._installed, point, around.learns_from), point, INSTALLED
            )
        if is_word(point.partial[-1:]):
            rows += begun_words(point, None if around.is_written else self._index.words)
        return rows


def of_token(point: Point, token: str) -> tuple[int, int]:
    """Features of a token, wherever it was found: whether a bracket is due, and whether a word was used of late."""
    live = point.cursor.live
    mark = token[-1]
    if mark in CLOSERS:
        return CLOSER + (3 if not point.due else 1 if point.due[-1] == mark else 2), USE
    if token in BREAKS or mark == ";":
        return CLOSER + 4 + (len(point.due) > len(live.due)), USE
    return CLOSER, USE + _use(point, token)


def _use(point: Point, token: str) -> int:
    """How lately and how often a word was used above: what was declared a moment ago is about to be used."""
    live = point.cursor.live
    word = token.lstrip()
    if not is_name(word) or word in KEYWORDS:
        return 0
    if any(
        each.endswith(word) and each.lstrip() == word
        for each in point.tokens[point.cursor.begins :]
    ):
        return _USED_ON_LINE
    places = live.places.get(token)
    if not places:
        return 1
    above = bisect_left(places, live.n_above + 1)
    if not above:
        return 2
    away = live.n_above - places[above - 1]
    return 3 + 2 * bisect_left(_LATELY, away + 1) + (len(places) > 1)
