"""Asks a candidate by the provider's Batch API: hours slower, at half the price. What was sent outlives the run."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from infill_ls.accounting.ledger import Ledger
from infill_ls.clock import Clock
from infill_ls.errors import ProviderError
from infill_ls.evaluate.answers import Answers
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.holes import Hole
from infill_ls.provider.batches import ENDED, LARGEST_FILE, LARGEST_LINE, MOST_LINES, PRICE, Batches
from infill_ls.records import Chunk

POLL_S = 90.0
"""Between two looks, as the provider's page advises: every one to two minutes."""
MOST_FAILURES = 20
"""Looks in a row that may fail."""

Told = Callable[[str], None]
"""Takes a sentence on how it goes."""


class BatchRun:
    """The batches of one candidate.

    Args:
        asker: builds the prompts, and makes of a model's text what would be shown.
        service: where batches go.
        answers: where answers are kept.
        state: the file that remembers which batches are on their way.
        clock: what the time between two looks is waited by.
        told: see there.
        ledger: where what was spent is counted, at the price of batches.
        most_lines: requests of a file at most.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # each is another's, and named by the caller
        self,
        asker: Asker,
        service: Batches,
        answers: Answers,
        state: Path,
        clock: Clock,
        told: Told,
        ledger: Ledger,
        *,
        most_lines: int = MOST_LINES,
    ) -> None:
        self.asker = asker
        self._service = service
        self._answers = answers
        self._state = state
        self._clock = clock
        self._told = told
        self._ledger = ledger
        self._most_lines = most_lines
        self._jobs: dict[str, list[str]] = self._load()
        """The holes of each batch that is on its way."""

    @property
    def is_on_its_way(self) -> bool:
        """Whether batches of an earlier run are still to be waited for."""
        return bool(self._jobs)

    def unsent(self, holes: Sequence[Hole]) -> list[Hole]:
        """The holes that no answer is there for, nor on its way."""
        sent = {name for names in self._jobs.values() for name in names}
        known = self._answers.known
        return [
            hole
            for hole in holes
            if hole.id not in sent and (self.asker.candidate.id, hole.id) not in known
        ]

    async def go(self, holes: Sequence[Hole]) -> str:
        """Send what is missing, wait for all of it; gives why some of it is missing still, or the empty string.

        Raises:
            ProviderError: the service refuses, or is not to be reached.
        """
        by_id = {hole.id: hole for hole in holes}
        async for names, lines in self._parts(self.unsent(holes)):
            batch = await self._service.create(await self._service.upload(lines))
            self._jobs[batch.id] = names
            self._save()
        said, failures = "", 0
        while self._jobs:
            for name in list(self._jobs):
                try:
                    said = await self._look(name, by_id) or said
                    failures = 0
                except ProviderError:
                    failures += 1
                    if failures == MOST_FAILURES:
                        raise
            if self._jobs:
                self._told(
                    f"{len(self._jobs)} of the batches of {self.asker.candidate.name} are on their way"
                )
                await self._clock.sleep(POLL_S)
        return said

    async def _parts(self, holes: Sequence[Hole]) -> AsyncIterator[tuple[list[str], bytes]]:
        """Files that are no larger than the service takes, and the holes in each."""
        names: list[str] = []
        lines = bytearray()
        for hole in holes:
            prompt = await self.asker.prompt(hole)
            line = b"" if prompt is None else self._service.line(hole.id, prompt)
            if not line or len(line) > LARGEST_LINE:
                continue
            if len(names) == self._most_lines or len(lines) + len(line) > LARGEST_FILE:
                yield names, bytes(lines)
                names, lines = [], bytearray()
            names.append(hole.id)
            lines += line
        if names:
            yield names, bytes(lines)

    async def _look(self, name: str, by_id: dict[str, Hole]) -> str:
        """Take what has come of a batch, once it has ended; gives what went wrong."""
        batch = await self._service.look(name)
        if batch.status not in ENDED:
            return ""
        for file in (batch.output, batch.errors):
            for hole_id, chunk in (await self._service.answers(file)).items() if file else ():
                hole = by_id.get(hole_id)
                if hole is not None and chunk is not None:
                    await self._keep(hole, chunk)
        del self._jobs[name]
        self._save()
        return (
            ""
            if batch.status == "completed"
            else f"the batch {batch.id} ended as {batch.status}: {batch.message}"
        )

    async def _keep(self, hole: Hole, chunk: Chunk) -> None:
        # Batches get no discount for what a cache had; and when an answer came says nothing of how fast it is.
        usage = None if chunk.usage is None else replace(chunk.usage, cached=0)
        answer, outcome = await self.asker.replay(hole, [replace(chunk, usage=usage)])
        price = None if answer.cost is None else PRICE * answer.cost
        self._ledger.record(outcome, datetime.now(UTC), asked=self.asker.backend.provider.model)
        self._answers.add(replace(answer, first_ms=None, total_ms=0.0, cost=price))

    def _load(self) -> dict[str, list[str]]:
        try:
            said = json.loads(self._state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        jobs = said.get(self.asker.candidate.id, {}) if isinstance(said, dict) else {}
        return {str(name): list(map(str, holes)) for name, holes in jobs.items()}

    def _save(self) -> None:
        """Write down what is on its way; other candidates' batches stay as they are."""
        try:
            said = json.loads(self._state.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            said = {}
        said[self.asker.candidate.id] = self._jobs
        self._state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._state.with_suffix(".new")
        fresh.write_text(json.dumps(said), encoding="utf-8")
        fresh.replace(self._state)
