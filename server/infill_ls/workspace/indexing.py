"""Feeds the embedded engine with the workspace and the open documents, beside the editor's work."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from infill_ls.provider.base import Corpus
from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.arrivals import Arrivals
from infill_ls.workspace.files import Files, private, read_text, walk
from infill_ls.workspace.gitignore import is_never_indexed
from infill_ls.workspace.notebooks import code_of, file_of, is_notebook
from infill_ls.workspace.order import ROOT_FIRST, Order
from infill_ls.workspace.threads import Lane, in_thread
from infill_ls.workspace.watching import Watch, is_below

# ruff: noqa: PTH112, PTH118, PTH119, PTH120  # strings, as paths are everywhere here

Progress = Callable[[str, int], None]
"""Told a folder and how many of its files have been read so far, about four times a second."""

MOST_CHANGED = 500
"""Files that are read again at once: a branch that is checked out may write more."""

LOOK_S = 5.0
"""Seconds between two looks at what has become of the files that were read."""


class Indexing:
    """Reads folders one by one, and documents beside them; a file that must stay private is never read.

    Args:
        corpus: what is fed.
        files: what is asked about privacy.
        limits: how much is read.
        exclude: globs of what is private.
        order: what is read first.
        takes_unsaved: whether what counts of an open document is what stands in the editor; else what the disk holds.
    """

    def __init__(
        self,
        corpus: Corpus,
        files: Files,
        limits: LocalSettings,
        exclude: tuple[str, ...],
        order: Order = ROOT_FIRST,
        *,
        takes_unsaved: bool = True,
    ) -> None:
        self.forgot: Callable[[], None] = lambda: None
        """Called when something that was known must not be suggested any more."""
        self.settled: Callable[[], None] = lambda: None
        """Called in the reading thread when a folder has been read."""
        self._takes_unsaved = takes_unsaved
        self._corpus = corpus
        self._files = files
        self._limits = limits
        self._exclude = exclude
        self._order = order
        self._open: set[str] = set()
        self._runs: dict[str, object] = {}
        """Folders that are being read, or are to be; each has a mark of the run that reads it."""
        self._stopped = False
        self._watch = Watch()
        self._left: set[str] = set()
        """Folders that were taken out of the workspace."""
        self._looked = time.monotonic()

    async def folder(self, folder: str, progress: Progress = lambda _folder, _files: None) -> int:
        """Index a workspace folder; gives the number of files read.

        A run that is cancelled ends at the next file, and so does an older one of the same folder.
        """
        loop = asyncio.get_running_loop()
        mark = object()

        def is_wanted() -> bool:
            return not self._stopped and self._runs.get(folder) is mark

        def work() -> int:
            count, told = 0, time.monotonic()
            for path, text in walk(folder, self._limits, self._exclude, is_wanted, self._order):
                if not is_wanted():
                    break
                if not self._is_open(path):  # what stands in the editor is newer
                    self._put(path, text)
                count += 1
                if time.monotonic() - told > 0.25:
                    told = time.monotonic()
                    loop.call_soon_threadsafe(progress, folder, count)
            self.settled()
            return count

        self._runs[folder] = mark
        try:
            return await in_thread("folders", work)
        finally:
            if is_wanted():
                del self._runs[folder]

    async def document(self, name: str, text: str, language: str = "") -> None:
        """Index a document as it stands in the editor; a cell of a notebook is one by itself."""
        if self._takes_unsaved:
            self._open.add(name)
        await in_thread("documents", self._document, name, text, language)

    async def closed(self, name: str) -> None:
        """A document was closed: what counts is again what the disk holds."""
        self._open.discard(name)
        self._order.closed(file_of(name))
        await in_thread("documents", self._closed, name)

    async def leave(self, folder: str) -> None:
        """A folder was taken out of the workspace: read no more of it, and forget what was read."""
        self._runs.pop(folder, None)
        self._left.add(folder)
        await self._forget("documents", self._has_left)
        # And what the run was just about to add: it ends at the next file.
        await self._forget("folders", self._has_left)

    def wants_look(self) -> bool:
        """Whether it is time for another look at the files that were read."""
        return time.monotonic() - self._looked >= LOOK_S

    async def look(self, changed: Collection[str] = ()) -> None:
        """Forget what is gone, and what has become private, and read what is new.

        Files and folders that ``changed`` are looked at anyway; files among them that somebody else has written are
        read again.
        """
        self._looked = time.monotonic()
        stirred, ruled = await in_thread("documents", self._watch.changed)
        await self._forget("documents", self._is_gone, changed, stirred, ruled)
        if changed:
            await in_thread("documents", self._read_again, list(changed)[:MOST_CHANGED])
        if (stirred or changed) and not self._stopped:
            await in_thread("folders", self._take_in, [*stirred, *changed])

    def stop(self) -> None:
        """Read no more."""
        self._stopped = True

    async def _forget(
        self, lane: Lane, doomed: Callable[..., Iterable[str]], *args: Collection[str]
    ) -> None:
        def work() -> bool:
            paths = [] if self._stopped else list(doomed(*args))
            for path in paths:
                self._corpus.remove(path)
            return bool(paths)

        if await in_thread(lane, work):
            self.forgot()

    def _has_left(self) -> Iterator[str]:
        """Files of folders that were taken out; what is open stays."""
        self._left.difference_update(self._files.folders)
        for path in self._corpus.paths():
            if path not in self._open and self._is_left(path):
                yield path

    def _is_left(self, path: str) -> bool:
        return is_below(path, self._left) and not is_below(path, self._files.folders)

    def _is_gone(
        self, changed: Collection[str], stirred: Collection[str], ruled: Collection[str]
    ) -> Iterator[str]:
        """Files that are not there any more, and those that are private by now."""
        ruled = [
            *ruled,
            *(os.path.dirname(path) for path in changed if os.path.basename(path) == ".gitignore"),
        ]
        for path in self._corpus.paths():
            is_stirred = os.path.dirname(path) in stirred or is_below(path, changed)
            is_absent = is_stirred and path not in self._open and not os.path.lexists(path)
            if is_absent or (is_below(path, ruled) and self._private(path)):
                yield path

    def _is_open(self, path: str) -> bool:
        """Whether a file is open, or a cell of it."""
        return path in self._open or (is_notebook(path) and path in map(file_of, list(self._open)))

    def _read_again(self, changed: Iterable[str]) -> None:
        known = set(self._corpus.paths())
        for path in changed:
            if path in known and not self._is_open(path):
                self._closed(path)

    def _take_in(self, changed: Iterable[str]) -> None:
        """Read what has come to be in folders that were read, and among the files that changed."""
        inside = [path for path in changed if self._is_looked_into(path)][:MOST_CHANGED]
        known = set(self._corpus.paths())
        room = min(MOST_CHANGED, self._limits.max_files - len(known))
        arrivals = Arrivals(
            replace(self._limits, max_files=room),
            self._exclude,
            self._order,
            self._private,
            lambda: not self._stopped,
        )
        for path in arrivals.new_below(inside, known, self._watch.folders()):
            if os.path.isdir(path):
                self._watch.add(
                    os.path.join(path, "any"), self._files.folders
                )  # though there may be nothing in it yet
            for name, text in arrivals.texts(path):
                if room <= 0 or self._stopped:
                    return
                if not self._is_open(name):
                    self._put(name, text)
                    room -= 1

    def _is_looked_into(self, path: str) -> bool:
        """Whether it lies in the workspace, and in no folder that is never read."""
        holding = [folder for folder in self._files.folders if is_below(path, [folder])]
        return bool(holding) and not is_never_indexed(
            Path(path[len(max(holding, key=len)) :]).parts
        )

    def _put(self, name: str, text: str, language: str = "") -> None:
        self._watch.add(name, self._files.folders)
        if is_notebook(name):
            text, language = code_of(text)
        self._corpus.put(name, text, language)

    def _document(self, name: str, text: str, language: str) -> None:
        if self._stopped:
            return
        path = file_of(name)
        if path != name:
            self._corpus.remove(path)
        if self._private(path):
            self._corpus.remove(name)
        elif len(text) <= self._limits.max_file_kb * 1024:
            self._order.opened(path, text)
            if self._takes_unsaved:
                self._put(name, text, language)
            else:
                self._closed(name)

    def _closed(self, name: str) -> None:
        path = file_of(name)
        if path != name:
            self._corpus.remove(name)
        if self._stopped or self._is_open(path):
            return
        real = os.path.realpath(
            path
        )  # whoever puts another link there now finds that it is not followed
        is_private = self._is_left(path) or self._private(path) or self._private(real)
        text = None if is_private else read_text(real, self._limits.max_file_kb * 1024)
        if text is None:
            self._corpus.remove(path)
        else:
            self._put(path, text)

    def _private(self, path: str) -> bool:
        return private(file_of(path), self._files.folders, self._exclude) is not None
