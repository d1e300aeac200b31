"""How fast one model reads, and how long its tokens are in a language, from what its answers count. Asks nobody.

By both, a prompt is kept to what the model reads in time. All that is said moves by steps, and seldom: a prompt whose
start moves is read anew from its start.
"""

from __future__ import annotations

from collections import deque

from infill_ls.records import Reading
from infill_ls.tokens import Usage

READ_S = 2.0
"""How long reading a prompt may take of which nothing is cached; who types waits no longer."""
LEVELS = (4096, 2048, 1024, 512, 256, 128)
"""Tokens that prompts are kept to: nothing is worth less than the last."""
_UP = 1.5
"""How much more than a longer prompt the model has to be able to read before it gets it."""
_LEAST_TOKENS, _LEAST_ROUGH = 128, 512
"""Of what was read: less tells of all that is beside reading. A rough figure has what was cached in it, and the way."""
_EXACT, _ROUGH = 5, 32
"""Readings that are remembered: of exact ones the middle counts, of rough ones the slowest."""
_LEAST_COUNTED = 64
"""Tokens of a prompt whose length says something about its language."""
_STEP, _SHARE = 0.25, 8
"""Characters per token by which what is said moves, and how slowly the mean does."""
AT_FIRST = 3.0
"""Characters of code per token of most tokenizers."""


class Pace:
    """What is known of one model's."""

    def __init__(self) -> None:
        self._exact: deque[float] = deque(maxlen=_EXACT)
        self._rough: deque[float] = deque(maxlen=_ROUGH)
        self._level: int | None = None
        self._means: dict[str, float] = {}
        self._lengths: dict[str, float] = {}

    def heard(
        self, language: str, characters: int, usage: Usage | None, reading: Reading | None
    ) -> None:
        """An answer has come to its end, or was given up: what was counted of it until then."""
        if usage is not None and usage.prompt >= _LEAST_COUNTED:
            self._measure(language, characters / usage.prompt)
        if reading is None or reading.tokens < (
            _LEAST_TOKENS if reading.is_exact else _LEAST_ROUGH
        ):
            return
        (self._exact if reading.is_exact else self._rough).append(
            reading.tokens / max(reading.seconds, 1e-6)
        )
        self._level = _level(self.tokens_per_s or 0.0, self._level)

    def correct(self, language: str, length: float) -> None:
        """So long were the tokens of a prompt that was refused for having too many of them."""
        self._means[language] = length
        self._lengths[language] = max(_STEP, length // _STEP * _STEP)

    @property
    def tokens_per_s(self) -> float | None:
        """How many tokens of a prompt are read in a second; None before that is known."""
        if self._exact:
            return sorted(self._exact)[len(self._exact) // 2]
        return min(self._rough, default=None)

    @property
    def tokens(self) -> int | None:
        """Most tokens of a prompt that are read in time; None where that is more than anybody sends."""
        return self._level

    def per_token(self, language: str) -> float | None:
        """Characters per token of prompts in a language, or a little less; None before they were counted."""
        return self._lengths.get(language)

    def room(self, language: str) -> int | None:
        """Most characters of a prompt that are read in time; None as for ``tokens``."""
        return (
            None
            if self._level is None
            else int(self._level * self._lengths.get(language, AT_FIRST))
        )

    def _measure(self, language: str, length: float) -> None:
        mean = self._means.get(language, length)
        mean = self._means[language] = mean + (length - mean) / _SHARE
        said = self._lengths.get(language)
        if said is None or mean < said or mean > said + 2 * _STEP:
            self._lengths[language] = max(_STEP, mean // _STEP * _STEP)


def _level(tokens_per_s: float, level: int | None) -> int | None:
    """The longest prompt that is read in time; None for one of any length."""
    readable = tokens_per_s * READ_S
    lower = next((each for each in LEVELS if each <= readable), LEVELS[-1])
    if level is None:
        return None if readable >= LEVELS[0] else lower
    if lower < level:
        return lower
    higher = next((each for each in LEVELS if each * _UP <= readable), level)
    if higher == LEVELS[0]:
        return None
    return max(level, higher)
