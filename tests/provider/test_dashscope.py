"""Model Studio's native protocol: the exact body for a prompt, the text and counts of an answer, errors in its shapes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from infill_ls import errors
from infill_ls.messages import Message
from infill_ls.provider.build import remote
from infill_ls.provider.dashscope import DashScope
from infill_ls.records import Chunk, Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from infill_ls.tokens import Usage
from support.engines.raw_server import HANG, STREAM_END, STREAM_HEAD, piece, raw_server, response
from support.model_studio import failures
from support.model_studio.emulator import Emulator, Framing, Reply

CONTEXT = Context(prefix="P", suffix="S", path="a.py", language="python")
PARTIAL = Prompt("partial", CONTEXT, messages=(Message("user", "go"), Message("assistant", "P", partial=True)))
CACHED = replace(PARTIAL, messages=(Message("system", "long", cache=True), PARTIAL.messages[-1]))
PLAIN = ProviderSettings()
FORM = {"result_format": "message", "incremental_output": True}
SHORT = {**FORM, "max_tokens": 256, "temperature": 0.1}
MARK = {"cache_control": {"type": "ephemeral"}}

BODIES = {
    "partial": (
        (DashScope(), PARTIAL, PLAIN),
        [{"role": "user", "content": "go"}, {"role": "assistant", "content": "P", "partial": True}],
        SHORT,
    ),
    "by parts": (
        (DashScope((("enable_thinking", False),), multimodal=True), PARTIAL, PLAIN),
        [{"role": "user", "content": [{"text": "go"}]}, {"role": "assistant", "content": [{"text": "P"}], "partial": True}],
        {**SHORT, "enable_thinking": False},
    ),
    "plain chat that thinks": (
        (DashScope((("enable_thinking", True), ("thinking_budget", 50))), Prompt("chat", CONTEXT, messages=PARTIAL.messages[:1]), PLAIN),
        [{"role": "user", "content": "go"}],
        {**SHORT, "enable_thinking": True, "thinking_budget": 50},
    ),
    "worth caching": (
        (DashScope(), CACHED, PLAIN),
        [{"role": "system", "content": [{"text": "long", **MARK}]}, {"role": "assistant", "content": "P", "partial": True}],
        SHORT,
    ),
    "all that can be set": (
        (DashScope(), replace(PARTIAL, stop=tuple("12345"), max_tokens=9), replace(PLAIN, top_p=0.5, seed=1, presence_penalty=0.5)),
        [{"role": "user", "content": "go"}, {"role": "assistant", "content": "P", "partial": True}],
        {**FORM, "max_tokens": 9, "stop": list("1234"), "top_p": 0.5, "seed": 1, "presence_penalty": 0.5},
    ),
    "an image": (
        (DashScope(multimodal=True), replace(PARTIAL, messages=(Message("user", "go", images=("data:image/png;base64,AA==",)),)), PLAIN),
        [{"role": "user", "content": [{"image": "data:image/png;base64,AA=="}, {"text": "go"}]}],
        SHORT,
    ),
    "increments off": (
        (DashScope((("incremental_output", False),)), PARTIAL, PLAIN),
        [{"role": "user", "content": "go"}, {"role": "assistant", "content": "P", "partial": True}],
        {**SHORT, "incremental_output": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "messages", "parameters"), BODIES.values(), ids=BODIES.keys())
def test_a_prompt_has_exactly_this_body(asked, messages, parameters):
    wire, prompt, settings = asked
    assert wire.body(prompt, settings, "m") == {"model": "m", "input": {"messages": messages}, "parameters": parameters}


def test_each_path_is_the_services():
    assert DashScope().path == "/services/aigc/text-generation/generation"
    assert DashScope(multimodal=True).path == "/services/aigc/multimodal-generation/generation"


def message(content, finish="null", **more):
    return {
        "output": {"choices": [{"message": {"role": "assistant", "content": content, **more}, "finish_reason": finish}]}
    }


COUNTS = {"usage": {"input_tokens": 11, "output_tokens": 3, "prompt_tokens_details": {"cached_tokens": 2}}}

CHUNKS = {
    "a piece": (message("a") | COUNTS, Chunk("a", usage=Usage(11, 2, 3))),
    "its end": (message("", "length"), Chunk("", "length")),
    "content in parts": (message([{"text": "a"}, {"image": "x"}, {"text": "b"}]), Chunk("ab")),
    "no parts": (message([], "stop"), Chunk("", "stop")),
    "content null": (message(None), Chunk()),
    "thoughts": (message("", reasoning_content="hm"), Chunk(reasoning="hm")),
    "the older form": ({"output": {"text": "a", "finish_reason": "stop"}} | COUNTS, Chunk("a", "stop", Usage(11, 2, 3))),
    "the older form, empty choices": ({"output": {"choices": [], "text": "a", "finish_reason": "null"}}, Chunk("a")),
    "output null": ({"output": None}, Chunk()),
    "usage alone": (COUNTS, Chunk(usage=Usage(11, 2, 3))),
    "odd types": ({"output": {"choices": ["x"]}, "usage": 3}, Chunk()),
}  # fmt: skip


@pytest.mark.parametrize(("payload", "chunk"), CHUNKS.values(), ids=CHUNKS.keys())
def test_a_payload_says_exactly_this(payload, chunk):
    assert DashScope().reader()(payload) == chunk


def test_where_increments_are_off_only_what_is_new_is_given():
    read = DashScope((("incremental_output", False),)).reader()
    texts = [read(message(text)).text for text in ("a", "aa", "aa", "", "aab\n")]
    assert texts == ["a", "a", "", "", "b\n"]


def test_half_a_character_waits_for_the_event_that_has_it_whole():
    read = DashScope((("incremental_output", False),)).reader()
    assert [read(message(text)).text for text in ("a\ud83d", "a😀", "a😀b")] == ["a", "😀", "b"]


def provider_for(url, key="sk-emulator", **values):
    parameters = values.pop("parameters", ())
    multimodal = values.pop("multimodal", False)
    mode = values.pop("mode", "partial")
    model = values.pop("model", "qwen3-coder-plus")
    settings = ProviderSettings(kind="model-studio", protocol="dashscope", base_url=url, **values)
    return remote(
        settings, {"DASHSCOPE_API_KEY": key}, model=model, mode=mode, parameters=parameters, multimodal=multimodal
    )


async def answer(provider, prompt=PARTIAL):
    try:
        return [chunk async for chunk in provider.stream(prompt)]
    finally:
        await provider.aclose()


ASKED = {
    "a coder": {},
    "a model by parts": {"model": "qwen3.6-plus", "multimodal": True, "parameters": (("enable_thinking", False),)},
    "increments off": {"parameters": (("incremental_output", False),)},
    "the older form": {"parameters": (("result_format", "text"),)},
    "thinking": {"model": "qwen-plus", "mode": "chat", "parameters": (("enable_thinking", True),)},
}
FRAMINGS = {
    "as it is": Framing(),
    "heart-beats": Framing(heartbeats=True),
    "no blank lines, CRLF": Framing(blank_lines=False, line_end="\r\n"),
    "byte by byte": Framing(sizes=(1,)),
}


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS.keys())
@pytest.mark.parametrize("values", ASKED.values(), ids=ASKED.keys())
async def test_each_form_brings_the_models_text_and_its_token_counts(values, framing):
    prompt = replace(PARTIAL, messages=PARTIAL.messages[:1]) if values.get("mode") == "chat" else PARTIAL
    reasoning = "hm" if values.get("mode") == "chat" else ""
    with Emulator() as studio:
        studio.script(Reply("aaaa bbbb 返回", reasoning=reasoning, chunk_size=2, framing=framing))
        # Both protocols hang on one host, so either's address will do.
        chunks = await answer(provider_for(studio.base_url, **values), prompt)

    assert "".join(chunk.text for chunk in chunks) == "aaaa bbbb 返回"
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]
    assert chunks[-1].usage.completion == 3 + bool(reasoning)
    assert chunks[-1].usage.reasoning == bool(reasoning)
    assert studio.requests[0].headers["x-dashscope-sse"] == "enable"


REFUSALS = {
    "a key": (failures.INVALID_API_KEY, errors.Unauthorized),
    "a limit": (failures.RATE_LIMITED, errors.RateLimited),
    "a quota": (failures.QUOTA_EXCEEDED, errors.QuotaLimited),
    "a parameter": (failures.bad_parameter("no"), errors.BadRequest),
    "a model": (failures.model_not_found("x"), errors.ModelNotFound),
    "a bill": (failures.ARREARAGE, errors.Unauthorized),
    "the content": (failures.INSPECTION_FAILED, errors.Inspected),
    "a breakdown": (failures.INTERNAL_ERROR, errors.ServiceFailed),
    "a breakdown with 200": (failures.FAILED_WITH_200, errors.ServiceFailed),
}


@pytest.mark.parametrize("after", [None, 4], ids=["at once", "inside the stream"])
@pytest.mark.parametrize(("failure", "kind"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_a_refusal_is_the_same_error_wherever_it_comes(failure, kind, after):
    with Emulator() as studio:
        studio.script(Reply("return", trouble=failure, after=after))
        with pytest.raises(kind) as caught:
            await answer(provider_for(studio.native_url))

    assert type(caught.value) is kind
    assert len(studio.requests) == 1


async def test_an_error_of_an_unknown_code_is_known_by_the_status_of_its_event():
    event = 'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"Newest","message":"no"}\n\n'
    async with raw_server([STREAM_HEAD, piece(event), STREAM_END]) as server:
        with pytest.raises(errors.BadRequest, match="no"):
            await answer(provider_for(server.url))


async def test_a_refusal_may_come_as_an_event():
    body = b'id:1\nevent:error\n:HTTP_STATUS/400\ndata:{"code":"InvalidParameter","message":"no such thing"}\n\n'
    async with raw_server([response("400 Bad Request", body, "Content-Type: text/event-stream")]) as server:
        with pytest.raises(errors.BadRequest, match="no such thing"):
            await answer(provider_for(server.url))


async def test_a_page_instead_of_an_answer_names_the_protocol():
    async with raw_server([response("200 OK", b"<html>")]) as server:
        with pytest.raises(errors.WrongAddress, match="native protocol"):
            await answer(provider_for(server.url))


async def test_the_end_of_the_text_is_enough():
    last = [STREAM_HEAD, piece(f"data:{json.dumps(message('a', 'stop') | COUNTS)}\n\n"), HANG]
    async with raw_server(last) as server:
        chunks = await answer(provider_for(server.url, timeout_s=Timeouts(total=5)))
    assert chunks == [Chunk("a", "stop", Usage(11, 2, 3))]


ADDRESSES = {
    "compatible": ("https://h/compatible-mode/v1", "https://h/api/v1", "https://h/compatible-mode/v1"),
    "native": ("https://h/api/v1", "https://h/api/v1", "https://h/compatible-mode/v1"),
    "behind a path": ("https://h/ds/api/v1/", "https://h/ds/api/v1", "https://h/ds/compatible-mode/v1"),
    "bare": ("https://h", "https://h/api/v1", "https://h/v1"),
    "by region": (None, "https://dashscope-intl.aliyuncs.com/api/v1", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"),
}  # fmt: skip


@pytest.mark.parametrize(("url", "native", "compatible"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_either_address_serves_either_protocol(url, native, compatible):
    for protocol, base in (("dashscope", native), ("openai", compatible)):
        settings = ProviderSettings(kind="model-studio", protocol=protocol, base_url=url)
        assert remote(settings, {}, model="m", mode="partial").endpoint.address.base == base


def test_fim_is_refused_with_the_remedy():
    with pytest.raises(errors.Unsupported, match=r'provider\.protocol to "openai"'):
        provider_for("http://127.0.0.1:1", mode="fim")


def test_the_protocol_is_model_studios_alone():
    settings = ProviderSettings(kind="openai", protocol="dashscope", base_url="http://h")
    assert remote(settings, {}, model="m", mode="fim").endpoint.address.base == "http://h/v1"
