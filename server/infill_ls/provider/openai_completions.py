"""The OpenAI-compatible ``/completions`` wire: fill-in-the-middle prompts. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.provider.wire import common_body, finish, first_choice, plain_text, usage
from infill_ls.records import Chunk, Prompt
from infill_ls.settings.schema import ProviderSettings


@dataclass(frozen=True, slots=True)
class OpenAICompletions:
    """Never sends ``suffix``: services that know the tokens refuse it, even empty."""

    path: str = "/completions"

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        return {**common_body(prompt, settings, model), "prompt": prompt.text}

    def chunk(self, payload: Mapping[str, Any]) -> Chunk:
        choice = first_choice(payload)
        return Chunk(text=plain_text(choice.get("text")), finish=finish(choice), usage=usage(payload))
