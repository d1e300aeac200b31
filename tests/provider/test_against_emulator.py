"""Settings to chunks, the whole way through prompt and provider, against the emulated Model Studio."""

from __future__ import annotations

import pytest

from infill_ls.errors import Unauthorized
from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose, thinking_route
from infill_ls.provider.build import in_force, remote
from infill_ls.records import Context
from infill_ls.settings.provider_settings import ProviderSettings
from support.model_studio.emulator import Emulator, Reply

CONTEXT = Context(prefix="def add(a, b):\n    ", suffix="\n\nadd(1, 2)\n", path="a.py", language="python")


async def ask(values, environ):
    settings = in_force(ProviderSettings(**values), environ)
    route = thinking_route(settings) or choose(settings)
    prompt = build(CONTEXT, route.mode, route.family, max_tokens=settings.max_tokens, stop=settings.stop)
    provider = remote(
        settings, environ, model=route.model, mode=route.mode, parameters=route.parameters, multimodal=route.multimodal
    )
    try:
        return [chunk async for chunk in provider.stream(prompt)]
    finally:
        await provider.aclose()


ROUTES = {
    "Model Studio, partial": {"kind": "model-studio"},
    "Model Studio, partial, a hybrid model": {"kind": "model-studio", "model": "qwen3.6-plus"},
    "Model Studio, FIM": {"kind": "model-studio", "region": "beijing", "mode": "fim"},
    "Model Studio, natively": {"kind": "model-studio", "protocol": "dashscope"},
    "Model Studio, natively, by parts": {"kind": "model-studio", "protocol": "dashscope", "model": "qwen3.6-plus"},
    "Model Studio, thinking": {"kind": "model-studio", "model": "qwen-plus", "thinking": "on"},
    "Model Studio, thinking natively": {
        "kind": "model-studio",
        "protocol": "dashscope",
        "model": "qwen3.6-plus",
        "thinking": "on",
    },
    "Model Studio, a model that only thinks": {"kind": "model-studio", "model": "qwq-plus", "thinking": "on"},
    "an own server, FIM": {"kind": "openai", "model": "qwen2.5-coder-7b-instruct"},
    "an own server, partial": {"kind": "openai", "model": "qwen3-coder-plus"},
}


@pytest.mark.parametrize("values", ROUTES.values(), ids=ROUTES.keys())
async def test_each_route_brings_the_models_text_and_its_token_counts(values):
    with Emulator() as studio:
        studio.script(Reply("return a + b", reasoning="hm, hm" if "thinking" in values else ""))
        key = {"DASHSCOPE_API_KEY": studio.api_key, "INFILL_LS_API_KEY": studio.api_key}
        url = studio.base_url if values["kind"] == "model-studio" else studio.own_url
        chunks = await ask({**values, "base_url": url}, key)

    assert "".join(chunk.text for chunk in chunks) == "return a + b"
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]
    usage = chunks[-1].usage
    assert (usage.completion, usage.reasoning) == ((5, 2) if "thinking" in values else (3, 0))


async def test_a_wrong_key_names_the_region():
    with Emulator() as studio:
        values = {"kind": "model-studio", "base_url": studio.base_url}
        with pytest.raises(Unauthorized, match="singapore"):
            await ask(values, {"DASHSCOPE_API_KEY": "sk-wrong"})
