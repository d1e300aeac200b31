"""Lets a model of the user's own read in advance what the next prompts begin with. Gives way to any other call."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from infill_ls.accounting.meter import Meter
from infill_ls.engine.ask import call
from infill_ls.engine.backend import Backend
from infill_ls.engine.gate import refuse
from infill_ls.engine.gather import context_of, prompt_for
from infill_ls.engine.parts import Parts
from infill_ls.errors import ProviderError
from infill_ls.records import Chunk, Outcome, Request, Snapshot

QUIET_S = 0.3
"""How long nothing else is opened before it is worth it: a session that is restored opens many files."""


async def prime(snapshot: Snapshot, parts: Parts) -> None:
    """Have the prompt for a place read, unless there is something against it, or the model has other work.

    What it shows of other files is found in any case, so that the first request has that at hand.
    """
    backend, other_files = parts.backends[0], parts.other_files
    if other_files is not None:
        other_files.come_to(snapshot)
    if backend.primes is None or _begins_with_suffix(backend):
        return
    room = backend.room(snapshot.language)
    if room is not None and len(snapshot.prefix) > room:
        return  # prompts for other places begin somewhere else
    await parts.clock.sleep(QUIET_S)
    if parts.inflight.is_busy or not await _may_be_read(snapshot, backend, parts):
        return
    if other_files is not None:  # what is shown of them stands at the prompt's beginning
        other_files.come_to(snapshot)
        await other_files.settle()
    await _read(snapshot, backend, parts)


async def prime_next(snapshot: Snapshot, parts: Parts) -> None:
    """In a pause, have read what prompts show of other files from the next line on, as soon as the model is idle.

    All behind it is read anew; whoever types on would wait for that.
    """
    backend, other_files = parts.backends[0], parts.other_files
    if other_files is None or backend.primes is None or _begins_with_suffix(backend):
        return
    while parts.inflight.is_busy:
        await parts.clock.sleep(QUIET_S)
    if await _may_be_read(snapshot, backend, parts):
        other_files.go_on(snapshot)
        await _read(snapshot, backend, parts)


async def _may_be_read(snapshot: Snapshot, backend: Backend, parts: Parts) -> bool:
    if backend.provider.paused or parts.accounts.is_spent:
        return False
    if refuse(Request("prime", snapshot, "automatic"), parts.settings) is not None:
        return False
    return await parts.files.private(snapshot.path) is None


async def _read(snapshot: Snapshot, backend: Backend, parts: Parts) -> None:
    prompt = prompt_for(backend, context_of(backend, snapshot, parts), parts.settings)
    meter = Meter(parts.clock)
    meter.tally.begin()
    try:
        # What goes wrong here goes wrong again at the first request, which has someone to tell.
        with contextlib.suppress(ProviderError):
            await call(
                backend,
                replace(prompt, max_tokens=backend.primes or 0, ahead=True),
                _Nowhere(),
                meter,
            )
    finally:
        meter.tally.end()
        outcome = Outcome("superseded", source="speculative", model=backend.provider.model)
        meter.settle(lambda tally: parts.accounts.book(outcome, tally))


class _Nowhere:
    """Takes what a model says although it was asked to say nothing."""

    def __init__(self) -> None:
        self.left = 1

    @property
    def is_over(self) -> bool:
        return False

    def heard(self, _chunk: Chunk) -> None:
        pass

    async def take(self, _text: str) -> str:
        return ""


def _begins_with_suffix(backend: Backend) -> bool:
    """Whether what follows the cursor comes first in a prompt: it is another at each place."""
    middle = backend.family.middle if backend.family is not None else ""
    return 0 <= middle.find("{suffix}") < middle.find("{prefix}")
