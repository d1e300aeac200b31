"""How a completion is asked for, and the choice where a server of the user's own, or an unlisted one, is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from infill_ls.errors import Unsupported
from infill_ls.prompt import catalogue
from infill_ls.prompt.families import family_of, named
from infill_ls.prompt.family import Family
from infill_ls.prompt.family_rows import QWEN
from infill_ls.records import Mode
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.service import Infill, Service
from infill_ls.settings.services import service_of

Parameters = tuple[tuple[str, Any], ...]

_SUGGESTED = "a model such as qwen2.5-coder"


@dataclass(frozen=True, slots=True)
class Route:
    """How a completion is asked for; settled once per settings."""

    model: str
    """Empty for a server of one model that needs no name."""
    mode: Mode
    family: Family
    parameters: Parameters = ()
    """What the model needs in the request's body beyond what every model gets."""
    soft_switch: str = ""
    """What the user's message ends with, so that an open model thinks or does not; empty where nothing is needed."""
    multimodal: bool = False
    """Whether Model Studio's native protocol serves the model under the multimodal path."""
    infill: Infill = "tokens"
    """In mode ``fim``: how the middle is asked for."""
    caution: str = ""
    """What the user has to know: it works, and another model would do better."""
    note: str = ""
    """What was assumed, for those who look."""


def own_route(settings: ProviderSettings) -> Route:
    """The route for a service that no catalogue describes: by its row, and by the model's family.

    Raises:
        Unsupported: the mode asked for cannot work; the sentence names what can.
    """
    service = service_of(settings.kind)
    model = settings.model or service.model
    family = own_family(settings, model)
    mode = _mode(settings, service, model, family)
    if mode != "fim":
        known = catalogue.find(model)
        is_hybrid = known is not None and known.thinking in ("hybrid-off", "hybrid-on")
        return Route(
            model,
            mode,
            family or named("none"),
            # Whatever a hybrid model's default: thoughts cost seconds, and partial mode works only without them.
            service.no_thoughts,
            soft_switch=known.no_think_suffix if known is not None and is_hybrid else "",
            caution=""
            if settings.mode != "auto" or service.infill != "tokens"
            else _not_trained(model, mode),
        )
    # Model Studio documents a prompt that ends after the prefix; a model that is asked directly would go on with the
    # suffix, so it is told that the suffix is empty.
    spelled = replace(family or QWEN, prefix_only="")
    infill = "suffix" if family is None and service.knows_templates else service.infill
    is_guess = family is None and infill == "tokens" and bool(model)
    return Route(model, mode, spelled, infill=infill, note=_unknown(model) if is_guess else "")


def own_family(settings: ProviderSettings, model: str) -> Family | None:
    """The family that the user names, else the one that the model's name tells; None where nothing does."""
    return family_of(model) if settings.family == "auto" else named(settings.family)


def _mode(settings: ProviderSettings, service: Service, model: str, family: Family | None) -> Mode:
    if settings.mode in ("partial", "chat"):
        return "partial" if settings.mode == "partial" else "chat"
    chat: Mode = "chat" if service.prefill == "none" else "partial"
    if service.infill == "suffix":
        return "fim"
    if service.infill == "none":
        if settings.mode == "fim":
            raise Unsupported(
                f'{service.name} does not complete by FIM: set provider.mode to "auto", which uses chat.'
            )
        return chat
    if settings.mode == "fim":
        if family is not None and family.tier == "none":
            raise Unsupported(_no_tokens(model, chat))
        return "fim"
    known = catalogue.find(model)
    if settings.family == "auto" and known is not None and not known.open_weights and not known.fim:
        return "partial" if known.partial else "chat"
    if (
        family is None
        or family.tier == "trained"
        or (settings.family != "auto" and family.tier != "none")
    ):
        return "fim"
    return chat


def _not_trained(model: str, mode: Mode) -> str:
    return (
        f"{model or 'The model'} was not trained to fill in the middle, so it is asked in mode {mode}: {_SUGGESTED} "
        "completes better."
    )


def _no_tokens(model: str, chat: Mode) -> str:
    return (
        f'{model} has no fill-in-the-middle tokens: set provider.model to {_SUGGESTED}, or provider.mode to "{chat}". '
        "If the name is misleading, name its family in provider.family."
    )


def _unknown(model: str) -> str:
    return (
        f"The name {model} does not tell how the model spells a fill-in-the-middle prompt, so it is asked as "
        "Qwen-Coder is: set provider.family to the row that fits."
    )
