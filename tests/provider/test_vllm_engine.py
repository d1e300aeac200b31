"""A real vLLM, where one is installed: found out about, asked, stopped, and with a window that is too small."""

from __future__ import annotations

import pytest

from infill_ls.adopt import looked
from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose
from infill_ls.provider.base import News
from infill_ls.provider.build import remote
from infill_ls.records import Context
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from support.engines.vllm_engine import NAME, Vllm

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(400)]

LINES = "".join(f"value_{number:03} = {number}\n" for number in range(200))


@pytest.fixture(scope="module")
def vllm():
    with Vllm("count\n") as engine:
        yield engine


async def answered(vllm, prefix, *, said=None, **values):
    settings = ProviderSettings(
        kind="vllm",
        base_url=vllm.origin,
        model=NAME,
        family="qwen-coder",
        max_tokens=8,
        timeout_s=Timeouts(3, 60, 90),
        **values,
    )
    route = choose(settings)
    news = News() if said is None else News(said.append)
    provider = remote(settings, {}, model=NAME, mode=route.mode, parameters=route.parameters, news=news)
    prompt = build(Context(prefix, "\nafter()\n", "a.py", "python"), route.mode, route.family, max_tokens=8)
    try:
        return [chunk async for chunk in provider.stream(prompt)]
    finally:
        await provider.aclose()


def text_of(chunks):
    return "".join(chunk.text for chunk in chunks)


async def test_it_tells_what_it_is_and_that_its_model_fills_in(vllm):
    found, served = await looked(ProviderSettings(kind="openai", base_url=vllm.origin), {})

    assert (found.kind, found.model, found.family, found.context_tokens) == ("vllm", NAME, "qwen-coder", 1024)
    assert served.version


async def test_an_answer_comes_with_its_counts_in_every_piece(vllm):
    """A stream that is cut after its first is counted, too."""
    chunks = await answered(vllm, "total = ")

    assert text_of(chunks).startswith("count\n")
    first = next(chunk for chunk in chunks if chunk.text)
    assert first.usage is not None
    assert first.usage.prompt > 10


async def test_a_prompt_that_is_too_long_is_answered_after_one_refusal(vllm):
    said = []
    chunks = await answered(vllm, LINES, said=said)

    assert text_of(chunks).startswith("count")
    assert len(said) == 1
    assert "1,024 tokens at once" in said[0]


async def test_salts_keep_caches_apart(vllm):
    """And what says how urgent a request is, is taken whatever the policy."""

    async def cached(**values):
        return max(chunk.usage.cached for chunk in await answered(vllm, LINES[:600], **values) if chunk.usage)

    await cached(cache_salt="one")
    assert await cached(cache_salt="one") > 400
    assert await cached(cache_salt="another") == 0
