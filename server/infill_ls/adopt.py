"""What a server says of itself -> settings, where the user left them open. Asks by ``provider/discovery.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from infill_ls.errors import InfillError
from infill_ls.prompt.families import VOCABULARY, family_of, spelled
from infill_ls.provider.build import in_force
from infill_ls.provider.discovery import discover
from infill_ls.provider.kind import kind_in_force
from infill_ls.provider.served import Model, Served
from infill_ls.settings.schema import ProviderSettings, Settings
from infill_ls.settings.services import service_of


def makes_a_difference(settings: Settings, learned: ProviderSettings) -> bool:
    """Whether completions are asked for differently by what was learned, so that it is worth a new engine."""
    own = settings.provider
    if (own.kind, own.model, own.family) != (learned.kind, learned.model, learned.family):
        return True
    window = learned.context_tokens
    return own.context_tokens is None and window is not None and window < _wanted(settings)


def _wanted(settings: Settings) -> int:
    return settings.context.budget_tokens + settings.provider.max_tokens


async def discovered(settings: ProviderSettings, environ: Mapping[str, str]) -> ProviderSettings:
    """The settings with what the server says of itself filled in where the user left it open; asks the server once."""
    return (await looked(settings, environ))[0]


async def looked(settings: ProviderSettings, environ: Mapping[str, str]) -> tuple[ProviderSettings, Served | None]:
    """As ``discovered``, and what it was that the server said."""
    served = await asked(settings, environ)
    if served is None:
        return settings, None
    provider = in_force(settings, environ)
    found = learned(provider, served)
    if found == provider:
        return settings, served
    return (replace(found, kind=settings.kind) if found.kind == provider.kind else found), served


async def asked(settings: ProviderSettings, environ: Mapping[str, str]) -> Served | None:
    """What the server of the settings has; None where it does not say, or is none of the user's own.

    Services of others are not asked: their rows say what they are.
    """
    if kind_in_force(settings, environ) == "local":
        return None
    try:
        provider = in_force(settings, environ)
    except InfillError:
        return None
    if service_of(provider.kind).needs_key:
        return None
    return await discover(provider, environ, provider.model or "", VOCABULARY)


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
    elif family == "auto" and by_name is not None and provider.model and family_of(provider.model) is None:
        family = by_name.name
    model = provider.model or found.name
    return replace(
        provider, kind=kind, model=model, family=family, context_tokens=provider.context_tokens or found.window
    )


def _best(served: Served) -> Model | None:
    """The model that is asked where the user names none: the only one, else one that fills in the middle."""

    def rank(model: Model) -> tuple[bool, bool]:
        family = family_of(model.name)
        return family is not None and family.tier == "trained", bool(model.is_loaded)

    return max(served.models, key=rank, default=None)
