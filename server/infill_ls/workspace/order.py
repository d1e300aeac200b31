"""In which order a project is read: what tells it, and the plain one, from the root down."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol


class Order(Protocol):
    """Tells the distance of folders; what is nearest is read first."""

    changes: int
    """Grows whenever distances are others than before."""

    def wants(self, name: str) -> bool:
        """Whether a file of this name is read at all."""

    def distance(self, folder: Path, file: Path | None = None, /) -> int:
        """How far away a folder is, or a file in it."""

    def opened(self, path: str, text: str) -> None:
        """A document was opened, or is another one by now."""

    def closed(self, path: str) -> None:
        """A document was closed."""


class RootFirst:
    """The nearer to the root, the sooner."""

    changes = 0

    def wants(self, _name: str) -> bool:
        return True

    def distance(self, folder: Path, _file: Path | None = None, /) -> int:
        return len(folder.parts)

    def opened(self, path: str, text: str) -> None:
        """Makes no difference."""

    def closed(self, path: str) -> None:
        """Makes no difference."""


ROOT_FIRST: Final[Order] = RootFirst()
