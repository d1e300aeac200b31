"""Answers kept for a while, and found again while they are being typed. Keeps nothing on disk, and no failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from cachetools import TTLCache

from infill_ls.cache.key import Key, key
from infill_ls.records import Completion, Snapshot

TYPED_LIMIT = 160
"""Characters that may have been typed into a suggestion since it was made."""


class Store:
    """Least recently used answers go first; all go after ``ttl_s`` seconds."""

    def __init__(self, size: int, ttl_s: float, now: Callable[[], float]) -> None:
        self._answers: TTLCache[Key, Completion] = TTLCache(maxsize=size, ttl=ttl_s, timer=now)

    def put(self, at: Key, completion: Completion) -> None:
        """Keep an answer; a size of 0 keeps none."""
        if self._answers.maxsize > 0:
            self._answers[at] = completion

    def find(self, snapshot: Snapshot, route: str) -> tuple[Completion, Literal["cache", "typed"]] | None:
        """The answer for this very place, or what is left of one that is being typed."""
        if not self._answers:
            return None
        exact = self._answers.get(key(snapshot, route))
        if exact is not None:
            return exact, "cache"
        for typed in range(1, min(TYPED_LIMIT, len(snapshot.prefix)) + 1):
            completion = self._answers.get(key(snapshot, route, typed=typed))
            if completion is not None and _begins(completion.text, snapshot.prefix[-typed:]):
                return replace(completion, text=completion.text[typed:]), "typed"
        return None

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()


def _begins(text: str, typed: str) -> bool:
    """Whether ``typed`` is a proper start of ``text``: something is left to show."""
    return len(text) > len(typed) and text.startswith(typed)
