"""What a server says of itself -> settings, where the user left them open. Asks by ``provider/discovery.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from infill_ls.errors import InfillError
from infill_ls.prompt.families import VOCABULARY, family_of, spelled
from infill_ls.provider.address import from_url
from infill_ls.provider.build import in_force
from infill_ls.provider.discovery import PATIENT_S, address_of, discover
from infill_ls.provider.kind import kind_in_force
from infill_ls.provider.served import Model, Served
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.schema import Settings
from infill_ls.settings.services import service_of
from infill_ls.workspace.known_servers import KnownServers


def makes_a_difference(settings: Settings, learned: ProviderSettings) -> bool:
    """Whether completions are asked for differently by what was learned, so that it is worth a new engine."""
    own, wanted = settings.provider, settings.context.budget_tokens + settings.provider.max_tokens
    if (own.kind, own.model, own.family) != (learned.kind, learned.model, learned.family):
        return True
    return min(own.context_tokens or wanted, wanted) != min(
        learned.context_tokens or wanted, wanted
    )


def recalled(
    settings: ProviderSettings, environ: Mapping[str, str], known: KnownServers
) -> ProviderSettings:
    """The settings with what the server has said before, where that is known."""
    provider = _of_own_server(settings, environ)
    served = None if provider is None else known.recall(address_of(provider), provider.model or "")
    return settings if provider is None or served is None else _filled(settings, provider, served)


async def discovered(
    settings: ProviderSettings, environ: Mapping[str, str], known: KnownServers
) -> tuple[ProviderSettings | None, bool]:
    """The settings with what the server says of itself filled in where the user left it open; whether that is all.

    None where it says nothing, or less than it has said before.
    """
    provider = _of_own_server(settings, environ)
    served = None if provider is None else await discover(provider, environ, VOCABULARY)
    if provider is None or served is None:
        return None, provider is None
    if served.is_whole:
        await asyncio.to_thread(known.remember, address_of(provider), provider.model or "", served)
    elif (
        await asyncio.to_thread(known.recall, address_of(provider), provider.model or "")
        is not None
    ):
        return None, False
    return _filled(settings, provider, served), served.is_whole


async def looked(
    settings: ProviderSettings, environ: Mapping[str, str]
) -> tuple[ProviderSettings, Served | None]:
    """The settings as ``discovered``, for somebody who waits, and what it was that the server said."""
    served = await asked(settings, environ)
    if served is None:
        return settings, None
    return _filled(settings, in_force(settings, environ), served), served


def own_host(settings: ProviderSettings, environ: Mapping[str, str]) -> str:
    """The host of the user's own server, as people are told it; empty where the settings name none."""
    provider = _of_own_server(settings, environ)
    try:
        return "" if provider is None else from_url(address_of(provider)).host
    except InfillError:
        return ""


async def asked(settings: ProviderSettings, environ: Mapping[str, str]) -> Served | None:
    """What the server of the settings has; None where it does not say, or is none of the user's own."""
    provider = _of_own_server(settings, environ)
    return (
        None
        if provider is None
        else await discover(provider, environ, VOCABULARY, within_s=PATIENT_S)
    )


def _of_own_server(
    settings: ProviderSettings, environ: Mapping[str, str]
) -> ProviderSettings | None:
    """The settings in force where they name a server of the user's own: rows of others' say what those are."""
    if kind_in_force(settings, environ) == "local":
        return None
    try:
        provider = in_force(settings, environ)
    except InfillError:
        return None
    return None if service_of(provider.kind).needs_key else provider


def _filled(
    settings: ProviderSettings, provider: ProviderSettings, served: Served
) -> ProviderSettings:
    found = learned(provider, served)
    if found == provider:
        return settings
    return replace(found, kind=settings.kind) if found.kind == provider.kind else found


def learned(provider: ProviderSettings, served: Served) -> ProviderSettings:
    """The settings with what a server has said; what the user has set stays."""
    kind = served.kind if provider.kind == "openai" else provider.kind
    found = served.model(provider.model) if provider.model else _best(served)
    if found is None and kind == "llama.cpp" and len(served.models) == 1:
        found = served.models[0]  # it takes any name for that of the model that it has
    if found is None:
        return replace(provider, kind=kind)
    family = provider.family
    by_name = family_of(found.name)
    if family == "auto" and found.tokens is not None and (by_name is None or not found.tokens):
        family = spelled(found.tokens)
    elif family == "auto" and by_name is None and found.fills is False:
        family = "none"
    elif (
        family == "auto"
        and by_name is not None
        and provider.model
        and family_of(provider.model) is None
    ):
        family = by_name.name
    model = provider.model or found.name
    return replace(
        provider,
        kind=kind,
        model=model,
        family=family,
        context_tokens=provider.context_tokens or found.window,
    )


def _best(served: Served) -> Model | None:
    """The model that is asked where the user names none: the only one, else one that fills in the middle."""

    def rank(model: Model) -> tuple[bool, bool]:
        family = family_of(model.name)
        return family is not None and family.tier == "trained", bool(model.is_loaded)

    return max(served.models, key=rank, default=None)
