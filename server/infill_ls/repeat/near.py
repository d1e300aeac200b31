"""The neighbourhood of a place, for what is asked of places elsewhere."""

from __future__ import annotations

from typing import Final

from infill_ls.records import Snapshot
from infill_ls.repeat.text import Lines

_LINES: Final = 150
"""Lines above and below a place that are read."""
_CHARACTERS: Final = 16_384
"""Of them on each side; a line of minified code may have millions."""


def near(text: Lines, row: int, index: int, language: str) -> Snapshot:
    """The text around a place, as a snapshot that belongs to no document."""
    line = text.line(row)
    above = _lines(text, range(row - 1, max(-1, row - _LINES - 1), -1))[::-1]
    below = _lines(text, range(row + 1, min(text.line_count, row + _LINES + 1)))
    first, end = row - len(above), row + 1 + len(below)
    return Snapshot(
        uri="",
        path=None,
        language=language,
        version=0,
        line=row,
        column=index,
        prefix="\n".join([*above, line[:index]]),
        suffix="\n".join([line[index:], *below]),
        first_line=first,
        reaches_end=end == text.line_count,
    )


def _lines(text: Lines, rows: range) -> list[str]:
    """The first of them, as many as there is room for."""
    found, room = [], _CHARACTERS
    for row in rows:
        line = text.line(row)
        room -= len(line) + 1
        if room < 0:
            break
        found.append(line)
    return found
