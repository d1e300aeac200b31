"""What the room reads of a document."""

from __future__ import annotations

from typing import Protocol


class Lines(Protocol):
    """A document by lines without their ends."""

    @property
    def line_count(self) -> int: ...

    def line(self, row: int) -> str: ...


class Text(Lines, Protocol):
    """The document as it is now, in which words can be looked for."""

    def rows_with(self, word: str, first: int, end: int) -> list[int]:
        """The lines from ``first`` up to ``end`` that hold a word."""
