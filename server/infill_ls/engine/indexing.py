"""Feeds the embedded engine with the workspace and the open documents, beside the editor's work."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

from infill_ls.engine.files import Files, private, read_text, walk
from infill_ls.engine.threads import in_thread
from infill_ls.provider.base import Corpus
from infill_ls.settings.schema import LocalSettings

Progress = Callable[[str, int], None]
"""Told a folder and how many of its files have been read so far, about four times a second."""


class Indexing:
    """Reads folders one by one, and documents beside them; a file that must stay private is never read."""

    def __init__(self, corpus: Corpus, files: Files, limits: LocalSettings, exclude: tuple[str, ...]) -> None:
        self._corpus = corpus
        self._files = files
        self._limits = limits
        self._exclude = exclude
        self._open: set[str] = set()
        self._runs: dict[str, object] = {}
        """Folders that are being read, or are to be; each has a mark of the run that reads it."""
        self._stopped = False

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
            for path, text in walk(folder, self._limits, self._exclude, is_wanted):
                if not is_wanted():
                    break
                if path not in self._open:  # what stands in the editor is newer
                    self._corpus.put(path, text)
                count += 1
                if time.monotonic() - told > 0.25:
                    told = time.monotonic()
                    loop.call_soon_threadsafe(progress, folder, count)
            return count

        self._runs[folder] = mark
        try:
            return await in_thread("folders", work)
        finally:
            if is_wanted():
                del self._runs[folder]

    async def document(self, path: str, text: str) -> None:
        """Index a document as it stands in the editor."""
        self._open.add(path)
        await in_thread("documents", self._document, path, text)

    async def closed(self, path: str) -> None:
        """A document was closed: what counts is again what the disk holds."""
        self._open.discard(path)
        await in_thread("documents", self._closed, path)

    def leave(self, folder: str) -> None:
        """A folder was taken out of the workspace: read no more of it."""
        self._runs.pop(folder, None)

    def stop(self) -> None:
        """Read no more."""
        self._stopped = True

    def _document(self, path: str, text: str) -> None:
        if self._stopped:
            return
        if self._private(path):
            self._corpus.remove(path)
        elif len(text) <= self._limits.max_file_kb * 1024:
            self._corpus.put(path, text)

    def _closed(self, path: str) -> None:
        if self._stopped:
            return
        real = os.path.realpath(path)  # whoever puts another link there now finds that it is not followed
        is_private = self._private(path) or self._private(real)
        text = None if is_private else read_text(real, self._limits.max_file_kb * 1024)
        if text is None:
            self._corpus.remove(path)
        else:
            self._corpus.put(path, text)

    def _private(self, path: str) -> bool:
        return private(path, self._files.folders, self._exclude) is not None
