"""Time as the engine knows it, so that a test can turn the hands itself."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Monotonic seconds, and a wait."""

    def now(self) -> float:
        """Seconds since some fixed point; never goes back."""

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellation ends it at once."""


class SystemClock:
    """The real one."""

    def now(self) -> float:
        """Seconds since some fixed point; never goes back."""
        return time.perf_counter()

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellation ends it at once."""
        await asyncio.sleep(seconds)
