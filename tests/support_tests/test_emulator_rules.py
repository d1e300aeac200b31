"""What the emulator refuses and what it takes, by raw requests: refusals are as much of the service as its answers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from support.emulator import Emulator

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


def post(studio: Emulator, path: str, body: Any, key: str | None = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {key or studio.api_key}"}
    return httpx.post(studio.origin + path, json=body, headers=headers)


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
    "partial, thinking by default": (
        CHAT,
        chat(USER, CODE, model="qwen3.5-plus"),
        400,
        "invalid_parameter_error",
        "Partial mode is not supported when enable_thinking is true",
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
    "native route": "/api/v1/services/aigc/text-generation/generation",
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
