"""What a wire is, and what the OpenAI-shaped wires share: sampling, finish reasons, usage. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from infill_ls.records import Chunk, Prompt, Usage
from infill_ls.settings.schema import ProviderSettings

MOST_STOPS = 4
"""More are refused by many services; the stream enforces the rest."""


class Wire(Protocol):
    """One protocol: a prompt's place and body, and what an answer's payload says."""

    @property
    def path(self) -> str:
        """Added to the base address; begins with a slash."""

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        """The request's JSON body."""

    def chunk(self, payload: Mapping[str, Any]) -> Chunk:
        """What one payload of an answer says; errors are the caller's business."""


def common_body(prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
    """What stands in every body, whatever the prompt's form."""
    body: dict[str, Any] = {"model": model} if model else {}
    body |= {"stream": True, "stream_options": {"include_usage": True}, "max_tokens": prompt.max_tokens}
    if prompt.stop:
        body["stop"] = list(prompt.stop[:MOST_STOPS])
    # Services ask for only one of the two.
    if settings.top_p is not None:
        body["top_p"] = settings.top_p
    elif settings.temperature is not None:
        body["temperature"] = settings.temperature
    if settings.seed is not None:
        body["seed"] = settings.seed
    if settings.presence_penalty is not None:
        body["presence_penalty"] = settings.presence_penalty
    return body


def first_choice(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The only choice that is ever asked for; empty in a chunk that carries usage alone."""
    choices = payload.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, dict) else {}


def finish(choice: Mapping[str, Any]) -> str | None:
    """Why the answer ended, if it did; some services write a missing reason as the string ``null``."""
    reason = choice.get("finish_reason")
    return reason if isinstance(reason, str) and reason not in ("", "null") else None


def usage(payload: Mapping[str, Any]) -> Usage | None:
    """The tokens counted, where the payload says so."""
    counts = payload.get("usage")
    if not isinstance(counts, dict):
        return None
    details = counts.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else counts.get("prompt_cache_hit_tokens")
    return Usage(_count(counts.get("prompt_tokens")), _count(cached), _count(counts.get("completion_tokens")))


def plain_text(content: object) -> str:
    """Text that stands in an answer as a string, a list of parts, or null."""
    if isinstance(content, list):
        return "".join(plain_text(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
