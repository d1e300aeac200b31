"""Has the open documents indexed, one after the other, each as it stands when its turn comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from infill_ls.lsp.documents import Documents, path_of
from infill_ls.workspace.notebooks import name_of
from infill_ls.workspace.readers import Readers

log = logging.getLogger("infill_ls.lsp")

IDLE_S = 2.0
"""Seconds without an edit after which an open document is indexed anew."""


class Turns:
    """Documents that wait to be indexed: thousands opened together are no thousands of texts and tasks that wait.

    Args:
        documents: where their text is; one that is closed by then is indexed as the disk has it.
        indexing: what indexes them at that time.
        start: runs work beside everything else.
    """

    def __init__(
        self,
        documents: Documents,
        indexing: Callable[[], Readers],
        start: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._documents = documents
        self._indexing = indexing
        self._start = start
        self._waiting: dict[str, None] = {}
        """URIs, the longest waiting first."""
        self._idle: dict[str, asyncio.TimerHandle] = {}
        self._runs = False

    def add(self, uri: str) -> None:
        """A document was opened, saved or closed, or is to be indexed anyway."""
        self._forget_timer(uri)
        self._waiting[uri] = None
        if not self._runs:
            self._runs = True
            self._start(self._run())

    def edited(self, uri: str) -> None:
        """A document is indexed when it has not been edited for a while."""
        self._forget_timer(uri)
        self._idle[uri] = asyncio.get_running_loop().call_later(IDLE_S, self.add, uri)

    async def _run(self) -> None:
        while self._waiting:
            uri = next(iter(self._waiting))
            del self._waiting[uri]
            path, text, indexing = path_of(uri), self._documents.text(uri), self._indexing()
            try:
                if path is not None:
                    name, language = name_of(path, uri), self._documents.language(uri)
                    await (
                        indexing.closed(name)
                        if text is None
                        else indexing.document(name, text, language)
                    )
            except Exception:
                log.exception("indexing a document failed")
        self._runs = False

    def _forget_timer(self, uri: str) -> None:
        timer = self._idle.pop(uri, None)
        if timer is not None:
            timer.cancel()
