"""Line -> keys of services in it, by their makers' forms and names: gitleaks' rules. Looks at one line at a time.

A rule is compiled when a line first has one of its keywords; most never are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from math import log2
from typing import Final

from infill_ls.privacy.gitleaks_rules import ROWS

Span = tuple[int, int]

_MOST_RULES: Final = 6
"""Of one line: a line that has more keywords was made to keep us busy."""
_BEFORE, _BEHIND = 80, 600
"""Characters around a keyword that a rule looks at."""


def service_keys(line: str) -> Iterator[Span]:
    """Where keys of services start and end in a line."""
    lowered = line.lower()
    tried = 0
    for keyword, numbers in _keywords().items():
        at = lowered.find(keyword)
        if at < 0:
            continue
        for number in numbers:
            tried += 1
            if tried > _MOST_RULES:
                return
            yield from _found(number, line, max(0, at - _BEFORE))


def _found(number: int, line: str, start: int) -> Iterator[Span]:
    least = ROWS[number][2]
    for found in _pattern(number).finditer(line, start, start + _BEFORE + _BEHIND):
        group = next((index for index, value in enumerate(found.groups(), 1) if value), 0)
        secret = found[group]
        if (
            any(map(str.isdigit, secret))
            and entropy(secret) >= least
            and not secret.endswith("EXAMPLE")
        ):
            yield found.span(group)


@cache
def _pattern(number: int) -> re.Pattern[str]:
    return re.compile(ROWS[number][3])


@cache
def _keywords() -> dict[str, list[int]]:
    """Numbers of rules by keyword."""
    found: dict[str, list[int]] = {}
    for number, (_, keywords, _, _) in enumerate(ROWS):
        for keyword in keywords.split():
            found.setdefault(keyword, []).append(number)
    return found


def entropy(value: str) -> float:
    """Bits per character."""
    length = len(value)
    return -sum(count / length * log2(count / length) for count in Counter(value).values())
