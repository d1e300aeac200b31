"""From a prompt to the text that may be shown: streams, stops the model, and goes on where a limit cut it off."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.engine.caching import ExplicitCache
from infill_ls.engine.trace import Meter
from infill_ls.errors import KeyPending, ProviderError
from infill_ls.prompt.families import Family
from infill_ls.prompt.partial import continued
from infill_ls.provider.base import Provider
from infill_ls.records import Mode, Prompt, Request, Source
from infill_ls.settings.schema import Settings
from infill_ls.stream.pipeline import Pipeline

MOST_CALLS = 8
"""Calls for one answer: a model that is cut off so often is not getting anywhere."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One source of completions. ``id`` stands for all that its answers depend on besides the text."""

    provider: Provider
    mode: Mode
    family: Family | None
    """None for the embedded engine, which reads the context as it is."""
    source: Source
    id: str
    debounce_ms: int | None = None
    """The user's setting; None for the default."""
    soft_switch: str = ""
    """Word by which an open model is told to think or not."""
    thoughts: int = 0
    """Tokens that an answer may take besides its text, where the server counts thoughts among them."""
    sees: bool = False
    """Whether the model takes images."""
    cache: ExplicitCache | None = None
    """Where the service has an explicit context cache."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A model's text as far as it may be shown."""

    text: str
    finish: str | None
    """The service's reason for the end; None where it was stopped from here."""
    stopped: str | None
    """The rule that stopped it."""
    changed: tuple[str, ...] = ()
    """The rules that changed it."""
    logprob: float | None = None
    """Mean over its tokens, where the server says it."""
    beyond: str = ""
    """What had arrived behind it when it was stopped, as far as that is told apart."""


async def generate(  # what a call takes; each is named by the caller
    backend: Backend,
    prompt: Prompt,
    request: Request,
    settings: Settings,
    *,
    meter: Meter,
    grown: Callable[[str], None] = lambda _text: None,
) -> Raw:
    """The answer to a prompt. In partial mode one that hit ``max_tokens`` is continued, seamlessly.

    It goes on until the text ends, a filter stops it (``completion.max_lines`` among them), or prompt and answer
    together fill ``context.budget_tokens``. ``grown`` is told what may be shown as it comes.

    Raises:
        ProviderError: asking failed; what had come by then is lost.
    """
    echoed = prompt.messages[-1].content if prompt.messages and prompt.mode == "partial" else ""
    limits, budget_tokens = settings.completion, settings.context.budget_tokens
    pipeline = Pipeline(
        request.snapshot,
        prompt.stop,
        max_lines=limits.max_lines,
        lines=limits.lines,
        trigger=request.trigger,
        off=limits.rules_off,
        echoed=echoed,
    )
    shown: list[str] = []
    logprobs: list[float] = []
    said: list[str] = []

    def show(text: str) -> None:
        shown.append(text)
        grown(text)

    for _ in range(MOST_CALLS):
        received, reason = await _call(backend, prompt, pipeline, show, logprobs, meter)
        said.append(received)
        if reason != "length" or prompt.mode != "partial" or pipeline.stopped or not received:
            break
        prompt = continued(prompt, received)
        if _size(prompt) > budget_tokens * CHARACTERS_PER_TOKEN:
            break
    show(pipeline.flush())
    meter.lap("upstream")
    finish = None if pipeline.stopped else reason
    logprob = sum(logprobs) / len(logprobs) if logprobs else None
    text, all_said = "".join(shown), "".join(said)
    beyond = all_said[len(text) :] if pipeline.stopped and all_said.startswith(text) else ""
    return Raw(text, finish, pipeline.stopped, pipeline.changed, logprob, beyond)


async def _call(  # a call, and all that is to be known of it
    backend: Backend,
    prompt: Prompt,
    pipeline: Pipeline,
    show: Callable[[str], None],
    logprobs: list[float],
    meter: Meter,
) -> tuple[str, str | None]:
    """One call: the text as it came, and the service's reason for its end. ``show`` gets what may be shown."""
    received: list[str] = []
    reason: str | None = None
    is_model = backend.source == "model"
    tally = meter.tally
    calls = tally.calls
    tally.calls += is_model and not backend.provider.paused
    before, estimated, size = tally.usage, tally.estimated, _size(prompt)
    # Reckoned as it goes, since whoever supersedes this does not wait for its end. The count that a service gives comes
    # last, so never for a call that is given up; it may be paid for all the same.
    tally.estimated += is_model * (size // CHARACTERS_PER_TOKEN)
    try:
        async with aclosing(backend.provider.stream(prompt)) as chunks:
            async for chunk in chunks:
                if chunk.text:
                    meter.mark("first_token")
                received.append(chunk.text)
                size += len(chunk.text)
                show(pipeline.feed(chunk.text))
                logprobs += chunk.logprobs
                reason = chunk.finish or reason
                if chunk.usage is not None:
                    # Services that count as they go send the sum so far with each piece.
                    tally.usage, tally.estimated = before + chunk.usage, estimated
                elif is_model and tally.usage is before:
                    tally.estimated = estimated + size // CHARACTERS_PER_TOKEN
                if pipeline.stopped:
                    break
            else:
                tally.answered += is_model
    except ProviderError as error:
        if isinstance(error, KeyPending):
            tally.calls = calls
        if not received:
            tally.estimated = estimated  # a refusal costs nothing
        raise
    return "".join(received), reason


def _size(prompt: Prompt) -> int:
    """Characters that are sent."""
    return len(prompt.text) + sum(len(message.content) for message in prompt.messages)
