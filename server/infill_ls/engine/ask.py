"""One answer from one backend, or from those that stand in for it. Knows no cursor: whatever asks can use it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from functools import lru_cache
from typing import Protocol, TypeVar

from infill_ls.accounting.accounts import Accounts
from infill_ls.accounting.counts import believed
from infill_ls.accounting.meter import Meter, Tally
from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.engine.backend import Backend
from infill_ls.errors import Inspected, OverBudget, Pending, ProviderError
from infill_ls.records import Chunk, Elsewhere, Neighbor, Prompt
from infill_ls.stream.surrogates import Surrogates

T = TypeVar("T")


async def ask(  # noqa: PLR0913  # what decides who is asked; each is named by the caller
    backend: Backend,
    stand_ins: Sequence[Backend],
    answer: Callable[[Backend], Awaitable[T]],
    *,
    is_enough: Callable[[T], bool],
    tally: Tally,
    accounts: Accounts,
    failed: Callable[[ProviderError], None],
) -> tuple[T, ProviderError | None]:
    """The backend's answer; where it fails, the first that is enough of those who stand in, and the failure.

    Past the user's cap no model is asked.

    Raises:
        ProviderError: the backend failed, and no stand-in has enough to say.
    """
    paused = backend.provider.paused
    try:
        if backend.source == "model":
            accounts.check_cap(tally)
        return await answer(backend), None
    except ProviderError as error:
        tally.answered = tally.calls  # what failed has ended, too, and was not aborted
        if not paused and not isinstance(error, Inspected | Pending):
            failed(error)
        for other in stand_ins:
            if other.source == "model" and isinstance(error, OverBudget):
                continue
            with suppress(ProviderError):
                found = await answer(other)
                if is_enough(found):
                    return found, error
            tally.answered = tally.calls
        raise


class Sink(Protocol):
    """What takes an answer as it comes."""

    left: int
    """Characters that it still takes."""

    @property
    def is_over(self) -> bool:
        """Whether nothing that is still to come is wanted."""

    def heard(self, chunk: Chunk) -> None:
        """Take what comes with a piece besides its text."""

    async def take(self, text: str) -> str:
        """Take a piece; gives what was taken of it."""


class Whole:
    """An answer that is looked at when all of it is there: a ``Sink`` for so many characters."""

    def __init__(self, characters: int) -> None:
        self.left = characters
        self._characters = Surrogates()

    @property
    def is_over(self) -> bool:
        """Whether it is longer than it may be."""
        return not self.left

    async def take(self, text: str) -> str:
        """Take a piece; gives what was taken of it, in whole characters."""
        text = self._characters.feed(text)[: self.left]
        self.left -= len(text)
        return text

    def heard(self, chunk: Chunk) -> None:
        """Nothing but the text counts."""


async def call(
    backend: Backend, prompt: Prompt, sink: Sink, meter: Meter
) -> tuple[str, str | None]:
    """One call: the text as it came, and the service's reason for its end."""
    received: list[str] = []
    reason: str | None = None
    is_model = backend.source == "model"
    tally = meter.tally
    calls = tally.calls
    tally.calls += is_model and not backend.provider.paused
    if is_model:
        tally.elsewhere = elsewhere(prompt.context.neighbors)
    before, estimated, sent = tally.usage, tally.estimated, prompt.n_characters
    size = sent
    # Reckoned as it goes, since whoever supersedes this does not wait for its end. The count that a service gives comes
    # last, so never for a call that is given up; it may be paid for all the same.
    tally.estimated += is_model * (size // CHARACTERS_PER_TOKEN)
    try:
        async with aclosing(backend.provider.stream(prompt)) as chunks:
            async for chunk in chunks:
                if chunk.text:
                    meter.mark("first_token")
                text = await sink.take(chunk.text)
                received.append(text)
                size += len(text) + _beside(chunk)
                sink.heard(chunk)
                reason = chunk.finish or reason
                usage = chunk.usage and believed(chunk.usage, sent, size - sent, prompt.max_tokens)
                if usage is not None:
                    # Services that count as they go send the sum so far with each piece.
                    tally.usage, tally.estimated = before + usage, estimated
                elif is_model and tally.usage is before:
                    tally.estimated = estimated + size // CHARACTERS_PER_TOKEN
                if sink.is_over:
                    break
            else:
                tally.answered += is_model
    except ProviderError as error:
        if isinstance(error, Pending):
            tally.calls = calls
        if not received:
            tally.estimated = estimated  # a refusal costs nothing
        raise
    return "".join(received), reason if sink.left else "length"


def _beside(chunk: Chunk) -> int:
    """Characters that the model has said besides the text."""
    calls = sum(len(each.name) + len(each.arguments) for each in chunk.calls)
    return len(chunk.reasoning) + calls


@lru_cache(maxsize=8)  # they are the same from key to key
def elsewhere(neighbors: tuple[Neighbor, ...]) -> Elsewhere:
    """What there is of other files, in numbers."""
    if not neighbors:
        return Elsewhere()
    text = "\0".join(part for each in neighbors for part in (each.path, each.text))
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    return Elsewhere(len(neighbors), len(text) // CHARACTERS_PER_TOKEN, mark)
