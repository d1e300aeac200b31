"""What the engine asks about the documents that are open in the editor. Reads nothing."""

from __future__ import annotations

from typing import Protocol

Document = tuple[str, str]
"""Path and text."""


class Opened(Protocol):
    """What is known of the open documents."""

    def file(self, uri: str) -> Document | None:
        """Path and whole text of one that is a file."""

    def at(self, path: str) -> str | None:
        """The whole text of the one that is this file; None where that is not open."""

    def below(self, folder: str) -> dict[str, str]:
        """The whole texts of those that are files in a folder, by path."""

    def recent(self, most: int) -> list[tuple[str, ...]]:
        """The lines that came in by the last changes, the last first."""
