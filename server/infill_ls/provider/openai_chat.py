"""The OpenAI-compatible ``/chat/completions`` wire: partial mode, and plain chat for thinking. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.provider.wire import (
    CACHE_MARK,
    Parameters,
    Reader,
    finish,
    first_choice,
    logprobs,
    openai_body,
    plain_text,
    usage,
)
from infill_ls.records import Chunk, Message, Prompt
from infill_ls.settings.schema import ProviderSettings


@dataclass(frozen=True, slots=True)
class OpenAIChat:
    """``partial`` stands on the message, where services that do not know it pass it over.

    vLLM continues a message only with ``continue_final_message`` and ``add_generation_prompt`` in the body. They are
    not sent: strict servers refuse what they do not know, and vLLM's own way to fill a middle is ``/completions``,
    which is what mode ``auto`` takes for an own server.
    """

    parameters: Parameters = ()
    cache_marks: bool = False
    """Whether the service has an explicit context cache; others are not sure to take a message in parts."""
    scores: bool = False
    """Whether the server may be asked how likely an answer was."""
    path: str = "/chat/completions"
    name: str = "an OpenAI-compatible API"

    @property
    def headers(self) -> Mapping[str, str]:
        return {}

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        messages = [self._message(message) for message in prompt.messages]
        scored: Parameters = (("logprobs", True),) if self.scores and prompt.scored else ()
        return {**openai_body(prompt, settings, model, scored + self.parameters), "messages": messages}

    def reader(self) -> Reader:
        return _chunk

    def _message(self, message: Message) -> dict[str, Any]:
        plain: dict[str, Any] = {"role": message.role, "content": message.content}
        mark = CACHE_MARK if message.cache and self.cache_marks else {}
        if message.images or mark:
            images = [{"type": "image_url", "image_url": {"url": url}} for url in message.images]
            first, *rest = message.parts if mark else (message.content,)
            texts = [{"type": "text", "text": first, **mark}, *({"type": "text", "text": each} for each in rest)]
            plain["content"] = [*texts, *images] if rest else [*images, *texts]
        return {**plain, "partial": True} if message.partial else plain


def _chunk(payload: Mapping[str, Any]) -> Chunk:
    choice = first_choice(payload)
    # An answer that was not streamed holds a message. ``reasoning_content`` beside the content is never read.
    message = choice.get("delta") or choice.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    return Chunk(plain_text(content), finish(choice), usage(payload), logprobs(choice))
