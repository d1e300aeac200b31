"""Progress in the editor for what takes longer than a second; nothing for what does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

from lsprotocol import types

from infill_ls.lsp.protocol import InfillProtocol
from infill_ls.sentences import sentence

SILENT_S = 1.0

T = TypeVar("T")
Value = types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd


async def with_progress(work: Awaitable[T], message: str, progress: Progress) -> T:
    """What comes of work that may take its time: the user sees that it does, and what it does."""
    timer = asyncio.get_running_loop().call_later(
        SILENT_S, lambda: progress.report(progress.last or message)
    )
    try:
        return await work
    finally:
        timer.cancel()
        progress.end()


class Progress:
    """One piece of work as the editor's progress bar shows it."""

    def __init__(
        self,
        protocol: InfillProtocol,
        title: str,
        *,
        supported: bool,
        cancel: Callable[[], None] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._protocol = protocol
        self._title = title
        self._supported = supported
        self._cancel = cancel
        self._now = now
        self._started = now()
        self._token: str | None = None
        self.last = ""
        """What was to be said last, be it said or not."""

    def report(self, message: str) -> None:
        """Say how far it is."""
        self.last = message
        if not self._supported or self._now() - self._started < SILENT_S:
            return
        message = sentence(message)
        if self._token is None:
            self._token = str(uuid4())
            self._protocol.send_request(
                types.WINDOW_WORK_DONE_PROGRESS_CREATE,
                types.WorkDoneProgressCreateParams(self._token),
            )
            if self._cancel is not None:
                self._protocol.cancellable[self._token] = self._cancel
            self._send(
                types.WorkDoneProgressBegin(
                    self._title, cancellable=self._cancel is not None, message=message
                )
            )
        else:
            self._send(types.WorkDoneProgressReport(message=message))

    def end(self) -> None:
        """The work is done, or is no longer wanted."""
        if self._token is not None:
            self._protocol.cancellable.pop(self._token, None)
            self._send(types.WorkDoneProgressEnd())

    def _send(self, value: Value) -> None:
        self._protocol.notify(
            types.PROGRESS, types.ProgressParams(token=self._token or "", value=value)
        )
