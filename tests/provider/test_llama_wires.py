"""Our provider and commands against a llama.cpp server: what nobody here wrote has to understand what we send."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import aclosing, asynccontextmanager

import httpx
import pytest

from infill_ls.errors import ModelNotFound
from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose
from infill_ls.provider.build import in_force, remote
from infill_ls.records import Context, Snapshot
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from infill_ls.stream.pipeline import Pipeline
from infill_ls.syntax.surroundings import Surroundings
from support.clients.pytest_lsp import clean_environment
from support.engines.llama import LlamaServer

pytestmark = [
    pytest.mark.llama,
    # The first one may have to install the server.
    pytest.mark.timeout(300),
]

CONTEXT = Context(prefix="def add(a, b):\n    ", suffix="\n\nadd(1, 2)\n", path="a.py", language="python")
LONG = 12000
"""Tokens; the model needs seconds for them."""
SOON_S = 3

both_modes = pytest.mark.parametrize("mode", ["fim", "partial"])


@pytest.fixture(scope="module")
def server():
    with LlamaServer() as server:
        yield server


@asynccontextmanager
async def asking(server, mode, context=CONTEXT, **values):
    """A provider, and a prompt for it."""
    values = {"kind": "openai", "base_url": server.url, "max_tokens": 12, "temperature": 0, **values}
    settings = in_force(ProviderSettings(mode=mode, timeout_s=Timeouts(first_token=30, total=60), **values), {})
    route = choose(settings)
    provider = remote(settings, {}, model=route.model, mode=route.mode, parameters=route.parameters)
    try:
        prompt = build(context, route.mode, route.family, max_tokens=settings.max_tokens, stop=settings.stop)
        yield provider, prompt
    finally:
        await provider.aclose()


async def answer(server, mode, context=CONTEXT, **values):
    async with asking(server, mode, context, **values) as (provider, prompt):
        return [chunk async for chunk in provider.stream(prompt)]


def text_of(chunks):
    return "".join(chunk.text for chunk in chunks)


def shown(text):
    """What the stream's filters leave of an answer that continues ``CONTEXT``."""
    place = Snapshot("file:///a.py", "/a.py", "python", 1, 1, 4, CONTEXT.prefix, CONTEXT.suffix)
    pipeline = Pipeline(Surroundings.of(place), (), max_lines=40, lines="multi", echoed=CONTEXT.prefix)
    return pipeline.feed(text) + pipeline.flush()


def wait_until_idle(server):
    left_at = time.monotonic()
    while server.busy():
        assert time.monotonic() - left_at < SOON_S, "the model goes on"


async def wait_until_busy(server):
    async with asyncio.timeout(SOON_S):
        while not await asyncio.to_thread(server.busy):
            pass


@both_modes
async def test_an_answer_comes_in_chunks_with_its_end_and_its_cost(server, mode):
    """The same question again is read from the server's cache."""
    context = Context(prefix=f"# {mode}\n{CONTEXT.prefix}", suffix=CONTEXT.suffix, path="b.py", language="python")
    cached = []
    for _ in range(2):
        chunks = await answer(server, mode, context)
        assert any(chunk.text for chunk in chunks)  # how many depends on how many arrive together
        assert [chunk.finish for chunk in chunks if chunk.finish] == ["length"]
        (usage,) = (chunk.usage for chunk in chunks if chunk.usage)
        assert usage.prompt > 20
        assert usage.completion == 12
        cached.append(usage.cached)
    assert cached[0] < cached[1]
    assert cached[1] > 20


async def test_a_partial_answer_is_the_continuation_alone(server):
    """The server sends the prefix back where it does not stream; what is shown is the same either way."""
    streamed = text_of(await answer(server, "partial"))
    assert not streamed.startswith(CONTEXT.prefix)
    async with asking(server, "partial") as (_, prompt):
        messages = [{"role": each.role, "content": each.content} for each in prompt.messages]
    body = {"messages": messages, "max_tokens": 12, "temperature": 0}
    whole = await asyncio.to_thread(httpx.post, server.url + "/chat/completions", json=body, timeout=30)
    said = whole.json()["choices"][0]["message"]["content"]
    assert said.startswith(CONTEXT.prefix)
    assert shown(said) == shown(streamed)


@both_modes
async def test_a_stop_string_ends_the_answer(server, mode):
    """The model is deterministic here, so what it says is known after asking once."""
    whole = text_of(await answer(server, mode))
    stop = next(character for character in whole[2:] if character.isascii() and character.isprintable())
    chunks = await answer(server, mode, stop=(stop,))
    assert text_of(chunks) == whole[: whole.index(stop)]
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]


@both_modes
async def test_closing_the_stream_stops_the_model(server, mode):
    async with asking(server, mode, max_tokens=LONG) as (provider, prompt):
        async with aclosing(provider.stream(prompt)) as chunks:
            await anext(chunks)
            assert server.busy()
        wait_until_idle(server)


@both_modes
async def test_cancelling_who_reads_stops_the_model(server, mode):
    async def read(provider, prompt):
        async with aclosing(provider.stream(prompt)) as chunks:
            return [chunk async for chunk in chunks]

    async with asking(server, mode, max_tokens=LONG) as (provider, prompt):
        reading = asyncio.create_task(read(provider, prompt))
        await wait_until_busy(server)
        reading.cancel()
        await asyncio.wait({reading})
        assert reading.cancelled()
        wait_until_idle(server)


@both_modes
async def test_a_wrong_path_is_named(server, mode):
    with pytest.raises(ModelNotFound, match=r"has nothing at /\S*completions .*provider\.base_url"):
        await answer(server, mode, base_url=f"{server.origin}/nowhere")


def run(server, home, *arguments, mode, kind="openai"):
    """The command's exit status and its JSON."""
    own = {"INFILL_LS_BASE_URL": server.url, "INFILL_LS_MODE": mode, "INFILL_LS_PROVIDER": kind}
    environment = clean_environment(home) | own
    command = [sys.executable, "-m", "infill_ls", *arguments, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False)
    return done.returncode, json.loads(done.stdout)


@both_modes
def test_the_doctor_finds_nothing_wrong(server, tmp_path, mode):
    status, checks = run(server, tmp_path, "doctor", mode=mode)
    # What a server does not say of its model in time is assumed, which is a line of its own.
    found = {check["name"]: check["ok"] for check in checks if check["name"] != "model" or not check["ok"]}
    measured = {"speed": True, "cache": True} if mode == "fim" else {}
    assert found == {"settings": True, "server": True, "completion": True, "deep": True, **measured}
    assert status == 0


def test_the_command_line_completes(server, tmp_path):
    """What the model says is noise, which the filters may or may not let through, and may stop before its last piece."""
    file = tmp_path / "a.py"
    file.write_text("def add(a, b):\n    return \n", encoding="utf-8")
    status, result = run(server, tmp_path, "complete", f"{file}:2:12", mode="fim", kind="llama.cpp")
    assert status == (0 if result["text"] else 1)
    assert result["source"] == "model"
    assert result["usage"]["prompt"] > 10
