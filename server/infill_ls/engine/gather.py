"""From a place to what a backend is asked: gathers context, cuts, redacts, builds; or why it is asked nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from infill_ls.context.budget import around_cursor, slow_other_files
from infill_ls.context.images import image_at
from infill_ls.context.window import CHARACTERS_PER_TOKEN, LAST_SUFFIX_TOKENS, SUFFIX_TOKENS
from infill_ls.engine.backend import Backend
from infill_ls.engine.gate import refuse
from infill_ls.engine.parts import Parts
from infill_ls.privacy.neutralise import neutralise
from infill_ls.privacy.secrets import blanked
from infill_ls.prompt.build import build
from infill_ls.prompt.partial import MARKS
from infill_ls.records import Context, Neighbor, Outcome, Prompt, Request, Snapshot
from infill_ls.settings.schema import Settings

SLOW_SUFFIX_SHARE, LEAST_SUFFIX_TOKENS = 32, 8
"""Where a model is slow, the text behind the cursor, which no cache has, is so small a part of the prompt, but not less
than so many tokens."""


async def refusal_of(snapshot: Snapshot, parts: Parts) -> Outcome | None:
    """The outcome of an explicit request for this place for which nothing would be sent or looked up; else None."""
    refusal = refuse(Request("1", snapshot, "invoked"), parts.settings)
    if refusal is None and (rule := await parts.files.private(snapshot.path)) is not None:
        return Outcome("excluded", rule=rule)
    return refusal


async def context_for(request: Request, backend: Backend, parts: Parts) -> Context:
    """What a prompt is made of, with the local image that the text at the cursor describes, where there is one."""
    snapshot = request.snapshot
    if parts.other_files is not None and request.trigger == "invoked":
        await parts.other_files.settle()
    context = context_of(backend, snapshot, parts)
    reference = image_at(snapshot) if looks(backend, request) else None
    image = (
        await parts.files.image(reference, snapshot.path) if reference and snapshot.path else None
    )
    return context if image is None else replace(context, images=(image,))


def looks(backend: Backend, request: Request) -> bool:
    """Whether the model is to see an image; what was said without it is no answer then, so the cache is not asked."""
    return backend.sees and request.trigger == "invoked" and image_at(request.snapshot) is not None


def context_of(backend: Backend, snapshot: Snapshot, parts: Parts) -> Context:
    """What a prompt for a place is made of, at most as long as the user wants prompts to be."""
    limits = parts.settings.context
    slow_room = _slow_room(backend, snapshot, parts)
    if slow_room is not None:
        limits = replace(limits, budget_tokens=slow_room // CHARACTERS_PER_TOKEN)
    suffix_tokens = limits.suffix_tokens
    if suffix_tokens is None:
        is_last = (
            backend.mode == "fim"
            and backend.family
            and parts.settings.provider.fim_form == "documented"
        )
        suffix_tokens = LAST_SUFFIX_TOKENS if is_last else SUFFIX_TOKENS
        if is_last and slow_room is not None:
            # It is read anew at each key; the rest comes from the cache.
            suffix_tokens = min(
                suffix_tokens, max(limits.budget_tokens // SLOW_SUFFIX_SHARE, LEAST_SUFFIX_TOKENS)
            )
    bare = Context("", ".", parts.files.relative(snapshot.path, snapshot.uri), snapshot.language)
    taken = 0
    if backend.family is not None:  # the embedded engine has the files themselves
        bare = replace(bare, neighbors=neighbors_of(backend, snapshot, parts))
        taken = prompt_for(backend, bare, parts.settings).n_characters
    prefix, suffix = around_cursor(snapshot, limits, suffix_tokens, taken)
    return replace(bare, prefix=prefix, suffix=suffix)


def neighbors_of(backend: Backend, snapshot: Snapshot, parts: Parts) -> tuple[Neighbor, ...]:
    """What a prompt for a place shows of other files as things stand; nothing where it is too much for a slow model."""
    if parts.other_files is None:
        return ()
    shown = parts.other_files.shown(snapshot)
    size = sum(len(each.path) + len(each.text) for each in shown)
    return () if size > slow_other_files(size, backend.room(snapshot.language)) else shown


def _slow_room(backend: Backend, snapshot: Snapshot, parts: Parts) -> int | None:
    """Characters that a slow model reads in time; None where it reads as many as the user wants prompts to have."""
    room = backend.room(snapshot.language)
    most = parts.settings.context.budget_tokens * CHARACTERS_PER_TOKEN
    return room if room is not None and room < most else None


def prompt_for(backend: Backend, context: Context, settings: Settings, answers: int = 1) -> Prompt:
    """What is sent to a backend: without what looks like a secret, and control tokens in the user's text are broken."""
    provider = settings.provider
    if backend.family is None:
        return Prompt(backend.mode, context)
    tokens = backend.family.control_tokens
    redact = settings.privacy.redact
    prefix, suffix = (
        blanked(context.prefix, context.suffix) if redact else (context.prefix, context.suffix)
    )
    safe = replace(
        context,
        prefix=neutralise(prefix, tokens),
        suffix=neutralise(suffix, tokens),
        path=neutralise(context.path, tokens),
        language=neutralise(context.language, tokens),
        neighbors=_harmless(
            context.neighbors,
            tokens if backend.mode == "fim" and answers == 1 else (*tokens, *MARKS),
            redact=redact,
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
        answers=answers,
    )


@lru_cache(maxsize=8)  # they are the same from key to key
def _harmless(
    neighbors: tuple[Neighbor, ...], tokens: tuple[str, ...], *, redact: bool
) -> tuple[Neighbor, ...]:
    """Pieces of other files without secrets, and in which nothing reads like a part of the prompt."""
    return tuple(
        replace(
            each,
            path=neutralise(each.path, tokens),
            text=neutralise(blanked(each.text)[0] if redact else each.text, tokens),
        )
        for each in neighbors
    )
