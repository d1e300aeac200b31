"""From a place to what a backend is asked: cuts, breaks control tokens, builds; or why it is asked nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from infill_ls.context.budget import around_cursor
from infill_ls.context.window import LAST_SUFFIX_TOKENS, SUFFIX_TOKENS
from infill_ls.engine.backend import Backend
from infill_ls.engine.gate import refuse
from infill_ls.privacy.neutralise import neutralise
from infill_ls.privacy.secrets import blanked
from infill_ls.prompt.build import build
from infill_ls.prompt.partial import MARKS
from infill_ls.records import Context, Neighbor, Outcome, Prompt, Request, Snapshot
from infill_ls.settings.schema import Settings
from infill_ls.workspace.files import Files


async def refusal_of(place: Snapshot, settings: Settings, files: Files) -> Outcome | None:
    """The outcome of an explicit request for this place for which nothing would be sent or looked up; else None."""
    refusal = refuse(Request("1", place, "invoked"), settings)
    if refusal is None and (rule := await files.private(place.path)) is not None:
        return Outcome("excluded", rule=rule)
    return refusal


def context_of(
    backend: Backend, place: Snapshot, settings: Settings, files: Files, neighbors: tuple[Neighbor, ...] = ()
) -> Context:
    """What a prompt for a place is made of, at most as long as the user wants prompts to be."""
    limits = settings.context
    suffix_tokens = limits.suffix_tokens
    if suffix_tokens is None:
        is_last = backend.mode == "fim" and backend.family and settings.provider.fim_form == "documented"
        suffix_tokens = LAST_SUFFIX_TOKENS if is_last else SUFFIX_TOKENS
    bare = Context("", ".", files.relative(place.path, place.uri), place.language, neighbors)
    if backend.family is None:
        taken, bare = 0, replace(bare, neighbors=())  # the embedded engine has the files themselves
    else:
        taken = size(prompt_for(backend, bare, settings))
    prefix, suffix = around_cursor(place, limits, suffix_tokens, taken)
    return replace(bare, prefix=prefix, suffix=suffix)


def prompt_for(backend: Backend, context: Context, settings: Settings) -> Prompt:
    """What is sent to a backend: without what looks like a secret, and control tokens in the user's text are broken."""
    provider = settings.provider
    if backend.family is None:
        return Prompt(backend.mode, context)
    tokens = backend.family.control_tokens
    prefix, suffix = context.prefix, context.suffix
    if settings.privacy.redact:
        prefix, suffix = blanked(prefix, suffix)
    safe = replace(
        context,
        prefix=neutralise(prefix, tokens),
        suffix=neutralise(suffix, tokens),
        path=neutralise(context.path, tokens),
        language=neutralise(context.language, tokens),
        neighbors=_harmless(
            context.neighbors, tokens if backend.mode == "fim" else (*tokens, *MARKS), redact=settings.privacy.redact
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


@lru_cache(maxsize=8)  # they are the same from key to key
def _harmless(neighbors: tuple[Neighbor, ...], tokens: tuple[str, ...], *, redact: bool) -> tuple[Neighbor, ...]:
    """Pieces of other files without secrets, and in which nothing reads like a part of the prompt."""
    return tuple(
        replace(
            each,
            path=neutralise(each.path, tokens),
            text=neutralise(blanked(each.text)[0] if redact else each.text, tokens),
        )
        for each in neighbors
    )


def size(prompt: Prompt) -> int:
    """Characters that are sent."""
    return len(prompt.text) + sum(len(message.content) for message in prompt.messages)
