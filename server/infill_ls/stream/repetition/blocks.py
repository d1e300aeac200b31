"""Stops a model that says several lines again and again; one line that comes again is not its concern."""

from __future__ import annotations

import re

from infill_ls.stream.linefilter import LineFilter
from infill_ls.syntax.surroundings import Surroundings

TIMES = 3
"""Times that the same lines have to come in a row. Real code has a block of words twice, seldom more often."""
LONGEST = 100
"""Lines in a block. All are held that may be a repetition, and have to pass in one go where they are none."""


_IMPORT = re.compile(r"(?:import|from|use|using|#\s*include|require)\b.*\w{3}|(?:import|from)\s+\w")
"""What nobody says twice, at a file's margin."""


class RepeatedBlocks(LineFilter):
    """Holds lines while each is the one that came a block before, and drops them when enough blocks are whole.

    A block is looked for where a line has come before, at its latest occurrence. Blocks without words are data.
    """

    def __init__(self, here: Surroundings) -> None:
        super().__init__()
        self._line_before = "" if here.line_before.strip() else here.line_before
        self._lines: list[str] = []
        self._last: dict[str, int] = {}
        """Where a line came the last time."""
        self._period = 0
        """Lines in a block; 0 while nothing repeats."""

    def _line(self, line: str) -> str:
        whole = (self._line_before + line).rstrip()
        self._line_before = ""
        number = len(self._lines)
        if whole in self._last and _IMPORT.match(whole):
            self.stopped = "repetition"
            return "" if self._period else self._release()
        self._lines.append(whole)
        released = ""
        if self._period and self._lines[number - self._period] != whole:
            released = self._release()
        if not self._period and whole and 1 < number - self._last.get(whole, number) <= LONGEST:
            self._period = number - self._last[whole]
        self._last[whole] = number
        if not self._period:
            return released + line
        self._held.append(line)
        if len(self._held) < (TIMES - 1) * self._period:
            return released
        if not any(map(str.isalpha, "".join(self._held))):
            return released + self._release()
        self.stopped = "repetition"
        self._held = []
        return released

    def _release(self) -> str:
        self._period = 0
        return super()._release()
