"""Settings -> who is asked first, who stands in, who thinks: the one place where concrete providers are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from infill_ls.clock import Clock
from infill_ls.engine.backend import Backend, Lists
from infill_ls.engine.prompt_cache import ExplicitCache
from infill_ls.errors import InfillError, SettingsError
from infill_ls.provider.base import News
from infill_ls.provider.circuit import Limited
from infill_ls.provider.kind import kind_in_force
from infill_ls.provider.local.engine import LocalProvider
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.schema import Settings

if TYPE_CHECKING:
    from infill_ls.prompt.route import Route
    from infill_ls.provider.batches import Batches
    from infill_ls.settings.service import Service


THINKING_S = 180.0
"""A model that thinks is given at least so many seconds for its answer."""

THOUGHTS = 4096
"""Tokens of thoughts that a server of the user's own is given room for where no budget is set."""

STAND_IN = " Until then the embedded engine answers."
"""What an editor's user is told behind a problem."""


def backends_of(
    settings: Settings,
    environ: Mapping[str, str],
    clock: Clock,
    embedded: LocalProvider,
    news: News,
) -> tuple[tuple[Backend, ...], Backend | None, tuple[str, ...], Route | None]:
    """What is asked first and stands in for it, what thinks about explicit requests, what is wrong; and the route."""
    local = Backend(embedded, "fim", None, "local", "local", debounce_ms=0)
    if kind_in_force(settings.provider, environ) == "local":
        return (local,), None, (), None
    from infill_ls.prompt.choose import choose, thinking_route
    from infill_ls.provider.build import in_force

    try:
        provider = in_force(settings.provider, environ)
    except InfillError as error:
        return (local,), None, (f"{error}{STAND_IN}",), None
    problems: list[str] = []
    first: Route | None = None
    models: list[Backend | None] = []
    for find in (choose, thinking_route):
        try:
            route = find(provider)
            models.append(
                None if route is None else _remote(settings, provider, route, environ, clock, news)
            )
            first = first or route
        except InfillError as error:
            models.append(None)
            problems.append(str(error))
    model, thinking = models
    if model is None and thinking is not None:
        # A model that always thinks: the embedded engine answers while the user types, the model when it is asked.
        problems = []
    elif model is None:
        problems = [f"{problem}{STAND_IN}" for problem in problems]
    return ((local,) if model is None else (model, local)), thinking, tuple(problems), first


def deep_backend(
    settings: Settings, environ: Mapping[str, str], clock: Clock, news: News
) -> Backend | None:
    """Who is asked where the model may look things up; None where it cannot call tools."""
    if kind_in_force(settings.provider, environ) == "local":
        return None
    from infill_ls.prompt.abilities import calls_tools
    from infill_ls.prompt.choose import choose, thinking_route
    from infill_ls.provider.build import in_force

    try:
        provider = in_force(settings.provider, environ)
        route = thinking_route(provider) or choose(replace(provider, mode="chat"))
        if not calls_tools(provider.kind, route.model):
            return None
        found = _remote(settings, provider, route, environ, clock, news)
    except InfillError:
        return None  # whoever asks is told by the ordinary backends what is wrong
    return replace(found, id=f"deep {found.id}")


def batches_of(settings: Settings, environ: Mapping[str, str]) -> Batches:
    """The Batch API for the model of these settings.

    Raises:
        SettingsError: there is none for that.
    """
    from infill_ls.prompt.catalogue import find as find_model
    from infill_ls.prompt.choose import choose
    from infill_ls.provider.batches import Batches
    from infill_ls.provider.build import in_force, remote
    from infill_ls.settings.services import service_of

    provider = in_force(settings.provider, environ)
    if provider.kind == "local" or not service_of(provider.kind).catalogued:
        raise SettingsError(
            "Batches are Model Studio's: set provider.kind to model-studio, or leave --batch out."
        )
    # The Batch API is part of the compatible mode.
    provider = replace(provider, protocol="openai")
    route = choose(provider)
    known = find_model(route.model)
    if known is None or not known.batch:
        raise SettingsError(
            f"{provider.model or 'The model'} is not offered in batches: set provider.model to qwen-max, qwen-plus, "
            "qwen-flash or qwen-turbo, or leave --batch out."
        )
    made = remote(
        provider, environ, model=route.model, mode=route.mode, parameters=route.parameters
    )
    return Batches(*made.parts)


def warnings_of(
    settings: Settings,
    environ: Mapping[str, str],
    backends: Iterable[Backend],
    thinking: Backend | None,
) -> tuple[str, ...]:
    if thinking is None and all(backend.source == "local" for backend in backends):
        return ()
    from infill_ls.provider.build import exposed_key, in_force

    exposed = exposed_key(in_force(settings.provider, environ), environ)
    return () if exposed is None else (exposed,)


def _remote(
    settings: Settings,
    provider: ProviderSettings,
    route: Route,
    environ: Mapping[str, str],
    clock: Clock,
    news: News,
) -> Backend:
    from infill_ls.prompt.catalogue import find as find_model
    from infill_ls.provider.build import remote
    from infill_ls.settings.services import service_of

    row = service_of(provider.kind)
    hosted = row.catalogued
    known = find_model(route.model) if hosted else None
    thinks = route.mode == "chat" and _may_think(route, row)
    if thinks:
        patient = max(provider.timeout_s.total, THINKING_S)
        provider = replace(
            provider, timeout_s=replace(provider.timeout_s, first_token=patient, total=patient)
        )
    service = remote(
        provider,
        environ,
        model=route.model,
        mode=route.mode,
        parameters=route.parameters,
        multimodal=route.multimodal,
        infill=route.infill,
        news=news,
    )
    shaping = settings.completion
    limits = (shaping.lines, shaping.max_lines, sorted(shaping.rules_off), settings.context)
    return Backend(
        Limited(service, clock.now),
        route.mode,
        route.family,
        "model",
        repr((provider, route.mode, limits)),
        debounce_ms=settings.completion.debounce_ms,
        soft_switch=route.soft_switch,
        # Model Studio limits thoughts by a budget of their own.
        thoughts=0 if hosted or not thinks else provider.thinking_budget or THOUGHTS,
        lists=_lists(route, row, thinks=thinks),
        sees=known is not None and known.vision and route.mode == "partial",
        room=service.pace.room,
        primes=row.primes if route.mode == "fim" else None,
        cache=ExplicitCache() if known is not None and known.context_cache else None,
    )


def _lists(route: Route, service: Service, *, thinks: bool) -> Lists:
    """How several answers are had at once: not where their likelihoods say more, or the middle is asked for itself."""
    from infill_ls.prompt.abilities import answers_in_json

    if route.mode == "fim" or service.scores or not answers_in_json(service.kind, route.model):
        return "none"
    return "asked" if thinks else "held"


def _may_think(route: Route, service: Service) -> bool:
    """Whether thoughts may come before a plain chat's answer: the model has them, and is not told to leave them."""
    from infill_ls.prompt.catalogue import find as find_model

    known = find_model(route.model)
    is_told_not_to = any(
        each in route.parameters for each in (("enable_thinking", False), *service.no_thoughts)
    )
    return not is_told_not_to and (known is None or known.thinking != "none")
