"""The OpenAI-compatible ``/completions`` wire: fill-in-the-middle prompts, by tokens or by a field. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.provider.wire import (
    Parameters,
    Reader,
    finish,
    first_choice,
    logprobs,
    openai_body,
    plain_text,
    reading,
    usage,
)
from infill_ls.records import Chunk, Prompt
from infill_ls.settings.provider_settings import ProviderSettings


@dataclass(frozen=True, slots=True)
class OpenAICompletions:
    """Sends ``suffix`` only to services that ask for the middle by it: others refuse it, even empty."""

    parameters: Parameters = ()
    scores: bool = False
    """Whether the server may be asked how likely an answer was; strict services refuse what they do not document."""
    suffix: bool = False
    """Whether the text around the cursor goes out in two fields, and the service spells the prompt."""
    path: str = "/completions"
    name: str = "an OpenAI-compatible API"

    @property
    def headers(self) -> Mapping[str, str]:
        return {}

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        scored: Parameters = (("logprobs", 1),) if self.scores and prompt.scored else ()
        body = openai_body(prompt, settings, model, scored + self.parameters)
        if not self.suffix:
            return {**body, "prompt": prompt.text}
        after = {"suffix": prompt.context.suffix} if prompt.context.suffix.strip() else {}
        return {**body, "prompt": prompt.context.prefix, **after}

    def reader(self) -> Reader:
        return _chunk


def _chunk(payload: Mapping[str, Any]) -> Chunk:
    choice = first_choice(payload)
    text = choice.get("text")
    if text is None:
        # Mistral's endpoint for the middle answers as if it had been a chat.
        message = choice.get("delta") or choice.get("message")
        text = message.get("content") if isinstance(message, dict) else None
    return Chunk(
        plain_text(text), finish(choice), usage(payload), logprobs(choice), reading(payload)
    )
