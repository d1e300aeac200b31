"""What Model Studio's pages say of single models, snapshots, ``-latest`` names and series by rule."""

from __future__ import annotations

import pytest

from infill_ls.prompt.catalogue import (
    DEFAULT_FIM_MODEL,
    DEFAULT_PARTIAL_MODEL,
    find,
    names,
    price_tiers,
    regions,
    routes,
)
from infill_ls.prompt.catalogue_models import ALL_REGIONS, MODELS
from infill_ls.prompt.catalogue_prices import PRICES
from infill_ls.provider import address

# Every name that the five pages print, and what they say of it.
NAMED = {
    # kind: names
    "fim, partial, none": """
        qwen2.5-coder-0.5b-instruct qwen2.5-coder-1.5b-instruct qwen2.5-coder-3b-instruct qwen2.5-coder-7b-instruct
        qwen2.5-coder-14b-instruct qwen2.5-coder-32b-instruct qwen-coder-turbo-0919 qwen-coder-turbo-latest
        qwen-coder-turbo""",
    "partial, none": """
        qwen3-coder-plus qwen3-coder-flash qwen3-coder-480b-a35b-instruct qwen3-coder-30b-a3b-instruct
        qwen3-max-2025-09-23 qwen-max qwen-max-latest qwen-max-2025-01-25 qwen-vl-max qwen-vl-max-latest
        qwen-vl-max-2025-04-08 qwen-vl-plus qwen-vl-plus-latest qwen-vl-plus-2025-01-25 qwen-plus-2025-01-25""",
    "partial, hybrid-on": """
        qwen3.6-plus qwen3.6-plus-2026-04-02 qwen3.5-plus qwen3.5-plus-2026-02-15 qwen3.5-flash
        qwen3.5-flash-2026-02-23 qwen3.5-397b-a17b qwen3.5-122b-a10b qwen3.5-27b qwen3.5-35b-a3b qwen3-235b-a22b
        qwen3-32b qwen3-30b-a3b qwen3-14b qwen3-8b""",
    "partial, hybrid-off": """
        qwen3-max qwen3-max-2026-01-23 qwen3-max-preview qwen-plus qwen-plus-latest qwen-plus-2025-04-28 qwen-flash
        qwen-flash-2025-07-28 qwen-turbo qwen-turbo-latest qwen-turbo-2024-11-01 qwen3-vl-plus
        qwen3-vl-plus-2025-09-23 qwen3-vl-flash qwen3-vl-flash-2025-10-15""",
    "hybrid-on": """
        qwen3.7-max qwen3.7-max-2026-05-20 qwen3.7-max-2026-06-08 qwen3.7-plus qwen3.7-plus-2026-05-26
        qwen3.6-max-preview qwen3.6-flash qwen3.6-flash-2026-04-16 qwen3.6-35b-a3b
        glm-5.1 glm-5 glm-4.7 glm-4.6 glm-4.5 glm-4.5-air kimi/kimi-k2.6 kimi/kimi-k2.5""",
    "hybrid-off": """
        qwen3-omni-flash deepseek-v4-pro deepseek-v4-flash deepseek-v3.2 deepseek-v3.2-exp deepseek-v3.1
        siliconflow/deepseek-v3.2 siliconflow/deepseek-v3.1-terminus vanchin/deepseek-v3.2-think
        vanchin/deepseek-v3.1-terminus kimi-k2.6 kimi-k2.5""",
    "only": """
        qwen3.7-max-preview qwen3.7-max-2026-05-17 qwen3-next-80b-a3b-thinking qwen3-235b-a22b-thinking-2507
        qwen3-30b-a3b-thinking-2507 qwq-plus deepseek-r1 deepseek-r1-0528 siliconflow/deepseek-r1-0528
        vanchin/deepseek-r1 kimi-k2.7-code kimi-k2-thinking kimi/kimi-k2.7-code-highspeed kimi/kimi-k2.7-code
        MiniMax-M2.5 MiniMax-M2.1""",
}
# Names that follow from what the pages say of snapshots and of series as a whole.
BY_RULE = {
    "fim, partial, none": "Qwen/Qwen2.5-Coder-32B-Instruct",
    "partial, none": """
        qwen3-coder-plus-2025-09-23 qwen2.5-72b-instruct qwen2.5-14b-instruct-1m Qwen/Qwen2.5-7B-Instruct
        qwen3-235b-a22b-instruct-2507 qwen3-next-80b-a3b-instruct qwen3-vl-8b-instruct qwen3-vl-235b-a22b-instruct""",
    "partial, hybrid-on": "qwen3-0.6b Qwen/Qwen3-4B",
    "partial, hybrid-off": "qwen-plus-2025-07-14 qwen3-max-2026-03-01 qwen3-vl-plus-2025-12-19",
    "none": "qwen-max-2024-09-19 qwen-plus-2024-12-20 qwen-vl-max-2024-12-30",
    "hybrid-off": "qwen-turbo-2024-09-19",
    "only": "qwq-32b Qwen/QwQ-32B qvq-max qvq-72b-preview deepseek-r1-distill-qwen-32b qwen3-vl-32b-thinking",
}


def rows(table):
    return [(name, kind) for kind, listed in table.items() for name in listed.split()]


def check_kind(name, kind):
    model = find(name)

    assert model is not None
    can = [route for route in ("fim", "partial") if getattr(model, route)]
    assert ", ".join([*can, model.thinking]) == kind


