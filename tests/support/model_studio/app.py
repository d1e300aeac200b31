"""The emulator's HTTP side: takes one request after another through rules, script and stream, and logs each.

It owns no socket and no thread; those are the emulator's.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from support.model_studio import native, rules
from support.model_studio.cache import LEAST_TOKENS, marked_beginnings
from support.model_studio.failures import BAD_BODY
from support.model_studio.models import MODELS, read_question
from support.model_studio.records import CHARACTERS_PER_TOKEN, Call, Failure, Framing, Redirect, Reply
from support.model_studio.wire import EventWriter, Shape, calls_of, failure_body, pieces_of, usage_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

    from support.model_studio.emulator import Emulator

_STUDIO, _OWN = "/compatible-mode/v1", "/v1"
_SSE = [(b"content-type", b"text/event-stream;charset=UTF-8"), (b"cache-control", b"no-cache")]


def application(emulator: Emulator) -> Starlette:
    """The whole service; every path leads to it, so that every request is logged."""
    return Starlette(routes=[Route("/{path:path}", _Service(emulator))])


def tokens(text: str) -> int:
    """Tokens of a text, as the emulator counts them."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


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
        headers = dict(request.headers)
        asked = native.flatten(body, headers) if request.url.path.startswith(native.ROOT + "/") else body
        number, running = self._emulator.next_call()
        call = Call(
            number=number,
            received_at=received_at,
            method=request.method,
            path=request.url.path,
            headers=headers,
            connection=request.client.port if request.client else 0,
            body=body,
            asked=asked,
            question=read_question(asked),
            running=running,
        )
        call.raw = b"" if body else await request.body()
        self._count_prompt(call)
        self._emulator.arrived(call)
        return call

    def _count_prompt(self, call: Call) -> None:
        call.prompt_tokens = tokens(call.prompt) + tokens(_beside_text(call.asked))
        marked = marked_beginnings(call.asked.get("messages"))
        call.marked = tuple(each for each in marked if tokens(each) >= LEAST_TOKENS)
        if not call.marked:
            call.cached_tokens = self._emulator.cached_characters(call.prompt) // CHARACTERS_PER_TOKEN
            return
        call.cached_tokens = tokens(self._emulator.marks.hit(str(call.asked.get("model")), list(call.marked)))
        call.cache_written_tokens = tokens(call.marked[-1]) - call.cached_tokens


