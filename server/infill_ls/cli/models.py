"""``infill-ls models``: what the user's own server has; else the catalogue of Model Studio, asking nobody."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from infill_ls.cli.terminal import warn
from infill_ls.prompt.abilities import can_call, in_json
from infill_ls.prompt.catalogue import price_tiers, regions, routes
from infill_ls.prompt.catalogue_model import Model, Thinking
from infill_ls.prompt.catalogue_models import ALL_REGIONS, FIM_REGION, MODELS
from infill_ls.prompt.families import family_of
from infill_ls.provider.served import Model as OwnModel
from infill_ls.provider.served import Served
from infill_ls.sentences import harmless
from infill_ls.startup import Launch
from infill_ls.tokens import PriceTier

HEADINGS = (
    "model",
    "routes",
    "regions",
    "thinking",
    "images",
    "tools",
    "JSON",
    "context",
    "price per million tokens",
)
NOT_STATED = "not stated"
THINKING: dict[Thinking, str] = {
    "none": "no",
    "hybrid-off": "off by default",
    "hybrid-on": "on by default",
    "only": "always",
}


def models(launch: Launch, *, as_json: bool) -> int:
    """Print the models; gives the exit status."""
    from infill_ls.adopt import own_host

    if (own := asyncio.run(_own(launch))) is not None:
        return _print_own(own, as_json=as_json)
    if host := own_host(launch.resolved().settings.provider, launch.environ):
        warn(
            f"{host} does not list its models, so these are Model Studio's: `infill-ls doctor` tries the server out."
        )
    return catalogue(as_json=as_json)


async def _own(launch: Launch) -> Served | None:
    """What the server in force has; None where that is no server of the user's own, or it does not say."""
    from infill_ls.adopt import asked

    served = await asked(launch.resolved().settings.provider, launch.environ)
    return served if served is not None and served.models else None


def _print_own(served: Served, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps([dataclasses.asdict(model) for model in served.models]))
        return 0
    rows = [
        ("model", "fills in the middle", "window", "size", ""),
        *(_own_cells(model) for model in served.models),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(
            harmless(
                "  ".join(
                    f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)
                ).rstrip()
            )
        )
    return 0


def _own_cells(model: OwnModel) -> tuple[str, ...]:
    family = family_of(model.name)
    fills = "no" if model.tokens == () or (family and family.tier == "none") else "not known"
    if fills != "no" and family is not None:
        fills = "yes" if family.tier == "trained" else "perhaps"
    elif fills != "no" and model.fills:
        fills = "perhaps"
    return (
        model.name,
        fills,
        f"{model.window:,}" if model.window else NOT_STATED,
        model.size or NOT_STATED,
        "loaded" if model.is_loaded else "",
    )


def catalogue(*, as_json: bool) -> int:
    """Print Model Studio's models; gives the exit status."""
    if as_json:
        print(json.dumps([described(model) for model in MODELS]))
        return 0
    rows = [HEADINGS, *(cells(model) for model in MODELS)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        print(
            "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    print(
        f"\n{NOT_STATED}: the provider's pages do not say. Snapshots and -latest names are treated as their model."
    )
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
        "yes" if can_call(model) else "no",
        "yes" if in_json(model) else "no",
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
        "tools": can_call(model),
        "json": in_json(model),
        "stream_only": model.stream_only,
        "batch": model.batch,
        "context": model.context,
        "prices": {
            region: [dataclasses.asdict(tier) for tier in tiers]
            for region, tiers in _prices(model).items()
        },
    }


def price(tiers_of: Mapping[str, tuple[PriceTier, ...]]) -> str:
    """What the shortest requests cost, region by region; longer ones may cost more."""
    first = ((region, tiers[0]) for region, tiers in tiers_of.items())
    shown = "; ".join(
        f"{tier.currency} {tier.input:g} in, {tier.output:g} out ({region})"
        for region, tier in first
    )
    return shown or NOT_STATED


def _prices(model: Model) -> dict[str, tuple[PriceTier, ...]]:
    return {region: tiers for region in ALL_REGIONS if (tiers := price_tiers(model.name, region))}
