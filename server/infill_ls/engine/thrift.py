"""How often a model is asked for next edits, by what has become of its last answers."""

from __future__ import annotations

from typing import Final

from infill_ls.records import Change

_MOST_SKIPPED: Final = 8
"""Changes in a row that are not asked for, at most."""


class Thrift:
    """After each answer in a row of which nothing was made, twice as many settled changes go by without a call."""

    def __init__(self) -> None:
        self._fruitless = 0
        self._skip = 0
        self._seen: tuple[object, ...] = ()
        self._is_skipped = False

    def vain(self) -> None:
        """Nothing was made of an answer, or there was nothing in it."""
        self._fruitless += 1
        self._skip = min(2**self._fruitless, _MOST_SKIPPED)

    def fruit(self) -> None:
        """An edit was made as a model had said."""
        self._fruitless = self._skip = 0

    def passes_over(self, change: Change) -> bool:
        """Whether a settled change is not asked for; the same one, asked again, is the same case."""
        seen = (change.old, change.new)
        if seen != self._seen:
            self._seen, self._is_skipped = seen, self._skip > 0
            self._skip = max(0, self._skip - 1)
        return self._is_skipped
