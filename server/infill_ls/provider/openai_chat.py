"""The OpenAI-compatible ``/chat/completions`` wire: partial mode, and plain chat for thinking. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.messages import Message
from infill_ls.provider.tool_calls import Calls, told
from infill_ls.provider.wire import (
    CACHE_MARK,
    Parameters,
    Reader,
    finish,
    first_choice,
    logprobs,
    openai_body,
    plain_text,
    thoughts,
    usage,
)
from infill_ls.records import Chunk, Prompt
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.service import Prefill


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    """A message that is to be continued is marked by ``partial`` where nothing else is known of the service: those
    that do not know it pass it over, while strict ones refuse a field of the body that they do not know.
    """

    parameters: Parameters = ()
    cache_marks: bool = False
    """Whether the service has an explicit context cache; others are not sure to take a message in parts."""
    scores: bool = False
    """Whether the server may be asked how likely an answer was."""
    prefill: Prefill = "partial"
    path: str = "/chat/completions"
    name: str = "an OpenAI-compatible API"

    @property
    def headers(self) -> Mapping[str, str]:
        return {}

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        messages = [self._message(message) for message in prompt.messages]
        asked: Parameters = (("logprobs", True),) if self.scores and prompt.scored else ()
        is_continued = self.prefill == "continue" and prompt.mode == "partial"
        how = _CONTINUE if is_continued else ()
        return {
            **openai_body(prompt, settings, model, asked + self.parameters + how),
            "messages": messages,
        }

    def reader(self) -> Reader:
        return _Answer().chunk

    def _message(self, message: Message) -> dict[str, Any]:
        plain: dict[str, Any] = {"role": message.role, "content": message.content, **told(message)}
        mark = CACHE_MARK if message.cache and self.cache_marks else {}
        if message.images or mark:
            images = [{"type": "image_url", "image_url": {"url": url}} for url in message.images]
            first, *rest = message.parts if mark else (message.content,)
            texts = [
                {"type": "text", "text": first, **mark},
                *({"type": "text", "text": each} for each in rest),
            ]
            plain["content"] = [*texts, *images] if rest else [*images, *texts]
        return {**plain, **_MARKS.get(self.prefill, {})} if message.partial else plain


_MARKS: Mapping[Prefill, Mapping[str, bool]] = {
    "partial": {"partial": True},
    "prefix": {"prefix": True},
}
_CONTINUE: Parameters = (("continue_final_message", True), ("add_generation_prompt", False))


class _Answer:
    """Reads one answer; its calls are whole where it says why it ended."""

    def __init__(self) -> None:
        self._calls = Calls()

    def chunk(self, payload: Mapping[str, Any]) -> Chunk:
        choice = first_choice(payload)
        # An answer that was not streamed holds a message.
        found = choice.get("delta") or choice.get("message")
        message = found if isinstance(found, dict) else {}
        self._calls.take(message.get("tool_calls"))
        reason = finish(choice)
        return Chunk(
            plain_text(message.get("content")),
            reason,
            usage(payload),
            logprobs(choice),
            calls=self._calls.all() if reason else (),
            reasoning=thoughts(message),
        )
