"""What engines say of themselves, as recorded; and servers that say nothing, nonsense, or never end."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import replace

import pytest

from infill_ls.adopt import discovered, learned, looked, makes_a_difference, recalled
from infill_ls.prompt.families import VOCABULARY
from infill_ls.provider.discovery import find_at
from infill_ls.provider.served import Model, Served
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.schema import Settings
from infill_ls.workspace.known_servers import KnownServers
from support.engines.raw_server import CLOSE, HANG, STREAM_HEAD, piece, raw_server, response
from support.engines.replicas import Replica, litellm, llama_cpp, lm_studio, ollama, sglang, vllm

QWEN = ("<|fim_middle|>",)
ENVIRON = {"INFILL_LS_API_KEY": "sk-own"}
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
                    tokens=QWEN,
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
        # A recording answers all questions alike.
        Served("vllm", "0.32.0", (Model("Qwen/Qwen2.5-Coder-7B", fills=True, tokens=VOCABULARY, window=4096),)),
    ),
    "SGLang": (sglang(), "uvicorn", Served("sglang", "0.5.9", (Model("qwen/qwen2.5-coder-7b", window=32768),))),
    "LM Studio": (
        lm_studio(),
        "",
        Served(
            "lm-studio",
            models=(
                Model("qwen2.5-coder-7b", window=4096, size="Q4_K_M", is_loaded=True),
                Model("gemma-3-4b", size="4bit", is_loaded=False),
            ),
        ),
    ),
    "LiteLLM": (litellm(), "uvicorn", Served("litellm", models=(Model("coder", window=32768), Model("chat")))),
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
    assert all(set(body) <= {"content", "add_special", "with_pieces"} for body in bodies)
    assert [body["content"] for body in bodies] == ["\n".join(VOCABULARY)]


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
async def test_servers_of_any_kind_cost_a_few_seconds_at_most(script, tmp_path):
    """And no more than a little memory; what they say beside the matter is not taken."""
    async with raw_server(script, looks=True) as server:
        began = time.monotonic()
        settings = ProviderSettings(kind="openai", base_url=server.url)
        found, _ = await asyncio.wait_for(discovered(settings, {}, KnownServers(str(tmp_path / "servers.json"))), 20)

        assert time.monotonic() - began < 10
    assert found in (None, replace(settings, model=found.model if found else None))


@pytest.mark.parametrize(
    "script", [ODD["nonsense"], ODD["a flood"], ODD["no end"]], ids=["nonsense", "flood", "no end"]
)
async def test_whatever_a_server_does_the_loop_goes_on_turning(script):
    """Work of this thread between two turns, which no busy machine makes longer: a few milliseconds, never a stream's."""
    longest = 0.0

    async def turn():
        nonlocal longest
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    async with raw_server(ODD["nonsense"], looks=True) as server:
        await find_at(server.url, VOCABULARY)  # makes what is made once
    async with raw_server(script, looks=True) as server:
        turning = asyncio.create_task(turn())
        await find_at(server.url, VOCABULARY)
        turning.cancel()
    assert longest < 0.05


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


async def test_what_a_server_said_is_known_at_the_next_start(tmp_path):
    """By its address; the key is sent, and kept nowhere."""
    path = tmp_path / "cache" / "servers.json"
    with Replica(llama_cpp(window=2048), "llama.cpp") as engine:
        settings = ProviderSettings(kind="openai", base_url=engine.url)
        assert recalled(settings, ENVIRON, KnownServers(str(path))) == settings
        found, is_all = await discovered(settings, ENVIRON, KnownServers(str(path)))

    assert found is not None
    assert (found.kind, found.context_tokens, is_all) == ("llama.cpp", 2048, True)
    assert recalled(settings, ENVIRON, KnownServers(str(path))) == found
    assert recalled(replace(settings, base_url="http://127.0.0.1:9"), {}, KnownServers(str(path))).kind == "openai"
    text = path.read_text()
    assert not any(each in text for each in ("sk-own", "127.0.0.1"))
    if sys.platform != "win32":
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [each.name for each in path.parent.iterdir()] == ["servers.json"]


async def test_half_an_answer_is_less_than_what_was_known(tmp_path):
    """A server that is too slow this time is the one that it was."""
    known = KnownServers(str(tmp_path / "servers.json"))
    listed = response("200 OK", b'{"data": [{"id": "m", "owned_by": "llamacpp"}]}', "Server: llama.cpp")
    async with raw_server([listed], [HANG], looks=True) as server:
        settings = ProviderSettings(kind="openai", base_url=server.url)
        half, is_all = await discovered(settings, {}, known)
        assert half is not None
        assert not is_all
        assert (half.kind, half.context_tokens) == ("llama.cpp", None)
        assert recalled(settings, {}, known) == settings, "half of it is not kept"
        known.remember(server.url, "", ONE)
        assert await discovered(settings, {}, known) == (None, False)


KEPT = {
    "another program's": "[]",
    "cut off": '{"a": {"at": 1, "ser',
    "no dictionary": '{"%s": 3}',
    "no model": '{"%s": {"at": %d, "served": {"kind": "vllm", "version": "", "models": [{"name": 7}]}}}',
    "no window": '{"%s": {"at": %d, "served": {"kind": "vllm", "version": "", "models": [{"name": "m", "fills": null, '
    '"tokens": null, "window": -1, "size": "", "is_loaded": null}]}}}',
    "too long": " " * 200_000,
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_file_of_another_kind_is_as_good_as_none(tmp_path, text):
    path = tmp_path / "servers.json"
    known = KnownServers(str(path))
    known.remember("http://h", "", ONE)
    (mark,) = json.loads(path.read_text())
    path.write_text(text.replace("%s", mark).replace("%d", str(int(time.time()))))

    assert known.recall("http://h", "") is None
    known.remember("http://h", "", ONE)
    assert known.recall("http://h", "") == ONE


def test_the_file_stays_small_and_forgets_what_is_old(tmp_path):
    path = tmp_path / "servers.json"
    known = KnownServers(str(path))
    for number in range(40):
        known.remember(f"http://h{number}", "", MANY)
    known.remember("http://catalogue", "", Served("litellm", models=tuple(Model(str(n)) for n in range(200))))

    kept = json.loads(path.read_text())
    assert len(kept) == 16
    assert known.recall("http://h39", "") == MANY
    assert known.recall("http://h3", "") is None
    assert known.recall("http://catalogue", "") is None
    path.write_text(json.dumps({mark: {**each, "at": each["at"] - 8 * 86_400} for mark, each in kept.items()}))
    assert known.recall("http://h39", "") is None


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
        assert (await looked(settings, {}))[0].kind == "llama.cpp"
    assert not ran.exists()
