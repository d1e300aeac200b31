"""A folder's files, listed once for all threads that need them at once. Knows no rule: whoever asks makes the list."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

Names = tuple[str, str]
"""The name that an editor knows a file by, and the one that it really has."""


class Listing:
    """Making it takes longer than most of what is done with it, so of threads that need it at once, one makes it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: list[Names] = []
        self._made_at: float | None = None

    def files(self, make: Callable[[], Iterable[Names]], oldest_s: float) -> list[Names]:
        """The files, as they were listed so many seconds ago at most."""
        with self._lock:
            if self._made_at is None or time.monotonic() - self._made_at > oldest_s:
                self._files = list(make())
                self._made_at = time.monotonic()
            return self._files
