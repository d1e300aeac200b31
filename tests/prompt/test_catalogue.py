"""What Model Studio's pages say of single models, snapshots and ``-latest`` names by rule."""

from __future__ import annotations

import pytest

from infill_ls.prompt.catalogue import DEFAULT_FIM_MODEL, DEFAULT_PARTIAL_MODEL, MODELS, find, names

KNOWN = {
    # name: fim, partial, thinking
    "qwen2.5-coder-0.5b-instruct": (True, True, "none"),
    "Qwen/Qwen2.5-Coder-32B-Instruct": (True, True, "none"),
    "qwen-coder-turbo": (True, True, "none"),
    "qwen-coder-turbo-0919": (True, True, "none"),
    "qwen-coder-turbo-latest": (True, True, "none"),
    "qwen3-coder-plus": (False, True, "none"),
    "qwen3-coder-480b-a35b-instruct": (False, True, "none"),
    "qwen3-max": (False, True, "hybrid"),
    "qwen3-max-preview": (False, True, "hybrid"),
    "qwen3-max-2026-01-23": (False, True, "hybrid"),
    "qwen3-max-2025-09-23": (False, True, "none"),
    "qwen-max-2025-01-25": (False, True, "none"),
    "qwen-max-2024-09-19": (False, False, "none"),
    "qwen-plus-latest": (False, True, "hybrid"),
    "qwen-plus-2025-01-25": (False, True, "none"),
    "qwen-plus-2024-12-20": (False, False, "none"),
    "qwen-flash-2025-07-28": (False, True, "hybrid"),
    "qwen3.5-flash-2026-02-23": (False, True, "hybrid"),
    "qwen3-30b-a3b": (False, True, "hybrid"),
    "qwen3-30b-a3b-thinking-2507": (False, False, "only"),
    "qwen3.7-max-preview": (False, False, "only"),
    "qwen3.7-max-2026-06-08": (False, False, "hybrid"),
    "qwq-plus": (False, False, "only"),
}


@pytest.mark.parametrize(("name", "expected"), KNOWN.items(), ids=KNOWN.keys())
def test_a_model_can_do_what_the_pages_say(name, expected):
    model = find(name)

    assert model is not None
    assert (model.fim, model.partial, model.thinking) == expected


@pytest.mark.parametrize("name", ["", "gpt-x", "qwen3-coder", "my-qwen3-coder-plus", "qwen3-coder-plus-abc", "-latest"])
def test_what_the_pages_do_not_name_stays_unknown(name):
    assert find(name) is None


def test_the_default_models_have_the_route_they_are_defaults_for():
    assert DEFAULT_FIM_MODEL in names("fim")
    assert DEFAULT_PARTIAL_MODEL in names("partial")


def test_no_model_stands_twice():
    assert len({model.name for model in MODELS}) == len(MODELS)
