"""Drops the assistant's own prefix where a chat server sends it back before the continuation."""

from __future__ import annotations

SHORTEST = 8
"""Characters. A shorter prefix may well be how its true continuation starts."""


class Echo:
    """Holds text back only while it is the start of ``echoed``, and decides at the first character that differs."""

    stopped: str | None = None

    def __init__(self, echoed: str) -> None:
        self._echoed = echoed
        self._seen = 0
        self._deciding = len(echoed) >= SHORTEST

    def feed(self, text: str) -> str:
        if not self._deciding:
            return text
        expected = self._echoed[self._seen : self._seen + len(text)]
        if not text.startswith(expected):
            self._deciding = False
            return self._echoed[: self._seen] + text
        self._seen += len(expected)
        self._deciding = self._seen < len(self._echoed)
        return text[len(expected) :]

    def flush(self) -> str:
        if not self._deciding:
            return ""
        self._deciding = False
        return self._echoed[: self._seen]
