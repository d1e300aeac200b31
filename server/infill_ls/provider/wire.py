"""What a wire is, and what the wires share: sampling, finish reasons, usage in every shape. No input/output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Protocol

from infill_ls.provider.tool_calls import offered
from infill_ls.records import Chunk, Prompt, Reading
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.tokens import Usage

MOST_STOPS = 4
"""More are refused by many services; the stream enforces the rest."""


CACHE_MARK: Mapping[str, Any] = {"cache_control": {"type": "ephemeral"}}
"""Stands in a part of a message: everything up to here is worth keeping in an explicit cache."""

Parameters = tuple[tuple[str, Any], ...]
"""What a model needs in the body beyond what every model gets; None takes out what stands there otherwise."""

Reader = Callable[[Mapping[str, Any]], Chunk]
"""One answer's payloads, in their order -> what each says."""


class Wire(Protocol):
    """One protocol: a prompt's place and body, and what an answer's payloads say."""

    # Every wire is a dataclass, and ``dataclasses.replace`` asks for this.
    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def path(self) -> str:
        """Added to the base address; begins with a slash."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Sent beside those that every request has; names in lower case."""

    @property
    def name(self) -> str:
        """What sentences call it."""

    @property
    def parameters(self) -> Parameters:
        """What the model needs in the body beyond what every model gets."""

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        """The request's JSON body."""

    def reader(self) -> Reader:
        """For the payloads of one answer; errors are the caller's business."""


_LEAST_LIKELY = 1e6
"""No logarithm of a likelihood is as far below zero."""
_MOST_COUNTED = 10**9
VARIED_TEMPERATURE = 0.8
"""At least, where another answer than the likeliest is wanted."""


def openai_body(
    prompt: Prompt, settings: ProviderSettings, model: str, parameters: Parameters
) -> dict[str, Any]:
    """What stands in every body of the OpenAI-compatible protocol, whatever the prompt's form."""
    body: dict[str, Any] = {"model": model} if model else {}
    streaming = {"stream": True, "stream_options": {"include_usage": True}}
    drawn = sampling(prompt, settings) | extras(prompt)
    return with_parameters(body | streaming | drawn, parameters)


def with_parameters(body: dict[str, Any], parameters: Parameters) -> dict[str, Any]:
    """A body and the model's own parameters, those taken out that are None."""
    return {name: value for name, value in (body | dict(parameters)).items() if value is not None}


def sampling(prompt: Prompt, settings: ProviderSettings) -> dict[str, Any]:
    """How the answer is drawn and where it ends."""
    # JSON that is cut off is none.
    body: dict[str, Any] = {} if prompt.as_json else {"max_tokens": prompt.max_tokens}
    if prompt.stop and not prompt.as_json:
        body["stop"] = list(prompt.stop[:MOST_STOPS])
    if prompt.variant:
        settings = _varied(settings, prompt.variant)
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


def extras(prompt: Prompt) -> dict[str, Any]:
    """What else a chat may be asked for: an object of JSON; calls, several at once, or none any more."""
    body: dict[str, Any] = {"response_format": {"type": "json_object"}} if prompt.as_json else {}
    if prompt.tools:
        body |= {"tools": offered(prompt.tools), "parallel_tool_calls": True}
        body |= {"tool_choice": "none"} if prompt.must_answer else {}
    return body


def _varied(settings: ProviderSettings, variant: int) -> ProviderSettings:
    """Another answer to the same prompt; which one is fixed by the seed, where there is one."""
    return replace(
        settings,
        top_p=None,
        temperature=max(settings.temperature or 0.0, VARIED_TEMPERATURE),
        seed=None if settings.seed is None else settings.seed + variant,
    )


