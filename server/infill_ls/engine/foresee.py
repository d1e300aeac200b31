"""A model's next edit, from the request to the outcome, top to bottom. Beside the completion at the cursor, not for it.

::

    what is left of its last answer ──────────────────────> outcome
    settled? does the change lead on? is it worth a call? ─> gated
    pause, privacy, region, prompt, stream, line edits
    gates, dismissed before ────────────────────────────────> outcome, in one record

A change is asked for once. An edit answers the request that waits and closes the connection; the first edit of an
answer is offered while the model goes on to the next.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from infill_ls.accounting.meter import Meter
from infill_ls.engine.ask import ask, call
from infill_ls.engine.backend import Backend
from infill_ls.engine.kept_edits import KeptEdits
from infill_ls.engine.next_answer import answer_of
from infill_ls.engine.next_excerpt import Limits, Region, place_of, region_at
from infill_ls.engine.next_run import Document, Foreseeing, Key, Run, first_wanted, once
from infill_ls.engine.parts import Parts
from infill_ls.engine.thrift import Thrift
from infill_ls.errors import ProviderError
from infill_ls.prompt.next_prompt import build, said_lines
from infill_ls.records import Edit, Outcome, Request, Snapshot
from infill_ls.repeat.hints import leads_on
from infill_ls.repeat.places import Place
from infill_ls.stream.rewrite import LineEdit

PAUSE_S: Final = 0.7
"""How long after the last edit a change counts as settled."""
_BUSY_S, _MOST_BUSY_S = 0.1, 3.0
"""How often, and how long, a completion in the same document is waited for."""
_LATEST_S: Final = 10.0
"""How long after an edit something is still asked for."""
_REMEMBERED: Final = 50
_FAULTS: Final = {
    "marker": Outcome("gated", rule="next_marker"),
    "json": Outcome("gated", rule="next_json"),
    "secret": Outcome("gated", rule="next_secret"),
}
"""Why there is nothing in an answer."""
_NO_PLACES: tuple[Place, ...] = ()


class Foresight:
    """Asks a model for next edits: at most one call at once, and one for a settled change."""

    def __init__(self, parts: Parts, asked: Foreseeing) -> None:
        self._parts = parts
        self._asked = asked
        self._edited_at: dict[str, float] = {}
        self._kept: dict[str, KeptEdits] = {}
        self._known: OrderedDict[Key, tuple[Place, ...]] = OrderedDict()
        self._waiting: dict[str, asyncio.Task[Any]] = {}
        self._run: Run | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._thrift = Thrift()

    @property
    def backend(self) -> Backend:
        """Who is asked."""
        return self._asked.backend

    def __repr__(self) -> str:
        return f"<Foresight: {self._asked.family.name}, {len(self._kept)} kept, {len(self._waiting)} wait>"

    async def find(self, request: Request, document: Document) -> tuple[Outcome, tuple[Place, ...]]:
        """The outcome, and the places of a model's edits, the one to offer at the beginning."""
        meter, uri = Meter(self._parts.clock), request.snapshot.uri
        outcome, places = Outcome("cancelled"), _NO_PLACES
        model = self._asked.backend.provider.model
        try:
            self.answer(uri)
            work = asyncio.ensure_future(self._found(request, document, meter))
            self._waiting[uri] = work
            outcome, places = await self._awaited(uri, work)
        except ProviderError as error:
            outcome = Outcome(error.outcome, model=model, message=str(error))
        finally:
            outcome = replace(outcome, timings=meter.timings())
            meter.settle(
                lambda tally: self._parts.accounts.record(
                    request, outcome, tally, model, "next_edit"
                )
            )
        return meter.tally.counted(outcome), places

    def edited(self, uri: str, edits: Sequence[Edit] | None) -> None:
        """A document was edited, or is another one now (None): nothing that waits is for it any more."""
        self.answer(uri)
        kept, run = self._kept.get(uri), self._run
        if edits is None:
            self.cancel(uri)
            self._kept.pop(uri, None)
            self._edited_at.pop(uri, None)
            return
        self._edited_at[uri] = self._parts.clock.now()
        if kept is not None:
            kept.edited(edits)
        if run is not None and run.uri == uri and not run.kept.is_foreseen(run.text):
            self.cancel(uri)

    def answer(self, uri: str) -> None:
        """Answer the request that waits in a document; a call that runs goes on."""
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def cancel(self, uri: str) -> None:
        """End all that goes on for a document: its connection is closed at once."""
        self.answer(uri)
        if self._run is not None and self._run.uri == uri:
            self._stop()

    def focused(self, uri: str) -> None:
        """The user is in this document now: what goes on for others ends."""
        running = {self._run.uri} if self._run is not None else set()
        for other in {*self._waiting, *running} - {uri}:
            self.cancel(other)

    async def aclose(self) -> None:
        """End everything, and wait for the connection to close."""
        for uri in list(self._waiting):
            self.answer(uri)
        self._stop()
        if self._closing:
            await asyncio.wait(set(self._closing))

    def forget(self) -> None:
        """Forget all answers."""
        self._known.clear()
        self._kept.clear()

    async def _awaited(
        self, uri: str, work: asyncio.Task[tuple[Outcome, tuple[Place, ...]]]
    ) -> tuple[Outcome, tuple[Place, ...]]:
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            # The editor does not want it any more: nobody else waits for the call.
            if self._waiting.get(uri) is work:
                self.cancel(uri)
            work.cancel()
            raise
        finally:
            if self._waiting.get(uri) is work:
                del self._waiting[uri]
        return (Outcome("superseded"), ()) if work.cancelled() else work.result()

    async def _found(
        self, request: Request, document: Document, meter: Meter
    ) -> tuple[Outcome, tuple[Place, ...]]:
        snapshot, changes = request.snapshot, document.changes
        if not changes:
            return Outcome("gated", rule="not_repeated"), ()
        kept = self._following(snapshot.uri, document)
        if kept is not None:
            left = await self._left(kept, document)
            if left or kept.was_taken:
                return once(kept, *self._offered(left, document, snapshot.language))
        parts, uri = self._parts, snapshot.uri
        at = (snapshot.line, snapshot.column)
        limits = Limits(parts.settings.context.budget_tokens, parts.settings.privacy.redact)
        named = (parts.files.relative(snapshot.path, uri), snapshot.language)
        region = region_at(document.text, changes, at, named, self._asked.family, limits)
        if region is None:
            return Outcome("gated", rule="next_long"), ()
        made = tuple((each.old, each.new) for each in changes[-3:])
        key = (uri, region.first, region.lines, made)
        if key in self._known:
            outcome, places = self._offered(self._known[key], document, snapshot.language)
            return replace(outcome, source="cache"), places
        run = self._run
        if run is None or run.key != key:
            is_asked = request.trigger == "invoked"
            refusal = None if is_asked else self._refuse(document, region, snapshot)
            if refusal is not None:
                return refusal, ()
            await self._settled(uri)
            meter.lap("debounce")
            private = await parts.files.private(snapshot.path)
            if private is not None:
                return Outcome("excluded", rule=private), ()
            if not is_asked and self._thrift.passes_over(changes[-1]):
                return Outcome("gated", rule="next_thrift"), ()
            run = self._start(key, region, document, meter)
        meter.take(run.tally)
        await run.more(0)
        places = run.kept.live(document.text)
        return once(run.kept, *self._offered(places, document, snapshot.language, run.fault))

    def _following(self, uri: str, document: Document) -> KeptEdits | None:
        """The last answer, as long as the user does what it says."""
        kept = self._kept.get(uri)
        if kept is None:
            return None
        kept.live(document.text)
        if kept.was_taken:
            self._thrift.fruit()
        if kept.follows(document.changes):
            return kept
        del self._kept[uri]
        if not kept.was_taken:
            self._thrift.vain()
        return None

    async def _left(self, kept: KeptEdits, document: Document) -> tuple[Place, ...]:
        """What an answer has still to offer; where the model is still at it, what comes next."""
        left, run = kept.live(document.text), self._run
        if left or run is None or run.kept is not kept:
            return left
        await run.more(len(run.places))
        return kept.live(document.text)

    def _refuse(self, document: Document, region: Region, at: Snapshot) -> Outcome | None:
        """The outcome of a change that no model is asked for."""
        edited_at = self._edited_at.get(at.uri)
        if edited_at is None or self._parts.clock.now() - edited_at > _LATEST_S:
            return Outcome("gated", rule="moved")
        last = document.changes[-1]
        lines = region.lines[said_lines(region.excerpt, self._asked.family) :]
        if last.is_bulk or not leads_on(last, lines, at.language):
            return Outcome("gated", rule="next_alone")
        return None

    async def _settled(self, uri: str) -> None:
        """Wait until nothing was edited for a while, and no completion is asked for there."""
        clock = self._parts.clock
        await clock.sleep(self._edited_at.get(uri, clock.now() - PAUSE_S) + PAUSE_S - clock.now())
        until = clock.now() + _MOST_BUSY_S
        while self._parts.inflight.running(uri) is not None and clock.now() < until:
            await clock.sleep(_BUSY_S)

    def _offered(
        self, places: Sequence[Place], document: Document, language: str, fault: str | None = None
    ) -> tuple[Outcome, tuple[Place, ...]]:
        outcome, wanted = first_wanted(places, document, language)
        if fault is not None and outcome.name == "empty":
            outcome = _FAULTS[fault]
        return replace(outcome, source="model", model=self.backend.provider.model), wanted

    # The call...

    def _start(self, key: Key, region: Region, document: Document, meter: Meter) -> Run:
        self._stop()
        run = self._run = Run(str(key[0]), key, document, meter.tally)
        run.start(self._ask(run, region, meter))
        return run

    async def _ask(self, run: Run, region: Region, meter: Meter) -> None:
        backend, family, parts = self._asked.backend, self._asked.family, self._parts

        def come(edit: LineEdit) -> None:
            place = place_of(edit, region)
            if place is None:
                run.fault = "secret"
            else:
                self._kept[run.uri] = run.kept
                run.add(place)

        answer = answer_of(region.excerpt, family, come)

        async def asked(each: Backend) -> str | None:
            _, reason = await call(each, build(region.excerpt, family), answer, meter)
            return reason

        reason, _ = await ask(
            backend,
            (),
            asked,
            is_enough=lambda _: True,
            tally=run.tally,
            accounts=parts.accounts,
            failed=parts.refused,
        )
        meter.lap("upstream")
        answer.end(is_cut=reason == "length")
        run.fault = answer.fault or run.fault
        self._known[run.key] = tuple(run.places)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        if not run.places:
            self._thrift.vain()

    def _stop(self) -> None:
        run, self._run = self._run, None
        if run is not None and (task := run.stop()) is not None:
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