@pytest.mark.parametrize(("name", "kind"), rows(NAMED))
def test_each_model_that_the_pages_name_can_do_what_they_say(name, kind):
    check_kind(name, kind)


@pytest.mark.parametrize(("name", "kind"), rows(BY_RULE))
def test_snapshots_and_members_of_a_series_follow_by_rule(name, kind):
    check_kind(name, kind)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "gpt-x",
        "qwen3-coder",
        "my-qwen3-coder-plus",
        "qwen3-coder-plus-abc",
        "-latest",
        "QwQ 32",
        "x/",
        "qwen3-",
    ],
)
def test_what_the_pages_do_not_name_stays_unknown(name):
    assert find(name) is None


PROPERTIES = {
    "vision": (
        "qwen3-vl-plus qwen3-vl-flash qwen-vl-max-latest qwen-vl-plus qvq-max qwen3-vl-8b-instruct",
        "qwen3.6-plus qwen3-coder-plus qwq-plus qwen3-omni-flash",
    ),
    "multimodal": (
        "qwen3.5-plus qwen3.5-27b qwen3.6-plus qwen3.6-35b-a3b qwen3-vl-plus qwen-vl-max",
        "qwen3-coder-plus qwen-plus qwen3-max qwen3.7-plus qwen3-32b",
    ),
    "stream_only": ("qwq-plus qwq-32b qvq-max", "qwen-plus qwen3-235b-a22b-thinking-2507 qwen3-omni-flash"),
    "batch": ("qwen-max qwen-plus qwen-flash qwen-turbo-latest", "qwen3-max qwen3-coder-plus"),
    "preserve_thinking": (
        """qwen3.7-max qwen3.7-max-2026-05-20 qwen3.7-max-2026-06-08 qwen3.7-max-preview qwen3.7-max-2026-05-17
        qwen3.7-plus qwen3.7-plus-2026-05-26 qwen3.6-max-preview qwen3.6-plus qwen3.6-plus-2026-04-02 kimi-k2.7-code
        kimi-k2.6 kimi/kimi-k2.7-code-highspeed kimi/kimi-k2.7-code kimi/kimi-k2.6""",
        "qwen3.6-flash qwen3.5-plus kimi-k2.5 kimi/kimi-k2.5 kimi-k2-thinking qwen-plus",
    ),
    "thinking_budget": ("qwen-plus qwen3-32b qwen3.5-27b kimi-k2.5", "deepseek-v3.2 glm-5 qwq-plus MiniMax-M2.1"),
    "no_think_suffix": ("qwen3-32b qwen3-4b Qwen/Qwen3-8B", "qwen3.5-27b qwen3-coder-plus qwen3-30b-a3b-instruct-2507"),
    "context_cache": ("qwen3-coder-plus qwen3-coder-flash", "qwen-coder-turbo"),
    "context": ("qwen3-coder-plus qwen3-coder-flash", "qwen3-coder-30b-a3b-instruct qwen-plus"),
}


@pytest.mark.parametrize(("name", "having", "lacking"), [(key, *value) for key, value in PROPERTIES.items()])
def test_a_model_has_the_properties_that_the_pages_give_it(name, having, lacking):
    for model in having.split():
        assert getattr(find(model), name), model
    for model in lacking.split():
        assert not getattr(find(model), name), model


@pytest.mark.parametrize(
    ("name", "region", "expected"),
    [
        ("qwen-coder-turbo", "beijing", ("fim", "partial", "chat")),
        ("qwen-coder-turbo", "singapore", ("partial", "chat")),
        ("qwen3-coder-plus", "beijing", ("partial", "chat")),
        ("deepseek-v3.2", "beijing", ("chat",)),
    ],
)
def test_routes_come_best_first(name, region, expected):
    assert routes(find(name), region) == expected


@pytest.mark.parametrize(
    ("name", "route", "expected"),
    [
        ("qwen-coder-turbo", "fim", ("beijing",)),
        ("qwen-coder-turbo", "partial", ALL_REGIONS),
        ("qwen-plus", "chat", ("beijing", "singapore", "virginia")),
        ("qwen-flash", "chat", None),
    ],
)
def test_where_a_route_is_served_is_known_or_said_to_be_unknown(name, route, expected):
    assert regions(find(name), route) == expected


def test_the_catalogue_names_the_regions_that_have_hosts():
    assert set(ALL_REGIONS) == set(address.REGIONS)


def test_the_default_models_have_the_route_they_are_defaults_for():
    assert DEFAULT_FIM_MODEL in names("fim")
    assert DEFAULT_PARTIAL_MODEL in names("partial")


def test_no_model_stands_twice():
    assert len({model.name.lower() for model in MODELS}) == len(MODELS)


def test_prices_are_of_known_models_with_tiers_from_the_smallest_up():
    """The pages print no price yet, so the rules are for the rows to come."""
    for (name, region), tiers in PRICES.items():
        sizes = [tier.up_to_tokens or 10**12 for tier in tiers]
        assert find(name).name == name
        assert region in ALL_REGIONS
        assert sizes == sorted(set(sizes))
        assert price_tiers(name, region) == tiers


@pytest.mark.parametrize("name", ["qwen3-coder-plus", "qwen3-coder-plus-latest", "unknown"])
def test_a_price_that_no_page_prints_is_unknown(name):
    assert price_tiers(name, "singapore") == ()
