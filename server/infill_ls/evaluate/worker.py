"""What a machine of a cluster does in a run: asks a candidate about a hole, with the keys that this machine has.

Code and settings come in a job, which is kept for as long as the process lives; a key never does.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

import infill_ls
from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.accounting.trace import Trace
from infill_ls.assembly import assemble
from infill_ls.clock import SystemClock
from infill_ls.evaluate.answers import Answer
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.candidates import Candidate
from infill_ls.evaluate.ground import Ground, Stage
from infill_ls.evaluate.holes import Hole
from infill_ls.records import Outcome
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.startup import Launch

OWN = ("api_key_command", "headers", "proxy", "ca_bundle", "cache_salt")
"""What may hold a secret or name a file: it stays on its machine, and each takes its own."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that a run's questions need, but for keys."""

    ground: Ground
    candidates: Sequence[Candidate]
    holes: Sequence[Hole]


class Booked(NamedTuple):
    """What a ledger is told of a request that has ended."""

    outcome: Outcome
    asked: str | None
    estimated: int


class Done(NamedTuple):
    """What comes back: the answer, how the request ended, and what is to be counted where the user is."""

    answer: Answer
    outcome: Outcome
    booked: Sequence[Booked]


class Worker:
    """Asks about a job's holes, one at a time; the connections to models stay open in between.

    Args:
        job: what is asked about.
        environ: this machine's environment, where its keys and its own settings come from.
    """

    def __init__(self, job: Job, environ: Mapping[str, str]) -> None:
        self._job = job
        self._environ = environ
        self._own = Launch(environ).resolved().settings.provider
        self._runner = asyncio.Runner()
        self._receipts = _Receipts()
        self._askers: dict[int, Asker] = {}

    def ask(self, candidate: int, hole: int) -> Done:
        """The answer of a candidate of the job at a hole of the job."""
        return self._runner.run(self._ask(candidate, self._job.holes[hole]))

    def close(self) -> None:
        """Close the connections. A cluster ends the process instead."""
        for asker in self._askers.values():
            self._runner.run(asker.assembly.engine.aclose())
        self._runner.close()

    async def _ask(self, number: int, hole: Hole) -> Done:
        asker = self._askers.get(number)
        if asker is None:
            asker = self._askers[number] = self._made(self._job.candidates[number])
        self._receipts.booked = []
        said, outcome = await asker.ask(hole)
        return Done(said, outcome, self._receipts.booked)

    def _made(self, candidate: Candidate) -> Asker:
        own = {name: getattr(self._own, name) for name in OWN}
        settings = candidate.settings
        settings = replace(
            settings,
            provider=replace(settings.provider, **own),
            usage=replace(settings.usage, daily_tokens=None),  # held where the ledger is
        )
        ground, clock = self._job.ground, SystemClock()
        assembly = assemble(settings, self._environ, (ground.root,), clock, Trace())
        related = assembly.related
        stage = Stage(ground, assembly.index if related is None else related, "around")
        if related is not None:
            stage.fill()
        asking = replace(candidate, settings=settings)
        return Asker(asking, assembly, ground.root, stage, asyncio.Lock(), clock, self._receipts)


class _Receipts(Ledger):
    """Keeps what is to be counted, and counts nothing."""

    def __init__(self) -> None:
        super().__init__(LedgerFile())
        self.booked: list[Booked] = []

    def record(
        self,
        outcome: Outcome,
        _at: datetime,
        *,
        asked: str | None = None,
        estimated: int = 0,
        feature: str | None = None,  # noqa: ARG002  # candidates only complete
    ) -> None:
        self.booked.append(Booked(outcome, asked, estimated))


def without_own(provider: ProviderSettings) -> ProviderSettings:
    """The settings without what stays on its machine."""
    bare = ProviderSettings()
    return replace(provider, **{name: getattr(bare, name) for name in OWN})


def answer(job: Sequence[Any], candidate: int, hole: int) -> Done:
    """A task of a cluster. The job comes as a reference in a list, or it would be fetched for each task."""
    return _worker(job[0]).ask(candidate, hole)


def version() -> str:
    """A task that says which version is installed there."""
    return infill_ls.__version__


@lru_cache(maxsize=1)
def _worker(job: Any) -> Worker:
    return Worker(import_module("ray").get(job), os.environ)
