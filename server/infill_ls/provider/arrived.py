"""An answer as far as it has arrived and not been read: head, body, and how it ended. Opens no socket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from infill_ls.errors import ProviderError

PIECE = 8 * 1024
"""Bytes that are read in one go; other work has its turn before the next ones."""


@dataclass(frozen=True, slots=True)
class Head:
    """An answer's first lines; header names are lower-case."""

    status: int
    headers: Mapping[str, str]

    @property
    def is_compressed(self) -> bool:
        """Whether the body is in a coding that has to be undone: some hundred bytes may unpack to all of the memory."""
        codings = self.headers.get("content-encoding", "").lower().split(",")
        return not {"", "identity"}.issuperset(coding.strip() for coding in codings)


class Arrived:
    """Filled by who receives, emptied by who reads."""

    def __init__(self) -> None:
        self._head: Head | None = None
        self._body = bytearray()
        self._error: ProviderError | None = None
        self._is_over = False
        self._news = asyncio.Event()

    def begin(self, head: Head) -> None:
        """The head is there."""
        self._head = head
        self._news.set()

    def put(self, data: bytes) -> None:
        """More of the body is there."""
        self._body += data
        self._news.set()

    def end(self, error: ProviderError | None = None) -> None:
        """Nothing more comes."""
        self._error = self._error or error
        self._is_over = True
        self._news.set()

    async def head(self) -> Head | None:
        """The head, as soon as it is there; None where none came.

        Raises:
            ProviderError: what went wrong instead.
        """
        while self._head is None and not self._is_over:
            await self._more()
        if self._head is None and self._error is not None:
            raise self._error
        return self._head

    async def read(self) -> bytes:
        """What has arrived of the body since, or the first of it where that is much; empty at its end.

        Raises:
            ProviderError: it broke off.
        """
        while not self._body and not self._is_over:
            await self._more()
        if not self._body and self._error is not None:
            raise self._error
        data = bytes(self._body[:PIECE])
        del self._body[:PIECE]
        if self._body:
            await asyncio.sleep(0)
        return data

    async def _more(self) -> None:
        self._news.clear()
        await self._news.wait()
