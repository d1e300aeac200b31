"""A document on a desk, somebody who edits it, and a scripted model that is asked for the next edit. Time is turned."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from infill_ls.document.changes import Changes
from infill_ls.document.history import History
from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.engine.backend import Backend
from infill_ls.engine.next_edit import NextEdit, NextEdits
from infill_ls.engine.next_run import Foreseeing
from infill_ls.prompt.next_families import next_named
from infill_ls.records import Request
from infill_ls.settings.resolve import Layer, resolve
from support.engine.bench import Bench
from support.engine.fakes import ScriptedProvider, Step, settle

if TYPE_CHECKING:
    from infill_ls.provider.base import Provider
    from infill_ls.records import Trigger

URI = "untitled:a.py"


class NextDesk:
    """One document.

    Args:
        text: what stands in it.
        scripts: what the model says, call by call; it says nothing of use afterwards.
        family: how it is asked.
        source: ``next_edit.source``.
        model: who is asked instead of a scripted model.
        path: where it is, if it is a file.
        closing: what a stream waits for when it is closed early.
        language: its id.
        values: further settings and parts of the bench.
    """

    def __init__(
        self,
        text: str,
        *scripts: list[Step],
        family: str = "zeta2",
        source: str = "both",
        model: Provider | None = None,
        path: str | None = None,
        closing: Any = None,
        language: str = "python",
        **values: Any,
    ) -> None:
        row = next_named(family)
        self.model = ScriptedProvider(*scripts, default=["NO_EDITS\n"], model="next", closing=closing)
        backend = Backend(model or self.model, row.mode, None, "model", "next")
        groups = {name: values.pop(name) for name in ("privacy", "usage", "context") if name in values}
        self.bench = Bench(foreseeing=Foreseeing(backend, row), **groups, **values)
        self.clock = self.bench.clock
        settings = resolve([Layer("test", {"next_edit": {"source": source}, **groups})]).settings
        self.next_edits = NextEdits(lambda: settings, self.bench.trace)
        self.mirror, self.history = Mirror(text), History()
        self.changes = Changes(self.mirror)
        self.is_model_asked = source != "repeats"
        self.path = path
        self.language = language
        self.at = (0, 0)
        self._n_asked = 0

    @property
    def foresight(self) -> Any:
        return self.bench.engine.foresight

    @property
    def text(self) -> str:
        return self.mirror.text()

    def put(self, row: int, start: int, end: int, text: str, last: int | None = None) -> None:
        """Replace a part of a line, or up to ``end`` in the line ``last``; the cursor goes behind it."""
        edit = self.mirror.edit((row, start), (row if last is None else last, end), text, "utf-32")
        self.mirror.version += 1
        cause = self.history.edited(edit)
        self.changes.edited(edit, is_undone=cause == "undone")
        self.bench.engine.edited(URI, [edit])
        self.at = edit.end

    def change(self, old: str, new: str) -> None:
        """Replace the first occurrence of a text in a line."""
        row = next(n for n in range(self.mirror.line_count) if old in self.mirror.line(n))
        start = self.mirror.line(row).index(old)
        self.put(row, start, start + len(old), new)

    def take(self, found: NextEdit) -> None:
        """Make an edit that was offered, as an editor does that tells of nothing but the change."""
        (row, start), (last, end) = found.place.at(found.place.start), found.place.at(found.place.end)
        self.put(row, start, end, found.place.text, last)

    async def ask(self, trigger: Trigger = "automatic") -> NextEdit | None:
        self._n_asked += 1
        place = take(
            self.mirror,
            uri=URI,
            path=self.path,
            language=self.language,
            line=self.at[0],
            character=self.at[1],
            encoding="utf-32",
        )
        request = Request(str(self._n_asked), place, trigger)
        foresight = self.foresight if self.is_model_asked else None
        return await self.next_edits.foresee(request, self.mirror, self.changes, foresight)

    def start(self, trigger: Trigger = "automatic") -> asyncio.Task[NextEdit | None]:
        """Ask, and go on with the test meanwhile."""
        return asyncio.create_task(self.ask(trigger))

    async def settled(self, seconds: float = 1.0, trigger: Trigger = "automatic") -> NextEdit | None:
        """Ask, and let time pass until there is an answer."""
        asked = self.start(trigger)
        await settle()
        if not asked.done():
            await self.clock.advance(seconds)
        return await asyncio.wait_for(asked, 5)

    @property
    def rules(self) -> list[tuple[str, str | None]]:
        """How the requests ended."""
        return [(each["outcome"], each["rule"]) for each in self.bench.records]
