"""What is on the screen while a slow model is still writing the true text; judges nothing."""

from __future__ import annotations

import asyncio
import random
from typing import Literal

from infill_ls.engine.generation import SOFT_DEADLINE_S
from support.engine.bench import Bench
from support.ground.final_buffer import apply
from support.ground.places import Place, snapshot

PIECE = 7
BEHIND = (20, 200)
"""Characters behind the true text that have come by the time when the first draft is shown."""


async def first_draft(place: Place, seed: int) -> tuple[str, str | None]:
    """What the model has said so far, and the document with the first draft: empty if nothing is shown, None as long
    as the answer is waited for.

    The model says the true text, goes on with what follows in the file, and has not come to an end.
    """
    rng = random.Random(f"{seed} {place.name}")
    said = place.missing + place.suffix[: rng.randrange(*BEHIND)]
    pieces = [said[start : start + PIECE] for start in range(0, len(said), PIECE)]
    at = snapshot(place, place.closers)
    rest = _Rest()
    bench = Bench([*pieces, rest], completion={"debounce_ms": 0})
    asked = bench.start(at, "automatic")
    all_said = asyncio.create_task(rest.is_awaited.wait())
    await asyncio.wait({asked, all_said}, return_when=asyncio.FIRST_COMPLETED)
    all_said.cancel()
    await bench.clock.advance(SOFT_DEADLINE_S)
    if not asked.done():
        asked.cancel()
        await asyncio.gather(asked, return_exceptions=True)
        return said, None
    completion = asked.result().completion
    return said, apply(at, completion) if completion else ""


class _Rest(asyncio.Event):
    """What never comes; says when it is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.is_awaited = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.is_awaited.set()
        return await super().wait()
