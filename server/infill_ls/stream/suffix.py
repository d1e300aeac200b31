"""Stops a model that goes on to repeat the lines after the cursor; the end of a finished answer is not its concern."""

from __future__ import annotations

from itertools import islice

from infill_ls.records import Snapshot
from infill_ls.stream.linebuffer import LineBuffer

N_LINES = 3
"""Lines that have to come again, one after the other. Real code often has two in common with what follows it."""
BLANK_LIMIT = 4
"""Blank lines between repeated ones; more are a loop, which has to be seen downstream."""


class SuffixLines:
    """Cuts and stops where the document's next lines come again, one after the other.

    One repeated line proves nothing (``return None``, ``}``, a row of data), so it is held until the others decide.
    Lines are compared with their indentation, blank lines are passed over. Where only one line follows in the document
    there is no other to decide, so it counts alone, but not as the first that the model says.
    """

    def __init__(self, place: Snapshot) -> None:
        self.stopped: str | None = None
        self._lead = place.line_before
        self._is_first = True
        lines = (line.rstrip() for line in place.suffix[len(place.line_after) :].split("\n"))
        self._following = tuple(islice(filter(None, lines), N_LINES))
        self._buffer = LineBuffer()
        self._held: list[str] = []
        self._n_repeated = 0
        """Lines among those held that are the document's next ones."""

    def feed(self, text: str) -> str:
        if self.stopped or not self._following:
            return "" if self.stopped else text
        out: list[str] = []
        for line in self._buffer.feed(text):
            out.append(self._line(line))
            if self.stopped:
                break
        return "".join(out)

    def flush(self) -> str:
        if self.stopped:
            return ""
        return self._release() + self._buffer.flush()

    def _line(self, line: str) -> str:
        whole = (self._lead + line).rstrip()
        self._lead = ""
        if self._held and not whole and len(self._held) <= BLANK_LIMIT:
            self._held.append(line)
            return ""
        is_first, self._is_first = self._is_first, self._is_first and not line.strip()
        released = "" if whole == self._following[self._n_repeated] else self._release()
        if whole != self._following[self._n_repeated]:
            return released + line
        self._held.append(line)
        self._n_repeated += 1
        if self._n_repeated == len(self._following) and not self._proves_nothing(is_first=is_first):
            self.stopped = "suffix"
            self._held = []
        elif self._n_repeated == len(self._following):
            released += self._release()
        return released

    def _proves_nothing(self, *, is_first: bool) -> bool:
        return len(self._following) == 1 and (is_first or sum(map(str.isalnum, self._following[0])) < 3)

    def _release(self) -> str:
        held, self._held = "".join(self._held), []
        self._n_repeated = 0
        return held
