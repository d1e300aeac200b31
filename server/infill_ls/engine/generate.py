"""From a prompt to the text that may be shown: streams, stops the model, and goes on where a limit cut it off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from infill_ls.accounting.meter import Meter
from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.engine.ask import call
from infill_ls.engine.backend import Backend
from infill_ls.prompt.partial import continued
from infill_ls.records import Chunk, Completion, Prompt, Trigger
from infill_ls.settings.schema import Settings
from infill_ls.stream.pipeline import PIECE, Pipeline
from infill_ls.stream.surrogates import BROKEN, Surrogates
from infill_ls.syntax.surroundings import Surroundings

MOST_CALLS = 8
"""Calls for one answer: a model that is cut off so often is not getting anywhere."""
MOST_PER_TOKEN, MOST_BESIDE = 16, 1_000
"""Characters that an answer may have for each token that was asked for, and beside: a server that sends more does not
keep to the limit, and is kept to it from here."""


CUT = frozenset({"statement", "block"})
"""Rules of the stream that end an automatic answer sooner than an explicit one."""


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


async def generate(  # noqa: PLR0913  # what a call takes; each is named by the caller
    backend: Backend,
    prompt: Prompt,
    here: Surroundings,
    trigger: Trigger,
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
    arriving = _arriving(prompt, here, trigger, settings, grown)
    for _ in range(MOST_CALLS):
        received, reason = await call(backend, prompt, arriving, meter)
        if reason != "length" or prompt.mode != "partial" or arriving.is_over or not received:
            break
        prompt = continued(prompt, received)
        if prompt.n_characters > settings.context.budget_tokens * CHARACTERS_PER_TOKEN:
            break
    meter.lap("upstream")
    return arriving.raw(reason)


async def shown_of(  # noqa: PLR0913  # as for ``generate``
    text: str,
    reason: str | None,
    prompt: Prompt,
    here: Surroundings,
    trigger: Trigger,
    settings: Settings,
    *,
    grown: Callable[[str], None],
) -> Raw:
    """What may be shown of an answer that has come to its end, and of the service's reason for that."""
    arriving = _arriving(prompt, here, trigger, settings, grown)
    await arriving.take(text)
    return arriving.raw(reason)


def most_characters(prompt: Prompt) -> int:
    """Of an answer to a prompt."""
    return MOST_PER_TOKEN * prompt.max_tokens + MOST_BESIDE


def beyond(raw: Raw, shown: Completion) -> str:
    """The whole lines that a model had said behind a suggestion before it was stopped.

    Empty where it was stopped for another reason than that a statement or a block had ended.
    """
    whole = (raw.text + raw.beyond).rpartition("\n")[0]
    return whole[len(shown.text) :] if raw.stopped in CUT and whole.startswith(shown.text) else ""


def _arriving(
    prompt: Prompt,
    here: Surroundings,
    trigger: Trigger,
    settings: Settings,
    grown: Callable[[str], None],
) -> _Arriving:
    echoed = prompt.messages[-1].content if prompt.messages and prompt.mode == "partial" else ""
    limits = settings.completion
    pipeline = Pipeline(
        here,
        prompt.stop,
        max_lines=limits.max_lines,
        lines=limits.lines,
        trigger=trigger,
        off=limits.rules_off,
        echoed=echoed,
    )
    return _Arriving(pipeline, grown, most_characters(prompt))


class _Arriving:
    """An answer's text as it comes, from all of its calls, up to ``most`` characters."""

    def __init__(self, pipeline: Pipeline, grown: Callable[[str], None], most: int) -> None:
        self.left = most
        self._logprobs: list[float] = []
        self._whole = Surrogates()
        self._pipeline = pipeline
        self._grown = grown
        self._said: list[str] = []
        self._shown: list[str] = []

    @property
    def is_over(self) -> bool:
        """Whether nothing that is still to come would be shown."""
        return self._pipeline.stopped is not None or not self.left

    async def take(self, text: str) -> str:
        """Take a piece; gives what was taken of it, in whole characters."""
        text, broken, _ = self._whole.feed(text).partition(BROKEN)
        taken: list[str] = []
        for start in range(0, len(text), PIECE):
            if start:  # other work has its turn
                await asyncio.sleep(0)
            piece = text[start : start + PIECE][: self.left]
            taken.append(piece)
            self._show(self._pipeline.feed(piece))
            self.left -= 0 if self._pipeline.is_echo else len(piece)
        self._said += taken
        if broken:  # half a character: nothing behind it is worth showing
            self.left = 0
        return "".join(taken)

    def heard(self, chunk: Chunk) -> None:
        """Take what comes with a piece besides its text."""
        self._logprobs += chunk.logprobs

    def raw(self, reason: str | None) -> Raw:
        """All that is known of it at its end, and the service's reason for that."""
        self._show(self._pipeline.flush())
        finish = None if self._pipeline.stopped else reason
        logprob = sum(self._logprobs) / len(self._logprobs) if self._logprobs else None
        text, said, stopped = "".join(self._shown), "".join(self._said), self._pipeline.stopped
        beyond = said[len(text) :] if stopped and said.startswith(text) else ""
        return Raw(text, finish, stopped, self._pipeline.changed, logprob, beyond)

    def _show(self, text: str) -> None:
        self._shown.append(text)
        self._grown(text)
