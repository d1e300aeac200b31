"""From a place to what a backend is asked: cuts, breaks control tokens, builds; or why it is asked nothing."""

from __future__ import annotations

from dataclasses import replace

from infill_ls.context.window import LAST_SUFFIX_TOKENS, SUFFIX_TOKENS, window
from infill_ls.engine.backend import Backend
from infill_ls.engine.gate import refuse
from infill_ls.privacy.neutralise import neutralise
from infill_ls.privacy.secrets import blanked
from infill_ls.prompt.build import build
from infill_ls.records import Context, Neighbor, Outcome, Prompt, Request, Snapshot
from infill_ls.settings.schema import ProviderSettings, Settings
from infill_ls.workspace.files import Files


async def refusal_of(place: Snapshot, settings: Settings, files: Files) -> Outcome | None:
    """The outcome of an explicit request for this place for which nothing would be sent or looked up; else None."""
    refusal = refuse(Request("1", place, "invoked"), settings)
    if refusal is None and (rule := await files.private(place.path)) is not None:
        return Outcome("excluded", rule=rule)
    return refusal


def context_of(backend: Backend, place: Snapshot, settings: Settings, files: Files) -> Context:
    """What a prompt for a place is made of."""
    limits = settings.context
    suffix_tokens = limits.suffix_tokens
    if suffix_tokens is None:
        is_last = backend.mode == "fim" and backend.family and settings.provider.fim_form == "documented"
        suffix_tokens = LAST_SUFFIX_TOKENS if is_last else SUFFIX_TOKENS
    prefix, suffix = window(place, limits.prefix_tokens, suffix_tokens)
    return Context(prefix, suffix, files.relative(place.path, place.uri), place.language)


def prompt_for(backend: Backend, context: Context, provider: ProviderSettings) -> Prompt:
    """What is sent to a backend: without what looks like a secret, and control tokens in the user's text are broken."""
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
