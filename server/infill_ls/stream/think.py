"""Drops the thoughts that a reasoning model puts before its answer; leaves the same tag alone anywhere else."""

from __future__ import annotations

from typing import Literal

OPEN = "<think>"
CLOSE = "</think>"
BLANK_LIMIT = 64
"""Characters of white space that may precede the tag; a model that sends more is in a loop and has to be seen."""


class Think:
    """Drops one ``<think>…</think>`` at the start, and all of the text where it is never closed."""

    stopped: str | None = None

    def __init__(self) -> None:
        self._state: Literal["start", "inside", "after", "pass"] = "start"
        self._held = ""

    def feed(self, text: str) -> str:
        if self._state == "pass":
            return text
        text = self._held + text
        self._held = ""
        if self._state == "start":
            return self._start(text)
        if self._state == "inside":
            return self._inside(text)
        return self._after(text)

    def flush(self) -> str:
        held, self._held = self._held, ""
        return held if self._state == "start" else ""

    def _start(self, text: str) -> str:
        tag = text.lstrip()
        if len(text) - len(tag) <= BLANK_LIMIT:
            if tag.startswith(OPEN):
                self._state = "inside"
                return self._inside(tag[len(OPEN) :])
            if OPEN.startswith(tag):
                self._held = text
                return ""
        self._state = "pass"
        return text

    def _inside(self, text: str) -> str:
        end = text.find(CLOSE)
        if end >= 0:
            self._state = "after"
            return self._after(text[end + len(CLOSE) :])
        self._held = text[-(len(CLOSE) - 1) :]
        return ""

    def _after(self, text: str) -> str:
        """Chat templates put an empty line between thoughts and answer, which is no part of the answer."""
        answer = text.removeprefix("\n").removeprefix("\n")
        if not answer and len(text) < 2:
            self._held = text
            return ""
        self._state = "pass"
        return answer
