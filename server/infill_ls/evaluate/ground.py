"""The code that is evaluated on, and what of it an engine may know at a hole. Only workspace/ reads the disk.

A hole's own file is known as an editor has it, without what is hidden; one of the past is in the project of its time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from infill_ls.assembly import Assembly
from infill_ls.evaluate.holes import Hole
from infill_ls.provider.base import Corpus
from infill_ls.workspace.indexing import Indexing, Progress

TOGETHER = 16
"""Commits whose holes go on from one another before the project of today is gone back to, which takes as long as some
steps between commits. Catching up after an interruption takes as many steps at most."""

Past = Mapping[str, str | None]
"""What other texts files had then, by path; None for a file that was not there."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A project's texts by path, below its root and with forward slashes, and how earlier states differ from it."""

    root: str
    texts: Mapping[str, str] = field(repr=False)
    past: dict[str, Past] = field(default_factory=dict, repr=False)
    """By a hole's ``revision``."""
    worked: list[Hole] = field(default_factory=list, repr=False)
    """The holes of commits, at most one of each, in the order in which they are asked about."""

    def add(self, worked: Iterable[Hole], past: Mapping[str, Past]) -> None:
        """Take in the holes of commits, once they are chosen."""
        self.worked.extend(worked)
        self.past.update(past)

    def way_to(self, hole: Hole) -> list[Hole]:
        """The holes whose states of the project lead from that of today to this hole's, which is the last."""
        revisions = [each.revision for each in self.worked]
        if hole.revision not in revisions:
            return [hole]
        at = revisions.index(hole.revision)
        return [*self.worked[at - at % TOGETHER : at], hole]

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
        again: makes the corpus what it was before any hole, where what it says depends on the order of changes; there
            the same changes lead to a hole, whatever was asked about before it.
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
        self._at = ""
        """The commit whose project is known; empty for that of today."""
        self._shown: dict[str, str | None] = {}
        """How what is known differs from the project's texts; None for a file that is not known."""

    def fill(self) -> None:
        """Make all of the project known."""
        for path, text in self._ground.texts.items():
            self._put(path, text)

    def set(self, hole: Hole) -> None:
        """Make known what may be known for a hole, and nothing else; whatever was set before."""
        for each in [hole] if self._again is None else self._way_on(hole, self._again):
            self._change(each)

    def _way_on(self, hole: Hole, again: Callable[[], None]) -> list[Hole]:
        """The holes whose states lead to this one's from where we are, or from the beginning."""
        way = self._ground.way_to(hole)
        passed = [each.revision for each in way]
        at, self._at = self._at, hole.revision
        if at and at in passed:
            return way[passed.index(at) + 1 :]
        again()
        self._shown.clear()
        return way

    def _change(self, hole: Hole) -> None:
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
