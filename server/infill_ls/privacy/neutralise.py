"""Breaks a model's control tokens where they stand in user text, so that only the prompt's own ones count."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_MARKS: Final = " _-.:;,*+~"


def neutralise(text: str, tokens: tuple[str, ...]) -> str:
    """``text`` with a space after the first character of every one of ``tokens`` in it: ``< |fim_prefix|>``.

    Nothing is taken away, no token is left, and none comes about. A token of one character cannot be broken and stays.
    """
    breaker = _breaker(tokens)
    if not any(start in text for start in breaker.starts):
        return text
    return breaker.pattern.sub(breaker.replacement, text)


class _Breaker(NamedTuple):
    starts: tuple[str, ...]
    pattern: re.Pattern[str]
    replacement: str


@lru_cache(maxsize=32)
def _breaker(tokens: tuple[str, ...]) -> _Breaker:
    """What finds the tokens, made once per model family."""
    by_start: dict[str, dict[str, list[str]]] = {}
    for token in tokens:
        if len(token) > 1:
            by_start.setdefault(token[0], {}).setdefault(token[1], []).append(token[2:])
    # Only the first character is consumed, so tokens that overlap are all found. Markup is full of it, so it is the
    # second one that tells next.
    found = "|".join(
        f"{re.escape(first)}(?={'|'.join(re.escape(second) + _either(ends) for second, ends in rests.items())})"
        for first, rests in by_start.items()
    )
    # A mark that is in no token cannot complete one.
    mark = next((mark for mark in _MARKS if not any(mark in token for token in tokens)), "\n")
    return _Breaker(tuple(by_start), re.compile(found), rf"\g<0>{mark}")


def _either(texts: list[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, texts))})"
