"""A server between ours and an engine, which keeps the prompts that pass; without an engine it answers by itself, at once.

By itself it has cached what its last prompt had in common with this one: what an engine with one slot finds.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

import httpx

_LATER_S = 60
_BYTES_PER_TOKEN = 4
_PASSED = ("content-type", "server")


class Tap:
    """``with Tap(origin) as tap: tap.url``, and afterwards ``tap.prompts``, the oldest first.

    Without an engine, it says that it reads so many tokens per second, of four bytes each, where it says anything about it.
    """

    def __init__(self, origin: str | None = None, speed: float | None = None) -> None:
        self._speed = speed
        self.prompts: list[str] = []
        self.ahead: set[int] = set()
        """Places in ``prompts`` of those that were only to be read."""
        self._origin = origin
        self._client = httpx.Client(timeout=_LATER_S)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._closing = ExitStack()

    @property
    def url(self) -> str:
        """The base of the OpenAI-compatible routes."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        self._closing.callback(self._client.close)
        self._closing.callback(self._server.server_close)
        self._closing.callback(self._server.shutdown)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def _answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        asked = json.loads(body) if body else {}
        prompt = asked.get("prompt")
        last = self.prompts[-1] if self.prompts else ""
        if isinstance(prompt, str):
            if not asked["max_tokens"]:
                self.ahead.add(len(self.prompts))
            self.prompts.append(prompt)
        if self._origin is not None:
            json_body = {"content-type": "application/json"} if body else {}
            answer = self._client.request(method, self._origin + path, content=body, headers=json_body)
            return answer.status_code, {name: answer.headers.get(name, "") for name in _PASSED}, answer.content
        if not isinstance(prompt, str):
            return 404, {}, b""
        return 200, {"content-type": "text/event-stream"}, _said(prompt.encode(), last.encode(), self._speed)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tap = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status, headers, answer = tap._answer(self.command, self.path, body)
                self.send_response_only(status)
                for name, value in {**headers, "content-length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer)

            do_GET = do_HEAD = do_POST = _take  # noqa: N815  # the library's names

        return Handler


def in_common(one: bytes, other: bytes) -> int:
    """How long their common beginning is."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _said(prompt: bytes, last: bytes, speed: float | None) -> bytes:
    """An answer of one token, with what there was to read."""
    cached = min(in_common(prompt, last), len(prompt) - 1) // _BYTES_PER_TOKEN
    n_read = -(-len(prompt) // _BYTES_PER_TOKEN) - cached
    told = {"timings": {"cache_n": cached, "prompt_n": n_read, "prompt_ms": 1000 * n_read / speed}} if speed else {}
    details = {"prompt_tokens_details": {"cached_tokens": cached}}
    pieces: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "text": " z", "finish_reason": "length"}], **told},
        {"choices": [], "usage": {"prompt_tokens": cached + n_read, "completion_tokens": 1, **details}},
    ]
    return b"".join(b"data: " + json.dumps(piece).encode() + b"\n\n" for piece in pieces) + b"data: [DONE]\n\n"
