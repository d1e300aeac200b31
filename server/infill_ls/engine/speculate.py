"""Asking ahead: once a suggestion has stood for a moment, for what follows where it is accepted. Asks nobody itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from infill_ls.engine.clock import Clock
from infill_ls.records import Completion, Snapshot

QUIET_S = 0.25
"""How long a suggestion stands before it is worth asking ahead: who types on has not read it yet."""
SLOW_S = 2.0
"""A model whose first token takes longer is not kept busy with what may never be needed."""


class Speculation:
    """The one suggestion that is being looked at."""

    def __init__(self, clock: Clock, ask: Callable[[Snapshot, Completion], None]) -> None:
        self._clock = clock
        self._ask = ask
        self._task: asyncio.Task[None] | None = None

    def shown(self, place: Snapshot, completion: Completion) -> None:
        """A suggestion is on screen; the one before it is not any more."""
        self.stop()
        self._task = asyncio.ensure_future(self._later(place, completion))

    def stop(self) -> None:
        """Nobody looks at a suggestion now."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _later(self, place: Snapshot, completion: Completion) -> None:
        await self._clock.sleep(QUIET_S)
        self._ask(place, completion)


def accepted(place: Snapshot, completion: Completion) -> Snapshot:
    """The place behind a suggestion, as if it were accepted."""
    text = completion.text
    lines = text.count("\n")
    column = len(text) - text.rfind("\n") - 1 if lines else place.column + len(text)
    return replace(
        place,
        line=place.line + lines,
        column=column,
        prefix=place.prefix + text,
        suffix=place.suffix[completion.replaces :],
    )
