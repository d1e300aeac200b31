"""Stops a model that goes on to repeat the lines after the cursor; the end of a finished answer is not its concern."""

from __future__ import annotations

from itertools import islice

from infill_ls.records import Snapshot
from infill_ls.stream.linebuffer import LineBuffer

BLANK_LIMIT = 4
"""Blank lines between two repeated ones; more are a loop, which has to be seen downstream."""


class SuffixLines:
    """Cuts and stops where the next two lines of the document come again, one after the other.

    One repeated line proves nothing (``return None``, ``}``, a row of data), so it is held until the second decides.
    Lines are compared with their indentation, blank lines are passed over. The document's last line has no other to
    prove it, so it counts alone, but not as the first that the model says.
    """

    def __init__(self, place: Snapshot) -> None:
        self.stopped: str | None = None
        self._lead = place.line_before
        self._is_first = True
        lines = (line.rstrip() for line in place.suffix[len(place.line_after) :].split("\n"))
        following = list(islice(filter(None, lines), 2))
        self._first = following[0] if following else None
        self._second = following[1] if len(following) > 1 else None
        self._buffer = LineBuffer()
        self._held: list[str] = []

    def feed(self, text: str) -> str:
        if self.stopped or self._first is None:
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
        if (self._held and whole == self._second) or (not is_first and self._is_last(whole)):
            self.stopped = "suffix"
            self._held = []
            return ""
        released = self._release()
        if whole != self._first:
            return released + line
        self._held = [line]
        return released

    def _is_last(self, whole: str) -> bool:
        return self._second is None and whole == self._first and sum(map(str.isalnum, whole)) >= 3

    def _release(self) -> str:
        held, self._held = "".join(self._held), []
        return held
