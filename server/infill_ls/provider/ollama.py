"""Ollama's own ``/api/generate``, the one of its routes that hands the model a prompt as it is. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.provider.wire import Parameters, Reader, sampling, with_parameters
from infill_ls.records import Chunk, Prompt, Reading
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.tokens import Usage

_OPTIONS = {"max_tokens": "num_predict"}
"""What its options call differently from everybody else."""


@dataclass(frozen=True, slots=True)
class OllamaGenerate:
    """Answers in lines of JSON, the last of which says ``done``; after its repetition stop not even that comes.

    ``num_ctx`` is not sent: another value than the one in force loads the model anew, and so does the next request
    of somebody else.
    """

    parameters: Parameters = ()
    suffix: bool = False
    """Whether Ollama's own template spells the prompt, for models whose tokens are not known here."""
    path: str = "/api/generate"
    name: str = "Ollama"

    @property
    def headers(self) -> Mapping[str, str]:
        return {"accept": "application/x-ndjson"}

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        drawn = sampling(prompt, settings) | ({"stop": list(prompt.stop)} if prompt.stop else {})
        options = {_OPTIONS.get(name, name): value for name, value in drawn.items()}
        # Unasked, a prompt that is too long loses its middle, and nobody is told.
        body = {
            "model": model,
            "stream": True,
            "truncate": False,
            "options": options,
            **self._asked(prompt),
        }
        kept = {} if settings.warm == "off" else {"keep_alive": settings.warm}
        return with_parameters(body | kept, self.parameters)

    def reader(self) -> Reader:
        return _chunk

    def _asked(self, prompt: Prompt) -> dict[str, Any]:
        if not self.suffix:
            return {"prompt": prompt.text, "raw": True}
        prefix, suffix = prompt.context.prefix, prompt.context.suffix
        # With either of them empty, it would take the template for chats, or only load the model.
        if not prefix.strip() or not suffix.strip():
            return {"prompt": prefix, "raw": True}
        return {"prompt": prefix, "suffix": suffix}


def _chunk(payload: Mapping[str, Any]) -> Chunk:
    text, reason = payload.get("response"), payload.get("done_reason")
    is_done = payload.get("done") is True
    return Chunk(
        text if isinstance(text, str) else "",
        (reason if isinstance(reason, str) else "stop") if is_done else None,
        _usage(payload) if is_done else None,
        reading=_reading(payload) if is_done else None,
    )


def _reading(payload: Mapping[str, Any]) -> Reading | None:
    tokens, ns = payload.get("prompt_eval_count"), payload.get("prompt_eval_duration")
    is_said = isinstance(tokens, int) and isinstance(ns, int) and tokens > 0 and 0 < ns < 10**15
    return Reading(tokens, ns / 1e9, is_exact=False) if is_said else None  # type: ignore[arg-type,operator]  # as said


def _usage(payload: Mapping[str, Any]) -> Usage:
    """Tokens read from the cache are among those of the prompt, and it does not say how many."""
    prompt, completion = payload.get("prompt_eval_count"), payload.get("eval_count")
    return Usage(
        prompt if isinstance(prompt, int) else 0,
        completion=completion if isinstance(completion, int) else 0,
    )
