"""What follows where a suggestion is accepted: asked for once it stood for a moment, or said before. Asks nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from infill_ls.clock import Clock
from infill_ls.engine.generate import Raw
from infill_ls.engine.postprocess import verdict_of
from infill_ls.records import Completion, Snapshot
from infill_ls.settings.schema import CompletionSettings
from infill_ls.stream.pipeline import Pipeline

QUIET_S = 0.25
"""How long a suggestion stands before it is worth asking ahead: who types on has not read it yet."""
CUT = frozenset({"statement", "block"})
"""Rules of the stream that end an automatic answer sooner than an explicit one."""
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


def beyond(raw: Raw, shown: Completion) -> str:
    """The whole lines that a model had said behind a suggestion before it was stopped.

    Empty where it was stopped for another reason than that a statement or a block had ended.
    """
    whole = (raw.text + raw.beyond).rpartition("\n")[0]
    return whole[len(shown.text) :] if raw.stopped in CUT and whole.startswith(shown.text) else ""


def read_beyond(text: str, ahead: Snapshot, limits: CompletionSettings) -> Completion | None:
    """What such lines are shown as where the suggestion before them has been accepted."""
    pipeline = Pipeline(ahead, (), max_lines=limits.max_lines, lines=limits.lines, off=limits.rules_off)
    shown = pipeline.feed(text) + pipeline.flush()
    verdict = verdict_of(Raw(shown, None, pipeline.stopped, pipeline.changed), ahead, limits)
    return verdict if isinstance(verdict, Completion) else None


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
