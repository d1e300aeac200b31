"""A model that its server has still to load: loaded, or waited for, by a task of its own, which no key cancels.

Ollama gives up loading when its client hangs up. A completion hangs up at the next key, or after some seconds, so by
completions alone a model that takes longer than that is never loaded. llama.cpp loads in any case, and says when it is
done.
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
SILENT_S = 0.3
"""A model that is there is there at once, and nobody is told that it is loaded."""


class Loading:
    """What is known of it for one model.

    Args:
        load: returns when the model is there; None where nothing tells but the next request.
        model: its name; empty where that is not known.
        host: where it is.
        say: hears that it is being loaded, and, by an empty word, that it is no longer.
        blocks: whether a request would do harm before ``load`` has returned; else only while the server says so.
    """

    def __init__(
        self,
        load: Callable[[], Awaitable[None]] | None,
        model: str,
        host: str,
        say: Callable[[str], None] = lambda _sentence: None,
        *,
        blocks: bool = True,
    ) -> None:
        self._load = load
        self._model = model
        self._host = host
        self._say = say
        self._blocks = blocks
        self._task: asyncio.Task[None] | None = None
        self._until = 0.0
        self._is_said = False

    @property
    def pending(self) -> bool:
        """Whether it is known not to be there yet."""
        return (self._blocks and self._is_running) or (
            self._until > 0 and asyncio.get_running_loop().time() < self._until
        )

    @property
    def _is_running(self) -> bool:
        return self._task is not None and not self._task.done()

    def check(self) -> None:
        """Raise ModelLoading while there is no use in asking."""
        if self.pending:
            raise self._error()

    def said(self) -> ModelLoading:
        """The server has said that it is loading; gives the error for that."""
        # Who waits for it asks again before that is over, and ends it when the model is there.
        self._until = asyncio.get_running_loop().time() + AGAIN_S * (1 if self._load is None else 4)
        self._tell()
        self.begin()
        return self._error()

    def begin(self) -> None:
        """Have the model loaded, or wait for it, unless that is under way."""
        if self._load is not None and not self._is_running:
            self._task = asyncio.create_task(self._run(self._load))

    async def wait(self) -> None:
        """Wait until it is there. Whoever waits may leave."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def aclose(self) -> None:
        """Load it no further."""
        if self._task is not None and self._is_running:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self, load: Callable[[], Awaitable[None]]) -> None:
        timer = (
            asyncio.get_running_loop().call_later(SILENT_S, self._tell) if self._blocks else None
        )
        try:
            # What goes wrong here goes wrong again at the next request, which has someone to tell.
            with contextlib.suppress(ProviderError, TimeoutError):
                async with asyncio.timeout(LONGEST_S):
                    await load()
        finally:
            if timer is not None:
                timer.cancel()
            self._until = 0.0
            if self._is_said:
                self._is_said = False
                self._say("")

    def _tell(self) -> None:
        if not self._is_said:
            self._is_said = self._load is not None
            self._say(f"Loading {self._model or 'the model'} …")

    def _error(self) -> ModelLoading:
        model = self._model or "The model"
        return ModelLoading(
            f"{model} is being loaded at {self._host}: suggestions come when it is there."
        )
