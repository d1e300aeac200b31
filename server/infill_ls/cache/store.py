"""Answers kept for a while, and found again while they are typed through. Keeps nothing on disk, and no failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from cachetools import TTLCache

from infill_ls.cache.key import NEAR_PREFIX, NEAR_SUFFIX, CacheKey
from infill_ls.records import Completion, Snapshot, Source

TAIL = 32
"""Characters before a place by which answers are looked up; all of the key is compared then."""
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


_Slot = tuple[str, str, str]


class Store:
    """Least recently used answers go first; all go after ``ttl_s`` seconds."""

    def __init__(self, size: int, ttl_s: float, now: Callable[[], float]) -> None:
        self._answers: TTLCache[_Slot, tuple[tuple[CacheKey, KeptAnswer], ...]] = TTLCache(
            maxsize=size, ttl=ttl_s, timer=now
        )
        self._cleared: Counter[str | None] = Counter()
        self._longest: dict[str, int] = {}
        """Length of the longest text by document, so that no look-up goes further back."""

    def put(self, at: CacheKey, answer: KeptAnswer) -> None:
        """Keep an answer; a size of 0 keeps none."""
        if self._answers.maxsize <= 0:
            return
        slot = (at.route, at.uri, at.near_prefix[-TAIL:])
        others = tuple(each for each in self._answers.get(slot, ()) if each[0] != at)
        self._answers[slot] = ((at, answer), *others[: TWINS - 1])
        length = min(len(answer.completion.text), MOST_TYPED)
        self._longest[at.uri] = max(length, self._longest.get(at.uri, 0))
        if len(self._longest) > self._answers.maxsize:
            held = {uri for _, uri, _ in self._answers}
            self._longest = {uri: length for uri, length in self._longest.items() if uri in held}

    def find(self, snapshot: Snapshot, route: str, closed_behind: ClosedBehind) -> Found | None:
        """The answer for this very place, or what is left of the one that was typed into last.

        Args:
            snapshot: where an answer is wanted.
            route: what else it depends on.
            closed_behind: ``document.typed.closed_behind``; the rooms do not know each other.
        """
        if not self._answers:
            return None
        prefix, end = snapshot.prefix, len(snapshot.prefix)
        for typed in range(min(self._longest.get(snapshot.uri, 0), end) + 1):
            stop = end - typed
            slot = self._answers.get((route, snapshot.uri, prefix[max(0, stop - TAIL) : stop]))
            if slot is None:
                continue
            for at, answer in slot:
                found = _left(at, answer, snapshot, typed, closed_behind)
                if found is not None:
                    return found
        return None

    def reject(self, at: CacheKey) -> None:
        """Mark the answer for a place, if there is one, as one that the person does not want."""
        slot = (at.route, at.uri, at.near_prefix[-TAIL:])
        if slot in self._answers:
            self._answers[slot] = tuple(
                (other, replace(answer, is_rejected=answer.is_rejected or other == at))
                for other, answer in self._answers[slot]
            )

    def clear(self, route: str | None = None) -> None:
        """Forget everything, or all answers of one route."""
        for slot in [slot for slot in self._answers if route in {None, slot[0]}]:
            self._answers.pop(slot, None)
        self._cleared[route] += 1

    def cleared(self, route: str) -> int:
        """How often answers of a route were forgotten; one that was asked for before is not put in after."""
        return self._cleared[route] + self._cleared[None]

    def __len__(self) -> int:
        return sum(map(len, self._answers.values()))


ClosedBehind = Callable[[str, str, str], int | None]


def _left(
    at: CacheKey, answer: KeptAnswer, snapshot: Snapshot, typed: int, closed_behind: ClosedBehind
) -> Found | None:
    """What is left of an answer ``typed`` characters behind the place it was made for; None where it does not fit."""
    end = len(snapshot.prefix) - typed
    text, written = answer.completion.text, snapshot.prefix[end:]
    if not text.startswith(written) or (len(text) == typed and not answer.ended):
        return None
    if at.language != snapshot.language or snapshot.prefix[max(0, end - NEAR_PREFIX) : end] != at.near_prefix:
        return None
    closed = 0
    if snapshot.suffix[:NEAR_SUFFIX] != at.near_suffix:
        behind = closed_behind(written, at.near_suffix, snapshot.suffix)
        if not behind:
            return None
        closed = behind
    source: Source = "typed" if typed else answer.source
    left = Completion(text[typed:], answer.completion.replaces)
    return Found(left, source, at, typed, closed, answer.is_cut, answer.is_rejected, answer.beyond)
