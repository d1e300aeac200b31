"""Answers kept for a while, and found again while they are typed through. Keeps nothing on disk, and no failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from cachetools import TTLCache

from infill_ls.cache.key import CacheKey, Slot, key, slot
from infill_ls.records import Completion, Neighbor, Snapshot, Source
from infill_ls.typed import closed_behind, left_of

TWINS = 4
"""Answers kept for places that look alike for so many characters, the latest ones."""
MOST_TYPED = 4000
"""Characters that may have been typed into a suggestion since it was made; more than any suggestion has."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A completion of a place, and how it came about."""

    completion: Completion
    ended: bool = False
    """Whether the model itself had no more to say, so that nothing follows where the text ends."""
    source: Source = "cache"
    """``speculative`` where it was asked for before anybody came to the place."""
    is_cut: bool = False
    """Whether an explicit request would have been given more."""
    is_rejected: bool = False
    """Whether the person does not want it."""
    beyond: str = ""
    """What the model had said behind it before it was stopped."""
    neighbors: tuple[Neighbor, ...] = ()
    """What the model was shown of other files."""


class Found(NamedTuple):
    """An answer for a place, or what is left of one that is being typed."""

    completion: Completion
    """Its text is empty where all of it has been typed and the model had no more to say."""
    source: Source
    key: CacheKey
    """The place that the answer was made for."""
    typed: int = 0
    """Characters of it that have been typed."""
    closed: int = 0
    """Closing characters that the editor has put behind the cursor meanwhile."""
    is_cut: bool = False
    is_rejected: bool = False
    beyond: str = ""
    neighbors: tuple[Neighbor, ...] = ()


class Store:
    """Least recently used answers go first; all go after ``ttl_s`` seconds."""

    def __init__(self, size: int, ttl_s: float, now: Callable[[], float]) -> None:
        self._answers: TTLCache[Slot, tuple[tuple[CacheKey, KeptAnswer], ...]] = TTLCache(
            maxsize=size, ttl=ttl_s, timer=now
        )
        self._cleared: Counter[str | None] = Counter()
        self._longest: dict[str, int] = {}
        """Length of the longest text by document, so that no look-up goes further back."""

    def put(self, at: CacheKey, answer: KeptAnswer) -> None:
        """Keep an answer; a size of 0 keeps none."""
        if self._answers.maxsize <= 0:
            return
        others = tuple(each for each in self._answers.get(at.slot, ()) if each[0] != at)
        self._answers[at.slot] = ((at, answer), *others[: TWINS - 1])
        length = min(len(answer.completion.text), MOST_TYPED)
        self._longest[at.uri] = max(length, self._longest.get(at.uri, 0))
        if len(self._longest) > self._answers.maxsize:
            held = {uri for _, uri, _ in self._answers}
            self._longest = {uri: length for uri, length in self._longest.items() if uri in held}

    def find(self, snapshot: Snapshot, route: str) -> Found | None:
        """The answer for this very place, or what is left of the one that was typed into last.

        ``route`` is what else it depends on.
        """
        if not self._answers:
            return None
        prefix, end = snapshot.prefix, len(snapshot.prefix)
        for typed in range(min(self._longest.get(snapshot.uri, 0), end) + 1):
            for at, answer in self._answers.get(slot(route, snapshot.uri, prefix, end - typed), ()):
                found = _found(at, answer, snapshot, typed)
                if found is not None:
                    return found
        return None

    def reject(self, at: CacheKey) -> None:
        """Mark the answer for a place, if there is one, as one that the person does not want."""
        if at.slot in self._answers:
            self._answers[at.slot] = tuple(
                (other, replace(answer, is_rejected=answer.is_rejected or other == at))
                for other, answer in self._answers[at.slot]
            )

    def clear(self, route: str | None = None) -> None:
        """Forget everything, or all answers of one route."""
        for kept in [kept for kept in self._answers if route in {None, kept[0]}]:
            self._answers.pop(kept, None)
        self._cleared[route] += 1

    def cleared(self, route: str) -> int:
        """How often answers of a route were forgotten; one that was asked for before is not put in after."""
        return self._cleared[route] + self._cleared[None]

    def __len__(self) -> int:
        return sum(map(len, self._answers.values()))


def _found(at: CacheKey, answer: KeptAnswer, snapshot: Snapshot, typed: int) -> Found | None:
    """What is left of an answer ``typed`` characters behind the place it was made for; None where it does not fit."""
    written = snapshot.prefix[len(snapshot.prefix) - typed :]
    left = left_of(answer.completion.text, written)
    if left is None or not (left or answer.ended):
        return None
    place, closed = key(snapshot, at.route, typed), 0
    if place != at:
        closed = closed_behind(written, at.near_suffix, snapshot.suffix) or 0
        if not closed or place._replace(near_suffix=at.near_suffix) != at:
            return None
    source: Source = "typed" if typed else answer.source
    completion = Completion(left, answer.completion.replaces)
    return Found(
        completion,
        source,
        at,
        typed,
        closed,
        answer.is_cut,
        answer.is_rejected,
        answer.beyond,
        answer.neighbors,
    )
