"""Asks a service that fails or limits less often, never once per keystroke. Sees errors alone, no status and no body.

Nothing is asked again for its own sake: the next request of a person who types is the next try, if its time has come.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from infill_ls.errors import (
    BadRequest,
    BurstLimited,
    ModelNotFound,
    Pending,
    ProviderError,
    QuotaLimited,
    TimedOut,
    Unauthorized,
    Unsupported,
)
from infill_ls.provider.base import Provider
from infill_ls.records import Chunk, Prompt

SETTLED_S = 60.0
"""Pause after what only a person can mend: a wrong key, an unknown model, a model that cannot do what is asked."""

FIRST_S, LONGEST_S = 1.0, 30.0
"""Pause after the first failure in a row of any other kind, and the longest: it doubles in between."""

JITTER = 0.25
"""Share by which a pause may be longer, so that many servers do not come back at once."""

LONGEST_ASKED_S = 600.0
"""Longest pause that a service may ask for; wrong clocks have asked for hours."""

PATIENCE = 3
"""Time-outs or refused requests in a row before a service counts as failing: a single one may be a hard prompt."""

BURST_S = 5.0
"""Shortest pause after calls that came too suddenly."""

RAMP_S, STEADY_S = 4.0, 0.25
"""Time between calls afterwards: each answer halves it, and below the second it is as good as none."""

QUOTA_S = 90.0
"""Time after which a quota that is still used up is none that is counted by the minute."""

REMEMBERED = 64
"""Prompts that a service has refused and will refuse again."""


class Circuit:
    """Closed while a service answers. Open for a while after it failed; then one call finds out how it is."""

    def __init__(self, now: Callable[[], float], jitter: Callable[[], float]) -> None:
        self._now = now
        self._jitter = jitter
        self._error: ProviderError | None = None
        """What opened the circuit; None while it is closed."""
        self._until = 0.0
        self._trying = False
        """Whether the one call that finds out is under way."""
        self._failures = 0
        """In a row."""
        self._since = 0.0
        """When the first of them came."""
        self._ramp_s = 0.0
        """Time between calls while the rate grows slowly; else 0."""

    @property
    def open(self) -> bool:
        """Whether calls are to be left out for now."""
        return self._error is not None and (self._trying or self._now() < self._until)

    def begin(self) -> bool:
        """A call is to be made; gives whether it is the one that finds out.

        Raises:
            ProviderError: it is not to be made; this is what opened the circuit.
        """
        if self._error is None:
            return False
        if self.open:
            # Each raise adds to a traceback, whose frames would hold the text of every request since.
            raise self._error.with_traceback(None)
        self._trying = True
        return True

    def answered(self, *, finding_out: bool) -> None:
        """A call's first piece has come."""
        self._failures = 0
        if not self._ramp_s:
            self._error, self._trying = None, False
        elif finding_out:
            self._trying = False
            self._ramp_s /= 2
            self._until = self._now() + self._ramp_s
            if self._ramp_s < STEADY_S:
                self._error, self._ramp_s = None, 0.0

    def failed(self, error: ProviderError, *, finding_out: bool) -> ProviderError:
        """A call failed; gives the error that the user is to be told."""
        if finding_out:
            self._trying = False
        if not self._failures:
            self._since = self._now()
        self._failures += 1
        if isinstance(error, QuotaLimited) and self._now() - self._since >= QUOTA_S:
            error = QuotaLimited(f"{_USED_UP} {error}", retry_after_s=error.retry_after_s)
        pause = self._pause(error)
        if pause > 0:
            self._error = error
            self._until = self._now() + pause * (1 + JITTER * self._jitter())
        if isinstance(error, BurstLimited):
            self._ramp_s = RAMP_S
        return error

    def left(self, *, finding_out: bool) -> None:
        """A call was given up before anything came: it found out nothing, and the next one has to wait its turn."""
        if finding_out:
            self._trying = False
            self._until = self._now() + max(FIRST_S, self._ramp_s)

    def _pause(self, error: ProviderError) -> float:
        if isinstance(error, Unauthorized | ModelNotFound | Unsupported):
            return SETTLED_S
        if isinstance(error, TimedOut | BadRequest) and self._failures < PATIENCE:
            return 0.0
        first = BURST_S if isinstance(error, BurstLimited) else FIRST_S
        pause = min(LONGEST_S, first * 2.0 ** min(self._failures - 1, 10))
        return max(pause, min(error.retry_after_s or 0.0, LONGEST_ASKED_S))


class Limited:
    """A provider behind a circuit: while it is open, the last error is raised without a call.

    Args:
        provider: what is asked.
        now: monotonic seconds.
        jitter: a number from 0 to 1, another one each time.
    """

    def __init__(
        self,
        provider: Provider,
        now: Callable[[], float],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.provider = provider
        self._circuit = Circuit(now, jitter)
        self._refused: OrderedDict[int, tuple[type[ProviderError], str]] = OrderedDict()
        """What was said to prompts, by their hash. No error is kept: its traceback would keep the code."""

    @property
    def model(self) -> str:
        return self.provider.model

    @property
    def paused(self) -> bool:
        return self._circuit.open or self.provider.paused

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        if self._refused and (known := self._refused.get(hash(prompt))) is not None:
            kind, sentence = known
            raise kind(sentence)
        finding_out, verdict = self._circuit.begin(), False
        try:
            async with aclosing(self.provider.stream(prompt)) as chunks:
                async for chunk in chunks:
                    if not verdict:
                        self._circuit.answered(finding_out=finding_out)
                    verdict = True
                    yield chunk
            if not verdict:
                self._circuit.answered(finding_out=finding_out)
            verdict = True
        except Pending:
            raise  # the service has not failed
        except ProviderError as error:
            if isinstance(error, BadRequest):
                self._remember(prompt, error)
            told = self._circuit.failed(error, finding_out=finding_out and not verdict)
            verdict = True
            if told is error:
                raise
            raise told from error
        finally:
            if not verdict:
                self._circuit.left(finding_out=finding_out)

    async def warm(self) -> None:
        await self.provider.warm()

    async def aclose(self) -> None:
        await self.provider.aclose()

    def _remember(self, prompt: Prompt, error: ProviderError) -> None:
        self._refused[hash(prompt)] = type(error), str(error)
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)


_USED_UP = "The quota of this key or account seems to be used up, and not only for this minute: see the console."
