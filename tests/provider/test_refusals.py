"""What engines and gateways say when they refuse, word for word, and the sentence that a person gets for it."""

from __future__ import annotations

import json

import pytest

from infill_ls import errors
from infill_ls.provider.build import remote
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings
from support.engines.raw_server import raw_server, response

PROMPT = Prompt("fim", Context("x = ", "\n", "a.py", "python"), text="<|fim_prefix|>x = <|fim_suffix|><|fim_middle|>")


def page(title):
    return f"<html>\r\n<head><title>{title}</title></head>\r\n<body><hr><center>nginx</center></body></html>"


def ollama(message):
    return json.dumps({"error": message})


def openai(message, kind="invalid_request_error", code=None):
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


# kind, key, status, body: error, parts of the sentence
REFUSALS = {
    "not pulled": (
        ("ollama", "", "404 Not Found", ollama("model 'm' not found")),
        (errors.ModelNotFound, "`ollama pull m`"),
    ),
    "another Host": (
        ("ollama", "", "403 Forbidden", ""),
        (errors.WrongAddress, "OLLAMA_HOST=0.0.0.0", "Host: localhost"),
    ),
    "no insert": (
        ("ollama", "", "400 Bad Request", ollama("registry.ollama.ai/library/m:latest does not support insert")),
        (errors.Unsupported, "provider.family", "qwen2.5-coder"),
    ),
    "queue full": (
        ("ollama", "", "503 Service Unavailable", ollama("server busy, please try again.  maximum pending requests exceeded")),
        (errors.ServiceFailed, "server busy"),
    ),
    "a key is wanted": (
        ("llama.cpp", "", "401 Unauthorized", openai("Invalid API Key", "authentication_error", 401)),
        (errors.Unauthorized, "wants a key", "INFILL_LS_API_KEY is not set"),
    ),
    "a wrong key": (
        ("llama.cpp", "sk-wrong", "401 Unauthorized", openai("Invalid API Key", "authentication_error", 401)),
        (errors.Unauthorized, "does not accept the key", "INFILL_LS_API_KEY"),
    ),
    "llama.cpp's router": (
        ("llama.cpp", "", "400 Bad Request", openai("model 'm' not found", code=400)),
        (errors.ModelNotFound, "a model named m"),
    ),
    "vLLM, another model": (
        ("vllm", "", "404 Not Found", openai("The model `m` does not exist. Valid aliases: tiny-qwen.", "NotFoundError", 404)),
        (errors.ModelNotFound, "Valid aliases: tiny-qwen"),
    ),
    "LiteLLM, another model": (
        ("litellm", "sk-own", "400 Bad Request", openai("/completions: Invalid model name passed in model=m. Call `/v1/models`")),
        (errors.ModelNotFound, "a model named m"),
    ),
    "LiteLLM, a wrong key": (
        ("litellm", "sk-wrong", "400 Bad Request", openai("No connected db.", "no_db_connection", 400)),
        (errors.Unauthorized, "does not accept the key"),
    ),
    "a TLS port": (
        ("openai", "", "400 Bad Request", page("400 The plain HTTP request was sent to HTTPS port")),
        (errors.WrongAddress, "https://"),
    ),
    "a gateway alone": (
        ("openai", "", "502 Bad Gateway", page("502 Bad Gateway")),
        (errors.ServiceFailed, "The gateway at", "the engine behind it does not"),
    ),
    "a gateway that has waited": (
        ("openai", "", "504 Gateway Time-out", page("504 Gateway Time-out")),
        (errors.ServiceFailed, "the engine behind it does not"),
    ),
    "more than a gateway takes": (
        ("openai", "", "413 Request Entity Too Large", page("413 Request Entity Too Large")),
        (errors.BadRequest, "413 Request Entity Too Large"),
    ),
    "it loads the model": (
        ("llama.cpp", "", "503 Service Unavailable", openai("Loading model", "unavailable_error", 503)),
        (errors.ModelLoading, "m is being loaded"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("said", "told"), REFUSALS.values(), ids=REFUSALS)
async def test_a_refusal_is_told_with_its_remedy(said, told):
    """And the host in it; the key never."""
    kind, key, status, body = said
    error, *parts = told
    async with raw_server([response(status, body.encode())]) as server:
        provider = remote(
            ProviderSettings(kind=kind, base_url=server.url, warm="off"),
            {"INFILL_LS_API_KEY": key} if key else {},
            model="m",
            mode="fim",
        )
        with pytest.raises(error) as caught:
            async for _ in provider.stream(PROMPT):
                pass
        await provider.aclose()

    assert type(caught.value) is error
    assert all(part in str(caught.value) for part in (*parts, f"127.0.0.1:{server.port}"))
    assert not key or key not in str(caught.value)


STARTS = {"ollama": "`ollama serve`", "llama.cpp": "`llama-server -m MODEL.gguf`", "openai": "start the server"}


@pytest.mark.parametrize("kind", STARTS)
async def test_where_nothing_listens_it_is_said_how_to_start_it(kind):
    async with raw_server([]) as server:
        url = server.url
    provider = remote(ProviderSettings(kind=kind, base_url=url), {}, model="m", mode="fim")
    with pytest.raises(errors.ConnectionRefused, match="start") as caught:
        async for _ in provider.stream(PROMPT):
            pass
    await provider.aclose()

    assert STARTS[kind] in str(caught.value)
