"""Settings -> route: which model is asked, in which mode, with which parameters. Builds no prompt."""

from __future__ import annotations

from infill_ls.errors import Unsupported
from infill_ls.prompt import catalogue
from infill_ls.prompt.catalogue_model import Model
from infill_ls.prompt.catalogue_models import FIM_REGION, MODELS
from infill_ls.prompt.families import family_of
from infill_ls.prompt.family_rows import QWEN
from infill_ls.prompt.route import Parameters, Route, own_family, own_route
from infill_ls.records import Mode
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.services import service_of


def choose(settings: ProviderSettings) -> Route:
    """The route that settings ask for; ``settings.kind`` is a service's, no longer ``auto``.

    Raises:
        Unsupported: the mode asked for cannot work with that model or region; the sentence names what can.
    """
    if not service_of(settings.kind).catalogued:
        return own_route(settings)
    model = settings.model or _default_model(settings)
    known = catalogue.find(model)
    mode = _model_studio_mode(settings, model, known)
    family = family_of(model) or QWEN
    if mode == "fim" or known is None:
        return Route(model, mode, family)
    # Whatever a hybrid model's default: thoughts cost seconds, and partial mode works only without them.
    hybrid = known.thinking in ("hybrid-off", "hybrid-on")
    parameters: Parameters = (("enable_thinking", False),) if hybrid else ()
    return Route(model, mode, family, parameters, multimodal=known.multimodal)


def thinking_route(settings: ProviderSettings) -> Route | None:
    """How an explicit request is asked where the model may think; None where the settings want no thoughts.

    It does not depend on ``choose``: a model that always thinks has this route only.

    Raises:
        Unsupported: thoughts are wanted and the model has none; the sentence names models that think.
    """
    if settings.thinking != "on":
        return None
    model = settings.model or _default_model(settings)
    known = catalogue.find(model)
    if known is not None and known.thinking == "none":
        raise Unsupported(_never_thinks(settings, model))
    family = own_family(settings, model) or QWEN
    if not service_of(settings.kind).catalogued:
        return Route(
            model, "chat", family, soft_switch="/think" if known and known.no_think_suffix else ""
        )
    multimodal = known is not None and known.multimodal
    return Route(model, "chat", family, _thoughts(settings, known), multimodal=multimodal)


def _default_model(settings: ProviderSettings) -> str:
    service = service_of(settings.kind)
    if not service.catalogued:
        return service.model
    return (
        catalogue.DEFAULT_FIM_MODEL if settings.mode == "fim" else catalogue.DEFAULT_PARTIAL_MODEL
    )


def _model_studio_mode(settings: ProviderSettings, model: str, known: Model | None) -> Mode:
    if settings.mode == "chat":
        return "chat"
    if known is not None and known.thinking == "only":
        raise Unsupported(_only_thinks(model))
    if settings.mode == "fim":
        _check_fim(settings, model, known)
        return "fim"
    # A name that the pages do not know is tried as asked: they grow more slowly than the service.
    if known is None:
        return "partial"
    if settings.mode == "auto":
        routes = catalogue.routes(known, settings.region)
        return next(route for route in routes if route != "fim" or settings.protocol != "dashscope")
    if not known.partial:
        raise Unsupported(_no_partial(model))
    return "partial"


def _check_fim(settings: ProviderSettings, model: str, known: Model | None) -> None:
    """Region before protocol before model: what the user has to change first is said first."""
    if settings.region != FIM_REGION:
        raise Unsupported(_fim_elsewhere(settings.region, known))
    if settings.protocol == "dashscope":
        raise Unsupported(_no_native_fim(known))
    if known is not None and not known.fim:
        raise Unsupported(_no_fim(model, known))


def _thoughts(settings: ProviderSettings, known: Model | None) -> Parameters:
    """What tells Model Studio to think; a model that always thinks knows no such switch."""
    switch: Parameters = (
        () if known is not None and known.thinking == "only" else (("enable_thinking", True),)
    )
    takes_budget = known is None or known.thinking_budget
    if settings.thinking_budget is None or not takes_budget:
        return switch
    return (*switch, ("thinking_budget", settings.thinking_budget))


def _fim_elsewhere(region: str, known: Model | None) -> str:
    return (
        f"Model Studio completes by FIM only in region {FIM_REGION}, and provider.region is {region}: "
        f'set provider.mode to {_other_mode(known)}, or provider.region to "{FIM_REGION}" with a key of that region.'
    )


def _no_native_fim(known: Model | None) -> str:
    return (
        "Model Studio's native protocol has no FIM: "
        f'set provider.protocol to "openai", or provider.mode to {_other_mode(known)}.'
    )


def _no_fim(model: str, known: Model) -> str:
    return (
        f"Model Studio does not serve {model} by FIM: "
        f"set provider.mode to {_other_mode(known)}, or provider.model to one of {', '.join(catalogue.names('fim'))}."
    )


def _no_partial(model: str) -> str:
    return (
        f"Model Studio's pages name no partial mode for {model}: "
        f'set provider.mode to "auto", which uses plain chat, or provider.model to one of {_coders()}.'
    )


def _only_thinks(model: str) -> str:
    return (
        f"{model} always thinks before it answers, and FIM and partial mode work only without thinking: "
        f"set provider.model to one of {_coders()}."
    )


def _never_thinks(settings: ProviderSettings, model: str) -> str:
    thinkers = (each for each in MODELS if each.partial and each.thinking != "none")
    hosted = ", ".join(each.name for each in thinkers if not each.open_weights and not each.vision)
    others = f"one of {hosted}" if service_of(settings.kind).catalogued else "one that thinks"
    return (
        f'provider.thinking is "on", and {model} never thinks: '
        f'set provider.thinking to "off", or provider.model to {others}.'
    )


def _other_mode(known: Model | None) -> str:
    return (
        '"partial" (or "auto")'
        if known is None or known.partial
        else '"auto", which uses plain chat'
    )


def _coders() -> str:
    return ", ".join(name for name in catalogue.names("partial") if "coder" in name)
