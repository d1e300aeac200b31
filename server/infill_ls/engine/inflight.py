"""At most one running request per document: a newer one or an edit ends the older at once.

Ending means: the caller is answered at once, the task is cancelled, and with it its connection to the model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from infill_ls.records import Outcome

CLOSE_TIMEOUT_S = 0.25
"""How long a new request waits for the connection of the one that it replaced to be closed."""


class Inflight:
    """The running request of each document."""

    def __init__(self, close_timeout_s: float = CLOSE_TIMEOUT_S) -> None:
        self._close_timeout_s = close_timeout_s
        self._running: dict[str, _Run] = {}
        self._closing: dict[str, set[asyncio.Task[Outcome]]] = {}

    async def run(self, uri: str, work: Coroutine[object, object, Outcome]) -> Outcome:
        """The outcome of ``work``, or ``superseded`` as soon as something newer comes.

        The caller has superseded what ran before. Cancelling the caller cancels the work.
        """
        task = asyncio.ensure_future(work)
        run = _Run(task, asyncio.get_running_loop().create_future())
        self._running[uri] = run
        try:
            either: set[asyncio.Future[Any]] = {task, run.superseded}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            # The work may also have been cancelled from within, by an engine that other settings replaced.
            if run.superseded.done() or task.cancelled():
                return Outcome("superseded")
            return task.result()
        finally:
            if self._running.get(uri) is run:
                del self._running[uri]
            self._close(uri, task)

    def supersede(self, uri: str) -> None:
        """End the document's running request, if there is one: it was edited, or a newer request is here."""
        run = self._running.pop(uri, None)
        if run is not None:
            run.superseded.set_result(None)
            self._close(uri, run.task)

    async def closed(self, uri: str) -> None:
        """Wait until the connections of the document's ended requests are closed, so that no two ever run at once."""
        tasks = self._closing.get(uri)
        if tasks:
            await asyncio.wait(tasks, timeout=self._close_timeout_s)

    async def stop(self) -> None:
        """End all requests and wait for their connections to close."""
        for uri in list(self._running):
            self.supersede(uri)
        closing = set().union(*self._closing.values())
        if closing:
            await asyncio.wait(closing, timeout=self._close_timeout_s)

    def _close(self, uri: str, task: asyncio.Task[Outcome]) -> None:
        # A second cancellation would strike the task while it is closing its connection.
        if task.done() or task in self._closing.get(uri, ()):
            return
        task.cancel()
        self._closing.setdefault(uri, set()).add(task)
        task.add_done_callback(lambda done: self._forget(uri, done))

    def _forget(self, uri: str, task: asyncio.Task[Outcome]) -> None:
        self._closing[uri].discard(task)
        if not self._closing[uri]:
            del self._closing[uri]
        if not task.cancelled():
            task.exception()  # nobody waits for it any more: fetched, so that the loop does not complain


class _Run:
    __slots__ = ("superseded", "task")

    def __init__(self, task: asyncio.Task[Outcome], superseded: asyncio.Future[None]) -> None:
        self.task = task
        self.superseded = superseded
