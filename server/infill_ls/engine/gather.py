"""From a place to what a backend is asked: gathers context, cuts, redacts, builds; or why it is asked nothing."""

from __future__ import annotations

from dataclasses import replace

from infill_ls.context.images import image_at
from infill_ls.context.window import LAST_SUFFIX_TOKENS, SUFFIX_TOKENS, window
from infill_ls.engine.backend import Backend
from infill_ls.engine.gate import refuse
from infill_ls.engine.parts import Parts
from infill_ls.privacy.neutralise import neutralise
from infill_ls.privacy.secrets import blanked
from infill_ls.prompt.build import build
from infill_ls.records import Context, Neighbor, Outcome, Prompt, Request, Snapshot
from infill_ls.settings.schema import Settings


async def refusal_of(place: Snapshot, parts: Parts) -> Outcome | None:
    """The outcome of an explicit request for this place for which nothing would be sent or looked up; else None."""
    refusal = refuse(Request("1", place, "invoked"), parts.settings)
    if refusal is None and (rule := await parts.files.private(place.path)) is not None:
        return Outcome("excluded", rule=rule)
    return refusal


async def context_for(request: Request, backend: Backend, parts: Parts) -> Context:
    """What a prompt is made of, with the local image that the text at the cursor describes, where there is one."""
    place = request.snapshot
    context = context_of(backend, place, parts)
    reference = image_at(place) if looks(backend, request) else None
    image = await parts.files.image(reference, place.path) if reference and place.path else None
    return context if image is None else replace(context, images=(image,))


def looks(backend: Backend, request: Request) -> bool:
    """Whether the model is to see an image; what was said without it is no answer then, so the cache is not asked."""
    return backend.sees and request.trigger == "invoked" and image_at(request.snapshot) is not None


def context_of(backend: Backend, place: Snapshot, parts: Parts) -> Context:
    """What a prompt for a place is made of."""
    limits = parts.settings.context
    suffix_tokens = limits.suffix_tokens
    if suffix_tokens is None:
        is_last = backend.mode == "fim" and backend.family and parts.settings.provider.fim_form == "documented"
        suffix_tokens = LAST_SUFFIX_TOKENS if is_last else SUFFIX_TOKENS
    prefix, suffix = window(place, limits.prefix_tokens, suffix_tokens)
    return Context(prefix, suffix, parts.files.relative(place.path, place.uri), place.language)


def prompt_for(backend: Backend, context: Context, settings: Settings) -> Prompt:
    """What is sent to a backend: without what looks like a secret, and control tokens in the user's text are broken."""
    provider = settings.provider
    if backend.family is None:
        return Prompt(backend.mode, context)
    tokens = backend.family.control_tokens
    prefix, suffix = blanked(context.prefix, context.suffix)
    safe = replace(
        context,
        prefix=neutralise(prefix, tokens),
        suffix=neutralise(suffix, tokens),
        path=neutralise(context.path, tokens),
        language=neutralise(context.language, tokens),
        neighbors=tuple(
            Neighbor(neutralise(other.path, tokens), neutralise(blanked(other.text)[0], tokens))
            for other in context.neighbors
        ),
    )
    return build(
        safe,
        backend.mode,
        backend.family,
        max_tokens=provider.max_tokens + backend.thoughts,
        stop=provider.stop,
        soft_switch=backend.soft_switch,
        form=provider.fim_form,
    )
