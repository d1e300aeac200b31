"""What the engine knows of a provider: a stream of chunks for a prompt. Says nothing of sockets or wires."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

from infill_ls.records import Chunk, Prompt


class Provider(Protocol):
    """A source of completions: a model behind a wire, or the embedded engine."""

    @property
    def model(self) -> str:
        """The model's name as the user knows it."""

    @property
    def paused(self) -> bool:
        """Whether it is not asked for a while, because it failed or waits for its key; ``stream`` then raises that."""

    def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """The answer as it arrives. Closing the generator closes the connection, so the model stops.

        Raises:
            ProviderError: in one of its kinds, before or between chunks.
        """

    async def warm(self) -> None:
        """Open what a first request needs (imports, TLS context, a connection); never raises."""

    async def aclose(self) -> None:
        """Let go of connections. Idempotent."""


@dataclass(frozen=True, slots=True)
class News:
    """Who hears what a server does that its user may want to know."""

    noted: Callable[[str], None] = lambda _sentence: None
    """What is said once, and asks nothing of anybody."""
    loading: Callable[[str], None] = lambda _sentence: None
    """The model is being loaded, in words; empty when that is over."""


NOBODY = News()


class Corpus(Protocol):
    """What the embedded engine knows: files by path. All calls may come from a worker thread."""

    def put(self, path: str, text: str, language: str = "") -> None:
        """Add a file, or replace what is known of it. Its language is what its name tells, unless it is given."""

    def remove(self, path: str) -> None:
        """Forget a file; one that is not known is no mistake."""

    def paths(self) -> list[str]:
        """The files that are known."""
