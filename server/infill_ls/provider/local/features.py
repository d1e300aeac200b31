"""The features of a place that may tell the next token: where each one's weights begin in the table; weighs nothing."""

from __future__ import annotations

from typing import Final

from infill_ls.provider.local.index import Body
from infill_ls.provider.local.weights import LOGARITHMS

LIVE, PROJECT, SHAPE, WORD, INSTALLED = range(5)
"""Sources of rows."""

Row = tuple[str, tuple[int, ...], int, int, Body | None, int]
"""A token that may come next, its features, tokens that match, source, and of files: which, and where it stands there.
No record, since there are some hundred of them at each token."""

BEHIND = 2
"""Tokens in which a place in another file has to agree."""
LINE_END = 4
"""Where the next token is a line's end."""


def _begins() -> dict[str, int]:
    starts, at = {}, 0
    for name, values in LOGARITHMS.items():
        starts[name] = at
        at += len(values)
    return starts


_AT: Final = _begins()
LIVE_MATCHED: Final = _AT["live_matched"]
DISTANCE_ABOVE: Final = _AT["distance_above"]
DISTANCE_BELOW: Final = _AT["distance_below"]
LIVE_LINE: Final = _AT["live_line"]
PROJECT_MATCHED: Final = _AT["project_matched"]
SAME_DIRECTORY: Final = _AT["same_directory"]
PROJECT_COUNT: Final = _AT["project_count"]
PROJECT_KNOWN: Final = _AT["project_known"]
SHAPE_ALIGNED: Final = _AT["shape_aligned"]
SHAPE_ABOVE: Final = _AT["shape_above"]
SHAPE_KIND: Final = _AT["shape_kind"]
SHAPE_DISTANCE: Final = _AT["shape_distance"]
WORD_DISTANCE: Final = _AT["word_distance"]
WORD_COUNT: Final = _AT["word_count"]
WORD_FILES: Final = _AT["word_files"]
SHORTER: Final = _AT["shorter"]
SHAPE_LONGEST: Final = _AT["shape_longest"]
WORD_LONGEST: Final = _AT["word_longest"]
CLOSER: Final = _AT["closer"]
USE: Final = _AT["use"]
ELSE: Final = _AT["else"]

_FAR = 4_096
_DISTANCES = [0, *(min(9, int(1 + number / 12).bit_length() - 1) for number in range(1, _FAR))]
_LONGEST = [0, 0, 1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5]
_SHORTER = [0, 1, 2, 3, 3, 4, 4, 4, 4]


def distance(tokens: int) -> int:
    """A bucket, from 0 to 9."""
    return _DISTANCES[tokens] if tokens < _FAR else 9


def matched_bucket(matched: int) -> int:
    """A bucket, from 0 to 14."""
    return min(matched, 12) + (matched >= 16) + (matched >= 24)


def relative(source: int, matched: int, longest: int) -> int:
    """The feature of a row beside the longest match that there is: how much shorter it is tells how much it counts."""
    most = _LONGEST[longest] if longest < len(_LONGEST) else 6
    if source == SHAPE:
        return SHAPE_LONGEST + most
    if source == WORD:
        return WORD_LONGEST + most
    less = max(0, longest - matched)
    return SHORTER + 6 * most + (_SHORTER[less] if less < len(_SHORTER) else 5)


def unknown(letters: int, longest: int) -> int:
    """The feature of "something else", by the letters typed and the longest match."""
    return ELSE + 15 * min(3, letters) + matched_bucket(longest)
