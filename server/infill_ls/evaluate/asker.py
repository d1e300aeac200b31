"""One hole -> one candidate's answer, through the same engine as in the editor. Keeps nothing from hole to hole."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.prices import cost
from infill_ls.accounting.trace import Trace
from infill_ls.assembly import Assembly, allowance_of, prices
from infill_ls.clock import Clock
from infill_ls.engine.backend import Backend
from infill_ls.engine.engine import Engine
from infill_ls.engine.opened import Document
from infill_ls.engine.other_files import OtherFiles
from infill_ls.evaluate.answers import Answer
from infill_ls.evaluate.candidates import Candidate
from infill_ls.evaluate.ground import Stage
from infill_ls.evaluate.holes import Hole, stands_in
from infill_ls.provider.base import Provider
from infill_ls.records import Chunk, Outcome, Prompt, Request, Snapshot
from infill_ls.workspace.watching import is_below

LOOK_S = 60.0
"""Seconds that finding what a prompt shows of other files may take; an editor has had them before the key."""
_NAME = re.compile(r"[^\W\d]\w{2,}")


class Asker:
    """Asks one candidate. Several holes may be asked about at a time, but what is known is set for one after the other.

    Args:
        candidate: who is asked.
        assembly: its engine's parts.
        root: the project's folder.
        stage: keeps what the parts know as each hole needs it.
        lock: held while that is read; whoever shares the stage shares the lock.
        clock: what times are measured by.
        ledger: where calls are counted, and the daily cap is held.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # each is another's, and named by the caller
        self,
        candidate: Candidate,
        assembly: Assembly,
        root: str,
        stage: Stage,
        lock: asyncio.Lock,
        clock: Clock,
        ledger: Ledger | None,
    ) -> None:
        self.candidate = candidate
        self.assembly = assembly
        self._root = root
        self._stage = stage
        self._lock = lock
        self._clock = clock
        self._ledger = ledger
        self._prices = prices(candidate.settings, self.backend.provider.model)

    @property
    def backend(self) -> Backend:
        """Who is asked; nobody stands in, since it is this one that is looked at."""
        return self.assembly.engine.backends[0]

    async def ask(self, hole: Hole) -> tuple[Answer, Outcome]:
        """The answer, and how the request ended."""
        return await self._ask(hole, _Heard(self.backend.provider), self._ledger)

    async def prompt(self, hole: Hole) -> Prompt | None:
        """What would be sent, without sending it; None where nothing would be."""
        unsaid = _Unsaid(self.backend.provider)
        await self._ask(hole, unsaid)
        return unsaid.prompt

    async def replay(self, hole: Hole, chunks: list[Chunk]) -> tuple[Answer, Outcome]:
        """The answer that comes of what a model has said elsewhere."""
        return await self._ask(hole, _Said(self.backend.provider, chunks))

    async def _ask(
        self, hole: Hole, heard: _Heard, ledger: Ledger | None = None
    ) -> tuple[Answer, Outcome]:
        snapshot = hole.snapshot(self._root)
        engine = self._engine(hole, snapshot, heard, ledger)
        request = Request(hole.id, snapshot, hole.trigger)
        async with self._lock:
            self._stage.set(hole)
            await engine.look_around(snapshot, LOOK_S)
            if self.backend.source == "local":
                outcome = await engine.complete(request)
        if self.backend.source != "local":
            outcome = await engine.complete(request)
        await engine.cancel_all()
        return self._answer(hole, outcome, heard), outcome

    def _engine(
        self, hole: Hole, snapshot: Snapshot, heard: Provider, ledger: Ledger | None
    ) -> Engine:
        assembly, settings = self.assembly, self.candidate.settings
        allowance = allowance_of(settings)
        is_shown = self.backend.source == "model" and allowance.tokens > 0
        related = assembly.related if is_shown else None
        return Engine(
            settings,
            [replace(self.backend, provider=heard)],
            assembly.files,
            self._clock,
            Trace(),
            ledger=ledger,
            other_files=None
            if related is None
            else OtherFiles(
                related,
                assembly.files,
                # The file on the disk has no hole.
                replace(allowance, sources=allowance.sources | {"open"}),
                _Opened(hole, snapshot),
            ),
        )

    def _answer(self, hole: Hole, outcome: Outcome, heard: _Heard) -> Answer:
        completion, usage = outcome.completion, outcome.usage
        price = cost(self._prices, usage, outcome.upstream_calls)
        sent = heard.sent
        names = set(_NAME.findall(hole.truth))
        is_asked = heard.prompt is not None and self.backend.source == "model"
        known = names & set(_NAME.findall(sent)) if is_asked else set()
        return Answer(
            self.candidate.id,
            hole.id,
            hashlib.sha256(sent.encode("utf-8", "replace")).hexdigest()[:16]
            if heard.prompt is not None
            else "",
            outcome.name,
            outcome.rule or "",
            completion.text if completion is not None else "",
            completion.replaces if completion is not None else 0,
            "".join(heard.said),
            completion.changed if completion is not None else (),
            first_ms=_rounded(outcome.timings.first_token),
            total_ms=round(outcome.timings.total, 3),
            context_ms=round(outcome.timings.context or 0.0, 3),
            prompt_tokens=usage.prompt,
            cached_tokens=usage.cached,
            completion_tokens=usage.completion,
            calls=outcome.upstream_calls,
            cost=None if price is None else price.amount,
            currency="" if price is None else price.currency,
            recall=len(known) / len(names) if names and is_asked else None,
            is_seen=is_asked and stands_in(hole.truth, sent),
        )


class _Heard:
    """A provider, with all that is sent to it and all that it says written down."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.model = provider.model
        self.prompt: Prompt | None = None
        self.sent = ""
        self.said: list[str] = []

    @property
    def paused(self) -> bool:
        return self._provider.paused

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        self.prompt = self.prompt or prompt
        self.sent = self.sent or prompt.text or "\0".join(each.content for each in prompt.messages)
        self.sent = self.sent or prompt.context.prefix + "\0" + prompt.context.suffix
        async with aclosing(self._chunks(prompt)) as chunks:
            async for chunk in chunks:
                self.said.append(chunk.text)
                yield chunk

    def _chunks(self, _prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        return self._provider.stream(_prompt)

    async def warm(self) -> None:
        await self._provider.warm()

    async def aclose(self) -> None:
        """It is another's to close."""


class _Said(_Heard):
    """One that has said it all already, elsewhere."""

    def __init__(self, provider: Provider, chunks: list[Chunk]) -> None:
        super().__init__(provider)
        self._told = chunks

    @property
    def paused(self) -> bool:
        return False

    async def _chunks(self, _prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        for chunk in self._told:
            yield chunk
        self._told = []


class _Unsaid(_Said):
    """One that says nothing, whatever it is asked."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider, [])


class _Opened:
    """The one document that is open."""

    def __init__(self, hole: Hole, snapshot: Snapshot) -> None:
        self._hole = hole
        self._snapshot = snapshot

    def file(self, uri: str) -> Document | None:
        """Path and whole text."""
        path = self._snapshot.path
        text = self.at(path) if path and uri == self._snapshot.uri else None
        return None if path is None or text is None else (path, text)

    def at(self, path: str) -> str | None:
        """Its whole text."""
        return self._hole.before + self._hole.after if path == self._snapshot.path else None

    def below(self, folder: str) -> dict[str, str]:
        """It, where it lies in a folder."""
        path = self._snapshot.path or ""
        return {path: self.at(path) or ""} if is_below(path, [folder]) else {}

    def recent(self, _most: int) -> list[tuple[str, ...]]:
        """Nothing was changed before."""
        return []


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 3)
