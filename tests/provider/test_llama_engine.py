"""A real llama.cpp server, found out about, and with a window that is smaller than the prompts."""

from __future__ import annotations

from contextlib import aclosing

import pytest

from infill_ls.adopt import looked
from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose
from infill_ls.provider.base import News
from infill_ls.provider.build import remote
from infill_ls.records import Context
from infill_ls.settings.provider_settings import ProviderSettings
from support.engines.llama import LlamaServer

pytestmark = pytest.mark.llama

LINES = "".join(f"value_{number:03} = {number}\n" for number in range(400))


@pytest.fixture(scope="module")
def small():
    with LlamaServer("-c", "2048") as server:
        yield server


async def test_a_real_server_tells_its_kind_window_and_tokens(small):
    """Without a name, and without one that says a family: its vocabulary does."""
    found, _ = await looked(ProviderSettings(kind="openai", base_url=small.url), {})

    assert (found.kind, found.model, found.family, found.context_tokens) == (
        "llama.cpp",
        "tiny-3.gguf",
        "qwen-coder",
        2048,
    )


@pytest.mark.parametrize("knows", [False, True], ids=["told by an error", "told before"])
async def test_a_prompt_that_is_too_long_is_answered_all_the_same(small, knows):
    """After one refusal at most, of which one sentence is said; the next prompts fit at once."""
    settings = ProviderSettings(
        kind="llama.cpp",
        base_url=small.url,
        family="qwen-coder",
        max_tokens=8,
        # Of this vocabulary a character is a token.
        context_tokens=700 if knows else None,
    )
    route, said = choose(settings), []
    provider = remote(settings, {}, model="m", mode=route.mode, news=News(said.append))
    for typed in ("", "x", "xy"):
        context = Context(LINES + typed, "\nafter()\n", "a.py", "python")
        prompt = build(context, route.mode, route.family, max_tokens=settings.max_tokens)
        chunks = [chunk async for chunk in provider.stream(prompt)]
        assert "".join(chunk.text for chunk in chunks)
        assert 500 < max(chunk.usage.prompt for chunk in chunks if chunk.usage) <= 2048
    await provider.aclose()

    assert len(said) == (0 if knows else 1)
    assert knows or "2,048 tokens at once" in said[0]


async def test_a_call_that_is_given_up_is_counted(small):
    """As far as it had got: counts come with each piece, not only with the last."""
    settings = ProviderSettings(kind="llama.cpp", base_url=small.url, family="qwen-coder", max_tokens=500)
    provider = remote(settings, {}, model="m", mode="fim")
    context = Context("first = 1\nsecond = ", "\n", "a.py", "python")
    prompt = build(context, "fim", choose(settings).family, max_tokens=500)
    async with aclosing(provider.stream(prompt)) as chunks:
        async for chunk in chunks:
            if chunk.text:
                break
    await provider.aclose()

    assert chunk.usage is not None
    assert chunk.usage.prompt > len("first = 1")
    assert 0 < chunk.usage.completion < 500