def logprobs(choice: Mapping[str, Any]) -> tuple[float, ...]:
    """How likely each token was, in either of OpenAI's forms: that of completions, or that of chats."""
    found = choice.get("logprobs")
    if not isinstance(found, dict):
        return ()
    listed = found.get("token_logprobs")
    if not isinstance(listed, list):
        content = found.get("content")
        listed = (
            [each.get("logprob") for each in content if isinstance(each, dict)]
            if isinstance(content, list)
            else []
        )
    # Neither a number of thousands of digits nor what is no number passes the comparison.
    return tuple(
        float(each)
        for each in listed
        if isinstance(each, int | float) and -_LEAST_LIKELY < each <= 0
    )


def first_choice(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The only choice that is ever asked for; empty in a chunk that carries usage alone."""
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    return choice if isinstance(choice, dict) else {}


def finish(choice: Mapping[str, Any]) -> str | None:
    """Why the answer ended, if it did; some services write a missing reason as the string ``null``."""
    reason = choice.get("finish_reason")
    return reason if isinstance(reason, str) and reason not in ("", "null") else None


def usage(payload: Mapping[str, Any]) -> Usage | None:
    """The tokens counted, where the payload says so; unknown fields count nothing.

    Services agree on little more than that there are tokens in and out: OpenAI's names and Model Studio's compatible
    mode (``prompt_tokens`` and details of it), its native protocol (``input_tokens``), DeepSeek's hits and misses, and
    Anthropic's, where tokens of the cache are not among the input.
    llama.cpp says them in ``timings``, which it can send with every piece.
    """
    counts = payload.get("usage")
    if not isinstance(counts, dict):
        timings = payload.get("timings")
        return _timed(timings) if isinstance(timings, dict) else None
    into = _details(counts, "prompt_tokens_details", "input_tokens_details")
    out = _details(counts, "completion_tokens_details", "output_tokens_details")
    written = _first(into, "cache_creation_input_tokens", "cache_write_tokens") or _first(
        counts, "cache_creation_input_tokens"
    )
    prompt = _first(counts, "prompt_tokens", "input_tokens")
    beside = _first(counts, "cache_read_input_tokens")
    if "cache_read_input_tokens" in counts:
        prompt += beside + written
    return Usage(
        prompt=prompt,
        cached=_first(into, "cached_tokens")
        or _first(counts, "prompt_cache_hit_tokens", "cached_tokens")
        or beside,
        completion=_first(counts, "completion_tokens", "output_tokens"),
        reasoning=_first(out, "reasoning_tokens") or _first(counts, "reasoning_tokens"),
        cache_written=written,
    )


def _timed(timings: Mapping[str, Any]) -> Usage:
    cached = _first(timings, "cache_n")
    return Usage(cached + _first(timings, "prompt_n"), cached, _first(timings, "predicted_n"))


def reading(payload: Mapping[str, Any]) -> Reading | None:
    """How long llama.cpp took to read the prompt, which it says with every piece."""
    timings = payload.get("timings")
    if not isinstance(timings, dict):
        return None
    tokens, ms = timings.get("prompt_n"), timings.get("prompt_ms")
    is_said = (
        isinstance(tokens, int)
        and isinstance(ms, int | float)
        and 0 < tokens < _MOST_COUNTED
        and ms > 0
    )
    return Reading(tokens, ms / 1000) if is_said else None  # type: ignore[arg-type,operator]  # the line above says so


def plain_text(content: object) -> str:
    """Text that stands in an answer as a string, a list of parts, or null."""
    if isinstance(content, list):
        texts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def thoughts(message: Mapping[str, Any]) -> str:
    """A piece of what the model thinks, under either of the names in use."""
    found = message.get("reasoning_content") or message.get("reasoning")
    return found if isinstance(found, str) else ""


def _details(counts: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    return next((details for name in names if isinstance(details := counts.get(name), dict)), {})


def _first(counts: Mapping[str, Any], *names: str) -> int:
    """The first count that stands under one of the names, 0 where there is none."""
    return next((count for name in names if isinstance(count := counts.get(name), int)), 0)
