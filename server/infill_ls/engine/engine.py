"""One completion, from the request to the outcome, top to bottom. Concrete providers are built elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from infill_ls.accounting.ledger import Ledger, cap_sentence, over_cap
from infill_ls.accounting.meter import Meter, Tally
from infill_ls.accounting.trace import Trace
from infill_ls.cache.key import key
from infill_ls.cache.store import Answer, Found, Store
from infill_ls.clock import Clock
from infill_ls.context.images import image_at
from infill_ls.document.typed import NOTHING, closed_behind
from infill_ls.engine.backend import Backend
from infill_ls.engine.candidates import best_first
from infill_ls.engine.debounce import Pacing
from infill_ls.engine.gate import refuse, refuse_call
from infill_ls.engine.gather import context_of, prompt_for
from infill_ls.engine.generate import Raw, generate
from infill_ls.engine.generation import Generation
from infill_ls.engine.inflight import Inflight
from infill_ls.engine.other_files import OtherFiles
from infill_ls.engine.postprocess import draft_at, read_ahead, verdict_of
from infill_ls.engine.shown import Offers
from infill_ls.engine.speculate import CUT, SLOW_S, Speculation, accepted, beyond, read_beyond
from infill_ls.errors import Inspected, KeyPending, OverBudget, ProviderError
from infill_ls.post.finish import refit
from infill_ls.records import (
    Completion,
    Context,
    Edit,
    Outcome,
    Prompt,
    Request,
    Snapshot,
    Source,
)
from infill_ls.settings.schema import Settings
from infill_ls.syntax.brackets import CLOSING_CHARACTERS
from infill_ls.workspace.files import Files

IDLE_S = 15.0
"""Without a call, after which the next key makes sure of a connection, which costs a ``HEAD``: load balancers drop idle
ones after 15 s (Alibaba Cloud's ALB) to 60 s."""

READ_AHEAD_S = 0.02
"""How long a model may take before the time is used to read what its answer has to fit; most take longer."""


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
        ledger: Ledger | None = None,
        failed: Callable[[ProviderError], None] = lambda _error: None,
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self.backends = backends
        self.thinking = thinking
        self.ledger = ledger
        self.files = files
        self.clock = clock
        self.trace = trace
        self.cache = Store(settings.cache.size, settings.cache.ttl_s, clock.now)
        self.inflight = Inflight()
        self.pacing = Pacing()
        self.offers = Offers()
        self.speculation = Speculation(clock, self._ask_ahead)
        self.other_files: OtherFiles | None = None
        """What prompts show of other files; None where they show none."""
        self._called_s = clock.now()  # whoever makes an engine warms it
        self._warming: asyncio.Task[None] | None = None
        self._failed = failed
        self._answered = answered

    async def complete(self, request: Request) -> Outcome:
        """How the request ended. Cancelling it closes its connection to the model."""
        meter = Meter(self.clock)
        outcome = Outcome("cancelled")
        uri = request.snapshot.uri
        if self.other_files is not None:
            self.other_files.come_to(request.snapshot)
        try:
            self.inflight.answer(uri)
            outcome = self._at_once(request) or await self.inflight.run(uri, self._complete(request, meter))
        except ProviderError as error:
            outcome = Outcome(error.outcome, model=self._backend(request).provider.model, message=str(error))
        finally:
            outcome = replace(outcome, timings=meter.timings())
            meter.settle(lambda tally: self._record(request, outcome, tally))
        return meter.tally.counted(outcome)

    def _at_once(self, request: Request) -> Outcome | None:
        """The outcome where no model has to be asked: there is a reason against it, or the answer is known."""
        place, backend = request.snapshot, self._backend(request)
        refusal = refuse(request, self.settings)
        if refusal is not None:
            self.inflight.abort(place.uri)
            return refusal
        for offer in self.offers.seen_from(place):
            if offer.is_rejected:
                self.cache.reject(offer.key)
            else:
                self.pacing.hit(offer.n_typed)
        if _looks(backend, request):
            return None
        found = self.cache.find(place, backend.id, closed_behind)
        if found is None or request.candidates > 1:
            return None
        if request.trigger == "invoked" and (found.is_rejected or found.is_cut or not found.completion.text):
            return None
        running = self.inflight.running(place.uri)
        if running is not None and running.typed_at(place, backend.id) is None:
            self.inflight.abort(place.uri)
        return self._known(found, place, backend)

    def _known(self, found: Found, place: Snapshot, backend: Backend) -> Outcome:
        """What is left of a known answer."""
        if found.is_rejected:
            return Outcome("filtered", rule="rejected", model=backend.provider.model)
        if not found.completion.text:
            return Outcome("gated", rule="complete", model=backend.provider.model)
        completion = refit(found.completion, place) if found.closed else found.completion
        if not found.typed:
            self.offers.made(place, found.key, completion.text)
        if backend.source == "model":
            self.speculation.shown(place, completion)
        return Outcome("shown", completion, source=found.source, model=backend.provider.model)

    async def _complete(self, request: Request, meter: Meter) -> Outcome:
        place, backend = request.snapshot, self._backend(request)
        joined = await self._join(request, backend, meter)
        if joined is not None:
            return joined
        refusal = refuse_call(request)
        if refusal is not None:
            return refusal

        is_paused = backend.provider.paused
        wait_s = 0.0 if is_paused else self.pacing.wait_s(request, backend.debounce_ms, self.clock.now())
        private, _ = await asyncio.gather(self.files.private(place.path), self.clock.sleep(wait_s))
        meter.lap("debounce")
        if private is not None:
            return Outcome("excluded", rule=private)

        generation = Generation(
            place,
            backend.id,
            draft_at(place, self.settings.completion),
            self.clock,
            tally=meter.tally,
            trigger=request.trigger,
        )
        self._called_s = self.clock.now()
        task = self.inflight.start(place.uri, generation, lambda: self._generate(request, backend, generation, meter))
        if request.trigger == "automatic" and backend.source == "model":
            self.pacing.asked(early=not wait_s, answer=task)
        outcome = await generation.outcome_at(NOTHING)
        assert outcome is not None  # noqa: S101  # for the type checker: nothing typed agrees with any text
        if request.candidates > 1 and outcome.completion is not None and outcome.source == "model":
            outcome = await self._with_others(request, outcome, backend, meter)
        return self._offered(outcome, place, backend)

    async def _join(self, request: Request, backend: Backend, meter: Meter) -> Outcome | None:
        """The outcome of the document's running generation, where that goes on from here; it is ended where not."""
        place = request.snapshot
        generation = self.inflight.running(place.uri)
        if generation is None:
            return None
        # Who asks explicitly gets more than an automatic request does.
        is_enough = request.trigger in {generation.trigger, "automatic"}
        typed = generation.typed_at(place, backend.id)
        if typed is not None and is_enough and request.candidates == 1 and not _looks(backend, request):
            meter.take(generation.tally)
            outcome = await generation.outcome_at(typed)
            if outcome is not None:
                if typed.closed and outcome.completion is not None:
                    outcome = replace(outcome, completion=refit(outcome.completion, place))
                source = outcome.source if outcome.source == "local" else "inflight"
                return self._offered(replace(outcome, source=source), place, backend)
        self.inflight.abort(place.uri)
        return None

    async def _generate(self, request: Request, backend: Backend, generation: Generation, meter: Meter) -> Outcome:
        """Ask the backend, and those that stand in for it."""
        place = request.snapshot
        context = await self._context_for(request, backend)
        meter.lap("context")
        paused, tally = backend.provider.paused, generation.tally
        meanwhile = asyncio.ensure_future(self._read_ahead(place))
        try:
            self._check_budget(backend, tally)
            outcome = await self._ask(request, backend, generation, context, meter)
        except ProviderError as error:
            tally.answered = tally.calls  # what failed has ended, too, and was not aborted
            if not paused and not isinstance(error, Inspected | KeyPending):
                self._failed(error)
            for stand_in in self._stand_ins(backend, error):
                generation.restart()
                with contextlib.suppress(ProviderError):
                    outcome = await self._ask(request, stand_in, generation, context, meter)
                    if outcome.completion is not None:
                        return replace(outcome, message=str(error))
                tally.answered = tally.calls
            raise
        finally:
            meanwhile.cancel()
        self._answered()
        return outcome

    async def _read_ahead(self, place: Snapshot) -> None:
        await self.clock.sleep(READ_AHEAD_S)
        read_ahead(place)

    async def _ask(
        self, request: Request, backend: Backend, generation: Generation, context: Context, meter: Meter
    ) -> Outcome:
        place, model = request.snapshot, backend.provider.model
        if backend.family is None:
            # The embedded engine knows files by their whole paths, and sends them nowhere.
            context = replace(context, path=place.path or place.uri)
        explicit = request.trigger == "invoked"
        prompt = replace(self.prompt(backend, context), scored=request.candidates > 1, explicit=explicit)
        if backend.cache is not None:
            prompt = backend.cache.mark(prompt, self.clock.now())
        cleared = self.cache.cleared(backend.id)
        raw = await generate(backend, prompt, request, self.settings, meter=meter, grown=generation.grow)
        verdict = verdict_of(raw, place, self.settings.completion)
        meter.lap("post")
        if not isinstance(verdict, Completion):
            if verdict.rule != "empty":
                return Outcome("filtered", rule=verdict.rule, source=backend.source, model=model)
            is_cramped = backend.source == "local" and not CLOSING_CHARACTERS.issuperset(place.line_after)
            return Outcome("empty", rule="mid_line" if is_cramped else "empty", source=backend.source, model=model)
        if meter.first_token_ms is not None:
            self.pacing.measured(meter.first_token_ms / 1000)
        source: Source = "speculative" if generation.lead else "cache"
        is_cut = raw.stopped in CUT and request.trigger == "automatic"
        answer = Answer(verdict, _said_all(raw, backend), source, is_cut, beyond=beyond(raw, verdict))
        if self.cache.cleared(backend.id) == cleared:  # else it may be made of what is to be forgotten
            self.cache.put(key(place, backend.id), answer)
        return Outcome("shown", verdict, source=backend.source, model=model)

    async def _with_others(self, request: Request, outcome: Outcome, backend: Backend, meter: Meter) -> Outcome:
        """The outcome with as many candidates as were asked for, as far as the model has different ones."""
        place = request.snapshot
        assert outcome.completion is not None  # noqa: S101  # for the type checker: the caller has looked
        found = [outcome.completion]
        context = await self._context_for(request, backend)
        prompt = replace(self.prompt(backend, context), scored=True)
        for variant in range(1, request.candidates):
            try:
                self._check_budget(backend, meter.tally)
                raw = await generate(backend, replace(prompt, variant=variant), request, self.settings, meter=meter)
            except ProviderError:
                break  # there is one to show all the same
            verdict = verdict_of(raw, place, self.settings.completion)
            if isinstance(verdict, Completion):
                found.append(verdict)
        first, *others = best_first(found, place)
        return replace(outcome, completion=first, others=tuple(others))

    def _stand_ins(self, backend: Backend, error: ProviderError) -> Sequence[Backend]:
        """Who is asked where ``backend`` failed; past the user's cap no other model is."""
        others = self.backends if backend is self.thinking else self.backends[1:]
        return [each for each in others if each.source == "local" or not isinstance(error, OverBudget)]

    def _backend(self, request: Request) -> Backend:
        """Who is asked first: for an explicit request a model that may think, where the user wants that."""
        if self.thinking is not None and request.trigger == "invoked":
            return self.thinking
        return self.backends[0]

    def _check_budget(self, backend: Backend, tally: Tally) -> None:
        """Raise OverBudget where the user's cap on tokens is reached, with what ``tally`` has not booked yet."""
        usage = self.settings.usage
        if backend.source == "model" and self.ledger is not None and over_cap(usage, self.ledger, tally.tokens):
            raise OverBudget(cap_sentence(usage))

    def _offered(self, outcome: Outcome, place: Snapshot, backend: Backend) -> Outcome:
        """What comes of showing an answer that a model has just given."""
        if outcome.completion is not None and backend.source == "model":
            self.offers.made(place, key(place, backend.id), outcome.completion.text)
            self.speculation.shown(place, outcome.completion)
        return outcome

    def _ask_ahead(self, place: Snapshot, completion: Completion) -> None:
        """Ask for what follows a suggestion, as if it were accepted: what was not said already and is worth a call."""
        backend, ahead = self.backends[0], accepted(place, completion)
        if self.cache.find(ahead, backend.id, closed_behind) is not None:
            return  # where the model had no more to say, or has said it, nobody has to be asked
        found = self.cache.find(place, backend.id, closed_behind)
        said = read_beyond(found.beyond, ahead, self.settings.completion) if found and found.beyond else None
        if said is not None:
            self.cache.put(key(ahead, backend.id), Answer(said, source="speculative", is_cut=True))
            return
        if not self.settings.completion.speculate or not self._may_ask_ahead(backend, ahead):
            return
        meter = Meter(self.clock)
        generation = Generation(
            place,
            backend.id,
            draft_at(ahead, self.settings.completion),
            self.clock,
            tally=meter.tally,
            ahead=ahead,
            lead=completion.text,
        )
        request = Request("ahead", ahead)
        self.inflight.start(place.uri, generation, lambda: self._generate(request, backend, generation, meter))
        outcome = Outcome("superseded", source="speculative", model=backend.provider.model)
        meter.settle(lambda tally: self._book(outcome, tally))

    def _may_ask_ahead(self, backend: Backend, ahead: Snapshot) -> bool:
        if backend.source != "model" or backend.provider.paused or self.inflight.is_busy(ahead.uri):
            return False
        if self.pacing.first_token_s > SLOW_S or (self.ledger and over_cap(self.settings.usage, self.ledger)):
            return False
        return refuse_call(Request("ahead", ahead)) is None

    def _record(self, request: Request, outcome: Outcome, tally: Tally) -> None:
        """Each request ends in exactly one record."""
        self.trace.add(request, tally.counted(outcome))
        self._book(outcome, tally, self._backend(request).provider.model)

    def _book(self, outcome: Outcome, tally: Tally, asked: str | None = None) -> None:
        if self.ledger is not None:
            counted = tally.counted(outcome)
            caller = asked if tally.calls else None
            self.ledger.record(counted, datetime.now(UTC), asked=caller, estimated=tally.estimated)

    async def _context_for(self, request: Request, backend: Backend) -> Context:
        """What a prompt is made of, with the local image that the text at the cursor describes, where there is one."""
        place = request.snapshot
        if self.other_files is not None and request.trigger == "invoked":
            await self.other_files.settle()
        context = self.context(backend, place)
        reference = image_at(place) if _looks(backend, request) else None
        image = await self.files.image(reference, place.path) if reference and place.path else None
        return context if image is None else replace(context, images=(image,))

    def edited(self, uri: str, edits: Sequence[Edit] | None) -> None:
        """A document was edited, or is another one now (None): what waits is answered, what is foreseen goes on."""
        self.speculation.stop()
        if self.other_files is not None:
            self.other_files.edited(uri)
        self.inflight.edited(uri, edits)
        self.offers.edited(uri, edits or ())
        if any(edit.inserted for edit in edits or ()):
            self.pacing.key(self.clock.now())
        self.keep_warm()

    def keep_warm(self) -> None:
        """Open the connection anew that a long pause has let go, before it is needed."""
        if self.clock.now() - self._called_s > IDLE_S and (self._warming is None or self._warming.done()):
            self._called_s = self.clock.now()
            self._warming = asyncio.ensure_future(self.backends[0].provider.warm())

    def shown_prompt(self, place: Snapshot) -> dict[str, Any]:
        """What an explicit request would send for this place, as plain data for people to read."""
        backend = self.thinking or self.backends[0]
        return {"model": backend.provider.model, **asdict(self.prompt(backend, self.context(backend, place)))}

    def prompt(self, backend: Backend, context: Context) -> Prompt:
        """What a backend is asked."""
        return prompt_for(backend, context, self.settings)

    def context(self, backend: Backend, place: Snapshot) -> Context:
        """What a prompt for this place is made of."""
        neighbors = self.other_files.shown(place) if self.other_files is not None else ()
        return context_of(backend, place, self.settings, self.files, neighbors)

    async def aclose(self) -> None:
        """End what runs and let go of connections."""
        self.speculation.stop()
        if self._warming is not None:
            self._warming.cancel()
        await self.inflight.stop()
        everyone = [*self.backends, *([self.thinking] if self.thinking else [])]
        await asyncio.gather(*(backend.provider.aclose() for backend in everyone), return_exceptions=True)


def _looks(backend: Backend, request: Request) -> bool:
    """Whether the model is to see an image; what was said without it is no answer then, so the cache is not asked."""
    return backend.sees and request.trigger == "invoked" and image_at(request.snapshot) is not None


def _said_all(raw: Raw, backend: Backend) -> bool:
    """Whether a model ended its answer by itself, so that it would have nothing to say where the answer ends."""
    return backend.source == "model" and raw.stopped in {None, "stop"} and raw.finish != "length"
