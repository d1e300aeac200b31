"""The service's explicit context cache: which beginnings of prompts were marked, and for how long they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_S = 300.0
LEAST_TOKENS = 1024
MOST_MARKS = 4


class ExplicitCache:
    """Beginnings of prompts by model. One is kept when its answer has ended, and each hit keeps it for longer."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._until: dict[tuple[str, str], float] = {}

    def hit(self, model: str, beginnings: list[str]) -> str:
        """The longest of the beginnings that is kept; empty where none is."""
        kept = [each for each in beginnings if self._until.get((model, each), 0.0) > self._now()]
        longest = max(kept, key=len, default="")
        if longest:
            self._until[model, longest] = self._now() + KEPT_S
        return longest

    def keep(self, model: str, beginnings: list[str]) -> None:
        for each in beginnings:
            self._until[model, each] = self._now() + KEPT_S


def marked_beginnings(messages: Any) -> list[str]:
    """The prompt up to each mark, shortest first."""
    beginnings = []
    sofar = ""
    for message in messages if isinstance(messages, list) else []:
        content = message.get("content") if isinstance(message, dict) else None
        for part in content if isinstance(content, list) else [{"text": content}]:
            if not isinstance(part, dict):
                continue
            sofar += str(part.get("text") or "")
            if (part.get("cache_control") or {}).get("type") == "ephemeral":
                beginnings.append(sofar)
        sofar += "\n"
    return beginnings
