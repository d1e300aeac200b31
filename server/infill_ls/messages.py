"""What is said in a chat with a model, by either side, and what the model may call before it answers. Frozen values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that a model may ask for."""

    name: str
    description: str
    parameters: Mapping[str, Any] = field(hash=False)
    """JSON schema of an object."""

    @property
    def n_characters(self) -> int:
        """Characters that it adds to each request that offers it."""
        return len(self.name) + len(self.description) + len(json.dumps(self.parameters))


@dataclass(frozen=True, slots=True)
class ToolCall:
    """What a model wants done before it goes on."""

    id: str
    """Another for each call of an answer."""
    name: str
    """As the model gave it: there need not be such a tool."""
    arguments: str = field(repr=False)
    """Raw text as the model gave it: not always JSON, and not always what the tool's schema asks for."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call, in words that the model reads."""

    call_id: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message. ``partial`` marks the assistant's message that the model is to continue."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    partial: bool = False
    images: tuple[str, ...] = field(default=(), repr=False)
    """Images that come before the text, as ``data:`` URLs."""
    stable: int = 0
    """Characters at the content's beginning that are the same from call to call; 0 where all of it may be another."""
    cache: bool = False
    """Whether a service with an explicit context cache is to keep everything up to here: up to what is stable, if that
    is told apart."""
    calls: tuple[ToolCall, ...] = ()
    """What the assistant wanted done; a message of role ``tool`` follows for each."""
    reasoning: str = field(default="", repr=False)
    """The assistant's thoughts before its calls: models that think want them back."""
    call_id: str = ""
    """The call that a message of role ``tool`` answers."""

    @property
    def parts(self) -> tuple[str, ...]:
        """What is stable, and the rest; the whole content where that is not told apart."""
        at = self.stable
        return (
            (self.content[:at], self.content[at:])
            if 0 < at < len(self.content)
            else (self.content,)
        )

    @property
    def n_characters(self) -> int:
        """Characters that are sent, images aside."""
        called = sum(len(call.name) + len(call.arguments) for call in self.calls)
        return len(self.content) + len(self.reasoning) + called


@dataclass(frozen=True, slots=True)
class Lookups:
    """What a model looked up before it answered."""

    rounds: int = 0
    """Times that it was asked."""
    steps: tuple[str, ...] = field(default=(), repr=False)
    """Each call, in words for people."""
    unable: str = ""
    """Why it could look nothing up although somebody asked for it."""


def called(content: str, calls: tuple[ToolCall, ...], reasoning: str = "") -> Message:
    """What the assistant said when it asked for calls, as the next request repeats it."""
    return Message("assistant", content, calls=calls, reasoning=reasoning)


def result(done: ToolResult) -> Message:
    """A call's result, as the next request tells it."""
    return Message("tool", done.text, call_id=done.call_id)