class _Answer:
    """The answer to one request."""

    def __init__(self, emulator: Emulator, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        self._emulator = emulator
        self._call = call
        self._asgi = scope, receive, send
        self._send = send
        self._service, self._route = _placed(call.path)
        self._own = self._service == "own"

    async def give(self) -> None:
        """Answer, whichever way, and note when that is done."""
        refused = self._refuse()
        if isinstance(refused, Failure):
            await self._respond(self._failure_response(refused))
        elif refused is not None:
            await self._respond(refused)
        else:
            await self._generate()
            self._emulator.marks.keep(str(self._call.asked.get("model")), list(self._call.marked))

    def _refuse(self) -> Failure | Response | None:
        """What is said without asking the model; None for a request that reaches it."""
        emulator, call, route = self._emulator, self._call, self._route
        if self._service in {"studio", "own"} and route == "/models" and call.method == "GET" and emulator.lists_models:
            return rules.refuse_key(call.headers.get("authorization"), emulator.api_key) or JSONResponse(_model_list())
        if self._service == "studio" and route.startswith(("/files", "/batches")):
            refused = rules.refuse_key(call.headers.get("authorization"), emulator.api_key)
            return refused or emulator.batches.respond(call, route)
        routes = {"/chat/completions", *(["/completions"] if emulator.completions else [])}
        if not self._service or route not in (native.PATHS if self._service == "native" else routes):
            return Response(status_code=404)
        if call.method != "POST":
            return Failure(405, "method_not_allowed", f"Request method '{call.method}' is not supported.")
        refused = rules.refuse_key(call.headers.get("authorization"), emulator.api_key)
        if refused or not call.asked:
            return refused or BAD_BODY
        return self._refuse_asked()

    def _refuse_asked(self) -> Failure | None:
        asked, most = self._call.asked, self._emulator.max_stops
        if self._own:
            return rules.refuse_own(asked, most)
        if self._service == "native":
            # A prompt that is no chat is an older form of the same.
            turn = {"messages": [{"role": "user", "content": asked["prompt"]}]} if "prompt" in asked else {}
            return native.refuse_path(asked, self._route) or rules.refuse_chat(asked | turn, most)
        return (rules.refuse_completions if self._route == "/completions" else rules.refuse_chat)(asked, most)

    async def _generate(self) -> None:
        reply, text = self._emulator.reply_to(self._call)
        streamed = bool(self._call.asked.get("stream"))
        budget = self._call.asked.get("thinking_budget")
        if budget is not None:
            reply = replace(reply, reasoning=reply.reasoning[: budget * CHARACTERS_PER_TOKEN])
        if reply.trouble and (reply.after is None or not streamed):
            await self._fail(reply)
            return
        shown, finish = self._shorten(text)
        calls = calls_of(reply, self._call.asked, self._call.number)
        finish = "tool_calls" if calls else finish
        if streamed:
            await self._stream(reply, shown, calls, finish)
            return
        await asyncio.sleep(reply.first_token_s + reply.chunk_s * (len(shown) // reply.chunk_size))
        self._sent(shown)
        self._call.reasoning_tokens = tokens(reply.reasoning)
        self._call.called = "".join(_called(each) for each in calls)
        await self._respond(JSONResponse(self._shape().whole(shown, reply.reasoning, calls, finish, self._usage())))

    async def _stream(self, reply: Reply, text: str, calls: list[dict[str, Any]], finish: str) -> None:
        await asyncio.sleep(reply.first_token_s)
        self._call.status = 200
        await self._send({"type": "http.response.start", "status": 200, "headers": _SSE})
        writer_kind = native.NativeWriter if self._service == "native" else EventWriter
        writer, shape = writer_kind(reply.framing), self._shape()
        for event in shape.opening(reply.reasoning):
            await self._write(writer.event(event))
        await self._think(reply, writer, shape)
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
        for piece in (piece for each in calls for piece in pieces_of(each, reply.chunk_size)):
            await asyncio.sleep(reply.chunk_s)
            self._call.called += _called(piece)
            self._emulator.changed()
            await self._write(writer.event(shape.called(piece)))
        await self._write(writer.event(shape.ending(finish)))
        if (self._call.asked.get("stream_options") or {}).get("include_usage"):
            for event in shape.closing(self._usage()):
                await self._write(writer.event(event))
        if reply.framing.done and self._service != "native":
            await self._write(writer.event("[DONE]"))
        await self._end(writer)

    async def _think(self, reply: Reply, writer: EventWriter, shape: Shape | native.NativeShape) -> None:
        for number, piece in enumerate(_pieces(reply.reasoning if shape.tells_thoughts else "", reply.chunk_size), 1):
            if number > 1:
                await asyncio.sleep(reply.chunk_s)
            self._call.reasoning_tokens = tokens(reply.reasoning[: number * reply.chunk_size])
            self._emulator.changed()
            await self._write(writer.event(shape.thought(piece)))

    async def _break_off(self, reply: Reply, writer: EventWriter) -> None:
        if isinstance(reply.trouble, Failure):
            failure = self._in_words_of_the_service(reply.trouble)
            await self._write(writer.event(failure_body(failure, self._call.number), failure.status))
            await self._end(writer)
        else:
            await self._fall_silent(reply)

    async def _fail(self, reply: Reply) -> None:
        await asyncio.sleep(reply.first_token_s)
        if isinstance(reply.trouble, Redirect):
            await self._respond(RedirectResponse(reply.trouble.to, reply.trouble.status))
        elif isinstance(reply.trouble, Failure):
            await self._respond(self._failure_response(reply.trouble))
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
        stop = self._call.asked.get("stop") or []
        stops = [stop] if isinstance(stop, str) else [each for each in stop if isinstance(each, str) and each]
        text = text[: min((text.find(each) for each in stops if each in text), default=None)]
        if self._echoes() and self._call.question:
            text = self._call.question.prefix + text
        limit = self._call.asked.get("max_tokens")
        if limit is not None and limit >= 0 and tokens(text) > limit:
            return text[: limit * CHARACTERS_PER_TOKEN], "length"
        return text, "stop"

    def _echoes(self) -> bool:
        continues = self._call.question is not None and self._call.question.kind == "partial"
        answers = {"never": False, "unstreamed": not self._call.asked.get("stream"), "always": True}
        return self._own and continues and answers[self._emulator.echoes_prefix]

    def _shape(self) -> Shape | native.NativeShape:
        call = self._call
        if self._service == "native":
            parts = native.PATHS[self._route] == "multimodal"
            return native.NativeShape(call.asked, call.number, parts, self._usage)
        route: Literal["chat", "completions"] = "chat" if self._route == "/chat/completions" else "completions"
        return Shape(route, call.asked.get("model", "own-coder"), call.number, int(time.time()))

    def _usage(self) -> dict[str, Any]:
        # The service's completions route does not tell what its cache had.
        silent = not self._own and self._route == "/completions"
        counts = usage_body(self._call, tells_cache=not silent)
        return native.usage_body(counts) if self._service == "native" else counts

    def _in_words_of_the_service(self, failure: Failure) -> Failure:
        return native.translate(failure) if self._service == "native" else failure

    def _failure_response(self, failure: Failure) -> Response:
        failure = self._in_words_of_the_service(failure)
        headers = {} if failure.retry_after_s is None else {"retry-after": f"{failure.retry_after_s:g}"}
        body = failure_body(failure, self._call.number)
        if self._service == "native" and failure.status == 400 and self._call.asked.get("stream"):
            # What the model itself refuses comes in the form that was asked for, the gateway's own refusals do not.
            frame = b"".join(native.NativeWriter(Framing()).event(body, failure.status))
            return Response(frame, failure.status, headers, "text/event-stream;charset=UTF-8")
        return JSONResponse(body, failure.status, headers)

    def _sent(self, text: str) -> None:
        if text and self._call.first_sent_at is None:
            self._call.first_sent_at = time.monotonic()
        self._call.sent += text
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


def _called(call: dict[str, Any]) -> str:
    function = call["function"]
    return str(function.get("name") or "") + str(function.get("arguments") or "")


def _beside_text(asked: dict[str, Any]) -> str:
    """What counts as input beside the messages' texts: the tools, and the calls of earlier turns."""
    messages = asked.get("messages")
    turns = (
        [each.get("tool_calls") for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    )
    told = [each for each in (asked.get("tools"), *turns) if each]
    return json.dumps(told) if told else ""


def _pieces(text: str, size: int) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def _placed(path: str) -> tuple[str, str]:
    """Which service a path belongs to, and the rest of it; no service for a path that none has."""
    for root, service in ((_STUDIO, "studio"), (_OWN, "own"), (native.ROOT, "native")):
        if path.startswith(root + "/"):
            return service, path.removeprefix(root)
    return "", path


def _model_list() -> dict[str, Any]:
    return {"object": "list", "data": [{"id": name, "object": "model", "owned_by": "system"} for name in MODELS]}
