"""A server that nobody here wrote: what it says on the wire is what a client for own servers has to take."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from support.engines.llama import LlamaServer

pytestmark = pytest.mark.llama

FIM = "<|fim_prefix|>def add(a, b):\n    <|fim_suffix|>\n\nprint(add(1, 2))\n<|fim_middle|>"


@pytest.fixture(scope="module")
def server():
    with LlamaServer() as server:
        yield server


def events(response: httpx.Response) -> list[str]:
    return [line.removeprefix("data: ") for line in response.iter_lines() if line.startswith("data: ")]


def stream(server: LlamaServer, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """All chunks of an answer; that ``[DONE]`` ends it is checked on the way."""
    body |= {"stream": True, "stream_options": {"include_usage": True}, "max_tokens": 12, "temperature": 0}
    with httpx.stream("POST", server.url + path, json=body, timeout=30) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        received = events(response)
    assert received.pop() == "[DONE]"
    return [json.loads(event) for event in received]


def test_completions_stream(server):
    """A FIM prompt is continued in chunks of text; usage comes at the end, with what the cache had."""
    for _ in range(2):
        chunks = stream(server, "/completions", {"prompt": FIM})
        texts = [choice["text"] for chunk in chunks for choice in chunk["choices"]]
        assert len(texts) > 2
        usage = next(chunk["usage"] for chunk in reversed(chunks) if chunk.get("usage"))
        assert usage["prompt_tokens"] > 20
        assert usage["completion_tokens"] == 12
    assert usage["prompt_tokens_details"]["cached_tokens"] > 20


def test_chat_continues_and_echoes(server):
    """A trailing assistant message is continued. The answer starts with it when it is not streamed, which the
    service's never does; a streamed one has only what is new."""
    prefix = "def add(a, b):\n    "
    messages = [{"role": "user", "content": "Continue."}, {"role": "assistant", "content": prefix}]
    body = {"messages": messages, "max_tokens": 12, "temperature": 0}
    answer = httpx.post(server.url + "/chat/completions", json=body, timeout=30).json()
    whole = answer["choices"][0]["message"]["content"]
    chunks = stream(server, "/chat/completions", body)
    streamed = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    assert whole.startswith(prefix)
    assert streamed
    assert whole in (streamed, prefix + streamed)


def test_length(server):
    """A token limit ends in ``length``, as everywhere."""
    body = {"prompt": FIM, "max_tokens": 3}
    answer = httpx.post(server.url + "/completions", json=body, timeout=30).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 3


def test_closing_the_connection_stops_the_generation(server):
    """The server stops working for a client that has left."""
    body = {"prompt": FIM, "max_tokens": 15000, "stream": True}
    with httpx.stream("POST", server.url + "/completions", json=body, timeout=30) as response:
        pieces = response.iter_raw()  # kept: the connection closes when the iterator goes
        next(pieces)
        assert server.busy()
    left_at = time.monotonic()
    while server.busy():
        assert time.monotonic() - left_at < 2
