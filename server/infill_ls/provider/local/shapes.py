"""What followed on lines built like this one, with their names replaced by this line's; knows the open file only."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from os.path import commonpath

from infill_ls.provider.local.exact import Point
from infill_ls.provider.local.features import (
    SHAPE,
    SHAPE_ABOVE,
    SHAPE_ALIGNED,
    SHAPE_DISTANCE,
    SHAPE_KIND,
    Row,
    distance,
)
from infill_ls.provider.local.live import BREAKS, Live
from infill_ls.provider.local.tokens import KEYWORDS, is_name, shape

_NEAREST_ABOVE, _NEAREST_BELOW = 18, 6
_LEAST = 2
"""Tokens of the line that have to be aligned, unless the line above is built alike, too."""
_LEAST_ABOVE = 3
_OTHER, _END, _MAPPED, _KEYWORD, _NAME, _PART, _NUMBER = range(7)


def in_alike_lines(point: Point) -> list[Row]:
    """A row for each line that begins alike and not the same: its next token, or what that is called here."""
    cursor, live, partial = point.cursor, point.cursor.live, point.partial
    own = point.tokens[cursor.begins :]
    last = live.n_lines_above - 1
    shape_above = live.shapes[last] if last >= 0 else ""
    above = live.tokens[live.starts[last] + 1 : live.n_above] if last >= 0 else []
    rows: list[Row] = []
    for line in _lines(live, "".join(map(shape, own)), len(own), shape_above, len(above)):
        start, end = live.starts[line] + 1, live.end_of(line)
        follows_alike = (
            0 < line != last + 1 and len(above) > 1 and live.shapes[line - 1] == shape_above
        )
        other = live.tokens[start:end]
        names: dict[str, str] = {}
        if follows_alike:
            _compare(live.tokens[live.starts[line - 1] + 1 : start - 1], above, names)
        same = _compare(other, own, names)
        if same == len(own) and not (follows_alike and names):
            continue  # what is the same is exact.py's
        following = live.tokens[start + len(own)] if start + len(own) < len(live.tokens) else None
        if following is None or start + len(own) == live.n_above:
            continue
        token, kind = _named(following, names)
        if not token.startswith(partial):
            continue
        features = (
            SHAPE_ALIGNED + min(8, len(own)),
            SHAPE_ABOVE + follows_alike + 2 * (2 * same >= len(own)),
            SHAPE_KIND + kind,
            SHAPE_DISTANCE + distance(abs(live.n_above - start)),
        )
        rows.append((token, features, 0, SHAPE, None, 0))
    return rows


def _lines(live: Live, own: str, n_own: int, above: str, n_above: int) -> list[int]:
    """Lines built alike as far as this one goes; where little is typed on it, those under a line like the one above."""
    last = live.n_lines_above - 1
    if n_own >= _LEAST:
        found = [line for line, each in enumerate(live.shapes) if each.startswith(own)]
    elif n_above >= _LEAST_ABOVE:
        pairs = enumerate(zip(live.shapes, live.shapes[1:], strict=False), 1)
        found = [
            line
            for line, (before, each) in pairs
            if before == above and line != last + 1 and each.startswith(own)
        ]
    else:
        return []
    middle = bisect_left(found, live.n_lines_above)
    return found[max(0, middle - _NEAREST_ABOVE) : middle + _NEAREST_BELOW]


def _compare(other: list[str], own: list[str], names: dict[str, str]) -> int:
    """How many tokens are the same; what the others are called here is noted."""
    same = 0
    for theirs, ours in zip(other, own, strict=False):
        if theirs == ours:
            same += 1
        elif not (theirs.isspace() or ours.isspace()):
            names[theirs.lstrip()] = ours.lstrip()
    return same


def _named(token: str, names: dict[str, str]) -> tuple[str, int]:
    """A token of another line as it is called on this one, and what became of it."""
    if token in BREAKS:
        return token, _END
    body = token.lstrip()
    blanks = token[: len(token) - len(body)]
    if body in names:
        return blanks + names[body], _MAPPED
    if body in KEYWORDS:
        return token, _KEYWORD
    if is_name(body):
        renamed = _renamed(body, names)
        return (token, _NAME) if renamed is None else (blanks + renamed, _PART)
    return token, _NUMBER if body.isdigit() else _OTHER


def _renamed(word: str, names: dict[str, str]) -> str | None:
    """A word of which a part is called otherwise here: ``set_width`` where ``width`` has become ``height``."""
    for theirs, ours in names.items():
        if theirs == word or not is_name(ours):
            continue
        for old, new in _spellings(theirs, ours):
            if len(old) > 2 and old in word and is_name(renamed := word.replace(old, new)):
                return renamed
    return None


def _spellings(theirs: str, ours: str) -> Iterator[tuple[str, str]]:
    """A pair of names in the spellings in which they stand in longer ones, then the parts in which they differ."""
    start = len(commonpath([theirs, ours]))
    end = len(commonpath([theirs[start:][::-1], ours[start:][::-1]]))
    parts = (theirs[start : len(theirs) - end], ours[start : len(ours) - end])
    for old, new in ((theirs, ours), parts):
        yield old, new
        yield old[:1].upper() + old[1:], new[:1].upper() + new[1:]
        yield old[:1].lower() + old[1:], new[:1].lower() + new[1:]
        yield old.upper(), new.upper()
