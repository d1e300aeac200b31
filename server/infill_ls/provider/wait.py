"""The deadlines of one request: for its first text, for all of it, and for what may follow the text. Asks nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from infill_ls.errors import TimedOut
from infill_ls.provider.payloads import Payload
from infill_ls.records import Chunk
from infill_ls.settings.provider_settings import Timeouts

_USAGE_GRACE_S = 0.3
"""How long after the end of the text the token counts may take; some services send none, and no end either."""

_T = TypeVar("_T")


class Wait:
    """The deadline that holds at the moment."""

    def __init__(self, timeouts: Timeouts, host: str) -> None:
        now = asyncio.get_running_loop().time()
        self._host = host
        self._first_s = timeouts.first_token
        self._total = now + timeouts.total
        self._deadline = min(now + timeouts.first_token, self._total)
        self._setting = "first_token" if self._deadline < self._total else "total"
        self.answered = False
        """Whether the text is complete, so that the connection is worth keeping."""

    async def on(self, awaitable: Awaitable[_T]) -> _T:
        """Wait, but not longer than the deadline of the moment.

        Raises:
            TimedOut: the deadline passed.
        """
        try:
            async with asyncio.timeout_at(self._deadline):
                return await awaitable
        except TimeoutError:
            raise TimedOut(
                f"{self._host} took too long (provider.timeout_s.{self._setting}): raise it, or use a faster model."
            ) from None

    def heard(self, payload: Payload) -> None:
        """Where the server says how far it has read the prompt, it is given the time for the first text anew."""
        if "prompt_progress" in payload and self._setting == "first_token":
            self._deadline = min(self._total, asyncio.get_running_loop().time() + self._first_s)

    def saw(self, chunk: Chunk) -> None:
        """Move the deadline as the answer gets on; heart-beats and empty chunks do not."""
        if chunk.text:
            self._deadline, self._setting = self._total, "total"
        if chunk.finish is not None:
            self.answered = True
            self._deadline = min(self._total, asyncio.get_running_loop().time() + _USAGE_GRACE_S)
