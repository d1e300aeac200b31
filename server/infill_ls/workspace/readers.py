"""Everything that reads the project, as one: what is read for prompts first, then what the embedded engine learns."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection

from infill_ls.workspace.indexing import Indexing, Progress


class Readers:
    """Hands each call on to its readers, one after the other."""

    def __init__(self, embedded: Indexing, *others: Indexing) -> None:
        self.embedded = embedded
        self._readers = (*others, embedded)

    async def folder(self, folder: str, progress: Progress = lambda _folder, _files: None) -> int:
        """Read a workspace folder; gives the number of files that the last of the readers has read."""
        count = 0
        for reader in self._readers:
            count = await reader.folder(folder, progress)
        return count

    async def for_prompts(self, folder: str, seconds: float) -> None:
        """Read a workspace folder for prompts alone, so long at most."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for reader in self._readers[:-1]:
                    await reader.folder(folder)

    async def document(self, name: str, text: str, language: str = "") -> None:
        """Read a document as it stands in the editor."""
        for reader in self._readers:
            await reader.document(name, text, language)

    async def closed(self, name: str) -> None:
        """A document was closed: what counts is again what the disk holds."""
        for reader in self._readers:
            await reader.closed(name)

    async def leave(self, folder: str) -> None:
        """A folder was taken out of the workspace."""
        for reader in self._readers:
            await reader.leave(folder)

    def wants_look(self) -> bool:
        """Whether it is time for another look at the files that were read."""
        return any(reader.wants_look() for reader in self._readers)

    async def look(self, changed: Collection[str] = ()) -> None:
        """Forget what is gone, and what has become private."""
        for reader in self._readers:
            await reader.look(changed)

    def stop(self) -> None:
        """Read no more."""
        for reader in self._readers:
            reader.stop()
