"""One call for a next edit: who is asked, about what, and what has come so far. Asks nobody itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from infill_ls.accounting.meter import Tally
from infill_ls.engine.backend import Backend
from infill_ls.engine.kept_edits import KeptEdits
from infill_ls.post.hidden import hides_more
from infill_ls.prompt.next_families import NextFamily
from infill_ls.records import Change, Completion, Outcome
from infill_ls.repeat.gates import held_back
from infill_ls.repeat.places import Place
from infill_ls.repeat.text import Lines

Key = tuple[object, ...]
IsUnwanted = Callable[[Place], bool]


@dataclass(frozen=True, slots=True)
class Foreseeing:
    """Who is asked for next edits, and in which form."""

    backend: Backend
    family: NextFamily


@dataclass(frozen=True, slots=True)
class Document:
    """What a request is about: the live text and what has become of it, which an edit ends."""

    text: Lines
    changes: tuple[Change, ...]
    is_unwanted: IsUnwanted


class Run:
    """One call, and what has come of it."""

    def __init__(self, uri: str, key: Key, document: Document, tally: Tally) -> None:
        self.uri = uri
        self.key = key
        self.text = document.text
        self.kept = KeptEdits(document.changes[-1])
        self.tally = tally
        self.places: list[Place] = []
        """As they came."""
        self.fault: str | None = None
        self._come = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_settled = False

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let it work."""
        self.tally.begin()
        self._task = asyncio.ensure_future(work)
        self._task.add_done_callback(self._ended)

    def stop(self) -> asyncio.Task[None] | None:
        """Close its connection; what it took counts at once. Gives what is still to be waited for."""
        task = self._task
        if task is None or task.done():
            return None
        if not task.cancelling():
            task.cancel()
        self._settle()
        return task

    def add(self, place: Place) -> None:
        """One more edit is known."""
        self.places.append(place)
        self.kept.add(place)
        self._come.set()

    async def more(self, n_known: int) -> None:
        """Wait for another edit than those that are known, or the end.

        Raises:
            ProviderError: asking failed, and no edit had come.
        """
        task = self._task
        assert task is not None  # noqa: S101  # for the type checker: only what was started is waited for
        while len(self.places) <= n_known and not task.done():
            self._come.clear()
            await self._come.wait()
        if not self.places and task.done():
            task.result()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # those who wait get it; there may be none
        self._come.set()
        self._settle()

    def _settle(self) -> None:
        if not self._is_settled:
            self._is_settled = True
            self.tally.end()


def first_wanted(
    places: Sequence[Place], document: Document, language: str
) -> tuple[Outcome, tuple[Place, ...]]:
    """The first place that nothing speaks against, and those behind it; or what speaks against the first one."""
    why: Outcome | None = None
    for n, place in enumerate(places):
        if document.is_unwanted(place):
            held = Outcome("filtered", rule="rejected")
        elif hides_more(place.new_line, place.line):
            held = Outcome("gated", rule="next_hidden")
        else:
            found = held_back(place, document.text, document.changes, (), language)
            if found is None:
                return Outcome("shown", Completion(place.text)), tuple(places[n:])
            held = found
        why = why or held
    return why or Outcome("empty", rule="empty"), ()


def once(
    kept: KeptEdits, outcome: Outcome, places: tuple[Place, ...]
) -> tuple[Outcome, tuple[Place, ...]]:
    """An offer as seen before where it is asked for again, since it counts once."""
    is_again = bool(places) and kept.is_offered_again(places[0])
    return (replace(outcome, source="cache") if is_again else outcome), places
