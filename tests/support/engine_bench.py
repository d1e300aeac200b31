"""An engine on a bench: a scripted model, a clock that stands, and all that it says."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from infill_ls.engine.complete import Backend, Engine
from infill_ls.engine.files import Files
from infill_ls.engine.trace import Trace
from infill_ls.prompt.families import QWEN
from infill_ls.settings.resolve import Layer, resolve
from support.fakes import FakeClock, ScriptedProvider, Step, request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from infill_ls.errors import ProviderError
    from infill_ls.records import Mode, Outcome, Snapshot, Trigger

ANSWER = ["f(", "x)"]
AT = "y = |\n"


class Bench:
    """An engine with a scripted model, a clock that stands, and all that it says."""

    def __init__(self, *scripts, default=ANSWER, local=None, mode="fim", folders=(), closing=None, **values):
        self.clock = FakeClock()
        self.model = ScriptedProvider(*scripts, default=default, model="m", closing=closing)
        self.local = ScriptedProvider(default=local or [], model="embedded")
        resolved = resolve([Layer("test", values)])
        assert resolved.problems == ()
        backends = [Backend(self.model, mode, QWEN, "model", "id", resolved.settings.completion.debounce_ms)]
        if local is not None:
            backends.append(Backend(self.local, "fim", None, "local", "local", 0))
        self.lines = []
        self.failures = []
        self.answers = 0
        self.files = Files(tuple(map(str, folders)), resolved.settings.privacy.exclude)
        self.engine = Engine(
            resolved.settings,
            backends,
            self.files,
            self.clock,
            Trace(self.lines.append),
            failed=self.failures.append,
            answered=self._answered,
        )

    def _answered(self):
        self.answers += 1

    @property
    def records(self):
        return [json.loads(line) for line in self.lines]

    async def ask(self, at, trigger="invoked", name="1"):
        return await self.engine.complete(request(at, trigger, name))

    def start(self, at, trigger="invoked", name="1"):
        return asyncio.create_task(self.ask(at, trigger, name))


def shown(outcome):
    return outcome.name, outcome.source, outcome.completion and outcome.completion.text
