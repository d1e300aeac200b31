"""Model Studio: model kind x region x protocol x mode x thinking -> the route, or the exact sentence that refuses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.errors import Unsupported
from infill_ls.prompt.catalogue_models import ALL_REGIONS
from infill_ls.prompt.choose import choose, thinking_route
from infill_ls.settings.provider_settings import ProviderSettings

MODELS = {
    "none": "qwen3-coder-plus",
    "none, fim": "qwen-coder-turbo",
    "none, chat": "qwen-max-2024-09-19",
    "off": "qwen-plus",
    "on": "qwen3.6-plus",
    "vision": "qwen3-vl-flash",
    "on, chat": "qwen3.7-plus",
    "off, chat": "deepseek-v3.2",
    "only": "qwq-plus",
    "unknown": "new-model",
}

CODERS = (
    "qwen-coder-turbo, qwen2.5-coder-0.5b-instruct, qwen2.5-coder-1.5b-instruct, qwen2.5-coder-3b-instruct, "
    "qwen2.5-coder-7b-instruct, qwen2.5-coder-14b-instruct, qwen2.5-coder-32b-instruct"
)
PARTIAL_CODERS = (
    f"{CODERS}, qwen3-coder-plus, qwen3-coder-flash, qwen3-coder-480b-a35b-instruct, qwen3-coder-30b-a3b-instruct"
)
OTHER = '"partial" (or "auto")'
CHAT_ONLY = '"auto", which uses plain chat'


def elsewhere(remedy):
    return (
        "Model Studio completes by FIM only in region beijing, and provider.region is {region}: set provider.mode to "
        f'{remedy}, or provider.region to "beijing" with a key of that region.'
    )


def no_native_fim(remedy):
    return (
        f'Model Studio\'s native protocol has no FIM: set provider.protocol to "openai", or provider.mode to {remedy}.'
    )


def no_fim(remedy):
    return (
        "Model Studio does not serve {model} by FIM: "
        f"set provider.mode to {remedy}, or provider.model to one of {CODERS}."
    )


NO_PARTIAL = (
    "Model Studio's pages name no partial mode for {model}: "
    f"set provider.mode to {CHAT_ONLY}, or provider.model to one of {PARTIAL_CODERS}."
)
ONLY_THINKS = (
    "{model} always thinks before it answers, and FIM and partial mode work only without thinking: "
    f"set provider.model to one of {PARTIAL_CODERS}."
)

OFF = {"enable_thinking": False}
MULTIMODAL = {"on", "vision"}
"""Kinds that the native protocol serves under the other path."""

# kind: mode: what happens in Beijing, there by the native protocol, and elsewhere by either; one stands for all
MATRIX = {
    "none": {
        "auto": [("partial", {})],
        "fim": [no_fim(OTHER), no_native_fim(OTHER), elsewhere(OTHER)],
        "partial": [("partial", {})],
        "chat": [("chat", {})],
    },
    "none, fim": {
        "auto": [("fim", {}), ("partial", {}), ("partial", {})],
        "fim": [("fim", {}), no_native_fim(OTHER), elsewhere(OTHER)],
        "partial": [("partial", {})],
        "chat": [("chat", {})],
    },
    "none, chat": {
        "auto": [("chat", {})],
        "fim": [no_fim(CHAT_ONLY), no_native_fim(CHAT_ONLY), elsewhere(CHAT_ONLY)],
        "partial": [NO_PARTIAL],
        "chat": [("chat", {})],
    },
    "off": {
        "auto": [("partial", OFF)],
        "fim": [no_fim(OTHER), no_native_fim(OTHER), elsewhere(OTHER)],
        "partial": [("partial", OFF)],
        "chat": [("chat", OFF)],
    },
    "on": {
        "auto": [("partial", OFF)],
        "fim": [no_fim(OTHER), no_native_fim(OTHER), elsewhere(OTHER)],
        "partial": [("partial", OFF)],
        "chat": [("chat", OFF)],
    },
    "vision": {
        "auto": [("partial", OFF)],
        "fim": [no_fim(OTHER), no_native_fim(OTHER), elsewhere(OTHER)],
        "partial": [("partial", OFF)],
        "chat": [("chat", OFF)],
    },
    "on, chat": {
        "auto": [("chat", OFF)],
        "fim": [no_fim(CHAT_ONLY), no_native_fim(CHAT_ONLY), elsewhere(CHAT_ONLY)],
        "partial": [NO_PARTIAL],
        "chat": [("chat", OFF)],
    },
    "off, chat": {
        "auto": [("chat", OFF)],
        "fim": [no_fim(CHAT_ONLY), no_native_fim(CHAT_ONLY), elsewhere(CHAT_ONLY)],
        "partial": [NO_PARTIAL],
        "chat": [("chat", OFF)],
    },
    "only": {"auto": [ONLY_THINKS], "fim": [ONLY_THINKS], "partial": [ONLY_THINKS], "chat": [("chat", {})]},
    "unknown": {
        "auto": [("partial", {})],
        "fim": [("fim", {}), no_native_fim(OTHER), elsewhere(OTHER)],
        "partial": [("partial", {})],
        "chat": [("chat", {})],
    },
}

CASES = [
    pytest.param(kind, region, protocol, mode, thinking, id=f"{kind}-{region}-{protocol}-{mode}-{thinking}")
    for kind in MATRIX
    for region in ALL_REGIONS
    for protocol in ("openai", "dashscope")
    for mode in MATRIX[kind]
    for thinking in ("off", "on")
]


def outcome(find, settings):
    """The route as plain data, or the sentence of the refusal."""
    try:
        route = find(settings)
    except Unsupported as refusal:
        return str(refusal)
    return route and (route.model, route.mode, dict(route.parameters), route.soft_switch, route.multimodal)


COLUMNS = ("kind", "region", "protocol", "mode", "thinking")


@pytest.mark.parametrize(COLUMNS, CASES)
def test_each_combination_has_its_route_or_its_sentence(kind, region, protocol, mode, thinking):
    """Whether explicit requests may think changes nothing for what is asked while typing."""
    model, cells = MODELS[kind], MATRIX[kind][mode]
    settings = ProviderSettings(
        kind="model-studio", model=model, region=region, protocol=protocol, mode=mode, thinking=thinking
    )
    place = 2 if region != "beijing" else 1 if protocol == "dashscope" else 0
    expected = cells[place] if len(cells) > 1 else cells[0]

    if isinstance(expected, str):
        assert outcome(choose, settings) == expected.format(region=region, model=model)
    else:
        multimodal = expected[0] != "fim" and kind in MULTIMODAL
        assert outcome(choose, settings) == (model, *expected, "", multimodal)


ON = {"enable_thinking": True}
NEVER_THINKS = (
    'provider.thinking is "on", and {model} never thinks: set provider.thinking to "off", or provider.model to one of '
    "qwen3.6-plus, qwen3.5-plus, qwen3.5-flash, qwen3-max, qwen3-max-preview, qwen-plus, qwen-flash, qwen-turbo."
)
# kind: parameters without and with a budget of 500 tokens, or the refusal
THOUGHTS = {
    "none": NEVER_THINKS,
    "none, fim": NEVER_THINKS,
    "none, chat": NEVER_THINKS,
    "off": (ON, ON | {"thinking_budget": 500}),
    "on": (ON, ON | {"thinking_budget": 500}),
    "vision": (ON, ON | {"thinking_budget": 500}),
    "on, chat": (ON, ON | {"thinking_budget": 500}),
    "off, chat": (ON, ON),  # DeepSeek's models take no budget
    "only": ({}, {}),  # nor does QwQ, and no switch either
    "unknown": (ON, ON | {"thinking_budget": 500}),
}


@pytest.mark.parametrize(COLUMNS, CASES)
def test_an_explicit_request_thinks_by_plain_chat_where_the_settings_say_so(kind, region, protocol, mode, thinking):
    """In every region and whatever the mode, for what is asked while typing has nothing to do with it."""
    model, expected = MODELS[kind], THOUGHTS[kind]
    asked = ProviderSettings(
        kind="model-studio", model=model, region=region, protocol=protocol, mode=mode, thinking=thinking
    )
    for budget, place in ((None, 0), (500, 1)):
        settings = replace(asked, thinking_budget=budget)
        if thinking == "off":
            assert outcome(thinking_route, settings) is None
        elif isinstance(expected, str):
            assert outcome(thinking_route, settings) == expected.format(model=model)
        else:
            assert outcome(thinking_route, settings) == (model, "chat", expected[place], "", kind in MULTIMODAL)


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        ("qwen3-next-80b-a3b-thinking", {"thinking_budget": 500}),
        ("kimi-k2-thinking", {"thinking_budget": 500}),
        ("kimi-k2.5", ON | {"thinking_budget": 500}),
        ("glm-5.1", ON),
    ],
)
def test_a_budget_goes_only_to_models_that_take_one(model, parameters):
    settings = ProviderSettings(kind="model-studio", model=model, thinking="on", thinking_budget=500)
    assert outcome(thinking_route, settings) == (model, "chat", parameters, "", False)


OWN = {
    # model and mode: while typing, and with thoughts
    ("Qwen/Qwen3-8B", "partial"): (("partial", "/no_think"), ("chat", "/think")),
    ("Qwen/Qwen3-8B", "chat"): (("chat", "/no_think"), ("chat", "/think")),
    ("Qwen/Qwen3-8B", "fim"): (("fim", ""), ("chat", "/think")),
    ("Qwen/Qwen3-8B", "auto"): (("partial", "/no_think"), ("chat", "/think")),
    ("qwen3.5-27b", "partial"): (("partial", ""), ("chat", "")),
    ("qwen3.6-plus", "auto"): (("partial", ""), ("chat", "")),
    ("qwen3.7-plus", "auto"): (("chat", ""), ("chat", "")),
    ("deepseek-v3.2", "auto"): (("fim", ""), ("chat", "")),
    ("qwq-32b", "chat"): (("chat", ""), ("chat", "")),
    ("my-model", "auto"): (("fim", ""), ("chat", "")),
    ("my-model", "chat"): (("chat", ""), ("chat", "")),
}


@pytest.mark.parametrize(("asked", "expected"), OWN.items(), ids=[" ".join(asked) for asked in OWN])
def test_other_servers_get_words_instead_of_parameters(asked, expected):
    model, mode = asked
    settings = ProviderSettings(
        kind="openai", base_url="http://h", model=model, mode=mode, thinking="on", thinking_budget=500
    )
    for find, (used, words) in zip((choose, thinking_route), expected, strict=True):
        assert outcome(find, settings) == (model, used, {}, words, False)


def test_a_model_of_an_own_server_that_never_thinks_is_not_sent_to_model_studio():
    settings = ProviderSettings(kind="openai", base_url="http://h", model="qwen2.5-coder-7b-instruct", thinking="on")
    assert outcome(thinking_route, settings) == (
        'provider.thinking is "on", and qwen2.5-coder-7b-instruct never thinks: '
        'set provider.thinking to "off", or provider.model to one that thinks.'
    )


def test_the_default_model_never_thinks_and_says_so():
    settings = ProviderSettings(kind="model-studio", thinking="on")
    assert outcome(thinking_route, settings) == NEVER_THINKS.format(model="qwen3-coder-flash")
