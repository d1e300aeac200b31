"""The code that is evaluated on, and what of it an engine may know at a hole. Only workspace/ reads the disk.

A hole's own file is known as an editor has it, without what is hidden; one of the past is in the project of its time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from infill_ls.assembly import Assembly
from infill_ls.evaluate.holes import Hole
from infill_ls.provider.base import Corpus
from infill_ls.workspace.indexing import Indexing, Progress

Past = Mapping[str, str | None]
"""What other texts files had then, by path; None for a file that was not there."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A project's texts by path, below its root and with forward slashes, and how earlier states differ from it."""

    root: str
    texts: Mapping[str, str] = field(repr=False)
    past: dict[str, Past] = field(default_factory=dict, repr=False)
    """By a hole's ``revision``; added once the holes are chosen."""

    def absolute(self, path: str) -> str:
        """The path as the corpora know it."""
        return os.path.join(self.root, *path.split("/"))  # noqa: PTH118  # strings, as paths are everywhere there

    @property
    def mark(self) -> str:
        """The same for the same texts."""
        found = hashlib.sha256()
        for path, text in sorted(self.texts.items()):
            found.update(f"{path}\0{len(text)}\0{text}".encode("utf-8", "replace"))
        return found.hexdigest()


class Shelf:
    """A corpus that keeps the texts, too, and hands them on."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self.texts: dict[str, str] = {}

    def put(self, path: str, text: str, language: str = "") -> None:
        self.texts[path] = text
        self._corpus.put(path, text, language)

    def remove(self, path: str) -> None:
        self.texts.pop(path, None)
        self._corpus.remove(path)

    def paths(self) -> list[str]:
        return self._corpus.paths()


async def read(root: str, assembly: Assembly, progress: Progress) -> Ground:
    """Read a project for the embedded engine of an assembly; private and ignored files are not read."""
    settings = assembly.settings
    shelf = Shelf(assembly.index)
    await Indexing(shelf, assembly.files, settings.local, settings.privacy.exclude).folder(
        root, progress
    )
    return Ground(root, {_below(root, path): text for path, text in shelf.texts.items()})


def _below(root: str, path: str) -> str:
    return Path(path).relative_to(root).as_posix()


class Stage:
    """Keeps a corpus as the next hole needs it.

    Args:
        ground: what it knows.
        corpus: what is kept.
        own: what it knows of a hole's own file: all but what is hidden, or nothing, as the embedded engine, which has
            the text around the cursor from the request.
        again: makes the corpus what it was before any hole, where what it says depends on the order of changes.
    """

    def __init__(
        self,
        ground: Ground,
        corpus: Corpus,
        own: Literal["around", "nothing"],
        again: Callable[[], None] | None = None,
    ) -> None:
        self._ground = ground
        self._corpus = corpus
        self._own = own
        self._again = again
        self._shown: dict[str, str | None] = {}
        """How what is known differs from the project's texts; None for a file that is not known."""

    def fill(self) -> None:
        """Make all of the project known."""
        for path, text in self._ground.texts.items():
            self._put(path, text)

    def set(self, hole: Hole) -> None:
        """Make known what may be known for a hole, and nothing else; whatever was set before."""
        # Commit holes go on from one another: the project of another time takes a second to read.
        if self._again is not None and not hole.revision:
            self._again()
            self._shown.clear()
        wanted = dict(self._ground.past.get(hole.revision, {}))
        wanted[hole.path] = hole.before + hole.after if self._own == "around" else None
        for path in [path for path in self._shown if path not in wanted]:
            self._put(path, self._ground.texts.get(path))
            del self._shown[path]
        for path, text in wanted.items():
            if path not in self._shown or self._shown[path] != text:
                self._put(path, text)
                self._shown[path] = text

    def _put(self, path: str, text: str | None) -> None:
        name = self._ground.absolute(path)
        if text is None:
            self._corpus.remove(name)
        else:
            self._corpus.put(name, text)
