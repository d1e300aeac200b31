"""The embedded engine as a provider: answers from the index at once; fills no index and opens no connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from math import log

from infill_ls.provider.local.index import Index
from infill_ls.provider.local.predict import predict
from infill_ls.records import Chunk, Prompt


class LocalProvider:
    """Completions from the text of open documents and workspace files."""

    model = "local"
    paused = False

    def __init__(
        self, index: Index, installed: Index | None = None, eagerness: str = "calm"
    ) -> None:
        self._index = index
        self._installed = installed
        self._eagerness = eagerness

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        """One chunk with the whole answer, or none. A prompt that stops at a line end gets a single line.

        Its score is how likely its first line is all that is missing on the cursor's, and its text right.
        """
        context = prompt.context
        found = predict(
            self._index,
            path=context.path,
            prefix=context.prefix,
            suffix=context.suffix,
            multiline="\n" not in prompt.stop,
            language=context.language,
            explicit=prompt.explicit,
            installed=self._installed,
            eagerness=self._eagerness,
        )
        if found:
            sure = min(found.confidence, found.whole)
            is_scored = prompt.scored and sure > 0
            yield Chunk(found.text, finish="stop", logprobs=(log(sure),) if is_scored else ())

    async def warm(self) -> None:
        """Nothing to open."""

    async def aclose(self) -> None:
        """Nothing to let go of."""
