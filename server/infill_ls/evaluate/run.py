"""Asks all candidates about all holes, some at a time, and keeps each answer. Knows neither settings nor pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from infill_ls.clock import Clock
from infill_ls.engine.backend import Backend
from infill_ls.evaluate.answers import Answer, Answers
from infill_ls.evaluate.candidates import Candidate
from infill_ls.evaluate.holes import Hole
from infill_ls.records import Outcome

AT_A_TIME = 4
"""Calls to one model."""
CHUNK = 64
"""Holes that every candidate is asked about before the next ones, so that an interrupted run compares the same holes;
more where many are asked about at a time."""
RESULTS = frozenset({"shown", "empty", "filtered", "gated", "excluded", "timeout", "bad_request"})
"""Outcomes that say something of a candidate; the others say that it could not be asked, and are asked again."""
SETTLED = frozenset({"auth", "not_found", "unsupported", "over_budget"})
"""Outcomes that will not change for as long as nobody does anything."""
_WHY = {
    "over_budget": "today's tokens have reached usage.daily_tokens: run the same command again tomorrow, or raise it."
}
"""What else is said to people than in an editor, where others stand in."""
MOST_TRIES = 6
PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0

Progress = Callable[[str, int, int], None]
"""Told a candidate's name, how many answers there are by now, and how many there will be."""


class Asks(Protocol):
    """Who asks a candidate: this process, or machines of a cluster."""

    candidate: Candidate

    @property
    def backend(self) -> Backend: ...

    async def ask(self, hole: Hole) -> tuple[Answer, Outcome]:
        """The answer, and how the request ended."""


class Run:
    """One run over all holes.

    Args:
        askers: the candidates.
        answers: where they are kept; those that are there already are not asked for again.
        clock: what pauses are waited by.
        progress: see there.
        at_a_time: calls to one model.
    """

    def __init__(
        self,
        askers: Sequence[Asks],
        answers: Answers,
        clock: Clock,
        progress: Progress,
        at_a_time: int = AT_A_TIME,
    ) -> None:
        self.askers = askers
        self._answers = answers
        self._clock = clock
        self._progress = progress
        self._at_a_time = at_a_time
        self.stopped: dict[str, str] = {}
        """Why a candidate was not asked to the end, by its ``id``."""

    def missing(self, asker: Asks, holes: Iterable[Hole]) -> list[Hole]:
        """The holes that a candidate has yet to be asked about."""
        return [hole for hole in holes if (asker.candidate.id, hole.id) not in self._answers.known]

    async def go(self, holes: Sequence[Hole]) -> None:
        """Ask for what is missing."""
        n_all = len(holes) * len(self.askers)
        done = n_all - sum(len(self.missing(asker, holes)) for asker in self.askers)
        for chunk in _chunks(holes, max(CHUNK, 4 * self._at_a_time)):
            for asker in self.askers:
                done = await self._ask_chunk(asker, self.missing(asker, chunk), done, n_all)

    async def _ask_chunk(self, asker: Asks, holes: list[Hole], done: int, n_all: int) -> int:
        waiting = iter(holes)

        async def work() -> None:
            nonlocal done
            for hole in waiting:
                if asker.candidate.id in self.stopped:
                    return
                answer = await self._ask(asker, hole)
                if answer is not None:
                    self._answers.add(answer)
                    done += 1
                    self._progress(asker.candidate.name, done, n_all)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(1 if asker.backend.source == "local" else self._at_a_time):
                    group.create_task(work())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None  # what stops one stops all
        return done

    async def _ask(self, asker: Asks, hole: Hole) -> Answer | None:
        """The answer; None where the candidate cannot be asked any more."""
        pause, why = PAUSE_S, ""
        for _ in range(MOST_TRIES):
            answer, outcome = await asker.ask(hole)
            # An error without a call is one of before, which is not asked about again for a while.
            is_new = answer.calls or outcome.message is None
            if answer.outcome in RESULTS and is_new:
                return answer
            why = _WHY.get(answer.outcome) or outcome.message or answer.outcome
            if answer.outcome in SETTLED:
                break
            await self._clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        self.stopped.setdefault(asker.candidate.id, why)
        return None


def _chunks(holes: Sequence[Hole], size: int) -> Iterator[list[Hole]]:
    """Some holes at a time, all of the same state of the project."""
    for _, group in groupby(holes, key=lambda hole: hole.revision):
        same = list(group)
        for start in range(0, len(same), size):
            yield same[start : start + size]
