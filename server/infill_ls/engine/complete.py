"""One completion, from the request to its outcome, top to bottom. Two tasks work on it::

    the request that waits                    the generation that runs (answer.py)
      at once: gate, cache ────> outcome
      join ── one runs for here ────────┐
      private? sure? else debounce      │
      start ────────────────────────────┴───> gather context, ask a model, stream, postprocess, cache
      wait for text <───────────────────────< grows; after a moment whole lines are shown without the rest
      outcome, in one record

A key, or a newer request, answers the request and leaves the generation for as long as its text agrees with what is
typed: the next request joins it. What types something else, or cancels, ends it with its connection (inflight.py).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from infill_ls.accounting.meter import Meter
from infill_ls.cache.key import key
from infill_ls.engine.answer import answer, sure_answer, with_others
from infill_ls.engine.backend import Backend
from infill_ls.engine.gate import refuse, refuse_call
from infill_ls.engine.gather import looks
from infill_ls.engine.known import known
from infill_ls.engine.parts import Parts
from infill_ls.engine.speculate import Speculation
from infill_ls.errors import ProviderError
from infill_ls.records import Outcome, Request
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.typed import NOTHING


async def complete(request: Request, parts: Parts, speculation: Speculation) -> Outcome:
    """How the request ended. Cancelling it closes its connection to the model."""
    meter, backend, uri = Meter(parts.clock), parts.backend_for(request), request.snapshot.uri
    outcome = Outcome("cancelled")
    meter.tally.lookups = parts.lookups(request)
    try:
        parts.inflight.answer(uri)
        outcome = _at_once(request, backend, parts) or await parts.inflight.run(
            uri, _with_model(request, backend, meter, parts)
        )
        if outcome.completion is not None and backend.source == "model":
            speculation.shown(request.snapshot, outcome.completion)
    except ProviderError as error:
        outcome = Outcome(error.outcome, model=backend.provider.model, message=str(error))
    finally:
        outcome = replace(outcome, timings=meter.timings())
        model = backend.provider.model
        meter.settle(lambda tally: parts.accounts.record(request, outcome, tally, model))
    return meter.tally.counted(outcome)


def _at_once(request: Request, backend: Backend, parts: Parts) -> Outcome | None:
    """The outcome where no model has to be asked: there is a reason against it, or the answer is known."""
    refusal = refuse(request, parts.settings)
    if refusal is not None:
        parts.inflight.abort(request.snapshot.uri)
        return refusal
    parts.follow(request.snapshot)
    return known(request, backend, parts)


async def _with_model(request: Request, backend: Backend, meter: Meter, parts: Parts) -> Outcome:
    snapshot = request.snapshot
    outcome = await _join(request, backend, meter, parts) or refuse_call(request)
    if outcome is None:
        private = await parts.files.private(snapshot.path)
        if private is not None:
            return Outcome("excluded", rule=private)
        outcome = await sure_answer(request, backend, parts)
    if outcome is None:
        wait_s = parts.wait_s(request, backend)
        await parts.clock.sleep(wait_s)
        meter.lap("debounce")
        outcome = await _generated(request, backend, meter, parts, waited=bool(wait_s))
    if outcome.completion is not None and backend.source == "model":
        parts.shown.add(snapshot, key(snapshot, backend.id), outcome.completion.text)
    return outcome


async def _join(request: Request, backend: Backend, meter: Meter, parts: Parts) -> Outcome | None:
    """The outcome of the document's running generation, where that goes on from here; it is ended where not."""
    snapshot = request.snapshot
    generation = parts.inflight.take_over(snapshot.uri)
    if generation is None:
        return None
    # Who asks explicitly gets more than an automatic request does.
    is_enough = request.trigger in {generation.trigger, "automatic"}
    typed = generation.typed_at(snapshot, backend.id)
    if typed is not None and is_enough and request.candidates == 1 and not looks(backend, request):
        meter.take(generation.tally)
        outcome = await generation.joined_at(typed, snapshot)
        if outcome is not None:
            return outcome
    parts.inflight.abort(snapshot.uri)
    return None


async def _generated(
    request: Request, backend: Backend, meter: Meter, parts: Parts, *, waited: bool
) -> Outcome:
    """The outcome of a generation of the request's own."""
    here, is_alone = Surroundings.of(request.snapshot), request.candidates == 1
    generation = parts.generation(here, request, backend, meter.tally)
    parts.warmth.called()
    run = partial(answer, request, backend, generation, meter, parts)
    task = parts.inflight.start(request.snapshot.uri, generation, run)
    if request.trigger == "automatic" and backend.source == "model":
        parts.debounce.asked(early=not waited, answer=task)
    outcome = await generation.outcome_at(NOTHING)
    assert outcome is not None  # noqa: S101  # for the type checker: nothing typed agrees with any text
    return outcome if is_alone else await with_others(here, request, outcome, backend, meter, parts)
