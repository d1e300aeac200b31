"""In which order a project's code is read for prompts: what lies near the open documents first."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from infill_ls.context.families import family_of_file
from infill_ls.context.imports import imports_in

_MOST_OPEN: Final = 20
"""Documents that the order goes by, those opened last."""


class NearOpen:
    """First the files that the open documents import by name, then those in their folders, then what lies around."""

    def __init__(self) -> None:
        self.changes = 0
        self._open: dict[str, tuple[str, ...]] = {}
        """The open documents, each with the ends of folders that it imports from."""
        self._folders: tuple[tuple[str, ...], ...] = ()
        self._tails: tuple[str, ...] = ()

    def wants(self, name: str) -> bool:
        return bool(family_of_file(name))

    def distance(self, folder: Path, file: Path | None = None, /) -> int:
        if file is not None and file.with_suffix("").as_posix().endswith(self._tails):
            return -1  # the documents import it, and in its folder may be hundreds
        parts = folder.parts
        if parts in self._folders:
            return 0
        if folder.as_posix().endswith(self._tails):
            return 1
        return 2 + min((_steps(parts, each) for each in self._folders), default=len(parts))

    def opened(self, path: str, text: str) -> None:
        tails = tuple(_tails(path, text))
        if self._open.get(path) != tails:
            self._open.pop(path, None)
            self._open[path] = tails
            self._changed()

    def closed(self, path: str) -> None:
        if self._open.pop(path, None) is not None:
            self._changed()

    def _changed(self) -> None:
        last = list(self._open.items())[-_MOST_OPEN:]
        self._folders = tuple({Path(path).parent.parts for path, _ in last})
        self._tails = tuple({tail for _, tails in last for tail in tails})
        self.changes += 1


def _tails(path: str, text: str) -> set[str]:
    """The ends of the folders and files that a document's imports may lie in."""
    family = family_of_file(path)
    found: set[str] = set()
    for item in imports_in(text, family):
        names = item.module.strip("./").replace("::", "/").replace("\\", "/")
        names = names if family == "script" or "/" in names else names.replace(".", "/")
        parts = [
            part
            for part in names.split("/")
            if part not in {"", ".", "..", "crate", "self", "super", "@", "~"}
        ]
        for length in (len(parts), len(parts) - 1):
            if length > 0:
                found.add("/" + "/".join(parts[max(0, length - 2) : length]))
    return found


def _steps(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """From one folder to another: up, and down again."""
    shared = 0
    for mine, its in zip(one, other, strict=False):
        if mine != its:
            break
        shared += 1
    return len(one) + len(other) - 2 * shared
