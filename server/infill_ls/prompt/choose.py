"""Settings -> route: which model is asked, in which mode, with which parameters. Builds no prompt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from infill_ls.errors import Unsupported
from infill_ls.prompt import catalogue
from infill_ls.prompt.families import Family, family_of
from infill_ls.records import Mode
from infill_ls.settings.schema import ProviderSettings


@dataclass(frozen=True, slots=True)
class Route:
    """How a completion is asked for; settled once per settings."""

    model: str
    """Empty for a server of one model that needs no name."""
    mode: Mode
    family: Family
    parameters: tuple[tuple[str, bool], ...] = ()
    """What the model needs in the request's body beyond what every model gets."""


def choose(settings: ProviderSettings) -> Route:
    """The route that settings ask for; ``settings.kind`` is ``openai`` or ``model-studio``, no longer ``auto``.

    Raises:
        Unsupported: the mode asked for cannot work with that model or region; the sentence names what can.
    """
    model = settings.model or _default_model(settings)
    mode = choose_mode(settings, model)
    family = family_of(model)
    if settings.kind != "model-studio":
        # Model Studio documents a prompt that ends after the prefix; a model that is asked directly would go on with
        # the suffix, so it is told that the suffix is empty.
        family = replace(family, prefix_only=family.middle.replace("{suffix}", ""))
    return Route(model, mode, family, _parameters(settings, model, mode))


def choose_mode(settings: ProviderSettings, model: str) -> Mode:
    """The mode in which ``model`` is asked.

    Raises:
        Unsupported: as for ``choose``.
    """
    if settings.kind == "model-studio":
        return _model_studio_mode(settings, model)
    if settings.mode == "partial":
        return "partial"
    known = catalogue.find(model)
    hosted_for_chat = known is not None and not known.open_weights and not known.fim
    return "partial" if settings.mode == "auto" and hosted_for_chat else "fim"


def _default_model(settings: ProviderSettings) -> str:
    if settings.kind != "model-studio":
        return ""
    return catalogue.DEFAULT_FIM_MODEL if settings.mode == "fim" else catalogue.DEFAULT_PARTIAL_MODEL


def _model_studio_mode(settings: ProviderSettings, model: str) -> Mode:
    known = catalogue.find(model)
    in_region = settings.region == catalogue.FIM_REGION
    if settings.mode == "fim":
        if not in_region:
            raise Unsupported(_fim_elsewhere(settings.region))
        # A name that the pages do not know is tried as asked: they grow more slowly than the service.
        if known is not None and not known.fim:
            raise Unsupported(_no_fim(model))
        return "fim"
    if settings.mode == "auto" and in_region and known is not None and known.fim:
        return "fim"
    if known is not None and known.thinking == "only":
        raise Unsupported(_only_thinks(model))
    return "partial"


def _parameters(settings: ProviderSettings, model: str, mode: Mode) -> tuple[tuple[str, bool], ...]:
    """Hybrid models are told not to think: partial mode works only so. Others know no such parameter."""
    known = catalogue.find(model)
    if settings.kind == "model-studio" and mode == "partial" and known is not None and known.thinking == "hybrid":
        return (("enable_thinking", False),)
    return ()


def _fim_elsewhere(region: str) -> str:
    return (
        f"Model Studio completes by FIM only in region {catalogue.FIM_REGION}, and provider.region is {region}: "
        f'set provider.mode to "partial" (or "auto"), or provider.region to "{catalogue.FIM_REGION}" with a key of '
        "that region."
    )


def _no_fim(model: str) -> str:
    models = ", ".join(catalogue.names("fim"))
    return (
        f"Model Studio does not serve {model} by FIM: "
        f'set provider.mode to "partial" (or "auto"), or provider.model to one of {models}.'
    )


def _only_thinks(model: str) -> str:
    models = ", ".join(name for name in catalogue.names("partial") if "coder" in name)
    return (
        f"{model} always thinks before it answers, and partial mode works only without thinking: "
        f"set provider.model to one of {models}."
    )
