"""The service's JSON and its event stream: values in, bytes out. It decides nothing and sends nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.model_studio.records import Call, Failure, Framing, Reply

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What all parts of one answer have in common, and how its parts look on the route that was asked."""

    route: Literal["completions", "chat"]
    model: str
    number: int
    created: int

    def whole(self, text: str, reasoning: str, calls: list[Json], finish: str, usage: Json) -> Json:
        """An answer that is not streamed; only chats tell the reasoning and ask for calls."""
        if self.route == "completions":
            return self._envelope([self._text_choice(text, finish)], "text_completion") | {"usage": usage}
        message = {"role": "assistant", "content": text} | ({"reasoning_content": reasoning} if reasoning else {})
        message |= {"tool_calls": calls} if calls else {}
        choice = {"message": message, "finish_reason": finish, "index": 0, "logprobs": None}
        return self._envelope([choice], "chat.completion") | {"usage": usage}

    @property
    def tells_thoughts(self) -> bool:
        """Whether reasoning is part of the answer."""
        return self.route == "chat"

    def opening(self, reasoning: str) -> list[Json]:
        """A chat's first chunk, before any text."""
        if self.route == "completions":
            return []
        delta = {"content": None, "reasoning_content": ""} if reasoning else {"content": ""}
        return [self._delta(delta | {"role": "assistant"})]

    def chunk(self, text: str, finish: str | None = None) -> Json:
        """A chunk with text."""
        if self.route == "completions":
            return self._envelope([self._text_choice(text, finish)], "text_completion") | {"usage": None}
        return self._delta({"content": text}, finish)

    def thought(self, text: str) -> Json:
        """A chunk of what the model thinks before it answers; only chats have such."""
        return self._delta({"content": None, "reasoning_content": text})

    def called(self, piece: Json) -> Json:
        """A chunk with a piece of a call."""
        return self._delta({"content": None, "tool_calls": [piece]})

    def ending(self, finish: str) -> Json:
        """The chunk that says why the model stopped."""
        return self.chunk("", finish)

    def closing(self, usage: Json) -> list[Json]:
        """The last chunk: no choices, only usage."""
        return [self._envelope([], self._chunk_object) | {"usage": usage}]

    def _delta(self, delta: Json, finish: str | None = None) -> Json:
        choice = {"delta": delta, "index": 0, "logprobs": None, "finish_reason": finish}
        return self._envelope([choice], self._chunk_object) | {"usage": None}

    @property
    def _chunk_object(self) -> str:
        return "text_completion" if self.route == "completions" else "chat.completion.chunk"

    def _text_choice(self, text: str, finish: str | None) -> Json:
        return {"text": text, "finish_reason": finish, "index": 0, "logprobs": None}

    def _envelope(self, choices: list[Json], kind: str) -> Json:
        name = "cmpl" if self.route == "completions" else "chatcmpl"
        return {
            "choices": choices,
            "object": kind,
            "created": self.created,
            "system_fingerprint": None,
            "model": self.model,
            "id": f"{name}-{self.number:08d}",
        }


def calls_of(reply: Reply, asked: Json, number: int) -> list[Json]:
    """The calls that a reply makes, as a message has them: none unless tools are offered, one unless more are allowed."""
    if not asked.get("tools") or asked.get("tool_choice") == "none":
        return []
    made = reply.calls if asked.get("parallel_tool_calls") else reply.calls[:1]
    return [
        {
            "index": index,
            "id": f"call_{number:08d}{index:02d}",
            "type": "function",
            "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
        }
        for index, (name, given) in enumerate(made)
    ]


def pieces_of(call: Json, size: int) -> Iterator[Json]:
    """A call as it is streamed: who is called first, then the arguments, piece by piece, without an id."""
    arguments = call["function"]["arguments"]
    yield {**call, "function": {"name": call["function"]["name"], "arguments": ""}}
    for start in range(0, len(arguments), size):
        yield {
            "index": call["index"],
            "id": "",
            "type": "function",
            "function": {"arguments": arguments[start : start + size]},
        }


def usage_body(call: Call, *, tells_cache: bool) -> Json:
    """Token counts of a call so far."""
    prompt, completion = call.prompt_tokens, call.completion_tokens
    usage: Json = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    if call.reasoning_tokens:
        usage["completion_tokens_details"] = {"reasoning_tokens": call.reasoning_tokens}
    if not tells_cache:
        return usage
    if not call.marked:
        return usage | {"prompt_tokens_details": {"cache_type": "implicit", "cached_tokens": call.cached_tokens}}
    written = call.cache_written_tokens
    details = {
        "cache_type": "ephemeral",
        "cached_tokens": call.cached_tokens,
        "cache_creation_input_tokens": written,
        "cache_creation": {"ephemeral_5m_input_tokens": written},
    }
    return usage | {"prompt_tokens_details": details}


def failure_body(failure: Failure, number: int) -> Json:
    """An error in the compatible mode's envelope, or without one."""
    identity = {"request_id": f"request-{number:08d}"}
    if failure.flat:
        return {"code": failure.code, "message": failure.message} | identity
    error = {"message": failure.message, "type": failure.type, "param": None, "code": failure.code}
    return {"error": error} | identity


class EventWriter:
    """Turns events into the pieces that are written to the socket, one after another."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._sizes = cycle(framing.sizes)
        self._size = next(self._sizes, 0)
        self._held = b""

    def event(self, payload: Json | str, _status: int = 200) -> Iterator[bytes]:
        """Pieces that are ready after this event; with set sizes, the rest waits for more or for ``flush``."""
        return self._write([], payload)

    def _write(self, fields: list[str], payload: Json | str) -> Iterator[bytes]:
        data = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
        end = self._framing.line_end
        lines = [f": heart-beat{end}{end}{end}"] if self._framing.heartbeats else []
        lines += [field + end for field in fields]
        lines.append(f"data:{' ' * self._framing.space}{data}{end}")
        lines.append(end * self._framing.blank_lines)
        return self._cut("".join(lines).encode())

    def flush(self) -> bytes:
        """What is still held back."""
        held, self._held = self._held, b""
        return held

    def _cut(self, written: bytes) -> Iterator[bytes]:
        if not self._size:
            yield written
            return
        self._held += written
        while len(self._held) >= self._size:
            piece, self._held = self._held[: self._size], self._held[self._size :]
            self._size = next(self._sizes)
            yield piece
