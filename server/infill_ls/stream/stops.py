"""Ends the answer at the first stop string or control token; knows none of its own."""

from __future__ import annotations

import re
from functools import cache


class Stops:
    """Keeps what comes before a stop string and drops the string and all that follows.

    The leftmost stop string wins. Only text that may still become a stop string is held back.
    """

    def __init__(self, stop: tuple[str, ...]) -> None:
        self.stopped: str | None = None
        self._stop = tuple(filter(None, stop))
        self._firsts = frozenset(string[0] for string in self._stop)
        self._longest = max(map(len, self._stop), default=0)
        self._whole = _pattern(self._stop)
        self._held = ""

    def feed(self, text: str) -> str:
        if self.stopped or not self._stop:
            return "" if self.stopped else text
        if not self._held and self._firsts.isdisjoint(text):
            return text
        text = self._held + text
        self._held = ""
        begun = self._begun(text)
        found = self._whole.search(text)
        # A longer stop string that began earlier may still become whole, and would then win.
        if found and found.start() <= begun:
            self.stopped = "stop"
            return text[: found.start()]
        self._held = text[begun:]
        return text[:begun]

    def flush(self) -> str:
        """The end of the text, which did not become a stop string.

        Unless it holds a shorter one that had waited for the longer.
        """
        held, self._held = self._held, ""
        found = self._whole.search(held) if held else None
        return held[: found.start()] if found else held

    def _begun(self, text: str) -> int:
        """Where the first stop string begins that the text's end has cut in two; the text's length if none."""
        for start in range(max(0, len(text) - self._longest + 1), len(text)):
            if text[start] not in self._firsts:
                continue
            tail = text[start:]
            if any(len(string) > len(tail) and string.startswith(tail) for string in self._stop):
                return start
        return len(text)


@cache  # a model's, and those that users have set
def _pattern(stop: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, stop)))
