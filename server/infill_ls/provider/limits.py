"""Asks a failing service less often, not once per keystroke. What the failure means is told by its class alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from infill_ls.errors import ModelNotFound, ProviderError, TimedOut, Unauthorized, Unsupported
from infill_ls.provider.base import Provider
from infill_ls.records import Chunk, Prompt

SETTLED_S = 60.0
"""Pause after what only a person can mend: a wrong key, an unknown model, a model that cannot do what is asked."""

FIRST_S, LONGEST_S = 1.0, 30.0
"""Pause after the first failure in a row of any other kind, and the longest: it doubles in between."""

LONGEST_ASKED_S = 600.0
"""Longest pause that a service may ask for; wrong clocks have asked for hours."""

PATIENCE = 3
"""Time-outs in a row before a service counts as failing: a single one may be a hard prompt."""


class Circuit:
    """Closed while a service answers; open, for a while, after it failed."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._failures = 0
        self._error: ProviderError | None = None
        self._until = 0.0

    @property
    def open(self) -> bool:
        """Whether calls are to be left out for now."""
        return self._error is not None and self._now() < self._until

    def check(self) -> None:
        """Raise the error that opened the circuit while it is open."""
        if self._error is not None and self.open:
            # Each raise adds to a traceback, whose frames would hold the text of every request since.
            raise self._error.with_traceback(None)

    def failed(self, error: ProviderError) -> None:
        """A call failed. What is wrong with a single request says nothing about the next one."""
        pause = self._pause(error)
        if pause > 0:
            self._error = error
            self._until = self._now() + pause

    def answered(self) -> None:
        """A call was answered."""
        self._failures = 0
        self._error = None

    def _pause(self, error: ProviderError) -> float:
        if isinstance(error, Unauthorized | ModelNotFound | Unsupported):
            return SETTLED_S
        if error.outcome == "bad_request":
            return 0.0
        self._failures += 1
        if isinstance(error, TimedOut) and self._failures < PATIENCE:
            return 0.0
        pause = min(LONGEST_S, FIRST_S * 2.0 ** min(self._failures - 1, 10))
        if error.retry_after_s is not None:
            return max(pause, min(error.retry_after_s, LONGEST_ASKED_S))
        return pause


class Limited:
    """A provider behind a circuit: while it is open, the last error is raised without a call."""

    def __init__(self, provider: Provider, now: Callable[[], float]) -> None:
        self._provider = provider
        self._circuit = Circuit(now)

    @property
    def model(self) -> str:
        return self._provider.model

    @property
    def paused(self) -> bool:
        return self._circuit.open

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        self._circuit.check()
        try:
            async with aclosing(self._provider.stream(prompt)) as chunks:
                async for chunk in chunks:
                    self._circuit.answered()
                    yield chunk
        except ProviderError as error:
            self._circuit.failed(error)
            raise

    async def warm(self) -> None:
        await self._provider.warm()

    async def aclose(self) -> None:
        await self._provider.aclose()
