"""What followed where the same tokens stood, in the open file and in others; what is made of it is evidence.py's."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from infill_ls.provider.local.features import (
    BEHIND,
    DISTANCE_ABOVE,
    DISTANCE_BELOW,
    LINE_END,
    LIVE,
    LIVE_LINE,
    LIVE_MATCHED,
    PROJECT,
    PROJECT_COUNT,
    PROJECT_KNOWN,
    PROJECT_MATCHED,
    SAME_DIRECTORY,
    Row,
    distance,
    matched_bucket,
)
from infill_ls.provider.local.index import Body, Index, directory
from infill_ls.provider.local.live import Cursor
from infill_ls.provider.local.tokens import KEYWORDS, SAME, TOKEN, is_name

LONGEST_MATCH = 32
"""Tokens; a longer match says no more."""

_NEAREST_ABOVE, _NEAREST_BELOW = 54, 18
_SAMPLED, _SAMPLED_BEGUN = 64, 256
_ENOUGH = 24
_OWN_PLACE = 24
_OWN_BEFORE, _OWN_AFTER = 40, 20

Carried = list[tuple[Body, int, int]]
"""Places in files of the project: the offset up to which they agree, and in how many tokens."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where the loop stands: at the cursor, or behind tokens that it has added."""

    cursor: Cursor
    tokens: list[str]
    partial: str
    due: str
    """Closers that are due, innermost last."""


def in_this_file(point: Point, admits: Callable[[str], bool] | None) -> list[Row]:
    """A row for each place behind the last token, the nearest ones; ``admits`` may refuse a line."""
    cursor, typed, partial = point.cursor, point.tokens, point.partial
    live, tokens, n_above = cursor.live, cursor.live.tokens, cursor.live.n_above
    places = live.places.get(typed[-1], [])
    if len(places) > _NEAREST_ABOVE + _NEAREST_BELOW:
        middle = bisect_left(places, n_above + 1)
        places = places[max(0, middle - _NEAREST_ABOVE) : middle + _NEAREST_BELOW]
    most = min(LONGEST_MATCH, len(typed))
    rows: list[Row] = []
    for place in places:
        if place >= len(tokens) or place == n_above or not tokens[place].startswith(partial):
            continue
        matched = 1
        while (
            matched < most
            and matched < place
            and tokens[place - 1 - matched] == typed[-1 - matched]
        ):
            matched += 1
        if place < n_above:
            away = DISTANCE_ABOVE + distance(n_above - place)
        else:
            # What matches across the cursor's own line is not what stands there.
            matched = min(matched, max(1, place - n_above - 1))
            away = DISTANCE_BELOW + distance(place - n_above)
        line = live.line_of[place]
        if admits is not None and not admits(live.codes[line]):
            continue
        features = (
            LIVE_MATCHED + matched_bucket(matched),
            away,
            LIVE_LINE + _line_alike(point, place, line),
        )
        rows.append((tokens[place], features, matched, LIVE, None, 0))
    return rows


def _line_alike(point: Point, place: int, line: int) -> int:
    """Whether the line of a place begins as the cursor's, and is indented so; a line end has nothing to compare."""
    cursor, live = point.cursor, point.cursor.live
    start = live.starts[line]
    if start == place:
        return LINE_END
    is_level = live.widths[line] == len(cursor.indent)
    if start == place - 1:
        return 2 * is_level
    return (live.tokens[start + 1] == point.tokens[cursor.begins]) + 2 * is_level


def project_places(index: Index, point: Point, reads: Callable[[Body, int], bool]) -> Carried:
    """Where the last tokens stand in other files, with two in common at least; ``reads`` may refuse a place."""
    limit = _SAMPLED_BEGUN if point.partial else _SAMPLED
    found = index.find(point.tokens, point.partial, limit=limit, enough=_ENOUGH)
    tails = [""]
    for token in reversed(point.tokens[-LONGEST_MATCH:]):
        tails.append(token + tails[-1])
    places: Carried = []
    seen: set[tuple[int, int]] = set()
    for body, end in found:
        if (id(body), end) in seen or not reads(body, end):
            continue
        seen.add((id(body), end))
        matched = _matched(tails, body.folded.text, end)
        if matched >= BEHIND and not _is_own(point, body, end, matched):
            places.append((body, end, matched))
    return places


def in_project(places: Carried, point: Point, source: int) -> list[Row]:
    """A row for each of the places."""
    known, here = point.cursor.live.places, directory(point.cursor.path)
    count = PROJECT_COUNT + min(7, len(places).bit_length())
    rows: list[Row] = []
    for body, end, matched in places:
        found = TOKEN.match(body.folded.text, end)
        token = found.group() if found else SAME
        word = token.lstrip()
        kind = 0
        if is_name(word):
            kind = 1 if word in KEYWORDS else 2 if token in known or word in known else 3
        base = SAME_DIRECTORY if is_named(body.directory, here) else PROJECT_MATCHED
        rows.append(
            (
                token,
                (base + matched_bucket(matched), PROJECT_KNOWN + kind, count),
                matched,
                source,
                body,
                end,
            )
        )
    return rows


def carried_on(rows: list[Row], token: str) -> Carried:
    """The places that agree with a token that is added."""
    return [
        (body, end + len(token), matched + 1)
        for other, _, matched, source, body, end in rows
        if body is not None and source == PROJECT and other == token
    ]


def is_named(path: str, name: str) -> bool:
    """Whether ``name``, which may be relative to the workspace, can mean ``path``."""
    if path == name:
        return True
    return bool(name) and path.replace("\\", "/").endswith("/" + name.replace("\\", "/"))


def _matched(tails: list[str], text: str, at: int) -> int:
    """How many tokens before ``at`` are the same as before the cursor, by bisection."""
    low, high = 0, len(tails)
    while high - low > 1:
        middle = (low + high) // 2
        tail = tails[middle]
        if at >= len(tail) and text.startswith(tail, at - len(tail)):
            low = middle
        else:
            high = middle
    return low


def _is_own(point: Point, body: Body, at: int, matched: int) -> bool:
    """Whether a place in this file's indexed version is the cursor's own, or still stands in the text around it."""
    cursor = point.cursor
    if not is_named(body.path, cursor.path):
        return False
    if matched >= min(_OWN_PLACE, len(point.tokens)):
        return True
    text = body.folded.text
    before, after = text[max(0, at - _OWN_BEFORE) : at], text[at : at + _OWN_AFTER]
    # What led to the cursor a moment ago, when the lines above were others, says only that nothing stood here.
    if not after and "".join(point.tokens[-_OWN_BEFORE:]).endswith(before):
        return True
    return before + after in cursor.live.text_above or before + after in cursor.live.text_below
