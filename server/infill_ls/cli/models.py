"""``infill-ls models``: the catalogue of Model Studio's models. Asks no service."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from infill_ls.prompt.catalogue import price_tiers, regions, routes
from infill_ls.prompt.catalogue_models import ALL_REGIONS, FIM_REGION, MODELS, Model, Thinking
from infill_ls.records import PriceTier

HEADINGS = ("model", "routes", "regions", "thinking", "images", "context", "price per million tokens")
NOT_STATED = "not stated"
THINKING: dict[Thinking, str] = {
    "none": "no",
    "hybrid-off": "off by default",
    "hybrid-on": "on by default",
    "only": "always",
}


def models(*, as_json: bool) -> int:
    """Print the catalogue; gives the exit status."""
    if as_json:
        print(json.dumps([described(model) for model in MODELS]))
        return 0
    rows = [HEADINGS, *(cells(model) for model in MODELS)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        print("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"\n{NOT_STATED}: the provider's pages do not say. Snapshots and -latest names are treated as their model.")
    return 0


def cells(model: Model) -> tuple[str, ...]:
    """A model's row, in the order of ``HEADINGS``."""
    where = "all" if model.regions == ALL_REGIONS else ", ".join(model.regions) or NOT_STATED
    return (
        model.name,
        " ".join(routes(model, FIM_REGION)),
        f"fim: {FIM_REGION}; else {where}" if model.fim else where,
        THINKING[model.thinking],
        "yes" if model.vision else "no",
        f"up to {model.context:,}" if model.context else NOT_STATED,
        price(_prices(model)),
    )


def described(model: Model) -> dict[str, Any]:
    """A model as plain data; ``null`` where the pages do not say."""
    return {
        "model": model.name,
        "routes": {route: regions(model, route) for route in routes(model, FIM_REGION)},
        "thinking": model.thinking,
        "thinking_budget": model.thinking_budget,
        "preserve_thinking": model.preserve_thinking,
        "vision": model.vision,
        "stream_only": model.stream_only,
        "batch": model.batch,
        "context": model.context,
        "prices": {region: [dataclasses.asdict(tier) for tier in tiers] for region, tiers in _prices(model).items()},
    }


def price(tiers_of: Mapping[str, tuple[PriceTier, ...]]) -> str:
    """What the shortest requests cost, region by region; longer ones may cost more."""
    first = ((region, tiers[0]) for region, tiers in tiers_of.items())
    shown = "; ".join(f"{tier.currency} {tier.input:g} in, {tier.output:g} out ({region})" for region, tier in first)
    return shown or NOT_STATED


def _prices(model: Model) -> dict[str, tuple[PriceTier, ...]]:
    return {region: tiers for region in ALL_REGIONS if (tiers := price_tiers(model.name, region))}
