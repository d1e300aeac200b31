"""A request's answer: gather context, ask a model or what stands in for it, stream, postprocess, keep."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Final

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
from infill_ls.records import Completion, Context, Outcome, Request, Snapshot, Source
from infill_ls.syntax.block import prepare
from infill_ls.syntax.brackets import CLOSING_CHARACTERS
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.workspace.notebooks import name_of

SURE: Final = math.log(0.94)
"""From here on the embedded engine's line is right in 98 of 100 places, on projects that it was not fitted on."""
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


async def sure_answer(request: Request, backend: Backend, parts: Parts) -> Outcome | None:
    """The embedded engine's answer where it is all but sure of the rest of the line: a model need not be asked."""
    local = next((each for each in parts.backends if each.source == "local"), None)
    if local is None or backend.source != "model" or not parts.settings.local.spare_calls:
        return None
    if request.trigger != "automatic" or request.candidates > 1:
        return None
    snapshot = request.snapshot
    if not snapshot.line_before.strip():
        return None
    here = Surroundings.of(snapshot)
    context = _all_of(snapshot)
    if CLOSING_CHARACTERS.issuperset(here.line_after):
        # What an editor has closed is missing with what comes behind it; the answer is fitted to it like a model's.
        context = replace(context, suffix=here.text_below)
    prompt = replace(prompt_for(local, context, parts.settings), scored=True)
    raw = await generate(
        local, prompt, here, request.trigger, parts.settings, meter=Meter(parts.clock)
    )
    verdict = verdict_of(raw, here, parts.settings.completion, request.trigger)
    if not isinstance(verdict, Completion) or verdict.logprob is None or verdict.logprob < SURE:
        return None
    # Who asks explicitly gets more; and while it is typed through, it stays.
    parts.cache.put(key(snapshot, backend.id), KeptAnswer(verdict, is_cut=True))
    return Outcome("shown", verdict, source="local", model=local.provider.model, spared=True)


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
    try:
        async with aclosing(_further(here, request, backend, meter, parts)) as answers:
            async for raw in answers:
                verdict = verdict_of(raw, here, parts.settings.completion, request.trigger)
                if verdict not in found and len(found) < request.candidates:
                    found += [verdict] if isinstance(verdict, Completion) else []
    except ProviderError:
        pass  # there is one to show all the same
    first, *others = best_first(found, here)
    return replace(outcome, completion=first, others=tuple(others))


async def _further(
    here: Surroundings, request: Request, backend: Backend, meter: Meter, parts: Parts
) -> AsyncGenerator[Raw, None]:
    """Other answers for the same place: all at once where the model can list them, else one request for each."""
    context = await context_for(request, backend, parts)
    if backend.lists != "none":
        from infill_ls.engine.listed import listed

        for raw in await listed(
            backend,
            context,
            request.candidates,
            here,
            request.trigger,
            meter=meter,
            parts=parts,
        ):
            yield raw
        return
    prompt = replace(prompt_for(backend, context, parts.settings), scored=True)
    for variant in range(1, request.candidates):
        parts.accounts.check_cap(meter.tally)
        yield await generate(
            backend,
            replace(prompt, variant=variant),
            here,
            request.trigger,
            parts.settings,
            meter=meter,
        )


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
        context = _all_of(snapshot)
    explicit = request.trigger == "invoked"
    prompt = prompt_for(backend, context, parts.settings)
    prompt = replace(
        prompt, scored=request.candidates > 1, explicit=explicit, ahead=bool(generation.suggestion)
    )
    if backend.cache is not None:
        prompt = backend.cache.mark(prompt, parts.clock.now())
    cleared = parts.cache.cleared(backend.id)
    if backend is parts.deep:
        from infill_ls.engine.deep import deep

        raw = await deep(request, backend, prompt, generation, meter, parts)
    else:
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
    if meter.first_token_ms is not None and not request.deep:
        parts.debounce.measured(meter.first_token_ms / 1000)
    if parts.cache.cleared(backend.id) == cleared:  # else it may be made of what is to be forgotten
        kept = _kept(verdict, raw, request, generation, backend)
        kept = replace(kept, neighbors=context.neighbors)
        parts.cache.put(key(snapshot, backend.id), kept)
        if (
            backend is parts.deep
        ):  # whoever types it is shown the rest, and not what a key's request says
            parts.cache.put(key(snapshot, parts.backends[0].id), kept)
    return Outcome("shown", verdict, source=backend.source, model=model)


def _all_of(snapshot: Snapshot) -> Context:
    """What the embedded engine sees: it knows files by whole paths, and sends nothing anywhere."""
    path = name_of(snapshot.path, snapshot.uri) if snapshot.path else snapshot.uri
    return Context(snapshot.prefix, snapshot.suffix, path, snapshot.language)


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
