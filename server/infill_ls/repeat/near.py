"""The neighbourhood of a place, for what is asked of places elsewhere."""

from __future__ import annotations

from typing import Final

from infill_ls.records import Snapshot
from infill_ls.repeat.text import Lines

_LINES: Final = 150
"""Lines above and below a place that are read."""


def near(text: Lines, row: int, index: int, language: str) -> Snapshot:
    """The text around a place, as a snapshot that belongs to no document."""
    first, end = max(0, row - _LINES), min(text.line_count, row + _LINES + 1)
    above, line = [text.line(each) for each in range(first, row)], text.line(row)
    below = [text.line(each) for each in range(row + 1, end)]
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
