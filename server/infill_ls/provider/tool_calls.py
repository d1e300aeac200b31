"""Tools and calls on the wire: what a request offers and repeats, and calls put together from their pieces. No input/
output.

A server may send anything: whatever arrives, what comes of it is bounded, and each call has an id of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from infill_ls.messages import Message, Tool, ToolCall

MOST_CALLS = 64
"""More in one answer are passed over."""
MOST_CHARACTERS = 32 * 1024
"""Of one call's arguments; what is cut off is no JSON any more, and so is answered by an error."""
_LONGEST_NAME = 128


def offered(tools: Iterable[Tool]) -> list[dict[str, Any]]:
    """The tools as a request's body offers them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            },
        }
        for tool in tools
    ]


def told(message: Message) -> dict[str, Any]:
    """What a message has of calls and thoughts, as the next request repeats it; mostly nothing."""
    fields: dict[str, Any] = {}
    if message.calls:
        fields["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.calls
        ]
    if message.reasoning:
        fields["reasoning_content"] = message.reasoning
    if message.call_id:
        fields["tool_call_id"] = message.call_id
    return fields


class Calls:
    """One answer's calls, from the pieces in which they are streamed."""

    def __init__(self) -> None:
        self._calls: list[_Growing] = []
        self._at: dict[int, _Growing] = {}
        """The call that pieces with an index belong to."""

    def take(self, pieces: object, *, anew: bool = False) -> None:
        """The pieces of one event; ``anew`` where each event repeats the calls from their start."""
        if not isinstance(pieces, list) or not pieces:
            return
        if anew:
            self._calls, self._at = [], {}
        for piece in pieces:
            if isinstance(piece, dict):
                self._take(piece)

    def all(self) -> tuple[ToolCall, ...]:
        """The calls so far that have a name."""
        found: dict[str, ToolCall] = {}
        for number, call in enumerate(self._calls):
            if call.name:
                is_new = call.id and call.id not in found
                id_ = call.id if is_new else f"unnamed_{number}"
                found[id_] = ToolCall(id_, call.name, "".join(call.arguments) or "{}")
        return tuple(found.values())

    def _take(self, piece: Mapping[str, Any]) -> None:
        function = piece.get("function")
        fields = function if isinstance(function, dict) else {}
        id_, name = _short(piece.get("id")), _short(fields.get("name"))
        index = piece.get("index")
        if isinstance(index, int):
            call = self._at.get(index)
        else:  # some servers give none
            call = self._calls[-1] if self._calls and (not name or id_) else None
        # Other servers give the same one to every call.
        if call is None or (name and id_ and call.id not in ("", id_)):
            if len(self._calls) == MOST_CALLS:
                return
            call = _Growing()
            self._calls.append(call)
            if isinstance(index, int):
                self._at[index] = call
        call.add(id_, name, fields.get("arguments"))


class _Growing:
    """A call of which more may come."""

    def __init__(self) -> None:
        self.id = self.name = ""
        self.arguments: list[str] = []
        self._left = MOST_CHARACTERS

    def add(self, id_: str, name: str, arguments: object) -> None:
        """One piece; a name may come in several, or be repeated with each."""
        self.id = self.id or id_
        if name != self.name and not self.arguments:
            self.name = (self.name + name)[:_LONGEST_NAME]
        if isinstance(arguments, dict):
            arguments = _written(arguments)
        if isinstance(arguments, str) and arguments and self._left:
            self.arguments.append(arguments[: self._left])
            self._left -= len(self.arguments[-1])


def _written(arguments: Mapping[str, Any]) -> str:
    """Arguments that come as an object, as some gateways give them."""
    try:
        return json.dumps(arguments, ensure_ascii=False)
    except (ValueError, RecursionError):
        return "?"  # what cannot be written down is answered by an error, like anything that is no JSON


def _short(text: object) -> str:
    return text if isinstance(text, str) and len(text) <= _LONGEST_NAME else ""
