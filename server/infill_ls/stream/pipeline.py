"""What may be shown of an answer while it arrives, and when its model is to be stopped; repairs nothing."""

from __future__ import annotations

from typing import Protocol

from infill_ls.records import Lines, Trigger
from infill_ls.stream.block import BlockEnd
from infill_ls.stream.closers import Closers
from infill_ls.stream.echo import Echo
from infill_ls.stream.fence import Fence
from infill_ls.stream.linefilter import LineStart
from infill_ls.stream.lines import LineLimits
from infill_ls.stream.newlines import Newlines
from infill_ls.stream.repetition.blocks import RepeatedBlocks
from infill_ls.stream.repetition.pieces import RepeatedPieces
from infill_ls.stream.stops import Stops
from infill_ls.stream.suffix import SuffixLines
from infill_ls.stream.think import Think
from infill_ls.syntax.surroundings import Surroundings

PIECE = 250
"""Characters that pass the filters together, which may be as many lines."""


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
        here: Surroundings,
        stop: tuple[str, ...],
        *,
        max_lines: int,
        lines: Lines,
        trigger: Trigger = "automatic",
        off: frozenset[str] = frozenset(),
        echoed: str = "",
    ) -> None:
        self._arriving = arriving = LineStart()
        self._echo = Echo("" if "echo" in off else echoed)
        row: tuple[tuple[str, Filter], ...] = (
            ("", Newlines()),
            ("echo", self._echo),
            ("stop", Stops(stop)),
            ("think", Think()),
            ("", arriving),
            ("repetition", RepeatedPieces(here)),
            ("fence", Fence(here)),
            ("repetition", RepeatedBlocks(here)),
            ("closer", Closers(here)),
            ("block", BlockEnd(here, arriving, lines=lines, trigger=trigger, off=off)),
            ("suffix", SuffixLines(here)),
            ("lines", LineLimits(here, lines=lines, max_lines=max_lines, off=off)),
        )
        # What counts lines, and what ends statements as well as blocks, goes by several names.
        self._steps = [
            _Step(name, rule) for name, rule in row if name in {"block", "lines"} or name not in off
        ]
        self.stopped: str | None = None
        """Name of the rule that wants the model stopped, else None."""

    @property
    def is_echo(self) -> bool:
        """Whether all that came may be what stands before the cursor, which is no part of the answer."""
        return self._echo.is_deciding

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the rules that have kept something from being shown, or stopped the model."""
        return tuple(
            step.filter.stopped or step.name
            for step in self._steps
            if step.name and (step.filter.stopped or step.n_kept)
        )

    def feed(self, text: str) -> str:
        """Text that may be shown after this piece; empty once the model is to be stopped."""
        if self.stopped:
            return ""
        if len(text) > PIECE:
            # What stops the model stands last, so the filters before it are not to read all of a long text first.
            return "".join(
                [self.feed(text[start : start + PIECE]) for start in range(0, len(text), PIECE)]
            )
        for step in self._steps:
            # Mostly a line is held back by the first filter that wants it whole, and the others have nothing to do.
            if not text and not (step.looks_ahead and self._arriving.start):
                continue
            given = step.feed(text)
            if given is not text:
                step.n_kept += len(text) - len(given)
                text = given
            if step.filter.stopped:
                # The last filter sees the least text, so where several have stopped it was the first to do so.
                self.stopped = step.filter.stopped
        return text

    def flush(self) -> str:
        """The rest of what may be shown; call it once, when the answer has ended or was stopped."""
        text = ""
        for step in self._steps:
            given = step.filter.feed(text) + step.filter.flush()
            step.n_kept += len(text) - len(given)
            text = given
        stopped = (step.filter.stopped for step in reversed(self._steps))
        self.stopped = next(filter(None, stopped), None)
        return text


class _Step:
    """A filter under its name, and how many characters of what went in have not come out."""

    def __init__(self, name: str, rule: Filter) -> None:
        self.name = name
        self.filter = rule
        self.feed = rule.feed
        self.looks_ahead = name == "block"
        """Whether it judges a line that an earlier filter still holds back."""
        self.n_kept = 0
