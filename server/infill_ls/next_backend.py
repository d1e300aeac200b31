"""Settings -> which model is asked for next edits, and in which form; None where none is. Names concrete providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infill_ls.clock import Clock
from infill_ls.engine.backend import Backend
from infill_ls.errors import InfillError, SettingsError
from infill_ls.provider.base import News
from infill_ls.provider.circuit import Limited
from infill_ls.provider.kind import kind_in_force
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.schema import Settings

if TYPE_CHECKING:
    from infill_ls.engine.next_run import Foreseeing
    from infill_ls.prompt.next_families import NextFamily
    from infill_ls.prompt.route import Parameters
    from infill_ls.settings.service import Service

_INSTEAD = "Until then next edits are those that repeat what you have changed."


def foreseeing_of(
    settings: Settings, environ: Mapping[str, str], clock: Clock, news: News
) -> tuple[Foreseeing | None, tuple[str, ...]]:
    """Who is asked for next edits, and what is wrong with the settings for it."""
    if settings.next_edit.source not in ("model", "both"):
        return None, ()
    try:
        return _foreseeing(settings, environ, clock, news), ()
    except InfillError as error:
        return None, (f"{error} {_INSTEAD}",)


def _foreseeing(
    settings: Settings, environ: Mapping[str, str], clock: Clock, news: News
) -> Foreseeing:
    from infill_ls.engine.next_run import Foreseeing
    from infill_ls.provider.build import in_force, remote
    from infill_ls.settings.services import service_of

    own = _provider(settings)
    if kind_in_force(own, environ) == "local":
        raise SettingsError(
            f"next_edit.source is {settings.next_edit.source}, and there is no model to ask: set next_edit.base_url, "
            "or provider.kind."
        )
    provider = in_force(own, environ)
    service = service_of(provider.kind)
    family, model, parameters = _route(settings, provider, service)
    asked = remote(
        provider,
        environ,
        model=model,
        mode=family.mode,
        parameters=(*parameters, *_body(family, service)),
        infill="tokens",
        path=family.path,
        news=news,
    )
    backend = Backend(Limited(asked, clock.now), family.mode, None, "model", f"next {model}")
    return Foreseeing(backend, family)


def _provider(settings: Settings) -> ProviderSettings:
    """Where the model is: at the provider's address, or at its own, which gets nothing of what is meant for that."""
    provider, wanted = settings.provider, settings.next_edit
    if wanted.base_url is None:
        return replace(provider, model=wanted.model or provider.model)
    return replace(
        provider,
        kind="auto",
        base_url=wanted.base_url,
        model=wanted.model,
        context_tokens=None,
        api_key_env=None,
        api_key_command=(),
        headers=(),
        cache_salt=None,
    )


def _route(
    settings: Settings, provider: ProviderSettings, service: Service
) -> tuple[NextFamily, str, Parameters]:
    """The form, the model, and what that needs in the body."""
    from infill_ls.prompt import catalogue
    from infill_ls.prompt.next_families import next_family_of, next_named

    model = provider.model or service.model
    if service.catalogued and not model:
        model = catalogue.DEFAULT_PARTIAL_MODEL
    known = catalogue.find(model)
    if known is not None and known.thinking == "only":
        raise SettingsError(
            f"{model} always thinks before it answers, which takes too long for next edits: set next_edit.model."
        )
    is_hybrid = known is not None and known.thinking in ("hybrid-off", "hybrid-on")
    calm: Parameters = (("enable_thinking", False),) if is_hybrid else ()
    parameters = calm if service.catalogued else service.no_thoughts
    if settings.next_edit.family != "auto":
        return next_named(settings.next_edit.family), model, parameters
    found = next_family_of(model)
    if found is None:
        continues = (
            (known is None or known.partial) if service.catalogued else service.prefill != "none"
        )
        found = next_named("chat" if continues else "json")
    return found, model, () if found.mode == "fim" else parameters


def _body(family: NextFamily, service: Service) -> Parameters:
    """What the form needs in the body."""
    whole: Parameters = () if family.streams else (("stream", False), ("stream_options", None))
    if family.answer != "json":
        return whole
    # Where a limit cuts JSON off, it says nothing; Model Studio's page asks to set none.
    limit: Parameters = (("max_tokens", None),) if service.catalogued else ()
    return (*whole, ("response_format", {"type": "json_object"}), *limit)
