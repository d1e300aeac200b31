"""Deep suggestions as a client has them: who asks for one, what the model looks up, what the first one says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from infill_ls.accounting.ledger import Ledger
from infill_ls.lsp.progress import Progress, with_progress
from infill_ls.records import Outcome, Trigger

WANTED_S: Final = 30.0
"""How long the wish for a deep suggestion waits for the request that is meant by it."""


class Deep:
    """The wish, and the progress of what has come of it.

    Args:
        ledger: what tells whether there was one before.
        tell: shows the user a sentence.
        now: seconds.
    """

    def __init__(
        self,
        ledger: Ledger,
        tell: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._tell = tell
        self._now = now
        self._until = 0.0
        self._is_new = True
        self._running: dict[str, Progress] = {}
        """By document."""

    def want(self) -> None:
        """The next explicit request is to be deep."""
        self._until = self._now() + WANTED_S

    def is_wanted(self, trigger: Trigger, setting: str) -> bool:
        """Whether a request is to be deep: an explicit one, by the setting or by the wish, which is used up by it."""
        if trigger != "invoked":
            return False
        wished, self._until = self._now() < self._until, 0.0
        return wished or setting == "on"

    def looked(self, uri: str, words: str) -> None:
        """The model looks something up for a document."""
        progress = self._running.get(uri)
        if progress is not None:
            progress.report(words)

    async def run(
        self, uri: str, work: Awaitable[Outcome], notice: str, progress: Progress
    ) -> Outcome:
        """The outcome of a deep request, while each of its steps is shown; the user's first one says what it may do."""
        if self._is_new and notice:
            self._is_new = False
            entries = await asyncio.to_thread(self._ledger.entries)
            if not any(entry.deep for entry in entries):
                self._tell(notice)
        self._running[uri] = progress
        try:
            return await with_progress(work, "the model reads the place", progress)
        finally:
            if self._running.get(uri) is progress:
                del self._running[uri]
