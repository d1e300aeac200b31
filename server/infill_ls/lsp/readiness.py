"""What is done before anything is asked for: finding out what the server is, connecting, reading a document ahead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from infill_ls.assembly import Assembly
from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.lsp.documents import Documents
from infill_ls.lsp.own_server import OwnServer
from infill_ls.settings.provider_settings import ProviderSettings


class Readiness:
    """All of it for one session.

    Args:
        own_server: what is known of the server.
        documents: the open ones.
        said: the provider's settings as they were said.
        assembly: the engine that serves now.
        take_over: makes another engine, where the server says something that is worth it.
    """

    def __init__(
        self,
        own_server: OwnServer,
        documents: Documents,
        said: Callable[[], ProviderSettings],
        assembly: Callable[[], Assembly],
        take_over: Callable[[], Awaitable[None]],
    ) -> None:
        self._own_server = own_server
        self._documents = documents
        self._said = said
        self._assembly = assembly
        self._take_over = take_over
        self._uri: str | None = None
        """The document that was opened last, until something is asked for in any."""

    async def get_ready(self) -> None:
        """Go on with what the server is and has, and open what the first request needs."""
        if not await self._find_out():
            await self._assembly().warm()

    async def recovered(self) -> None:
        """The server answers again, or has loaded its model: it may have more to say than before."""
        if not await self._find_out():
            self.read_ahead()

    def opened(self, uri: str) -> None:
        """A document was opened."""
        self._uri = uri
        self.read_ahead()

    def asked(self) -> None:
        """Something is asked for: what is read for that is what will be wanted."""
        self._uri = None

    def read_ahead(self) -> None:
        """Have a model read what prompts in the document begin with, where that costs nothing but its own time.

        What they show of other files is found for any model.
        """
        assembly = self._assembly()
        text = self._documents.text(self._uri) if self._uri is not None else None
        if self._uri is None or not text:
            return
        # All prompts for places in a short file begin alike; of a long one, those for places in its first part.
        limits = assembly.settings.context
        line = text.count("\n", 0, limits.prefix_tokens * CHARACTERS_PER_TOKEN)
        snapshot = self._documents.snapshot(self._uri, line, 0, limits)
        if snapshot is not None:
            assembly.engine.prime(snapshot)

    async def _find_out(self) -> bool:
        """Ask the server what it is, where that is not known; gives whether there is another engine now."""
        said = self._said()
        is_news = (
            await self._own_server.news(said, self._assembly().settings) and said == self._said()
        )
        if is_news:
            await self._take_over()
            self.read_ahead()
        return is_news
