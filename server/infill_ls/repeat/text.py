"""What the room reads of a document, and how much of it."""

from __future__ import annotations

from bisect import bisect
from typing import Final, Protocol

MOST_ROWS: Final = 100
"""Lines on each side in which a word is looked at more closely: in a table of 50,000 rows each of them may have it."""


class Lines(Protocol):
    """A document by lines without their ends."""

    @property
    def line_count(self) -> int: ...

    def line(self, row: int) -> str: ...


class Text(Lines, Protocol):
    """The document as it is now, in which words can be looked for."""

    def rows_with(self, word: str, first: int, end: int) -> list[int]:
        """The lines from ``first`` up to ``end`` that hold a word."""


class Near:
    """A document, of whose lines with a word only those are known that are nearest to a line."""

    def __init__(self, text: Text, row: int) -> None:
        self._text = text
        self._row = row

    @property
    def line_count(self) -> int:
        """All of its lines."""
        return self._text.line_count

    def line(self, row: int) -> str:
        """Any line."""
        return self._text.line(row)

    def rows_with(self, word: str, first: int, end: int) -> list[int]:
        """The nearest lines that hold a word, in their order."""
        found = self._text.rows_with(word, first, end)
        at = bisect(found, self._row)
        return found[max(0, at - MOST_ROWS) : at + MOST_ROWS]
