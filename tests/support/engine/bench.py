"""An engine on a bench: a scripted model, a clock that stands, and all that it says."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from infill_ls.accounting.trace import Trace
from infill_ls.engine.backend import Backend, Lists
from infill_ls.engine.engine import Engine
from infill_ls.prompt.family_rows import QWEN
from infill_ls.settings.resolve import Layer, resolve
from infill_ls.workspace.files import Files
from support.engine.fakes import FakeClock, ScriptedProvider, Step, request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from infill_ls.accounting.ledger import Ledger
    from infill_ls.engine.next_run import Foreseeing
    from infill_ls.errors import ProviderError
    from infill_ls.provider.base import Provider
    from infill_ls.records import Mode, Outcome, Snapshot, Trigger

ANSWER: Final[list[Step]] = ["f(", "x)"]
AT: Final = "y = |\n"


class Bench:
    """An engine with a scripted model behind it.

    Args:
        scripts: what the model says, call by call.
        default: what it says afterwards.
        local: what the embedded engine says; None where there is none.
        mode: how the model is asked.
        folders: the workspace's.
        closing: what a stream waits for when it is closed early.
        model: who is asked instead of a scripted model.
        thinking: who answers explicit requests first.
        lists: how the model gives several answers at once.
        sees: whether the model takes images.
        only_local: whether no model is asked at all.
        ledger: where calls are counted; None for nowhere.
        foreseeing: who is asked for next edits.
        other_files: what prompts show of other files.
        values: settings by group.
    """

    def __init__(
        self,
        *scripts: list[Step],
        default: list[Step] = ANSWER,
        local: list[Step] | None = None,
        mode: Mode = "fim",
        folders: Sequence[Path] = (),
        closing: Callable[[], Awaitable[object]] | None = None,
        model: Provider | None = None,
        ledger: Ledger | None = None,
        thinking: Backend | None = None,
        lists: Lists = "none",
        sees: bool = False,
        only_local: bool = False,
        foreseeing: Foreseeing | None = None,
        other_files: Any = None,
        **values: Any,
    ) -> None:
        resolved = resolve([Layer("test", values)])
        assert resolved.problems == ()
        settings = resolved.settings
        self.clock = FakeClock()
        self.model = ScriptedProvider(*scripts, default=default, model="m", closing=closing)
        self.local = ScriptedProvider(default=local or [], model="embedded")
        self.lines: list[str] = []
        self.trace = Trace(self.lines.append)
        self.failures: list[ProviderError] = []
        self.answers = 0
        asked, debounce_ms = model or self.model, settings.completion.debounce_ms
        backends = (
            [] if only_local else [Backend(asked, mode, QWEN, "model", "id", debounce_ms, lists=lists, sees=sees)]
        )
        if local is not None:
            backends.append(Backend(self.local, "fim", None, "local", "local", 0))
        self.engine = Engine(
            settings,
            backends,
            Files(tuple(map(str, folders)), settings.privacy.exclude),
            self.clock,
            self.trace,
            thinking=thinking,
            ledger=ledger,
            other_files=other_files,
            failed=self.failures.append,
            answered=self._answered,
            foreseeing=foreseeing,
        )

    def _answered(self) -> None:
        self.answers += 1

    @property
    def records(self) -> list[dict[str, Any]]:
        """What was written down, request by request."""
        return [json.loads(line) for line in self.lines]

    async def ask(self, at: Snapshot | str, trigger: Trigger = "invoked", name: str = "1") -> Outcome:
        return await self.engine.complete(request(at, trigger, name))

    def start(self, at: Snapshot | str, trigger: Trigger = "invoked", name: str = "1") -> asyncio.Task[Outcome]:
        """Ask, and go on with the test meanwhile."""
        return asyncio.create_task(self.ask(at, trigger, name))


def shown(outcome: Outcome) -> tuple[str, str | None, str | None]:
    """Name, source and text."""
    return outcome.name, outcome.source, outcome.completion.text if outcome.completion else None
