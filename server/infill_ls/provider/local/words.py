"""Words that begin as the one at the cursor: of the open file by recency, of the project by number of files."""

from __future__ import annotations

from bisect import bisect_left

from infill_ls.provider.local.exact import Point
from infill_ls.provider.local.features import (
    WORD,
    WORD_COUNT,
    WORD_DISTANCE,
    WORD_FILES,
    Row,
    distance,
)
from infill_ls.provider.local.live import FAR
from infill_ls.provider.local.tokens import is_name
from infill_ls.provider.local.vocabulary import Words

_LOOKED_AT, _NEAREST = 200, 16
_ON_LINE = 10
_LEAST_LETTERS = 2
_OTHERS = 8
_OF_PROJECT = 8


def begun_words(point: Point, project: Words | None) -> list[Row]:
    """A row for each word that goes on from the letters typed; those of the project where the file has few."""
    stem = point.partial.lstrip()
    blanks = point.partial[: len(point.partial) - len(stem)]
    if not stem:
        return []
    rows = _of_file(point, stem, blanks)
    if project is not None and len(stem) >= _LEAST_LETTERS and len(rows) < _OTHERS:
        for word, files in project.starting(stem, _OF_PROJECT):
            features = (WORD_FILES + min(5, ((files + 1).bit_length() - 1) // 2),)
            rows.append((blanks + word, features, 0, WORD, None, 0))
    return rows


def _of_file(point: Point, stem: str, blanks: str) -> list[Row]:
    live = point.cursor.live
    words = live.sorted_words
    start = bisect_left(words, stem)
    nearest = []
    for word in words[start : start + _LOOKED_AT]:
        if not word.startswith(stem):
            break
        since, until, count = live.words[word]
        # What stands below was written before, and is further from the writer's mind.
        nearest.append((min(since, 2 * until, FAR), word, count))
    rows: list[Row] = []
    for away, word, count in sorted(nearest)[:_NEAREST]:
        features = (WORD_DISTANCE + distance(away), WORD_COUNT + min(3, count.bit_length() - 1))
        rows.append((blanks + word, features, 0, WORD, None, 0))
    on_line = {token.lstrip() for token in point.tokens[point.cursor.begins :]}
    rows += [
        (blanks + word, (WORD_DISTANCE + _ON_LINE,), 0, WORD, None, 0)
        for word in sorted(on_line)
        if len(word) > 2 and is_name(word) and word.startswith(stem) and word not in live.words
    ]
    return rows
