"""When a model is asked: at once, or when the typing pauses. Knows one person's rhythm; does not wait itself."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from infill_ls.records import Request

BURST_S = 0.6
"""A longer gap between two keys is a pause: the next key begins a burst."""
HIT = 3
"""Characters typed as a suggestion has them, after which the model is taken to be on the person's track again."""
FIRST_GAP_S = 0.16
"""Between two keys of somebody of whom nothing is known yet: between 60 and 250 ms are usual."""
SHORTEST_S, LONGEST_S = 0.09, 0.5
WIDER, WIDEST = 2.0, 4.0
"""By how much pauses have to be longer after a service has refused a call because there were too many, and at most."""
_NARROWER = 0.8
"""What each answer leaves of that."""
_EARLY_CALLS, _WORTH = 8, 0.25
"""Of so many early calls at least this share has to come to something, or none are made."""


class Debounce:
    """One call early in a burst and one when it pauses.

    The early one is made at once: at a burst's first key, or where a person leaves a suggestion that was right so far.
    If they type on something else than it says, the next one waits for a pause, which is a gap that is clearly longer
    than theirs usually are.
    """

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=20)
        self._last_key = float("-inf")
        self._is_due = True
        """Whether the burst's early call is still to be made."""
        self._early: deque[bool] = deque(maxlen=_EARLY_CALLS)
        self._width = 1.0
        self.first_token_s = 0.2
        """Running mean of the model's time to first token."""

    def key(self, now_s: float) -> None:
        """A key was typed."""
        gap = now_s - self._last_key
        self._last_key = now_s
        if gap > BURST_S:
            self._is_due = True
        else:
            self._gaps.append(gap)

    def hit(self, n_characters: int) -> None:
        """So many characters have been typed, or accepted, that a suggestion had foreseen."""
        if n_characters >= HIT:
            self._is_due = True
            self._early.append(True)

    def wait_s(self, request: Request, setting_ms: int | None, now_s: float) -> float:
        """Seconds from now to the call; of a pause after the last key, what has passed already counts."""
        if request.trigger == "invoked":
            return 0.0
        passed = now_s - self._last_key if self._last_key > 0 else 0.0
        if setting_ms is not None:
            return max(setting_ms / 1000 - passed, 0.0)
        is_early = not request.snapshot.line_before.strip() or (self._is_due and self._pays())
        if is_early and self._width == 1:
            return 0.0
        gap = sorted(self._gaps)[len(self._gaps) // 2] if self._gaps else FIRST_GAP_S  # the median
        # The longer the model takes, the surer it has to be that nothing else is typed meanwhile.
        pause = min(
            max(1.25 * gap + 0.25 * min(self.first_token_s, 4 * gap), SHORTEST_S), LONGEST_S
        )
        return max(pause * self._width - passed, 0.0)

    def asked(self, *, early: bool, answer: asyncio.Future[Any]) -> None:
        """A model is asked: the next call in this burst waits for a pause, unless the model turns out to be right.

        An early call comes to something where nobody types on against what it says until its answer is there.
        """
        self._is_due = False
        if early:
            answer.add_done_callback(lambda done: self._early.append(not done.cancelled()))

    def measured(self, first_token_s: float) -> None:
        """A call was answered; its time to first token."""
        self.first_token_s += (first_token_s - self.first_token_s) / 4
        self._width = max(1.0, self._width * _NARROWER)

    def limited(self) -> None:
        """A call was refused because there were too many: there are fewer until some have been answered."""
        self._width = min(self._width * WIDER, WIDEST)

    def _pays(self) -> bool:
        return len(self._early) < _EARLY_CALLS or sum(self._early) >= _WORTH * _EARLY_CALLS
