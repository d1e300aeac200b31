"""Stand-ins at the engine's seams: a clock that a test turns, and a provider that plays a script. Nothing waits."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from infill_ls.records import Chunk, Prompt, Request, Snapshot, Trigger

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

_TURNS: Final = 25
"""More turns of the event loop than any chain of callbacks in the engine is long."""


async def settle() -> None:
    """Let everything happen that can happen while no time passes."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)


async def until(condition: Callable[[], object]) -> None:
    """Let the loop go round until it holds."""
    while not condition():  # noqa: ASYNC110  # nothing tells of it
        await asyncio.sleep(0)


class FakeClock:
    """Time that passes only in ``advance``."""

    def __init__(self, start: float = 1000.0) -> None:
        self._now = start
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return await asyncio.sleep(0)
        sleeper = (self._now + seconds, asyncio.get_running_loop().create_future())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1]
        finally:
            self._sleepers.remove(sleeper)

    @property
    def sleeping(self) -> list[float]:
        """Seconds from now at which each of those who sleep will wake."""
        return [round(until - self._now, 6) for until, _ in self._sleepers]

    def pass_by(self, seconds: float) -> None:
        """Time passes while nobody looks: those who sleep wake in the loop's next turn."""
        self._now += seconds
        for until, sleeper in self._sleepers:
            if until <= self._now and not sleeper.done():
                sleeper.set_result(None)

    async def advance(self, seconds: float) -> None:
        """Time passes, and what it sets off happens."""
        await settle()
        self.pass_by(seconds)
        await settle()


class Threads:
    """Stands for the engine's own threads: takes note of what they are given, and does none of it."""

    def __init__(self) -> None:
        self.given: list[tuple[object, ...]] = []

    async def run(self, work: object, *arguments: object) -> None:
        self.given.append((work, *arguments))


HANG: Final = object()
"""A step that never ends: only closing the stream does."""


Step = str | Chunk | Exception | asyncio.Event | object
"""A piece of text, a chunk as it is, something that goes wrong, or a wait: for the event, or for ever."""


@dataclass(slots=True)
class Asked:
    """One stream that was opened, and how it ended."""

    prompt: Prompt
    running: int
    """Streams that were open at that moment, this one included."""
    end: Literal["open", "complete", "closed", "failed"] = "open"
    """``closed``: by the one who asked, before the script was over."""


class ScriptedProvider:
    """A ``Provider`` that plays one list of steps per call, and ``default`` when the list is used up.

    Args:
        scripts: what to play, call by call.
        default: what to play afterwards.
        model: its name.
        closing: awaited before a stream that is closed early is gone, as a slow connection would be.
    """

    def __init__(
        self,
        *scripts: list[Step],
        default: list[Step] | None = None,
        model: str = "scripted",
        closing: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self.model = model
        self.paused = False
        self.default = default
        self.asked: list[Asked] = []
        self.warmed = 0
        self.ended = 0
        self._scripts = deque(scripts)
        self._closing = closing
        self._running = 0

    @property
    def calls(self) -> int:
        return len(self.asked)

    @property
    def prompts(self) -> list[Prompt]:
        return [asked.prompt for asked in self.asked]

    @property
    def ends(self) -> list[str]:
        return [asked.end for asked in self.asked]

    @property
    def running(self) -> int:
        """Streams that are open."""
        return self._running

    @property
    def peak(self) -> int:
        """The most streams that ever were open at once."""
        return max((asked.running for asked in self.asked), default=0)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        script = self._scripts.popleft() if self._scripts else self.default
        assert script is not None, "asked more often than the script says"
        self._running += 1
        asked = Asked(prompt, self._running)
        self.asked.append(asked)
        try:
            for step in script:
                if isinstance(step, Exception):
                    asked.end = "failed"
                    raise step
                chunk = await _play(step)
                if chunk is not None:
                    yield chunk
            asked.end = "complete"
        finally:
            if asked.end == "open":
                if self._closing is not None:
                    await self._closing()
                asked.end = "closed"
            self._running -= 1

    async def warm(self) -> None:
        self.warmed += 1

    async def aclose(self) -> None:
        self.ended += 1


class ByHand:
    """A stream that a test plays by hand."""

    def __init__(self, prompt: Prompt, text: str) -> None:
        self.prompt = prompt
        self.text = text
        """All that the model would say."""
        self.said = ""
        """What has reached the one who asked."""
        self.open = True
        self.struck = False
        """Whether it was cancelled once more while a cancellation closed it."""
        self._given = 0
        self._steps: asyncio.Queue[Chunk | Exception] = asyncio.Queue()

    def give(self, characters: int) -> None:
        """The model says a little more."""
        piece = self.text[self._given : self._given + characters]
        self._given += len(piece)
        self._steps.put_nowait(Chunk(piece))

    def finish(self, reason: str = "stop") -> None:
        """The model says the rest, and ends."""
        self.give(len(self.text))
        self._steps.put_nowait(Chunk(finish=reason))

    def fail(self, error: Exception) -> None:
        self._steps.put_nowait(error)

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        finish = None
        while finish is None:
            step = await self._steps.get()
            if isinstance(step, Exception):
                raise step
            self.said += step.text
            finish = step.finish
            yield step


class HandPlayedProvider:
    """A ``Provider`` whose answers a test gives piece by piece.

    Args:
        says: what the model would say to a prompt.
        closing_turns: turns of the loop that it takes a stream to close.
    """

    model = "by hand"
    paused = False

    def __init__(self, says: Callable[[Prompt], str], closing_turns: int = 0) -> None:
        self._says = says
        self._closing_turns = closing_turns
        self.streams: list[ByHand] = []
        self.opened: Callable[[], None] = lambda: None
        """Told of each stream that has just been opened."""

    @property
    def open(self) -> list[ByHand]:
        return [stream for stream in self.streams if stream.open]

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        stream = ByHand(prompt, self._says(prompt))
        self.streams.append(stream)
        self.opened()
        cancelled = False
        try:
            async with aclosing(stream.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        except asyncio.CancelledError:
            cancelled = True
            raise
        finally:
            try:
                for _ in range(self._closing_turns):
                    await asyncio.sleep(0)
            except asyncio.CancelledError:
                stream.struck = cancelled
                raise
            finally:
                stream.open = False

    async def warm(self) -> None:
        """Nothing to do."""

    async def aclose(self) -> None:
        """Nothing to do."""


async def _play(step: Step) -> Chunk | None:
    if isinstance(step, Chunk):
        return step
    if isinstance(step, str):
        await asyncio.sleep(0)
        return Chunk(step)
    await (step.wait() if isinstance(step, asyncio.Event) else asyncio.get_running_loop().create_future())
    return None


_CURSOR: Final = re.compile(r"(?<!<)\|(?!>)")


def place(
    marked: str,
    *,
    uri: str = "untitled:a",
    path: str | None = None,
    language: str = "python",
    version: int = 1,
    first_line: int = 0,
) -> Snapshot:
    """A snapshot of ``marked``, in which ``|`` is the cursor (but not that of ``<|token|>``).

    Without a path nothing asks the disk.
    """
    prefix, *rest = _CURSOR.split(marked, maxsplit=1)
    suffix = "".join(rest)
    line = first_line + prefix.count("\n")
    column = len(prefix) - prefix.rfind("\n") - 1
    return Snapshot(uri, path, language, version, line, column, prefix, suffix, first_line)


def request(at: Snapshot | str, trigger: Trigger = "automatic", name: str = "1") -> Request:
    """A request at a place."""
    return Request(name, place(at) if isinstance(at, str) else at, trigger)
