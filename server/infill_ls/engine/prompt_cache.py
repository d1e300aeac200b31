"""Whether an explicit context cache pays, by the service's prices and the rate at which it is asked. Sends nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.records import Prompt

KEPT_S = 300.0
"""How long Model Studio keeps an explicit cache after its last use."""
SHORTEST_TOKENS = 1024
"""Below that nothing is cached."""
WRITE, HIT, IMPLICIT_HIT = 1.25, 0.10, 0.20
"""Prices of cached input, relative to plain input: https://www.alibabacloud.com/help/en/model-studio/context-cache."""


class ExplicitCache:
    """Counts the calls of the last minutes and marks a prompt where the next ones are likely to earn the mark."""

    def __init__(self) -> None:
        self._calls: deque[tuple[float, int]] = deque()
        """When, and with which beginning: a cache of another one serves nobody."""

    def mark(self, prompt: Prompt, now_s: float) -> Prompt:
        """The prompt, its first message marked where that pays, or what of it is stable. Counts as a call."""
        while self._calls and now_s - self._calls[0][0] > KEPT_S:
            self._calls.popleft()
        first = prompt.messages[0] if prompt.messages else None
        kept = first.parts[0] if first is not None else ""
        key = hash((kept, first.images if first is not None and len(first.parts) == 1 else ()))
        expected = sum(
            seen == key for _, seen in self._calls
        )  # as many again as in the last minutes
        self._calls.append((now_s, key))
        if (
            first is None
            or len(kept) < SHORTEST_TOKENS * CHARACTERS_PER_TOKEN
            or not pays(expected)
        ):
            return prompt
        return replace(prompt, messages=(replace(first, cache=True), *prompt.messages[1:]))


def pays(further_calls: int) -> bool:
    """Whether writing a cache is cheaper than the implicit one, which comes by itself, if so many calls follow."""
    return WRITE + HIT * further_calls < 1 + IMPLICIT_HIT * further_calls
