"""What follows where a suggestion is accepted: asked for once it stood for a moment, or said before."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from infill_ls.accounting.meter import Meter
from infill_ls.cache.key import key
from infill_ls.cache.store import KeptAnswer
from infill_ls.engine.answer import answer
from infill_ls.engine.backend import Backend
from infill_ls.engine.gate import refuse_call
from infill_ls.engine.generate import Raw
from infill_ls.engine.generation import Generation
from infill_ls.engine.parts import Parts
from infill_ls.engine.postprocess import draft_at, verdict_of
from infill_ls.records import Completion, Outcome, Request, Snapshot
from infill_ls.settings.schema import CompletionSettings
from infill_ls.stream.pipeline import Pipeline
from infill_ls.syntax.surroundings import Surroundings

QUIET_S = 0.25
"""How long a suggestion stands before it is worth asking ahead: who types on has not read it yet."""
SLOW_S = 2.0
"""A model whose first token takes longer is not kept busy with what may never be needed."""


class Speculation:
    """The one suggestion that is being looked at."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._task: asyncio.Task[None] | None = None

    def shown(self, snapshot: Snapshot, completion: Completion) -> None:
        """A suggestion is on screen; the one before it is not any more."""
        self.stop()
        self._task = asyncio.ensure_future(self._later(snapshot, completion))

    def stop(self) -> None:
        """Nobody looks at a suggestion now."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _later(self, snapshot: Snapshot, completion: Completion) -> None:
        await self._parts.clock.sleep(QUIET_S)
        ask_ahead(snapshot, completion, self._parts)


def ask_ahead(snapshot: Snapshot, completion: Completion, parts: Parts) -> None:
    """Ask for what follows a suggestion, as if it were accepted: what was not said already and is worth a call."""
    backend = parts.backends[0]
    ahead = accepted(snapshot, completion)
    limits = parts.settings.completion
    if parts.cache.find(ahead, backend.id) is not None:
        return  # where the model had no more to say, or has said it, nobody has to be asked
    found = parts.cache.find(snapshot, backend.id)
    here = Surroundings.of(ahead)
    said = read_beyond(found.beyond, here, limits) if found and found.beyond else None
    if said is not None:
        parts.cache.put(key(ahead, backend.id), KeptAnswer(said, source="speculative", is_cut=True))
        return
    if not limits.speculate or not _is_worth_a_call(backend, ahead, parts):
        return
    meter, draft = Meter(parts.clock), draft_at(here, limits)
    generation = Generation(
        here,
        backend.id,
        draft,
        parts.clock,
        tally=meter.tally,
        person_at=snapshot,
        suggestion=completion.text,
    )
    request = Request("ahead", ahead)
    parts.inflight.start(
        snapshot.uri, generation, lambda: answer(request, backend, generation, meter, parts)
    )
    outcome = Outcome("superseded", source="speculative", model=backend.provider.model)
    meter.settle(lambda tally: parts.accounts.book(outcome, tally))


def _is_worth_a_call(backend: Backend, ahead: Snapshot, parts: Parts) -> bool:
    if (
        backend.source != "model"
        or backend.provider.paused
        or parts.inflight.running(ahead.uri) is not None
    ):
        return False
    if parts.debounce.first_token_s > SLOW_S or parts.accounts.is_spent:
        return False
    return refuse_call(Request("ahead", ahead)) is None


def read_beyond(text: str, here: Surroundings, limits: CompletionSettings) -> Completion | None:
    """What such lines are shown as where the suggestion before them has been accepted."""
    pipeline = Pipeline(
        here, (), max_lines=limits.max_lines, lines=limits.lines, off=limits.rules_off
    )
    shown = pipeline.feed(text) + pipeline.flush()
    verdict = verdict_of(Raw(shown, None, pipeline.stopped, pipeline.changed), here, limits)
    return verdict if isinstance(verdict, Completion) else None


def accepted(snapshot: Snapshot, completion: Completion) -> Snapshot:
    """The place behind a suggestion, as if it were accepted."""
    text = completion.text
    lines = text.count("\n")
    column = len(text) - text.rfind("\n") - 1 if lines else snapshot.column + len(text)
    return replace(
        snapshot,
        line=snapshot.line + lines,
        column=column,
        prefix=snapshot.prefix + text,
        suffix=snapshot.suffix[completion.replaces :],
    )
