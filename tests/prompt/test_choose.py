"""Which route settings lead to, and what is refused with which remedy."""

from __future__ import annotations

import pytest

from infill_ls.errors import Unsupported
from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose
from infill_ls.records import Context
from infill_ls.settings.provider_settings import ProviderSettings

NO_THOUGHTS = (("enable_thinking", False),)

STUDIO = {
    "nothing chosen": ({}, ("qwen3-coder-flash", "partial", ())),
    "nothing chosen, Beijing": ({"region": "beijing"}, ("qwen3-coder-flash", "partial", ())),
    "FIM in Beijing": ({"region": "beijing", "mode": "fim"}, ("qwen-coder-turbo", "fim", ())),
    "a FIM model in Beijing": (
        {"region": "beijing", "model": "qwen2.5-coder-32b-instruct"},
        ("qwen2.5-coder-32b-instruct", "fim", ()),
    ),
    "its snapshot": ({"region": "beijing", "model": "qwen-coder-turbo-0919"}, ("qwen-coder-turbo-0919", "fim", ())),
    "its latest": ({"region": "beijing", "model": "qwen-coder-turbo-latest"}, ("qwen-coder-turbo-latest", "fim", ())),
    "a FIM model elsewhere": ({"model": "qwen-coder-turbo"}, ("qwen-coder-turbo", "partial", ())),
    "a FIM model in Beijing, partial": (
        {"region": "beijing", "model": "qwen-coder-turbo", "mode": "partial"},
        ("qwen-coder-turbo", "partial", ()),
    ),
    "an unknown model": ({"model": "new"}, ("new", "partial", ())),
    "an unknown model by FIM in Beijing": ({"region": "beijing", "model": "new", "mode": "fim"}, ("new", "fim", ())),
    "a hybrid model": ({"model": "qwen3.6-plus"}, ("qwen3.6-plus", "partial", NO_THOUGHTS)),
    "its snapshot that thinks": ({"model": "qwen-plus-2025-07-14"}, ("qwen-plus-2025-07-14", "partial", NO_THOUGHTS)),
    "its snapshot from before": ({"model": "qwen-plus-2025-01-25"}, ("qwen-plus-2025-01-25", "partial", ())),
}

OWN = {
    "nothing chosen": ({}, ("", "fim", ())),
    "an unknown model": ({"model": "my-model"}, ("my-model", "fim", ())),
    "partial asked for": ({"model": "my-model", "mode": "partial"}, ("my-model", "partial", ())),
    "open weights": ({"model": "Qwen/Qwen3-Coder-30B-A3B-Instruct"}, ("Qwen/Qwen3-Coder-30B-A3B-Instruct", "fim", ())),
    "a model served for chat alone": ({"model": "qwen3-coder-plus"}, ("qwen3-coder-plus", "partial", ())),
    "its snapshot": ({"model": "qwen3-coder-plus-2025-09-23"}, ("qwen3-coder-plus-2025-09-23", "partial", ())),
    "FIM asked for": ({"model": "qwen3-coder-plus", "mode": "fim"}, ("qwen3-coder-plus", "fim", ())),
    "a hybrid model gets no parameter": ({"model": "qwen3.6-plus"}, ("qwen3.6-plus", "partial", ())),
}


def check(kind, values, expected):
    route = choose(ProviderSettings(kind=kind, **values))
    assert (route.model, route.mode, route.parameters) == expected


@pytest.mark.parametrize(("values", "expected"), STUDIO.values(), ids=STUDIO.keys())
def test_model_studio_completes_by_the_best_route_of_region_and_model(values, expected):
    check("model-studio", values, expected)


@pytest.mark.parametrize(("values", "expected"), OWN.values(), ids=OWN.keys())
def test_other_servers_complete_by_fim_unless_the_model_is_known_for_chat(values, expected):
    check("openai", values, expected)


REFUSED = {
    "FIM elsewhere": ({"mode": "fim"}, ["singapore", "beijing", '"partial"']),
    "FIM elsewhere with a FIM model": (
        {"mode": "fim", "model": "qwen-coder-turbo", "region": "virginia"},
        ["virginia", "beijing"],
    ),
    "FIM with a model for chat": (
        {"mode": "fim", "model": "qwen3-coder-plus", "region": "beijing"},
        ["qwen3-coder-plus", '"partial"', "qwen-coder-turbo", "qwen2.5-coder-32b-instruct"],
    ),
    "a model that only thinks": (
        {"model": "qwq-plus"},
        ["qwq-plus", "qwen3-coder-plus", "qwen3-coder-flash"],
    ),
    "one that only thinks among hybrids": ({"model": "qwen3.7-max-2026-05-17", "mode": "partial"}, ["provider.model"]),
}


@pytest.mark.parametrize(("values", "names"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_work_is_refused_with_what_can(values, names):
    settings = ProviderSettings(kind="model-studio", **values)
    with pytest.raises(Unsupported) as caught:
        choose(settings)
    for name in names:
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "prompt"),
    [
        pytest.param(
            ProviderSettings(kind="model-studio", region="beijing", mode="fim"),
            "<|fim_prefix|>x = <|fim_suffix|>",
            id="Model Studio's documented form",
        ),
        pytest.param(
            ProviderSettings(kind="openai"),
            "<|fim_prefix|>x = <|fim_suffix|><|fim_middle|>",
            id="a model asked directly is told that the suffix is empty",
        ),
    ],
)
def test_where_nothing_follows_the_cursor_the_form_depends_on_who_is_asked(settings, prompt):
    family = choose(settings).family
    assert build(Context("x = ", "", "a.py", "python"), "fim", family, max_tokens=1).text == prompt
