"""The workspace's folders, read beside the editor's work, and what is learned of its languages."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath

from infill_ls.assembly import Assembly
from infill_ls.lsp.background import Background
from infill_ls.lsp.documents import Documents, path_of
from infill_ls.lsp.progress import Progress
from infill_ls.lsp.turns import Turns
from infill_ls.workspace.files import as_text


class Project:
    """All of it for one session, read for whichever engine serves at the time.

    Args:
        folders: the workspace's.
        documents: the open ones.
        assembly: the engine that serves now, with what reads for it.
        background: runs the reading.
        progress: what shows how far it is.
    """

    def __init__(
        self,
        folders: tuple[str, ...],
        documents: Documents,
        assembly: Callable[[], Assembly],
        background: Background,
        progress: Callable[[], Progress],
    ) -> None:
        self.folders = folders
        self._documents = documents
        self._assembly = assembly
        self._background = background
        self._progress = progress
        self.turns = Turns(documents, lambda: assembly().indexing, background.start)
        self._learned: set[str] = set()
        """Languages that the engine in force has been told of."""
        self._has_read = False
        """Whether the workspace's folders have been read."""
        self._looking: asyncio.Task[None] | None = None
        """The look at the disk that the last edits have led to."""

    def read(self) -> None:
        """Read all of it, and the open documents anew."""
        self.read_folders(self.folders)
        for uri, _ in self._documents.paths():
            self.turns.add(uri)

    def read_folders(self, folders: Sequence[str]) -> None:
        """Read these."""
        self._background.start(self._read(folders))

    def change_folders(self, folders: tuple[str, ...]) -> None:
        """The workspace has these folders now."""
        before, self.folders = self.folders, folders
        assembly = self._assembly()
        assembly.files.folders = folders
        for folder in before:
            if folder not in folders:
                self._background.start(assembly.indexing.leave(folder))
        self.read_folders([folder for folder in folders if folder not in before])

    async def look(self, uris: Sequence[str]) -> None:
        """Forget which of these files and folders are gone, and what is private by now."""
        await self._assembly().indexing.look([path for uri in uris if (path := path_of(uri))])

    def opened(self, uri: str) -> None:
        """A document was opened."""
        language = self._documents.language(uri)
        if language not in self._learned:
            self._learned.add(language)
            self._background.start(self._learn(language))
        self.turns.add(uri)

    def edited(self, uri: str) -> None:
        """A document was edited; now and then the disk is looked at after that."""
        self.turns.edited(uri)
        indexing = self._assembly().indexing
        if (self._looking is None or self._looking.done()) and indexing.wants_look():
            self._looking = self._background.start(indexing.look())

    def learn(self) -> None:
        """Tell an engine that is new of the languages in use."""
        for language in self._documents.languages():
            self._background.start(self._assembly().learn(language))

    def forget(self) -> None:
        """There is another engine: it has been told of no language."""
        self._learned = set()

    async def _read(self, folders: Sequence[str]) -> None:
        index, progress = self._assembly().index, self._progress()
        try:
            for folder in folders:
                if self._assembly().index is not index:
                    return  # other settings have come, and another run with them
                if folder in self.folders:
                    await self._assembly().indexing.folder(folder, partial(_tell, progress))
        finally:
            progress.end()
            _keep_from_collector()
        # Whether the project says enough by itself is known only now.
        self._has_read = True
        for language in self._documents.languages():
            await self._assembly().installed.learn(language)

    async def _learn(self, language: str) -> None:
        await self._assembly().learn(language)
        if self._has_read:
            await self._assembly().installed.learn(language)


def _tell(progress: Progress, folder: str, n_files: int) -> None:
    """How far reading is, some times a second."""
    progress.report(f"{as_text(PurePath(folder).name)}: {n_files} files")
    _keep_from_collector()


def _keep_from_collector() -> None:
    """What has been read stays, so the garbage collector need not look at it again.

    For 5,000 files that is 170,000 objects and not one cycle; each look at all of them keeps a key waiting for 50 ms.
    """
    gc.freeze()
