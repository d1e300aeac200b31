"""The emulator's HTTP side: takes one request after another through rules, script and stream, and logs each.

It owns no socket and no thread; those are the emulator's.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from support import emulator_rules as rules
from support.emulator_failures import BAD_BODY
from support.emulator_models import MODELS, read_question
from support.emulator_records import Call, Failure, Redirect, Reply
from support.emulator_wire import EventWriter, Shape, failure_body, usage_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

    from support.emulator import Emulator

_STUDIO, _OWN = "/compatible-mode/v1", "/v1"
_SSE = [(b"content-type", b"text/event-stream;charset=UTF-8"), (b"cache-control", b"no-cache")]
_CHARACTERS_PER_TOKEN = 4


def application(emulator: Emulator) -> Starlette:
    """The whole service; every path leads to it, so that every request is logged."""
    return Starlette(routes=[Route("/{path:path}", _Service(emulator))])


def tokens(text: str) -> int:
    """Tokens of a text, as the emulator counts them."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


class _Service:
    """Where requests come in: logs them and watches for clients that leave."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            call = await self._note(Request(scope, receive))
            answer = asyncio.create_task(_Answer(self._emulator, call, scope, receive, send).give())
            leaving = asyncio.create_task(_left(receive))
            try:
                await asyncio.wait({answer, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if answer.done():
                    self._emulator.broken = self._emulator.broken or answer.exception()
                    answer.result()
                elif call.closed_at is None:
                    call.closed_at, call.closed_by_client = time.monotonic(), True
            finally:
                answer.cancel()
                leaving.cancel()
                await asyncio.wait({answer, leaving})
                if not call.over:
                    call.closed_at = time.monotonic()
                self._emulator.changed()

    async def _note(self, request: Request) -> Call:
        received_at = time.monotonic()
        body = _json_object(await request.body())
        number, running = self._emulator.next_call()
        call = Call(
            number=number,
            received_at=received_at,
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers),
            connection=request.client.port if request.client else 0,
            body=body,
            question=read_question(body),
            running=running,
        )
        call.prompt_tokens = tokens(call.prompt)
        call.cached_tokens = self._emulator.cached_characters(call.prompt) // _CHARACTERS_PER_TOKEN
        self._emulator.arrived(call)
        return call


class _Answer:
    """The answer to one request."""

    def __init__(self, emulator: Emulator, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        self._emulator = emulator
        self._call = call
        self._asgi = scope, receive, send
        self._send = send
        self._own = not call.path.startswith(_STUDIO + "/")

    async def give(self) -> None:
        """Answer, whichever way, and note when that is done."""
        refused = self._refuse()
        if isinstance(refused, Failure):
            await self._respond(_failure_response(refused, self._call.number))
        elif refused is not None:
            await self._respond(refused)
        else:
            await self._generate()

    def _refuse(self) -> Failure | Response | None:
        """What is said without asking the model; None for a request that reaches it."""
        emulator, call = self._emulator, self._call
        route = call.path.removeprefix(_OWN if self._own else _STUDIO)
        routes = {"/completions", "/chat/completions"} if emulator.completions else {"/chat/completions"}
        known = call.path.startswith((_STUDIO + "/", _OWN + "/"))
        if known and route == "/models" and call.method == "GET" and emulator.lists_models:
            return rules.refuse_key(call.headers.get("authorization"), emulator.api_key) or JSONResponse(_model_list())
        if not known or route not in routes:
            return Response(status_code=404)
        if call.method != "POST":
            return Failure(405, "method_not_allowed", f"Request method '{call.method}' is not supported.")
        refused = rules.refuse_key(call.headers.get("authorization"), emulator.api_key)
        if refused or not call.body:
            return refused or BAD_BODY
        if self._own:
            return rules.refuse_own(call.body, emulator.max_stops)
        refuse = rules.refuse_completions if route == "/completions" else rules.refuse_chat
        return refuse(call.body, emulator.max_stops)

    async def _generate(self) -> None:
        reply, text = self._emulator.reply_to(self._call)
        streamed = bool(self._call.body.get("stream"))
        if reply.trouble and (reply.after is None or not streamed):
            await self._fail(reply)
            return
        shown, finish = self._shorten(text)
        if streamed:
            await self._stream(reply, shown, finish)
            return
        await asyncio.sleep(reply.first_token_s + reply.chunk_s * (len(shown) // reply.chunk_size))
        self._sent(shown)
        await self._respond(JSONResponse(self._shape().whole(shown, reply.reasoning, finish, self._usage())))

    async def _stream(self, reply: Reply, text: str, finish: str) -> None:
        await asyncio.sleep(reply.first_token_s)
        self._call.status = 200
        await self._send({"type": "http.response.start", "status": 200, "headers": _SSE})
        writer, shape = EventWriter(reply.framing), self._shape()
        if shape.route == "chat":
            await self._write(writer.event(shape.opening(reply.reasoning)))
            for piece in _pieces(reply.reasoning, reply.chunk_size):
                await self._write(writer.event(shape.thought(piece)))
        for number, piece in enumerate(_pieces(text[: reply.after if reply.trouble else None], reply.chunk_size)):
            if number:
                await asyncio.sleep(reply.chunk_s)
            # Counted first: whoever has read it shall find it in the log.
            self._sent(piece)
            await self._write(writer.event(shape.chunk(piece)))
        if reply.trouble:
            await self._write(iter([writer.flush()]))
            await self._break_off(reply, writer)
            return
        await self._write(writer.event(shape.chunk("", finish)))
        if (self._call.body.get("stream_options") or {}).get("include_usage"):
            await self._write(writer.event(shape.usage(self._usage())))
        if reply.framing.done:
            await self._write(writer.event("[DONE]"))
        await self._end(writer)

    async def _break_off(self, reply: Reply, writer: EventWriter) -> None:
        if isinstance(reply.trouble, Failure):
            await self._write(writer.event(failure_body(reply.trouble, self._call.number)))
            await self._end(writer)
        else:
            await self._fall_silent(reply)

    async def _fail(self, reply: Reply) -> None:
        await asyncio.sleep(reply.first_token_s)
        if isinstance(reply.trouble, Redirect):
            await self._respond(RedirectResponse(reply.trouble.to, reply.trouble.status))
        elif isinstance(reply.trouble, Failure):
            await self._respond(_failure_response(reply.trouble, self._call.number))
        else:
            await self._fall_silent(reply)

    async def _fall_silent(self, reply: Reply) -> None:
        """Say nothing more, until the connection is gone."""
        if reply.trouble == "close":
            self._call.closed_at = time.monotonic()
            self._emulator.drop(self._call.connection)
        await asyncio.Event().wait()

    def _shorten(self, text: str) -> tuple[str, str]:
        """The text up to the first stop string and the token limit, and the reason for its end."""
        stop = self._call.body.get("stop") or []
        stops = [stop] if isinstance(stop, str) else [each for each in stop if isinstance(each, str) and each]
        text = text[: min((text.find(each) for each in stops if each in text), default=None)]
        if self._echoes() and self._call.question:
            text = self._call.question.prefix + text
        limit = self._call.body.get("max_tokens")
        if limit is not None and limit >= 0 and tokens(text) > limit:
            return text[: limit * _CHARACTERS_PER_TOKEN], "length"
        return text, "stop"

    def _echoes(self) -> bool:
        continues = self._call.question is not None and self._call.question.kind == "partial"
        answers = {"never": False, "unstreamed": not self._call.body.get("stream"), "always": True}
        return self._own and continues and answers[self._emulator.echoes_prefix]

    def _shape(self) -> Shape:
        model = self._call.body.get("model", "own-coder")
        route: Literal["chat", "completions"] = "chat" if "/chat/" in self._call.path else "completions"
        return Shape(route, model, self._call.number, int(time.time()))

    def _usage(self) -> dict[str, Any]:
        # The service's completions route does not tell what its cache had.
        silent = not self._own and self._shape().route == "completions"
        sent = -(-self._call.characters_sent // _CHARACTERS_PER_TOKEN)
        return usage_body(self._call.prompt_tokens, sent, None if silent else self._call.cached_tokens)

    def _sent(self, text: str) -> None:
        if text and self._call.first_sent_at is None:
            self._call.first_sent_at = time.monotonic()
        self._call.characters_sent += len(text)
        self._emulator.changed()

    async def _respond(self, response: Response) -> None:
        self._call.status = response.status_code
        await response(*self._asgi)
        self._call.finished_at = time.monotonic()

    async def _write(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            await self._send({"type": "http.response.body", "body": piece, "more_body": True})

    async def _end(self, writer: EventWriter) -> None:
        await self._send({"type": "http.response.body", "body": writer.flush(), "more_body": False})
        self._call.finished_at = time.monotonic()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def _failure_response(failure: Failure, number: int) -> Response:
    headers = {} if failure.retry_after_s is None else {"retry-after": f"{failure.retry_after_s:g}"}
    return JSONResponse(failure_body(failure, number), failure.status, headers)


def _model_list() -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "system"} for name in MODELS]}
