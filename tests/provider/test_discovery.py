"""What engines say of themselves, as recorded; and servers that say nothing, nonsense, or never end."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import replace

import pytest

from infill_ls.adopt import discovered, learned, makes_a_difference
from infill_ls.prompt.families import VOCABULARY
from infill_ls.provider.discovery import find_at
from infill_ls.provider.served import Model, Served
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.schema import Settings
from support.engine_replicas import Replica, llama_cpp, ollama, vllm
from support.raw_server import CLOSE, HANG, STREAM_HEAD, piece, raw_server, response

QWEN = ("<|fim_middle|>",)
ENGINES = {
    "Ollama": (
        ollama(models={"qwen2.5-coder:7b": ["completion", "insert"], "llama3.2:3b": ["completion"]}),
        "",
        Served(
            "ollama",
            "0.13.1",
            (
                Model("qwen2.5-coder:7b", fills=True, window=4096, size="7.6B Q4_K_M", is_loaded=True),
                Model("llama3.2:3b", size="7.6B Q4_K_M", is_loaded=False),
            ),
        ),
    ),
    "Ollama without models": (ollama(models={}), "", Served("ollama", "0.13.1")),
    "llama.cpp": (
        llama_cpp(model="qwen2.5-coder-1.5b-q8_0.gguf"),
        "llama.cpp",
        Served(
            "llama.cpp",
            "b11669-Debian",
            (
                Model(
                    "qwen2.5-coder-1.5b-q8_0.gguf",
                    fills=True,
                    tokens=VOCABULARY,  # a recording answers all questions alike
                    window=8192,
                    size="1.5B",
                    is_loaded=True,
                ),
            ),
        ),
    ),
    "llama.cpp with a chat model": (
        llama_cpp(model="SmolLM2.gguf", fim=False),
        "llama.cpp",
        Served(
            "llama.cpp",
            "b11669-Debian",
            (Model("SmolLM2.gguf", fills=False, tokens=(), window=8192, size="1.5B", is_loaded=True),),
        ),
    ),
    "vLLM": (
        vllm(),
        "uvicorn",
        Served("vllm", "0.32.0", (Model("Qwen/Qwen2.5-Coder-7B", fills=True, tokens=VOCABULARY, window=4096),)),
    ),
    "anything else": (
        {"GET /v1/models": (200, {"data": [{"id": "a"}, {"id": ""}, {}, 7]})},
        "",
        Served("openai", models=(Model("a"),)),
    ),
}


@pytest.mark.parametrize(("routes", "header", "expected"), ENGINES.values(), ids=ENGINES)
async def test_an_engine_is_known_by_what_it_says(routes, header, expected):
    with Replica(routes, header) as engine:
        found = await find_at(engine.url, VOCABULARY)

    assert found is not None
    assert found.served == expected


async def test_no_code_and_no_key_are_sent_to_find_out():
    with Replica(llama_cpp(), "llama.cpp") as engine:
        await find_at(engine.url, VOCABULARY)

    bodies = [body for _, _, body in engine.requests if body is not None]
    assert all(set(body) <= {"content", "add_special", "model", "prompt", "add_special_tokens"} for body in bodies)
    assert {body["content"] for body in bodies} == set(VOCABULARY)


ODD = {
    "nothing": [CLOSE],
    "HTML": [response("200 OK", b"<html>hi</html>")],
    "a refusal": [response("401 Unauthorized", b"{}")],
    "another address": [response("302 Found", b"", "Location: http://example.com/")],
    "nonsense": [response("200 OK", b'{"data": {"id": [[]]}, "version": 7}')],
    "lies": [response("200 OK", json.dumps({"data": [{"id": "x", "max_model_len": -1, "meta": []}]}).encode())],
    "a flood": [STREAM_HEAD, *[piece("x" * 60_000)] * 200, HANG],
    "no end": [STREAM_HEAD, piece("{"), HANG],
}


@pytest.mark.parametrize("script", ODD.values(), ids=ODD)
async def test_servers_of_any_kind_cost_a_few_seconds_at_most(script):
    """And no more than a little memory; what they say beside the matter is not taken."""
    async with raw_server(script, looks=True) as server:
        began = time.monotonic()
        settings = ProviderSettings(kind="openai", base_url=server.url)
        found = await asyncio.wait_for(discovered(settings, {}), 20)

        assert time.monotonic() - began < 10
    assert (found.kind, found.base_url, found.family, found.context_tokens) == ("openai", server.url, "auto", None)


async def test_where_nothing_listens_there_is_nothing():
    async with raw_server([]) as server:
        url = server.url
    assert await find_at(url, VOCABULARY) is None


OWN = ProviderSettings(kind="openai", base_url="http://h")
ONE = Served("llama.cpp", models=(Model("ft.gguf", fills=True, tokens=QWEN, window=2048),))
CHAT = Served("llama.cpp", models=(Model("qwen2.5-coder-ft.gguf", fills=False, tokens=(), window=2048),))
MANY = Served(
    "ollama",
    models=(
        Model("llama3.2:3b", is_loaded=True),
        Model("qwen2.5-coder:7b", fills=True, window=8192),
        Model("mine", fills=False),
    ),
)
LEARNED = {
    "the only model": (OWN, ONE, ("llama.cpp", "ft.gguf", "qwen-coder", 2048)),
    "another name, where the server turns out to be llama.cpp": (
        replace(OWN, model="x"),
        ONE,
        ("llama.cpp", "x", "qwen-coder", 2048),
    ),
    "another name at llama.cpp": (
        replace(OWN, kind="llama.cpp", model="x"),
        ONE,
        ("llama.cpp", "x", "qwen-coder", 2048),
    ),
    "no tokens, whatever the name says": (OWN, CHAT, ("llama.cpp", "qwen2.5-coder-ft.gguf", "none", 2048)),
    "the user's word": (
        replace(OWN, kind="llama.cpp", family="codestral", context_tokens=512),
        ONE,
        ("llama.cpp", "ft.gguf", "codestral", 512),
    ),
    "one that fills in the middle": (OWN, MANY, ("ollama", "qwen2.5-coder:7b", "auto", 8192)),
    "one of them": (replace(OWN, model="llama3.2:3b"), MANY, ("ollama", "llama3.2:3b", "auto", None)),
    "an unknown one without tokens": (replace(OWN, model="mine"), MANY, ("ollama", "mine", "none", None)),
    "one that is not there": (replace(OWN, model="absent"), MANY, ("ollama", "absent", "auto", None)),
}


@pytest.mark.parametrize(("settings", "served", "expected"), LEARNED.values(), ids=LEARNED)
def test_what_a_server_says_fills_in_what_the_user_left_open(settings, served, expected):
    found = learned(settings, served)

    assert (found.kind, found.model, found.family, found.context_tokens) == expected
    assert (found.base_url, found.headers, found.api_key_env) == (settings.base_url, (), None)


@pytest.mark.parametrize(
    ("window", "differs"), [(2048, True), (4351, True), (4352, False), (100_000, False), (None, False)]
)
def test_a_window_makes_a_difference_where_a_prompt_may_not_fit(window, differs):
    settings = Settings(provider=OWN)
    assert settings.context.budget_tokens + OWN.max_tokens == 4352
    assert makes_a_difference(settings, replace(OWN, context_tokens=window)) is differs


async def test_no_command_for_a_key_is_run_to_find_out(tmp_path):
    """The engine runs it once; a password manager that is asked twice asks its user twice."""
    ran = tmp_path / "ran"
    command = (sys.executable, "-c", f"open({str(ran)!r}, 'w').close(); print('sk-k')")
    with Replica(llama_cpp(model="qwen2.5-coder-1.5b-q8_0.gguf")) as engine:
        settings = ProviderSettings(kind="openai", base_url=engine.url, api_key_command=command)
        assert (await discovered(settings, {})).kind == "llama.cpp"
    assert not ran.exists()
