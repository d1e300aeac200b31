"""A request's answer: gather context, ask a model or what stands in for it, stream, postprocess, keep."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from infill_ls.accounting.meter import Meter
from infill_ls.cache.key import key
from infill_ls.cache.store import KeptAnswer
from infill_ls.clock import Clock
from infill_ls.engine.ask import ask
from infill_ls.engine.backend import Backend
from infill_ls.engine.candidates import best_first
from infill_ls.engine.gather import context_for, prompt_for
from infill_ls.engine.generate import CUT, Raw, beyond, generate
from infill_ls.engine.generation import Generation
from infill_ls.engine.parts import Parts
from infill_ls.engine.postprocess import verdict_of
from infill_ls.errors import ProviderError
from infill_ls.records import Completion, Context, Outcome, Request, Source
from infill_ls.syntax.block import prepare
from infill_ls.syntax.brackets import CLOSING_CHARACTERS
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.workspace.notebooks import name_of

READ_AHEAD_S = 0.02
"""How long a model may take before the time is used to read what its answer has to fit; most take longer."""


async def answer(
    request: Request, backend: Backend, generation: Generation, meter: Meter, parts: Parts
) -> Outcome:
    """The outcome for the request's place, of the backend or of what stands in for it.

    Raises:
        ProviderError: asking failed, and nothing stood in.
    """
    context = await context_for(request, backend, parts)
    meter.lap("context")

    async def answer_of(each: Backend) -> Outcome:
        if each is not backend:
            generation.restart()
        return await _outcome_of(each, request, context, generation, meter, parts)

    meanwhile = asyncio.ensure_future(_read_ahead(generation.here, parts.clock))
    try:
        outcome, failure = await ask(
            backend,
            parts.stand_ins(backend),
            answer_of,
            is_enough=lambda found: found.completion is not None,
            tally=generation.tally,
            accounts=parts.accounts,
            failed=parts.refused,
        )
    finally:
        meanwhile.cancel()
    if failure is not None:
        return replace(outcome, message=str(failure))
    parts.answered()
    return outcome


async def with_others(
    here: Surroundings,
    request: Request,
    outcome: Outcome,
    backend: Backend,
    meter: Meter,
    parts: Parts,
) -> Outcome:
    """The outcome with as many candidates as were asked for, as far as the model has different ones."""
    if outcome.completion is None or outcome.source != "model":
        return outcome
    found = [outcome.completion]
    prompt = replace(
        prompt_for(backend, await context_for(request, backend, parts), parts.settings), scored=True
    )
    for variant in range(1, request.candidates):
        try:
            parts.accounts.check_cap(meter.tally)
            raw = await generate(
                backend,
                replace(prompt, variant=variant),
                here,
                request.trigger,
                parts.settings,
                meter=meter,
            )
        except ProviderError:
            break  # there is one to show all the same
        verdict = verdict_of(raw, here, parts.settings.completion, request.trigger)
        if isinstance(verdict, Completion):
            found.append(verdict)
    first, *others = best_first(found, here)
    return replace(outcome, completion=first, others=tuple(others))


async def _outcome_of(  # what an answer depends on
    backend: Backend,
    request: Request,
    context: Context,
    generation: Generation,
    meter: Meter,
    parts: Parts,
) -> Outcome:
    snapshot, model = request.snapshot, backend.provider.model
    if backend.family is None:
        # The embedded engine knows files by their whole paths, and sends nothing anywhere: it may see all there is.
        path = name_of(snapshot.path, snapshot.uri) if snapshot.path else snapshot.uri
        context = replace(context, path=path, prefix=snapshot.prefix, suffix=snapshot.suffix)
    explicit = request.trigger == "invoked"
    prompt = prompt_for(backend, context, parts.settings)
    prompt = replace(
        prompt, scored=request.candidates > 1, explicit=explicit, ahead=bool(generation.suggestion)
    )
    if backend.cache is not None:
        prompt = backend.cache.mark(prompt, parts.clock.now())
    cleared = parts.cache.cleared(backend.id)
    raw = await generate(
        backend,
        prompt,
        generation.here,
        request.trigger,
        parts.settings,
        meter=meter,
        grown=generation.grow,
    )
    verdict = verdict_of(raw, generation.here, parts.settings.completion, request.trigger)
    meter.lap("post")
    if not isinstance(verdict, Completion):
        if verdict.rule != "empty":
            return Outcome("filtered", rule=verdict.rule, source=backend.source, model=model)
        is_cramped = backend.source == "local" and not CLOSING_CHARACTERS.issuperset(
            snapshot.line_after
        )
        return Outcome(
            "empty", rule="mid_line" if is_cramped else "empty", source=backend.source, model=model
        )
    if meter.first_token_ms is not None:
        parts.debounce.measured(meter.first_token_ms / 1000)
    if parts.cache.cleared(backend.id) == cleared:  # else it may be made of what is to be forgotten
        parts.cache.put(
            key(snapshot, backend.id), _kept(verdict, raw, request, generation, backend)
        )
    return Outcome("shown", verdict, source=backend.source, model=model)


def _kept(
    verdict: Completion, raw: Raw, request: Request, generation: Generation, backend: Backend
) -> KeptAnswer:
    source: Source = "speculative" if generation.suggestion else "cache"
    is_cut = raw.stopped in CUT and request.trigger == "automatic"
    # A model that ended its answer by itself would have nothing to say where the answer ends.
    ended = backend.source == "model" and raw.stopped in {None, "stop"} and raw.finish != "length"
    return KeptAnswer(verdict, ended, source, is_cut, beyond=beyond(raw, verdict))


async def _read_ahead(here: Surroundings, clock: Clock) -> None:
    await clock.sleep(READ_AHEAD_S)
    prepare(here)
