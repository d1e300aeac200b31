"""The shapes of what Model Studio's pages print, requests and answers; the facts themselves stand in the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infill_ls.messages import ToolCall
    from infill_ls.tokens import Usage


@dataclass(frozen=True, slots=True)
class Example:
    """One printed exchange."""

    path: str
    body: dict[str, Any]
    answer: str | None = None
    """As printed: JSON or a stream; None where the page prints only the text that a program makes of it."""
    text: str = ""
    """What the page shows as the model's text, elisions left out."""
    finish: str | None = "stop"
    usage: Usage | None = None
    calls: tuple[ToolCall, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def partial(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text, "partial": True}


def chat(model: str, *messages: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    return {"model": model, "messages": list(messages), **parameters}


def native(model: str, *messages: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    return {"model": model, "input": {"messages": list(messages)}, "parameters": parameters}


def whole(message: dict[str, Any], usage: dict[str, Any], finish: str = "stop") -> str:
    """A chat's answer that was not streamed."""
    choice = {"message": {"role": "assistant", **message}, "finish_reason": finish, "index": 0, "logprobs": None}
    rest = {"created": 1761615592, "system_fingerprint": None, "model": "qwen3-coder-plus", "id": "chatcmpl-1"}
    return json.dumps({"choices": [choice], "object": "chat.completion", "usage": usage, **rest}, indent=2)


def native_whole(message: dict[str, Any], usage: dict[str, Any], finish: str = "stop") -> str:
    choice = {"message": {"role": "assistant", **message}, "finish_reason": finish}
    return json.dumps({"output": {"choices": [choice]}, "usage": usage, "request_id": "b1b8d1f8"}, indent=2)


def counts(prompt: int, completion: int, **more: Any) -> dict[str, Any]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, **more}


def native_counts(into: int, out: int, **more: Any) -> dict[str, Any]:
    return {"total_tokens": into + out, "output_tokens": out, "input_tokens": into, **more}


UNCACHED = {"prompt_tokens_details": {"cached_tokens": 0}}


def stream(
    *deltas: dict[str, Any] | str, usage: dict[str, Any], end: dict[str, Any] | None = None, blank: str = "\n"
) -> str:
    """A chat's stream; a bare string stands for a line of dots, by which the pages leave chunks out."""
    rest = {"object": "chat.completion.chunk", "created": 1763085409, "system_fingerprint": None, "id": "chatcmpl-6"}
    lines = []
    for delta in deltas:
        choice = {"delta": delta, "index": 0, "logprobs": None, "finish_reason": None}
        lines.append(
            delta if isinstance(delta, str) else f"data: {json.dumps({'choices': [choice], 'usage': None, **rest})}"
        )
    ended = {"finish_reason": "stop", "delta": end or {"content": ""}, "index": 0, "logprobs": None}
    lines.append(f"data: {json.dumps({'choices': [ended], 'usage': None, **rest})}")
    lines.append(f"data: {json.dumps({'choices': [], 'usage': usage, **rest})}")
    return "".join(line + "\n" + blank for line in [*lines, "data: [DONE]"])


def native_stream(
    *events: tuple[int, dict[str, Any], dict[str, Any]] | str, blank: str = "\n", misprint: bool = False
) -> str:
    """A native stream of number, message and counts; the last event is the end. A string is a line of dots."""
    lines = []
    for event in events:
        if isinstance(event, str):
            lines.append(event + "\n" + blank)
            continue
        number, message, usage = event
        finish = "stop" if event is events[-1] else "null"
        choice = {"message": {**message, "role": "assistant"}, "finish_reason": finish}
        data = json.dumps(
            {"output": {"choices": [choice]}, "usage": usage, "request_id": "fadfc21b"}, ensure_ascii=False
        )
        # One of the pages closes a brace too early in all events but the last, which makes them no JSON.
        data = data.replace(', "role"', '}, "role"') if misprint and finish == "null" else data
        lines.append(f"id:{number}\nevent:result\n:HTTP_STATUS/200\ndata:{data}\n{blank}")
    return "".join(lines)


def thought(number: int, text: str, **details: Any) -> tuple[int, dict[str, Any], dict[str, Any]]:
    return number, {"content": "", "reasoning_content": text}, native_counts(11, number + 2, **details)


def said(number: int, text: str, out: int, **details: Any) -> tuple[int, dict[str, Any], dict[str, Any]]:
    return number, {"content": text, "reasoning_content": ""}, native_counts(11, out, **details)


def reasoned(tokens: int) -> dict[str, Any]:
    return {"output_tokens_details": {"reasoning_tokens": tokens}}
