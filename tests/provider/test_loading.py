"""A model that has still to be loaded: one load, which no key cancels, and nothing asked meanwhile."""

from __future__ import annotations

import asyncio
import threading

import pytest

from infill_ls.clock import SystemClock
from infill_ls.errors import ModelLoading
from infill_ls.provider.base import News
from infill_ls.provider.build import remote
from infill_ls.provider.circuit import Limited
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from support.engines.raw_server import STREAM_END, STREAM_HEAD, piece, raw_server, response
from support.engines.replicas import Replica, llama_cpp, ollama

PROMPT = Prompt("fim", Context("x = ", "\n", "a.py", "python"), text="<|fim_prefix|>x = <|fim_suffix|><|fim_middle|>")
BUSY = '{"error":{"message":"Loading model","type":"unavailable_error","code":503}}'
ANSWER = [STREAM_HEAD, piece('data: {"choices": [{"text": "1", "finish_reason": "stop"}]}\n\n'), STREAM_END]


async def text_of(provider):
    return "".join([chunk.text async for chunk in provider.stream(PROMPT)])


async def typing(provider, keys):
    """What comes of a request at each key, each given up at the next."""
    said = []
    for _ in range(keys):
        with pytest.raises((ModelLoading, TimeoutError)) as caught:
            await asyncio.wait_for(text_of(provider), 0.02)
        said.append(caught.type)
    return said


async def test_keys_do_not_stop_ollama_from_loading():
    """It begins once, and the first request after it is answered."""
    loads = threading.Event()
    with Replica(ollama(), loads=loads) as engine:
        settings = ProviderSettings(kind="ollama", base_url=engine.url, timeout_s=Timeouts(3, 0.1, 5))
        provider = Limited(remote(settings, {}, model="qwen2.5-coder:7b", mode="fim"), SystemClock().now)
        warming = asyncio.create_task(provider.warm())
        assert await asyncio.to_thread(engine.load_begun.wait, 10)
        assert provider.paused
        assert set(await typing(provider, 20)) == {ModelLoading}

        loads.set()
        await warming
        assert not provider.paused
        assert await text_of(provider) == engine.text
        await provider.aclose()

    assert (engine.loads_begun, engine.loads_aborted) == (1, 0)
    asked = [body for _, path, body in engine.requests if path == "/api/generate"]
    assert asked[0] == {"model": "qwen2.5-coder:7b", "keep_alive": "30m", "stream": False}, "no prompt, so no code"


async def test_a_model_that_was_unloaded_is_loaded_after_the_first_time_out():
    loads = threading.Event()
    with Replica(ollama(), loads=loads) as engine:
        settings = ProviderSettings(kind="ollama", base_url=engine.url, timeout_s=Timeouts(3, 0.4, 5))
        provider = remote(settings, {}, model="qwen2.5-coder:7b", mode="fim")
        with pytest.raises(Exception, match="took too long"):
            await text_of(provider)
        with pytest.raises(ModelLoading, match=r"qwen2\.5-coder:7b is being loaded"):
            await text_of(provider)
        loads.set()
        await provider.warm()
        assert await text_of(provider) == engine.text
        await provider.aclose()


async def test_a_server_that_says_that_it_loads_is_asked_again_soon():
    """Not after pauses that double: llama.cpp's server says so at every request, for a minute if need be."""
    busy = [response("503 Service Unavailable", BUSY.encode(), "Content-Type: application/json")]
    async with raw_server(busy, busy, busy, ANSWER) as server:
        # Of a kind that nobody knows, it is not known what else to ask.
        settings = ProviderSettings(kind="openai", base_url=server.url)
        provider = Limited(remote(settings, {}, model="m", mode="fim"), SystemClock().now)
        began, said = asyncio.get_running_loop().time(), None
        while said is None:
            try:
                said = await text_of(provider)
            except ModelLoading:
                await asyncio.sleep(0.02)
        waited = asyncio.get_running_loop().time() - began
        await provider.aclose()

    assert said == "1"
    assert len(server.requests) == 4, "nor at every key"
    assert waited < 6


async def test_llama_cpp_is_asked_whether_it_is_ready_and_not_for_a_completion():
    """Also where nobody types; what is being loaded is said once, and that it is over."""
    loads, said, heard = threading.Event(), [], asyncio.Event()

    def hear(sentence):
        said.append(sentence)
        heard.set()

    with Replica(llama_cpp(), "llama.cpp", loads=loads) as engine:
        settings = ProviderSettings(kind="llama.cpp", base_url=engine.url)
        news = News(loading=hear)
        provider = Limited(remote(settings, {}, model="coder.gguf", mode="fim", news=news), SystemClock().now)
        warming = asyncio.create_task(provider.warm())
        assert await asyncio.to_thread(engine.load_begun.wait, 10)
        await asyncio.wait_for(heard.wait(), 10)
        assert provider.paused
        assert set(await typing(provider, 20)) == {ModelLoading}
        assert said == ["Loading coder.gguf …"]

        loads.set()
        began = asyncio.get_running_loop().time()
        await warming
        assert await text_of(provider) == engine.text
        waited = asyncio.get_running_loop().time() - began
        await provider.aclose()

    assert said == ["Loading coder.gguf …", ""]
    assert {path for _, path, _ in engine.requests} == {"/v1/health", "/v1/completions"}
    assert [path for _, path, _ in engine.requests].count("/v1/completions") == 1
    assert waited < 5, "half a second, and what a busy machine adds"


async def test_a_model_that_is_there_is_not_said_to_be_loaded():
    said = []
    with Replica(llama_cpp() | ollama()) as engine:
        for kind in ("llama.cpp", "ollama"):
            settings = ProviderSettings(kind=kind, base_url=engine.url)
            provider = remote(settings, {}, model="m", mode="fim", news=News(loading=said.append))
            await provider.warm()
            assert await text_of(provider) == engine.text
            await provider.aclose()

    assert said == []


async def test_without_a_wish_to_keep_it_nothing_is_loaded_ahead():
    with Replica(ollama()) as engine:
        provider = remote(ProviderSettings(kind="ollama", base_url=engine.url, warm="off"), {}, model="m", mode="fim")
        await provider.warm()
        await provider.aclose()

    assert engine.requests == []
