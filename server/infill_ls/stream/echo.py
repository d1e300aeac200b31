"""Drops the assistant's own prefix where a chat server sends it back before the continuation."""

from __future__ import annotations

SHORTEST, LONGEST = 8, 2_000
"""Characters. A shorter prefix may well be how its true continuation starts; what has repeated more is an echo, however
it goes on."""


class Echo:
    """Holds text back only while it is the start of ``echoed``, and decides at the first character that differs."""

    stopped: str | None = None

    def __init__(self, echoed: str) -> None:
        self._echoed = echoed
        self._seen = 0
        self._deciding = len(echoed) >= SHORTEST

    @property
    def is_deciding(self) -> bool:
        """Whether all that came is the start of what stands before the cursor."""
        return self._deciding

    def feed(self, text: str) -> str:
        if not self._deciding:
            return text
        expected = self._echoed[self._seen : self._seen + len(text)]
        if not text.startswith(expected):
            self._deciding = False
            n_equal = next(
                at
                for at, (one, other) in enumerate(zip(text, expected, strict=False))
                if one != other
            )
            is_echo = self._seen + n_equal > LONGEST
            return text[n_equal:] if is_echo else self._echoed[: self._seen] + text
        self._seen += len(expected)
        self._deciding = self._seen < len(self._echoed)
        return text[len(expected) :]

    def flush(self) -> str:
        is_start, self._deciding = self._deciding and self._seen <= LONGEST, False
        return self._echoed[: self._seen] if is_start else ""
