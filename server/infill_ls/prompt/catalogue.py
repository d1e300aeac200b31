"""Looks up what a model of Model Studio can do and where, snapshots and series by rule. Holds no rows itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from infill_ls.prompt.catalogue_model import Model
from infill_ls.prompt.catalogue_models import FIM_REGION, MODELS
from infill_ls.prompt.catalogue_prices import PRICES
from infill_ls.records import Mode
from infill_ls.tokens import PriceTier

DEFAULT_FIM_MODEL = "qwen-coder-turbo"
DEFAULT_PARTIAL_MODEL = "qwen3-coder-flash"

_LATEST_OR_DATE = r"-(?:latest|(?P<date>\d{4}-\d{2}-\d{2})|\d{4})$"
_NEWEST = "9999-12-31"
"""Dates written year first compare as text; a name without a date is the newest snapshot."""


def find(name: str) -> Model | None:
    """What a model can do, or None where the pages do not know it.

    Names are compared without case. An organisation in front (``Qwen/``) is passed over, unless the pages name the
    model with it. The row's own name stays, so that it says what the answer is based on.
    """
    whole = name.lower()
    return _find(whole) or _find(whole.rpartition("/")[2])


def routes(model: Model, region: str) -> tuple[Mode, ...]:
    """By which routes a region of Model Studio completes with a model, the best first."""
    fim: tuple[Mode, ...] = ("fim",) if model.fim and region == FIM_REGION else ()
    partial: tuple[Mode, ...] = ("partial",) if model.partial else ()
    return (*fim, *partial, "chat")


def regions(model: Model, route: Mode) -> tuple[str, ...] | None:
    """Where a model's route is served; None where the pages do not say."""
    return (FIM_REGION,) if route == "fim" else model.regions or None


def names(route: Literal["fim", "partial"]) -> tuple[str, ...]:
    """The models that a route is known to serve, in the catalogue's order."""
    models = (model for model in MODELS if not model.pattern)
    return tuple(model.name for model in models if (model.fim if route == "fim" else model.partial))


def price_tiers(model: str, region: str) -> tuple[PriceTier, ...]:
    """What a model costs in a region, the tier for the shortest requests first; empty where no page says."""
    known = find(model)
    return PRICES.get((known.name, region), ()) if known is not None else ()


def _find(name: str) -> Model | None:
    """As ``find``, for a lower-case name: the name itself, else without date or ``-latest``, else by its series."""
    ending = re.search(_LATEST_OR_DATE, name)
    base = name[: ending.start()] if ending else name
    date = ending["date"] if ending else None
    known = {model.name.lower(): model for model in MODELS if not model.pattern}
    if model := known.get(name):
        return model
    if model := known.get(base):
        return _as_of(model, date or _NEWEST)
    series = (model for model in MODELS if model.pattern and re.fullmatch(model.pattern, base))
    return next(series, None)


def _as_of(model: Model, date: str) -> Model:
    """A model as its snapshot of a date."""
    return replace(
        model,
        partial=model.partial and date >= model.partial_since,
        thinking=model.thinking if date >= model.thinking_since else "none",
    )
