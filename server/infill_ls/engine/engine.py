"""The engine: put together from its parts, and the doors that lead in; one completion reads in ``complete.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from infill_ls.accounting.accounts import Accounts
from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.trace import Trace
from infill_ls.cache.store import Store
from infill_ls.clock import Clock
from infill_ls.engine.backend import Backend
from infill_ls.engine.complete import complete
from infill_ls.engine.debounce import Debounce
from infill_ls.engine.gather import context_of, prompt_for, refusal_of
from infill_ls.engine.inflight import Inflight
from infill_ls.engine.other_files import OtherFiles
from infill_ls.engine.parts import Parts
from infill_ls.engine.prime import prime, prime_next
from infill_ls.engine.projects import Projects
from infill_ls.engine.shown import Shown
from infill_ls.engine.speculate import Speculation
from infill_ls.engine.warmth import Warmth
from infill_ls.errors import ProviderError
from infill_ls.records import Edit, Outcome, Request, Snapshot
from infill_ls.settings.schema import Settings
from infill_ls.workspace.files import Files

if TYPE_CHECKING:
    from infill_ls.engine.foresee import Foresight
    from infill_ls.engine.next_run import Foreseeing


class Engine:
    """Answers requests by the first of its backends; the next ones stand in when that one fails."""

    def __init__(  # noqa: PLR0913  # the one place where the parts of a completion meet
        self,
        settings: Settings,
        backends: Sequence[Backend],
        files: Files,
        clock: Clock,
        trace: Trace,
        *,
        thinking: Backend | None = None,
        deep: Backend | None = None,
        ledger: Ledger | None = None,
        failed: Callable[[ProviderError], None] = lambda _error: None,
        answered: Callable[[], None] = lambda: None,
        looked: Callable[[str, str], None] = lambda _uri, _words: None,
        other_files: OtherFiles | None = None,
        projects: Projects | None = None,
        foreseeing: Foreseeing | None = None,
    ) -> None:
        self.backends = backends
        self.deep = deep
        self.thinking = thinking
        self._parts = Parts(
            settings,
            backends,
            thinking,
            deep,
            files,
            clock,
            Accounts(trace, ledger, settings.usage),
            cache=Store(settings.cache.size, settings.cache.ttl_s, clock.now),
            inflight=Inflight(),
            debounce=Debounce(),
            shown=Shown(),
            warmth=Warmth(backends[0].provider, clock),
            failed=failed,
            answered=answered,
            looked=looked,
            other_files=other_files,
            projects=projects,
        )
        self._speculation = Speculation(self._parts)
        self.foresight = _foresight(self._parts, foreseeing)
        """Asks a model for next edits; None where none is asked."""

    def __repr__(self) -> str:
        return f"<Engine: {self._parts.inflight}>"

    @property
    def everyone(self) -> list[Backend]:
        """All that may be asked, for whatever."""
        foresight = self.foresight
        more = (self.thinking, self.deep, None if foresight is None else foresight.backend)
        return [*self.backends, *filter(None, more)]

    @property
    def unable(self) -> str:
        """Why the model can look nothing up, as half a sentence; empty where it can."""
        return self._parts.unable_anywhere()

    async def complete(self, request: Request) -> Outcome:
        """How the request ended. Cancelling it closes its connection to the model."""
        if self._parts.other_files is not None:
            self._parts.other_files.come_to(request.snapshot)
        return await complete(request, self._parts, self._speculation)

    def edited(self, uri: str, edits: Sequence[Edit] | None) -> None:
        """A document was edited, or is another one now (None): what waits is answered, what is foreseen goes on."""
        parts = self._parts
        self._speculation.stop()
        if parts.other_files is not None:
            parts.other_files.edited(uri)
        parts.inflight.edited(uri, edits)
        if self.foresight is not None:
            self.foresight.edited(uri, edits)
        parts.shown.edited(uri, edits or ())
        if any(edit.inserted for edit in edits or ()):
            parts.debounce.key(parts.clock.now())
        self.keep_warm()

    def focused(self, uri: str | None) -> None:
        """The user is in this document now; None where it is not known in which."""
        self.keep_warm()
        if self.foresight is not None and uri is not None:
            self.foresight.focused(uri)

    def prime(self, snapshot: Snapshot) -> None:
        """Let a model of the user's own read what prompts near this place will begin with."""
        self._parts.inflight.beside(prime(snapshot, self._parts))

    def prime_next(self, snapshot: Snapshot) -> None:
        """Let such a model read in a pause what prompts show of other files from the next line on."""
        self._parts.inflight.beside(prime_next(snapshot, self._parts))

    def cancel(self, uri: str) -> None:
        """End all that goes on for a document."""
        self._parts.inflight.supersede(uri)

    async def cancel_all(self) -> None:
        """End everything, and wait for the connections to close."""
        self._speculation.stop()
        if self.foresight is not None:
            await self.foresight.aclose()
        await self._parts.inflight.stop()
        if self._parts.other_files is not None:
            await self._parts.other_files.stop()

    def forget(self, route: str | None = None) -> None:
        """Forget all answers, or those of one backend by its ``id``."""
        self._parts.cache.clear(route)
        if self.foresight is not None and route is None:
            self.foresight.forget()

    def keep_warm(self) -> None:
        """Open the connection anew that a long pause has let go, before it is needed."""
        self._parts.warmth.keep()

    async def refusal_of(self, snapshot: Snapshot) -> Outcome | None:
        """The outcome of an explicit request for this place for which nothing would be sent or looked up; else None."""
        return await refusal_of(snapshot, self._parts)

    async def look_around(self, snapshot: Snapshot, seconds: float) -> None:
        """Find what a prompt for this place is to show of other files, for somebody who waits so long at most."""
        if self._parts.other_files is not None:
            self._parts.other_files.come_to(snapshot)
            await self._parts.other_files.settle(seconds)

    def shown_prompt(self, snapshot: Snapshot) -> dict[str, Any]:
        """What an explicit request would send for this place, as plain data for people to read."""
        backend, parts = self.thinking or self.backends[0], self._parts
        prompt = prompt_for(backend, context_of(backend, snapshot, parts), parts.settings)
        return {"model": backend.provider.model, **asdict(prompt)}

    async def aclose(self) -> None:
        """End what runs and let go of connections."""
        self._parts.warmth.stop()
        await self.cancel_all()
        await asyncio.gather(
            *(backend.provider.aclose() for backend in self.everyone), return_exceptions=True
        )


def _foresight(parts: Parts, foreseeing: Foreseeing | None) -> Foresight | None:
    if foreseeing is None:
        return None
    from infill_ls.engine.foresee import Foresight  # which most users do without

    return Foresight(parts, foreseeing)
