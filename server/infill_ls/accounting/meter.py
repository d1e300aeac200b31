"""What one request takes: milliseconds by phase, and calls to a model, which may be the next request's to pay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infill_ls.clock import Clock
from infill_ls.messages import Lookups
from infill_ls.records import Elsewhere, Outcome, Timings
from infill_ls.tokens import Usage


class Tally:
    """The calls to a model for one answer, booked to the last request that waited for it.

    A request may end while its model works on for the next one; its own record waits until it is known who pays.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.answered = 0
        self.usage = Usage()
        self.elsewhere = Elsewhere()
        """What the last prompt had of other files."""
        self.lookups: Lookups | None = None
        """What it has looked up so far, where it may."""
        self.estimated = 0
        """Tokens of calls for which the service gave no count."""
        self._n_running = 0
        self._owner: Meter | None = None
        self._record: Callable[[Tally], None] | None = None

    @property
    def tokens(self) -> int:
        """Tokens so far, as far as they are known."""
        return self.usage.prompt + self.usage.completion + self.estimated

    def take_over(self, meter: Meter) -> None:
        """Another request waits now: the one before is written down without the calls."""
        self._owner = meter
        self._written(Tally())

    def settle(self, meter: Meter, record: Callable[[Tally], None]) -> None:
        """Write a request's record: with the calls as soon as they have ended, or without, if they are another's."""
        if self._owner is not meter:
            record(Tally())
        elif self._n_running:
            self._record = record
        else:
            record(self)

    def begin(self) -> None:
        """A model is at work."""
        self._n_running += 1

    def end(self) -> None:
        """It is not any more."""
        self._n_running -= 1
        if not self._n_running:
            self._written(self)

    def counted(self, outcome: Outcome) -> Outcome:
        """The outcome with what has been used for it."""
        if self.lookups is not None:
            outcome = replace(outcome, lookups=self.lookups)
        if not self.calls:
            return outcome  # which most keys end with
        return replace(
            outcome,
            usage=self.usage,
            elsewhere=self.elsewhere,
            upstream_calls=self.calls,
            aborted=self.calls > self.answered,
        )

    def _written(self, tally: Tally) -> None:
        record, self._record = self._record, None
        if record is not None:
            record(tally)


class Meter:
    """What one request has taken so far: milliseconds by phase, and calls to a model."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = self._lap = clock.now()
        self._phases: dict[str, float] = {}
        self.tally = Tally()
        self.tally.take_over(self)

    def take(self, tally: Tally) -> None:
        """From here on the calls of ``tally`` are this request's."""
        self.tally = tally
        tally.take_over(self)

    def settle(self, record: Callable[[Tally], None]) -> None:
        """Write the request's record, as soon as it is known which calls are its own."""
        self.tally.settle(self, record)

    @property
    def first_token_ms(self) -> float | None:
        """Time to first token, where there was one."""
        return self._phases.get("first_token")

    def lap(self, phase: str) -> None:
        """Book the time since the last lap under ``phase``."""
        now = self._clock.now()
        self._phases[phase] = self._phases.get(phase, 0.0) + (now - self._lap) * 1000
        self._lap = now

    def mark(self, phase: str) -> None:
        """Book the time since the last lap under ``phase``, without ending the lap; only the first call counts."""
        self._phases.setdefault(phase, (self._clock.now() - self._lap) * 1000)

    def timings(self) -> Timings:
        """The phases so far, and the time since the start."""
        return Timings(total=(self._clock.now() - self._start) * 1000, **self._phases)
