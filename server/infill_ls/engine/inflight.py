"""Who waits for an answer and which model is at work, document by document; does neither itself.

A document has one request that waits, the latest, and one generation at most. A key ends the request; the generation
goes on for as long as its text agrees with what is typed, since the next request can take it over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from infill_ls.engine.generation import Generation
from infill_ls.records import Edit, Outcome

CLOSE_TIMEOUT_S = 0.25
"""How long a new generation waits for the connection of the one before it to be closed."""
MOST_RUNNING = 2
"""Generations at once, over all documents."""
LINGER_S = 0.5
"""How long a generation goes on after a key without anybody asking for it again; editors take up to 200 ms."""


class Inflight:
    """The waiting request and the running generation of each document."""

    def __init__(
        self, close_timeout_s: float = CLOSE_TIMEOUT_S, linger_s: float = LINGER_S
    ) -> None:
        self._close_timeout_s = close_timeout_s
        self._linger_s = linger_s
        self._waiting: dict[str, _Waiting] = {}
        self._running: dict[str, Generation] = {}
        self._lingering: dict[str, asyncio.TimerHandle] = {}
        self._closing: set[asyncio.Task[Any]] = set()
        self._beside: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        counts = (len(self._waiting), len(self._running), len(self._lingering), len(self._closing))
        return "{} wait, {} run, {} linger, {} close".format(*counts)

    # Requests...

    async def run(self, uri: str, work: Coroutine[object, object, Outcome]) -> Outcome:
        """The outcome of ``work``, or ``superseded`` as soon as something newer comes.

        The caller has answered what waited before. Cancelling the caller cancels the work.
        """
        task = asyncio.ensure_future(work)
        waiting = self._waiting[uri] = _Waiting(task)
        try:
            either: set[asyncio.Future[Any]] = {task, waiting.superseded}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            # The work may also have been cancelled from within, by an engine that other settings replaced.
            if waiting.superseded.done() or task.cancelled():
                return Outcome("superseded")
            return task.result()
        except asyncio.CancelledError:
            if self._waiting.get(uri) is waiting:
                self.abort(uri)
            raise
        finally:
            if self._waiting.get(uri) is waiting:
                del self._waiting[uri]
            self._give_up(task)

    def answer(self, uri: str) -> None:
        """Answer the document's waiting request, if there is one: a newer one is here. What runs goes on."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.superseded.set_result(None)
            self._give_up(waiting.task)

    def edited(self, uri: str, edits: Sequence[Edit] | None) -> None:
        """Answer the waiting request; end the generation unless the edits are what it foresees."""
        self.answer(uri)
        running = self._running.get(uri)
        if running is None:
            return
        if edits is None or not running.follow(edits):
            self.abort(uri)
        elif uri not in self._lingering:
            loop = asyncio.get_running_loop()
            self._lingering[uri] = loop.call_later(self._linger_s, self.abort, uri)

    def supersede(self, uri: str) -> None:
        """End all that goes on for a document."""
        self.answer(uri)
        self.abort(uri)

    # Generations...

    @property
    def is_busy(self) -> bool:
        """Whether a generation runs, for any document."""
        return bool(self._running)

    def beside(self, work: Coroutine[object, object, None]) -> None:
        """Let something work that gives way to any generation, and to the next of its like."""
        self._make_way()
        self._beside = asyncio.ensure_future(work)

    def _make_way(self) -> None:
        task, self._beside = self._beside, None
        if task is not None and not task.done():
            task.cancel()
            self._close(task)

    def running(self, uri: str) -> Generation | None:
        """The document's generation, where one runs."""
        return self._running.get(uri)

    def take_over(self, uri: str) -> Generation | None:
        """The document's generation, which goes on from here for as long as somebody waits for it."""
        timer = self._lingering.pop(uri, None)
        if timer is not None:
            timer.cancel()
        return self._running.get(uri)

    def start(
        self,
        uri: str,
        generation: Generation,
        work: Callable[[], Coroutine[object, object, Outcome]],
    ) -> asyncio.Task[Outcome]:
        """Let a generation work; the document has none, or it is ended."""
        self._make_way()
        self.abort(uri)
        while len(self._running) >= MOST_RUNNING:
            # The oldest; it belongs to a document that the person has left.
            self.abort(next(iter(self._running)))
        self._running[uri] = generation
        task = generation.start(self._after_closing(work))
        task.add_done_callback(lambda _: self._ended(uri, generation))
        return task

    def abort(self, uri: str) -> None:
        """End the document's generation: its connection is closed at once."""
        generation = self.take_over(uri)
        if generation is None:
            return
        del self._running[uri]
        self._close(generation.stop())

    async def stop(self) -> None:
        """End everything and wait for the connections to close."""
        self._make_way()
        for uri in {*self._waiting, *self._running}:
            self.supersede(uri)
        await self._closed()

    async def _after_closing(
        self, work: Callable[[], Coroutine[object, object, Outcome]]
    ) -> Outcome:
        """Work once the connections of ended generations are closed, so that never more run than may."""
        await self._closed()
        return await work()

    async def _closed(self) -> None:
        if self._closing:
            await asyncio.wait(set(self._closing), timeout=self._close_timeout_s)

    def _give_up(self, task: asyncio.Task[Outcome]) -> None:
        """End a request's own work, which may ask a model, too, where several candidates are wanted."""
        # A second cancellation would strike it while it closes its connection.
        if not task.done() and task not in self._closing:
            task.cancel()
            task.add_done_callback(_fetch)
            self._close(task)

    def _close(self, task: asyncio.Task[Any]) -> None:
        if not task.done():
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _ended(self, uri: str, generation: Generation) -> None:
        if self._running.get(uri) is generation:
            self.take_over(uri)  # nobody has to be waited for any more
            del self._running[uri]


class _Waiting:
    __slots__ = ("superseded", "task")

    def __init__(self, task: asyncio.Task[Outcome]) -> None:
        self.task = task
        self.superseded: asyncio.Future[None] = asyncio.get_running_loop().create_future()


def _fetch(task: asyncio.Task[Outcome]) -> None:
    """Nobody waits for it any more: what it raised is fetched, so that the loop does not complain."""
    if not task.cancelled():
        task.exception()
