"""The OpenAI-compatible ``/completions`` wire: fill-in-the-middle prompts. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.provider.wire import Parameters, Reader, finish, first_choice, logprobs, openai_body, plain_text, usage
from infill_ls.records import Chunk, Prompt
from infill_ls.settings.schema import ProviderSettings


@dataclass(frozen=True, slots=True)
class OpenAICompletions:
    """Never sends ``suffix``: services that know the tokens refuse it, even empty."""

    parameters: Parameters = ()
    scores: bool = False
    """Whether the server may be asked how likely an answer was; strict services refuse what they do not document."""
    path: str = "/completions"
    name: str = "an OpenAI-compatible API"

    @property
    def headers(self) -> Mapping[str, str]:
        return {}

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        scored: Parameters = (("logprobs", 1),) if self.scores and prompt.scored else ()
        return {**openai_body(prompt, settings, model, scored + self.parameters), "prompt": prompt.text}

    def reader(self) -> Reader:
        return _chunk


def _chunk(payload: Mapping[str, Any]) -> Chunk:
    choice = first_choice(payload)
    return Chunk(plain_text(choice.get("text")), finish(choice), usage(payload), logprobs(choice))
