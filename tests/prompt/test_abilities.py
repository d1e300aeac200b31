"""Which models ask for tools and answer in JSON: by the pages, by the service, by the name."""

from __future__ import annotations

import pytest

from infill_ls.prompt import abilities
from infill_ls.prompt.abilities import answers_in_json, calls_tools
from infill_ls.prompt.catalogue_models import MODELS

CALL = """
    model-studio qwen3-coder-plus
    model-studio qwen3-coder-flash-2025-07-28
    model-studio qwen-plus-latest
    model-studio qwq-plus
    model-studio a-model-of-tomorrow
    llama.cpp Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf
    llama.cpp Qwen2.5-7B-Instruct-Q4_K_M
    ollama qwen3-coder:30b
    ollama qwen3:8b
    ollama devstral:24b
    ollama gpt-oss:20b
    ollama llama3.1:8b
    vllm Qwen/Qwen3-8B
    vllm mistralai/Devstral-Small-2507
    lm-studio qwen/qwen3-coder-30b
    deepseek deepseek-v4-flash
    mistral codestral-latest
    inception mercury-coder
    openrouter anthropic/claude-sonnet-5
"""
DO_NOT = """
    model-studio qwen-coder-turbo
    model-studio qwen-coder-turbo-0919
    model-studio qwen2.5-coder-32b-instruct
    ollama qwen2.5-coder:7b
    ollama qwen2.5-coder:1.5b-base
    ollama qwen3-8b-base
    llama.cpp Qwen3-8B-Base.gguf
    llama.cpp starcoder2-3b
    llama.cpp qwen2.5-coder-7b-instruct
    vllm Qwen/Qwen2.5-Coder-7B
    openai my-model
"""
IN_JSON = """
    model-studio qwen3-coder-plus
    model-studio qwen3-coder-flash-2025-07-28
    model-studio qwen3.5-flash
    model-studio qwen-plus
    ollama qwen3:8b
    deepseek deepseek-v4-flash
"""
NOT_IN_JSON = """
    model-studio qwen-coder-turbo
    model-studio qwen2.5-coder-32b-instruct
    model-studio qwq-plus
    model-studio a-model-of-tomorrow
    lm-studio qwen/qwen3-coder-30b
    openai my-model
"""


def rows(*tables):
    return [(*line.split(), expected) for text, expected in tables for line in text.strip().splitlines()]


@pytest.mark.parametrize(("kind", "name", "can"), rows((CALL, True), (DO_NOT, False)))
def test_whether_a_model_asks_for_tools(kind, name, can):
    assert calls_tools(kind, name) is can


@pytest.mark.parametrize(("kind", "name", "can"), rows((IN_JSON, True), (NOT_IN_JSON, False)))
def test_whether_a_model_is_held_to_json(kind, name, can):
    assert answers_in_json(kind, name) is can


def test_every_name_is_a_row_of_the_catalogue():
    assert {model.name for model in MODELS} >= (abilities.TOOLLESS | abilities.IN_JSON)
