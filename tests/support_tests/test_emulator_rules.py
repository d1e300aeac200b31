"""What the emulator refuses and what it takes, by raw requests: refusals are as much of the service as its answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from support.model_studio.emulator import Emulator, Reply

USER = {"role": "user", "content": "Continue."}
CODE = {"role": "assistant", "content": "def f(", "partial": True}
FIM = "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>"


def fim(**changes: Any) -> dict[str, Any]:
    return {"model": "qwen-coder-turbo", "prompt": FIM} | changes


def chat(*messages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"model": "qwen3-coder-plus", "messages": list(messages)} | changes


@pytest.fixture(scope="module")
def studio():
    with Emulator() as emulator:
        yield emulator


def native(*messages: dict[str, Any], model: str = "qwen3-coder-plus", **parameters: Any) -> dict[str, Any]:
    return {"model": model, "input": {"messages": list(messages)}, "parameters": parameters}


def post(studio: Emulator, path: str, body: Any, key: str | None = None, **headers: str) -> httpx.Response:
    headers |= {"authorization": f"Bearer {key or studio.api_key}"}
    return httpx.post(studio.origin + path, json=body, headers=headers)


NATIVE = "/api/v1/services/aigc/text-generation/generation"
NATIVE_PARTS = "/api/v1/services/aigc/multimodal-generation/generation"
COMPLETIONS, CHAT = "/compatible-mode/v1/completions", "/compatible-mode/v1/chat/completions"
OWN_COMPLETIONS, OWN_CHAT = "/v1/completions", "/v1/chat/completions"

TAKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "temperature and top_p together": (COMPLETIONS, fim(temperature=0.1, top_p=0.9)),
    "four stops": (COMPLETIONS, fim(stop=["a", "b", "c", "d"])),
    "stops as token ids": (COMPLETIONS, fim(stop=[[151659], [151661]])),
    "unknown parameters": (COMPLETIONS, fim(suffix="x", n=3, echo=True)),
    "plain prompt": (COMPLETIONS, fim(prompt="def f(")),
    "partial": (CHAT, chat(USER, CODE)),
    "empty partial": (CHAT, chat(USER, CODE | {"content": ""})),
    "partial, thinking switched off": (CHAT, chat(USER, CODE, model="qwen3.5-plus", enable_thinking=False)),
    "partial, thinking on by default and nothing said": (CHAT, chat(USER, CODE, model="qwen3.5-plus")),
    "partial, thinking off by default": (CHAT, chat(USER, CODE, model="qwen-plus")),
    "user last": (CHAT, chat(USER)),
    "thinking, streamed": (CHAT, chat(USER, model="qwen-plus", enable_thinking=True, stream=True)),
    "own server: trailing assistant": (OWN_CHAT, chat(USER, {"role": "assistant", "content": "x"})),
    "own server: no model named": (OWN_COMPLETIONS, {"prompt": FIM}),
    "own server: empty prefix": (OWN_COMPLETIONS, fim(prompt="<|fim_prefix|><|fim_suffix|>b<|fim_middle|>")),
}


@pytest.mark.parametrize(("path", "body"), TAKEN.values(), ids=TAKEN.keys())
def test_taken(studio, path, body):
    """Requests that the service answers."""
    response = post(studio, path, body)
    assert response.status_code == 200, response.text


REFUSED: dict[str, tuple[str, Any, int, str, str]] = {
    "unknown model": (COMPLETIONS, fim(model="gpt-9"), 404, "model_not_found", "The model `gpt-9` does not exist"),
    "chat-only model": (COMPLETIONS, fim(model="qwen3-coder-plus"), 404, "model_not_supported", "Unsupported model"),
    "no model": (CHAT, {"messages": [USER]}, 400, "invalid_parameter_error", "Required parameter(model)"),
    "no prompt": (COMPLETIONS, {"model": "qwen-coder-turbo"}, 400, "invalid_parameter_error", "prompt"),
    "suffix only": (
        COMPLETIONS,
        fim(prompt="<|fim_prefix|><|fim_suffix|>b<|fim_middle|>"),
        400,
        "invalid_parameter_error",
        "prefix",
    ),
    "five stops": (COMPLETIONS, fim(stop=list("abcde")), 400, "invalid_parameter_error", "stop"),
    "mixed stops": (COMPLETIONS, fim(stop=["a", 1]), 400, "invalid_parameter_error", 'The "stop" parameter'),
    "temperature 2": (COMPLETIONS, fim(temperature=2), 400, "invalid_parameter_error", "Temperature should be in"),
    "top_p 0": (CHAT, chat(USER, top_p=0), 400, "invalid_parameter_error", "Range of top_p"),
    "max_tokens 0": (CHAT, chat(USER, max_tokens=0), 400, "invalid_parameter_error", "Range of max_tokens"),
    "no messages": (CHAT, chat(), 400, "invalid_parameter_error", "[] is too short"),
    "messages no list": (CHAT, {"model": "qwen-plus", "messages": 1}, 400, "invalid_parameter_error", "Required body"),
    "partial not last": (CHAT, chat(USER, CODE, USER), 400, "invalid_parameter_error", "Only the last message"),
    "partial user": (CHAT, chat(USER | {"partial": True}), 400, "invalid_parameter_error", "role must be assistant"),
    "partial, thinking asked for": (
        CHAT,
        chat(USER, CODE, model="qwen-plus", enable_thinking=True, stream=True),
        400,
        "invalid_parameter_error",
        "<400> InternalError.Algo.InvalidParameter: Partial mode is not supported when enable_thinking is true",
    ),
    "partial, thinking-only model": (
        CHAT,
        chat(USER, CODE, model="qwq-plus", stream=True),
        400,
        "invalid_parameter_error",
        "Partial mode is not supported when enable_thinking is true",
    ),
    "thinking-only model told not to": (
        CHAT,
        chat(USER, model="qwq-plus", enable_thinking=False, stream=True),
        400,
        "invalid_parameter_error",
        "restricted to True",
    ),
    "thinking, not streamed": (
        CHAT,
        chat(USER, model="qwen-plus", enable_thinking=True),
        400,
        "invalid_parameter_error",
        "parameter.enable_thinking must be set to false for non-streaming calls",
    ),
    "assistant last without partial": (
        CHAT,
        chat(USER, {"role": "assistant", "content": "x"}),
        500,
        "internal_error",
        "list index out of range",
    ),
    "own server: unknown model": (OWN_CHAT, chat(USER, model="nobody"), 404, "model_not_found", "nobody"),
    "body no object": (CHAT, [1], 400, "invalid_parameter_error", "Required body invalid"),
}


@pytest.mark.parametrize(("path", "body", "status", "code", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(studio, path, body, status, code, words):
    """Requests that the service refuses, with its status, code and words."""
    response = post(studio, path, body)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["code"] == code
    assert words in error["message"]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}], ids=["no key", "wrong key"])
def test_keys(studio, headers):
    """Nobody gets in without the one right key, and the key is looked at before the body."""
    response = httpx.post(studio.base_url + "/completions", content=b"{", headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "invalid_api_key"


PATHS = {
    "no version": "/compatible-mode/completions",
    "doubled version": "/compatible-mode/v1/v1/completions",
    "doubled slash": "/compatible-mode/v1//completions",
    "native route that is none": "/api/v1/services/aigc/text-generation",
    "root": "/",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_wrong_paths_are_logged(studio, path):
    """A path that the service does not have is a 404, and the request is in the log all the same."""
    assert post(studio, path, fim()).status_code == 404
    assert studio.requests[-1].path == path


def test_what_a_region_lacks():
    """Outside Beijing there is no completions route, and the list of models is not assured."""
    with Emulator(completions=False, lists_models=False, api_key=None) as studio:
        assert post(studio, COMPLETIONS, fim()).status_code == 404
        assert post(studio, CHAT, chat(USER)).status_code == 200
        assert httpx.get(studio.base_url + "/models").status_code == 404


def test_any_number_of_stops():
    """The limit on stop strings can be lifted."""
    with Emulator(max_stops=None, api_key=None) as studio:
        assert post(studio, COMPLETIONS, fim(stop=list("abcdefgh"))).status_code == 200


ECHOES = {"never": (False, False), "unstreamed": (True, False), "always": (True, True)}


@pytest.mark.parametrize(("echoes", "expected"), ECHOES.items(), ids=ECHOES)
def test_own_server_echoes_the_prefix(echoes, expected):
    """An own server continues a trailing assistant message and sends its text first, always, never, or, as llama.cpp
    does, when it does not stream."""
    with Emulator(api_key=None, echoes_prefix=echoes) as server:
        server.script("x):", "x):")
        answers = [post(server, OWN_CHAT, chat(USER, CODE, stream=stream)).text for stream in (False, True)]
    assert tuple("def f(" in answer for answer in answers) == expected


def test_usage_tells_what_the_cache_had():
    """Cached tokens are those of the longest beginning shared with an earlier prompt; the completions route of the
    service keeps them to itself."""
    with Emulator(api_key=None) as studio:
        for path, body in (
            (OWN_COMPLETIONS, fim(prompt="x" * 400)),
            (OWN_COMPLETIONS, fim(prompt="x" * 300 + "y" * 100)),
            (COMPLETIONS, fim(prompt="x" * 400)),
        ):
            usage = post(studio, path, body).json()["usage"]
            assert usage["prompt_tokens"] == 100
        assert "prompt_tokens_details" not in usage
        assert [call.cached_tokens for call in studio.requests] == [0, 75, 100]


MARK = {"cache_control": {"type": "ephemeral"}}


def marked(text: str, *after: str) -> dict[str, Any]:
    parts = [{"type": "text", "text": text, **MARK}, *({"type": "text", "text": each} for each in after)]
    return {"role": "user", "content": parts}


def test_the_explicit_cache_is_written_once_and_read_afterwards():
    """From 1,024 tokens on, a marked beginning is written by the first request and read by the next ones."""
    with Emulator(api_key=None) as studio:
        bodies = [
            chat(marked("x" * 4096, "one")),
            chat(marked("x" * 4096, "two")),
            chat(marked("x" * 4092)),
            chat(marked("x" * 4096, "one"), model="qwen3-coder-flash"),
        ]
        details = [post(studio, CHAT, body).json()["usage"]["prompt_tokens_details"] for body in bodies]
    counts = [(each["cache_type"], each.get("cache_creation_input_tokens"), each["cached_tokens"]) for each in details]
    assert counts == [("ephemeral", 1024, 0), ("ephemeral", 0, 1024), ("implicit", None, 1023), ("ephemeral", 1024, 0)]


def test_at_most_four_marks(studio):
    """A fifth marker is one too many."""
    messages = [marked(str(number)) for number in range(5)]
    assert post(studio, CHAT, chat(*messages)).status_code == 400
    assert post(studio, CHAT, chat(*messages[1:])).status_code == 200


NATIVE_REFUSED: dict[str, tuple[str, Any, int, str, str]] = {
    "unknown model": (NATIVE, native(USER, model="gpt-9"), 404, "ModelNotFound", "gpt-9"),
    "the other path's model": (NATIVE, native(USER, model="qwen3.6-plus"), 400, "InvalidParameter", "url error, please check url!"),
    "the other path for text": (NATIVE_PARTS, native(USER), 400, "InvalidParameter", "url error, please check url!"),
    "no input": (NATIVE, {"model": "qwen-plus"}, 400, "InvalidParameter", "Required body invalid"),
    "thinking and whole texts": (NATIVE, native(USER, model="qwen-plus", enable_thinking=True, result_format="message"), 400, "InvalidParameter", 'incremental_output parameter must be "true"'),
    "thinking and bare texts": (NATIVE, native(USER, model="qwen-plus", enable_thinking=True, incremental_output=True), 400, "InvalidParameter", 'result_format parameter must be "message"'),
    "partial and thinking": (NATIVE, native(USER, CODE, model="qwen-plus", enable_thinking=True, incremental_output=True, result_format="message"), 400, "InvalidParameter", "Partial mode"),
    "too long an answer": (NATIVE, native(USER, max_tokens=100_000), 400, "InvalidParameter", "Range of max_tokens should be [1, 8192]"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "words"), NATIVE_REFUSED.values(), ids=NATIVE_REFUSED.keys()
)
def test_refused_natively(studio, path, body, status, code, words):
    """Requests that the native protocol refuses, in its own shape; as an event where events were asked for."""
    response = post(studio, path, body, **{"X-DashScope-SSE": "enable"})
    assert response.status_code == status
    if status == 400 and "input" in body:
        assert response.text.startswith("id:1\nevent:error\n:HTTP_STATUS/400\ndata:{")
        error = json.loads(response.text.partition("data:")[2])
    else:
        error = response.json()
    assert (error["code"], sorted(error)) == (code, ["code", "message", "request_id"])
    assert words in error["message"]


NATIVE_STREAMS = {
    "increments": ({"result_format": "message", "incremental_output": True}, ["ab", "cd", ""]),
    "whole texts": ({"result_format": "message"}, ["ab", "abcd", "abcd"]),
    "the older form": ({}, ["ab", "abcd", "abcd"]),
}


@pytest.mark.parametrize(("parameters", "pieces"), NATIVE_STREAMS.values(), ids=NATIVE_STREAMS.keys())
def test_native_streams(studio, parameters, pieces):
    """Each event is numbered and named, tells its status in a comment, and counts the tokens so far."""
    studio.script(Reply("abcd", chunk_size=2))
    events = post(studio, NATIVE, native(USER, **parameters), **{"X-DashScope-SSE": "enable"}).text.split("\n\n")
    heads = [event.partition("data:")[0] for event in events if event]
    payloads = [json.loads(event.partition("data:")[2]) for event in events if event]
    answers = [payload["output"].get("choices", [payload["output"]])[0] for payload in payloads]
    assert heads == [f"id:{number}\nevent:result\n:HTTP_STATUS/200\n" for number in (1, 2, 3)]
    assert [answer["message"]["content"] if "message" in answer else answer["text"] for answer in answers] == pieces
    assert [answer["finish_reason"] for answer in answers] == ["null", "null", "stop"]
    assert [payload["usage"]["output_tokens"] for payload in payloads] == [1, 1, 1]
