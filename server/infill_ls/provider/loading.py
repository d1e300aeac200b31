"""A model that its server has still to load: loaded by a request of its own, which no key cancels. Asks by its caller.

Ollama gives up loading when its client hangs up. A completion hangs up at the next key, or after some seconds, so by
completions alone a model that takes longer than that is never loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from infill_ls.errors import ModelLoading, ProviderError

LONGEST_S = 300.0
"""How long a model may take to be loaded; from a slow disk, large ones take minutes."""
AGAIN_S = 0.5
"""How long nothing is asked after a server has said that it is loading."""


class Loading:
    """What is known of it for one model.

    Args:
        load: makes the server load the model and returns when it is there; None where a request does no harm.
        sentence: what is said meanwhile.
    """

    def __init__(self, load: Callable[[], Awaitable[None]] | None, sentence: str) -> None:
        self._load = load
        self._sentence = sentence
        self._task: asyncio.Task[None] | None = None
        self._until = 0.0

    @property
    def pending(self) -> bool:
        """Whether it is known not to be there yet."""
        is_loading = self._task is not None and not self._task.done()
        return is_loading or (self._until > 0 and asyncio.get_running_loop().time() < self._until)

    def check(self) -> None:
        """Raise ModelLoading while there is no use in asking."""
        if self.pending:
            raise self.error()

    def said(self) -> ModelLoading:
        """The server has said that it is loading; gives the error for that."""
        self._until = asyncio.get_running_loop().time() + AGAIN_S
        return self.error()

    def error(self) -> ModelLoading:
        """What a request gets meanwhile."""
        return ModelLoading(self._sentence)

    def begin(self) -> None:
        """Have the model loaded, unless that is under way."""
        if self._load is not None and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run(self._load))

    async def wait(self) -> None:
        """Wait until it is there. Whoever waits may leave."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def aclose(self) -> None:
        """Load it no further."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self, load: Callable[[], Awaitable[None]]) -> None:
        # What goes wrong here goes wrong again at the next request, which has someone to tell.
        with contextlib.suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(LONGEST_S):
                await load()
