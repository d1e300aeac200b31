"""One completion, from the request to the outcome, top to bottom. Concrete providers are built elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from infill_ls.cache.key import key
from infill_ls.cache.store import Store
from infill_ls.context.images import image_at
from infill_ls.context.window import window
from infill_ls.engine.clock import Clock
from infill_ls.engine.debounce import wait_ms
from infill_ls.engine.files import Files
from infill_ls.engine.gate import refuse
from infill_ls.engine.generate import Backend, generate
from infill_ls.engine.inflight import Inflight
from infill_ls.engine.ledger import Ledger, cap_sentence, over_cap
from infill_ls.engine.trace import Meter, Trace
from infill_ls.errors import Inspected, OverBudget, ProviderError
from infill_ls.post.finish import finish
from infill_ls.privacy.neutralise import neutralise
from infill_ls.prompt.build import build
from infill_ls.records import (
    Completion,
    Context,
    Neighbor,
    Outcome,
    OutcomeName,
    Prompt,
    Request,
    Snapshot,
)
from infill_ls.settings.schema import Settings


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
        self._failed = failed
        self._answered = answered

    async def complete(self, request: Request) -> Outcome:
        """How the request ended. Cancelling it closes its connection to the model."""
        meter = Meter(self.clock)
        outcome = Outcome("cancelled")
        try:
            self.inflight.supersede(request.snapshot.uri)
            outcome = self._at_once(request) or await self.inflight.run(
                request.snapshot.uri, self._complete(request, meter)
            )
        except ProviderError as error:
            outcome = Outcome(error.outcome, model=self._backend(request).provider.model, message=str(error))
        finally:
            outcome = replace(
                outcome,
                timings=meter.timings(),
                usage=meter.usage,
                upstream_calls=meter.calls,
                aborted=meter.calls > meter.answered,
            )
            self.trace.add(request, outcome)
            if self.ledger is not None:
                asked = self._backend(request).provider.model if meter.calls else None
                self.ledger.record(outcome, datetime.now(UTC), asked=asked, estimated=meter.estimated)
        return outcome

    def _at_once(self, request: Request) -> Outcome | None:
        """The outcome where no model has to be asked: there is a reason against it, or the answer is known."""
        refusal = refuse(request, self.settings)
        if refusal is not None:
            return refusal
        backend = self._backend(request)
        found = self.cache.find(request.snapshot, backend.id)
        if found is None or _looks(backend, request):
            return None
        completion, source = found
        return Outcome("shown", completion, source=source, model=backend.provider.model)

    async def _complete(self, request: Request, meter: Meter) -> Outcome:
        place, backend = request.snapshot, self._backend(request)

        if not backend.provider.paused:
            await self.clock.sleep(wait_ms(request, backend.debounce_ms) / 1000)
            meter.lap("debounce")

        private = await self.files.private(place.path)
        if private is not None:
            return Outcome("excluded", rule=private)
        context = self.context(place)
        if _looks(backend, request):
            context = await self._with_image(context, place)
        meter.lap("context")

        await self.inflight.closed(place.uri)
        paused = backend.provider.paused
        try:
            self._check_budget(backend)
            outcome = await self._ask(backend, place, context, meter)
        except ProviderError as error:
            meter.answered = meter.calls  # what failed has ended, too, and was not aborted
            if not paused and not isinstance(error, Inspected):
                self._failed(error)
            for stand_in in self._stand_ins(backend, error):
                with contextlib.suppress(ProviderError):
                    outcome = await self._ask(stand_in, place, context, meter)
                    if outcome.completion is not None:
                        return replace(outcome, message=str(error))
                meter.answered = meter.calls
            raise
        self._answered()
        return outcome

    def _stand_ins(self, backend: Backend, error: ProviderError) -> Sequence[Backend]:
        """Who is asked where ``backend`` failed; past the user's cap no other model is."""
        others = self.backends if backend is self.thinking else self.backends[1:]
        return [each for each in others if each.source == "local" or not isinstance(error, OverBudget)]

    def _backend(self, request: Request) -> Backend:
        """Who is asked first: for an explicit request a model that may think, where the user wants that."""
        if self.thinking is not None and request.trigger == "invoked":
            return self.thinking
        return self.backends[0]

    def _check_budget(self, backend: Backend) -> None:
        """Raise OverBudget where the user's cap on tokens is reached."""
        usage = self.settings.usage
        if backend.source == "model" and self.ledger is not None and over_cap(usage, self.ledger):
            raise OverBudget(cap_sentence(usage))

    async def _ask(self, backend: Backend, place: Snapshot, context: Context, meter: Meter) -> Outcome:
        if backend.family is None:
            # The embedded engine knows files by their whole paths, and sends them nowhere.
            context = replace(context, path=place.path or place.uri)
        limits, budget = self.settings.completion, self.settings.context.budget_tokens
        prompt = self.prompt(backend, context)
        if backend.cache is not None:
            prompt = backend.cache.mark(prompt, self.clock.now())
        raw = await generate(backend, prompt, place, limits, budget, meter)
        verdict = finish(
            raw.text,
            place,
            finish_reason=raw.finish,
            lines=limits.lines,
            max_lines=limits.max_lines,
            stopped=raw.stopped,
        )
        meter.lap("post")
        if not isinstance(verdict, Completion):
            name: OutcomeName = "empty" if verdict.rule == "empty" else "filtered"
            return Outcome(name, rule=verdict.rule, source=backend.source, model=backend.provider.model)
        self.cache.put(key(place, backend.id), verdict)
        return Outcome("shown", verdict, source=backend.source, model=backend.provider.model)

    def context(self, place: Snapshot) -> Context:
        """What a prompt for this place is made of."""
        limits = self.settings.context
        prefix, suffix = window(place, limits.prefix_tokens, limits.suffix_tokens)
        return Context(prefix, suffix, self.files.relative(place.path, place.uri), place.language)

    def prompt(self, backend: Backend, context: Context) -> Prompt:
        """What is sent: control tokens that stand in the user's own text are broken first."""
        if backend.family is None:
            return Prompt(backend.mode, context)
        tokens = backend.family.control_tokens
        safe = replace(
            context,
            prefix=neutralise(context.prefix, tokens),
            suffix=neutralise(context.suffix, tokens),
            path=neutralise(context.path, tokens),
            neighbors=tuple(
                Neighbor(neutralise(other.path, tokens), neutralise(other.text, tokens)) for other in context.neighbors
            ),
        )
        provider = self.settings.provider
        return build(
            safe,
            backend.mode,
            backend.family,
            max_tokens=provider.max_tokens + backend.thoughts,
            stop=provider.stop,
            soft_switch=backend.soft_switch,
        )

    async def _with_image(self, context: Context, place: Snapshot) -> Context:
        """The context with the local image that the text at the cursor describes, where there is one."""
        reference = image_at(place)
        image = await self.files.image(reference, place.path) if reference and place.path else None
        return context if image is None else replace(context, images=(image,))

    def shown_prompt(self, place: Snapshot) -> dict[str, Any]:
        """What an explicit request would send for this place, as plain data for people to read."""
        backend = self.thinking or self.backends[0]
        return {"model": backend.provider.model, **asdict(self.prompt(backend, self.context(place)))}

    async def aclose(self) -> None:
        """End what runs and let go of connections."""
        await self.inflight.stop()
        everyone = [*self.backends, *([self.thinking] if self.thinking else [])]
        await asyncio.gather(*(backend.provider.aclose() for backend in everyone), return_exceptions=True)
        self.files.close()


def _looks(backend: Backend, request: Request) -> bool:
    """Whether the model is to see an image; what was said without it is no answer then, so the cache is not asked."""
    return backend.sees and request.trigger == "invoked" and image_at(request.snapshot) is not None
