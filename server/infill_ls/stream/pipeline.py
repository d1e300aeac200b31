"""What may be shown of an answer while it arrives, and when its model is to be stopped; repairs nothing."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from infill_ls.records import Lines, Snapshot, Trigger
from infill_ls.stream.block import BlockEnd
from infill_ls.stream.closers import Closers
from infill_ls.stream.echo import Echo
from infill_ls.stream.fence import Fence
from infill_ls.stream.lines import LineLimits
from infill_ls.stream.newlines import Newlines
from infill_ls.stream.periods import Periods
from infill_ls.stream.stops import Stops
from infill_ls.stream.suffix import SuffixLines
from infill_ls.stream.think import Think
from infill_ls.syntax.block import block_at


class Filter(Protocol):
    """One rule over text that arrives in pieces. What comes out never depends on where the pieces were cut."""

    @property
    def stopped(self) -> str | None:
        """Name of the rule that wants the model stopped; from then on nothing more comes out."""

    def feed(self, text: str) -> str:
        """Text that may be shown now; the filter may hold some back."""

    def flush(self) -> str:
        """What was held back, now that no more text comes."""


class Pipeline:
    """All filters in a row: those that undo what the server did, then those that ask where the answer ends.

    Cutting and stopping are two things: each filter may cut what is shown at any time; ``stopped`` says that
    nothing the model could still send would be shown, so that its connection can be closed.
    """

    def __init__(  # noqa: PLR0913  # what is asked for, each named by the caller
        self,
        place: Snapshot,
        stop: tuple[str, ...],
        *,
        max_lines: int,
        lines: Lines,
        trigger: Trigger = "automatic",
        off: frozenset[str] = frozenset(),
        echoed: str = "",
    ) -> None:
        block = cache(lambda: block_at(place))  # two filters ask, and only once text has come
        self._filters: tuple[Filter, ...] = (
            Newlines(),
            Echo(echoed),
            Stops(stop),
            Think(),
            Periods(place),
            Fence(place),
            Closers(place, block),
            BlockEnd(place, block, lines=lines, trigger=trigger, off=off),
            SuffixLines(place),
            LineLimits(place, lines=lines, max_lines=max_lines),
        )

    @property
    def stopped(self) -> str | None:
        """Name of the rule that wants the model stopped, else None."""
        # The last filter sees the least text, so where several have stopped it was the first to do so.
        return next((rule.stopped for rule in reversed(self._filters) if rule.stopped), None)

    def feed(self, text: str) -> str:
        """Text that may be shown after this piece; empty once the model is to be stopped."""
        if self.stopped:
            return ""
        for rule in self._filters:
            text = rule.feed(text)
        return text

    def flush(self) -> str:
        """The rest of what may be shown; call it once, when the answer has ended or was stopped."""
        text = ""
        for rule in self._filters:
            text = rule.feed(text) + rule.flush()
        return text
