"""Answers from the truth: finds where in a known file the prompt's prefix ends, and gives what stands there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.model_studio.records import Question

_TAIL = 48
"""Characters of the prefix that must be found; more of it decides between several places."""
_PROBE = 80
"""Characters after a hole that must be found in what was said of the suffix."""
_LONGEST_HOLE = 4000
_NAME = re.compile(r"\b[^\W\d]\w{2,}")
"""Names of three characters or more, from their first one on."""


class Oracle:
    """Knows files as they should be. The answer to a prompt is the rest of the hole that it leaves in one of them:
    up to where the suffix begins, or to the end of the file where nothing follows.

    ``missed`` counts the prompts whose prefix is in no file.
    """

    def __init__(self, *texts: str) -> None:
        self._texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
        self.missed = 0

    def __call__(self, question: Question) -> str:
        best: tuple[tuple[int, bool, bool], str] | None = None
        for text in self._texts:
            for start in _places(text, question.prefix):
                end = _hole_end(text, start, question)
                agreed = agreed_length(text[:start][::-1], question.prefix[::-1])
                score = (agreed, end is not None, start == len(question.prefix))
                if best is None or score > best[0]:
                    best = score, text[start:end]
        if best is None:
            self.missed += 1
            return ""
        return best[1]


class Fallible:
    """An oracle's words as a model says them that does not know everything: some names it cannot guess, and says others.

    Which ones depends on what stands before them, so that it says the same of a place however often it is asked. A name
    that has been begun is known.

    Args:
        oracle: knows the truth.
        rate: share of names that are not guessed.
        lost: said where the oracle knows nothing, as after a slip of the keyboard.
    """

    def __init__(self, oracle: Callable[[Question], str], rate: float, lost: str = "value") -> None:
        self._oracle, self._rate, self._lost = oracle, rate, lost

    def __call__(self, question: Question) -> str:
        truth = self._oracle(question) or self._lost
        said = question.prefix[-_TAIL:] + truth
        begun = len(said) - len(truth)
        for name in _NAME.finditer(said, begun):
            before = said[max(0, name.start() - _TAIL) : name.start()]
            if crc32(before.encode()) % 10_000 < self._rate * 10_000:
                other = name[0][::-1] if name[0][::-1] != name[0] else "other"
                return said[begun : name.start()] + other + said[name.end() :]
        return truth


def agreed_length(one: str, other: str) -> int:
    """Characters in which two texts agree, counted from their beginnings."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _places(text: str, prefix: str) -> list[int]:
    """All offsets of ``text`` at which the prefix may end."""
    tail = prefix[-_TAIL:]
    if not tail:
        return [0]
    places = []
    found = text.find(tail)
    while found >= 0:
        places.append(found + len(tail))
        found = text.find(tail, found + 1)
    return places


def _hole_end(text: str, start: int, question: Question) -> int | None:
    """Where the hole ends; None for the end of the file because what follows was not found."""
    if question.kind in {"partial", "chat"}:
        return _end_told(text, start, question.suffix)
    suffix = question.suffix
    if not suffix.strip():
        end = len(text) - len(suffix)
        return end if text.endswith(suffix) and end >= start else len(text)
    for candidate in (suffix, suffix[suffix.find("\n") :]):
        found = text.find(candidate[:_PROBE], start) if candidate.strip() else -1
        if found >= 0:
            return found
    return None


def _end_told(text: str, start: int, told: str) -> int:
    """The first place from which on the file stands in what was told: a hole's text never does."""
    for end in range(start, min(len(text), start + _LONGEST_HOLE)):
        following = text[end : end + _PROBE]
        if following.strip() and following in told:
            return end
    return max(start, len(text.rstrip("\n")))
