"""One record for each request: how it ended and what it took. No record holds code."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from infill_ls.engine.clock import Clock
from infill_ls.records import Outcome, Request, Snapshot, Timings, Usage
from infill_ls.syntax.brackets import CLOSING_CHARACTERS

KEPT_DOCUMENTS, KEPT_OUTCOMES = 50, 20


class Tally:
    """The calls to a model for one answer, booked to the last request that waited for it.

    A request may end while its model works on for the next one; its own record waits until it is known who pays.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.answered = 0
        self.usage = Usage()
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
        if not self.calls:
            return outcome  # which most keys end with
        return replace(outcome, usage=self.usage, upstream_calls=self.calls, aborted=self.calls > self.answered)

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


class Trace:
    """The last outcomes of the last documents, for ``infill-ls.why``, and a line of JSON for each where wanted."""

    def __init__(self, write: Callable[[str], None] | None = None) -> None:
        self._write = write
        self._outcomes: OrderedDict[str, deque[dict[str, Any]]] = OrderedDict()

    def add(self, request: Request, outcome: Outcome) -> None:
        """Keep the record of a request that has ended."""
        record = as_record(request, outcome)
        uri = request.snapshot.uri
        self._outcomes.setdefault(uri, deque(maxlen=KEPT_OUTCOMES)).append(record)
        self._outcomes.move_to_end(uri)
        if len(self._outcomes) > KEPT_DOCUMENTS:
            self._outcomes.popitem(last=False)
        if self._write is not None:
            self._write(json.dumps(record) + "\n")

    def why(self, uri: str) -> list[dict[str, Any]]:
        """A document's last records, newest first."""
        return list(reversed(self._outcomes.get(uri, ())))


def as_record(request: Request, outcome: Outcome) -> dict[str, Any]:
    """The record as it is written."""
    timings, text = outcome.timings, outcome.completion.text if outcome.completion else ""
    phases = {name: getattr(timings, name) for name in Timings.__slots__}
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "id": request.id,
        "language": request.snapshot.language,
        "trigger": request.trigger,
        "outcome": outcome.name,
        "rule": outcome.rule,
        "reason": None if outcome.completion else explain(outcome, request.snapshot),
        "changed": list(outcome.completion.changed) if outcome.completion else [],
        "source": outcome.source,
        "model": outcome.model,
        "ms": {name: None if value is None else round(value, 3) for name, value in phases.items()},
        "tokens": {
            "prompt": outcome.usage.prompt,
            "cached": outcome.usage.cached,
            "completion": outcome.usage.completion,
        },
        "lines": text.count("\n") + 1 if text else 0,
        "characters": len(text),
        "upstream_calls": outcome.upstream_calls,
        "aborted": outcome.aborted,
    }


def explain(outcome: Outcome, place: Snapshot) -> str:
    """An outcome without a completion, in words."""
    words: Mapping[str, str] = {
        "empty": "the model had nothing to add",
        "gated": f"not asked for here ({outcome.rule})",
        "filtered": f"the model's text was not fit to be shown ({outcome.rule})",
        "excluded": f"this file is never sent ({outcome.rule})",
        "superseded": "something newer was asked for",
        "stale": "the document changed meanwhile",
    }
    if outcome.name == "empty" and outcome.source == "local":
        return outcome.message or _unknown(place)
    return outcome.message or words.get(outcome.name, outcome.name)


def _unknown(place: Snapshot) -> str:
    if CLOSING_CHARACTERS.issuperset(place.line_after):
        return "the embedded engine knows no text that goes on like this"
    return (
        "something stands after the cursor on its line, and the embedded engine knows no text that leads up to it; "
        "ask at the end of an unfinished line"
    )
