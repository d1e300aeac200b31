"""Streams that break, stall, come all at once or hold rubbish, on every wire: an outcome, no hang and no crash."""

from __future__ import annotations

import json

import pytest

from infill_ls import errors
from infill_ls.messages import Message
from infill_ls.provider.build import remote
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from support.engines.raw_server import CLOSE, HANG, STREAM_END, STREAM_HEAD, piece, raw_server

CONTEXT = Context(prefix="P", suffix="S", path="a.py", language="python")
PROMPTS = {
    "completions": Prompt("fim", CONTEXT, text="P"),
    "chat": Prompt("partial", CONTEXT, messages=(Message("assistant", "P", partial=True),)),
    "native": Prompt("partial", CONTEXT, messages=(Message("assistant", "P", partial=True),)),
}
UNENDING = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
"""The head of an answer that lasts as long as its connection."""


def event(wire, text, finish=None):
    if wire == "native":
        choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish or "null"}
        payload = {"output": {"choices": [choice]}, "usage": {"input_tokens": 1, "output_tokens": 1}}
        return f"id:1\nevent:result\n:HTTP_STATUS/200\ndata:{json.dumps(payload, ensure_ascii=False)}\n\n"
    held = {"text": text} if wire == "completions" else {"delta": {"content": text}}
    payload = {"choices": [{**held, "finish_reason": finish}]}
    return f"data: {json.dumps(payload, ensure_ascii=False)}\n\n"


def stream(wire, *texts):
    return "".join([*(event(wire, text) for text in texts), event(wire, "", "stop")])


async def ask(wire, script, **timeouts):
    limits = Timeouts(**{"connect": 1, "first_token": 0.3, "total": 0.4, **timeouts})
    protocol = "dashscope" if wire == "native" else "openai"
    async with raw_server(script) as server:
        settings = ProviderSettings(kind="model-studio", base_url=server.url, protocol=protocol, timeout_s=limits)
        mode = "fim" if wire == "completions" else "partial"
        provider = remote(settings, {"DASHSCOPE_API_KEY": "k"}, model="m", mode=mode)
        await provider.warm()
        texts = []
        try:
            async for chunk in provider.stream(PROMPTS[wire]):
                texts += [chunk.text]
        except errors.ProviderError as error:
            return "".join(texts), type(error)
        finally:
            await provider.aclose()
    return "".join(texts), None


wires = pytest.mark.parametrize("wire", PROMPTS)


@wires
async def test_a_proxy_that_holds_everything_back_gives_the_same_text(wire):
    script = [STREAM_HEAD, piece(stream(wire, "return", " a", "\n    返回")), STREAM_END]
    assert await ask(wire, script) == ("return a\n    返回", None)


@wires
async def test_a_stream_that_ends_early_gives_what_came_or_says_that_it_broke(wire):
    """Wherever it is cut: a connection that is closed by the letter ends the answer, a broken one is an error."""
    data = stream(wire, "re", "返").encode()
    for cut in range(0, len(data), 23):
        text, error = await ask(wire, [UNENDING, data[:cut], CLOSE])
        assert "re返".startswith(text)
        assert error is None or issubclass(error, errors.ProviderError)
        broken, error = await ask(wire, [STREAM_HEAD, f"{len(data):x}\r\n".encode() + data[:cut], CLOSE])
        assert "re返".startswith(broken)
        assert error is errors.ServiceFailed


@wires
@pytest.mark.parametrize("heartbeat", ["", ": alive\n\n"], ids=["silent", "with a heart-beat"])
async def test_a_stall_ends_with_the_time_that_was_given(wire, heartbeat):
    assert await ask(wire, [STREAM_HEAD, piece(heartbeat or "\n"), HANG]) == ("", errors.TimedOut)
    begun = [STREAM_HEAD, piece(event(wire, "re")), piece(heartbeat or "\n"), HANG]
    assert await ask(wire, begun) == ("re", errors.TimedOut)


@wires
async def test_a_large_chunk_arrives_whole(wire):
    large = "x" * 200_000
    text, error = await ask(wire, [STREAM_HEAD, piece(stream(wire, large)), STREAM_END], first_token=20, total=20)
    assert (text == large, error) == (True, None)


@wires
@pytest.mark.parametrize("pieces", [["x" * 5_000_000], ["x" * 500] * 10_000], ids=["at once", "bit by bit"])
async def test_more_than_was_asked_for_is_not_waited_for(wire, pieces):
    script = [STREAM_HEAD, *map(piece, stream(wire, *pieces).splitlines(keepends=True)), HANG]
    text, error = await ask(wire, script, first_token=20, total=20)
    assert (len(text) < 2_000_000, error) == (True, errors.ServiceFailed)


@wires
async def test_five_megabytes_without_an_end_are_no_answer(wire):
    script = [STREAM_HEAD, piece("data: {" + "x" * 5_000_000), STREAM_END]
    assert await ask(wire, script, first_token=20, total=20) == ("", errors.ServiceFailed)


@wires
async def test_bytes_that_are_no_utf8_end_what_can_be_shown(wire):
    """As does half a character at the limit of an answer's length."""
    data = stream(wire, "a~b").encode().replace(b"~", b"\xff\xe8\xbf")
    assert await ask(wire, [UNENDING, data, CLOSE]) == ("a", None)


RUBBISH = {
    "no JSON": "data: {not json}\n\n",
    "other JSON": "data: [1, 2]\n\n",
    "nested without end": "data: " + "[" * 100_000 + "\n\n",
    "objects without end": 'data: {"a":' + '{"a":' * 100_000 + "}\n\n",
    "no field": "hello\nworld\n\n",
    "binary": "\x00\x01\x02\n\n",
}


@wires
@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH.keys())
async def test_rubbish_between_events_is_passed_over(wire, rubbish):
    script = [STREAM_HEAD, *(piece(part) for part in (event(wire, "re"), rubbish, stream(wire, "turn"))), STREAM_END]
    assert await ask(wire, script, first_token=5, total=5) == ("return", None)
