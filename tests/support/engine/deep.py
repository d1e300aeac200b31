"""A bench whose model may look things up in a small project, and plays a script of calls and answers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from infill_ls.accounting.trace import Trace
from infill_ls.context.budget import Allowance
from infill_ls.engine.backend import Backend
from infill_ls.engine.engine import Engine
from infill_ls.engine.other_files import OtherFiles
from infill_ls.engine.projects import Projects
from infill_ls.messages import ToolCall
from infill_ls.prompt.family_rows import QWEN
from infill_ls.records import Chunk, Outcome, Prompt, Request, Snapshot
from infill_ls.settings.resolve import Layer, resolve
from infill_ls.tokens import Usage
from infill_ls.workspace.files import Files
from support.engine.fakes import FakeClock, ScriptedProvider, Step
from support.ground.small_project import indexed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infill_ls.accounting.ledger import Ledger
    from infill_ls.provider.base import Provider

ANSWER: Final = "```python\nadd_item('b', 2)\n```\n"
"""What the model says in the end; between the fences stands the completion."""
HERE: Final = "from store import open_store\n\nstore = open_store('x')\nstore."


def calls(
    *wanted: tuple[str, dict[str, Any] | str], text: str = "", reasoning: str = "", usage: Usage | None = None
) -> list[Step]:
    """A round that ends in calls."""
    made = tuple(
        ToolCall(f"call_{number}", name, given if isinstance(given, str) else json.dumps(given))
        for number, (name, given) in enumerate(wanted)
    )
    return [Chunk(text, reasoning=reasoning), Chunk(finish="tool_calls", calls=made, usage=usage)]


class DeepBench:
    """An engine, a scripted model that may look things up, and another that is asked otherwise."""

    def __init__(
        self,
        root: Path,
        *scripts: list[Step],
        default: Sequence[Step] = (ANSWER,),
        model: Provider | None = None,
        able: bool = True,
        ledger: Ledger | None = None,
        opened: Any = None,
        **values: Any,
    ) -> None:
        resolved = resolve(
            [Layer("test", {"privacy.exclude": ["ours"], "completion.languages": {"off/*": False}, **values})]
        )
        assert resolved.problems == ()
        self.settings = settings = resolved.settings
        self.root = root
        self.clock = FakeClock()
        self.scripted = ScriptedProvider(*scripts, default=list(default), model="deep")
        self.model = model or self.scripted
        self.plain = ScriptedProvider(default=["plain()"], model="plain")
        self.local = ScriptedProvider(default=["local()"], model="local")
        self.lines: list[str] = []
        self.told: list[str] = []
        self.trace = Trace(self.lines.append)
        files = Files((str(root),), settings.privacy.exclude)
        related = indexed(root, settings.privacy.exclude)
        self.engine = Engine(
            settings,
            [
                Backend(self.plain, "fim", QWEN, "model", "plain", 0),
                Backend(self.local, "fim", None, "local", "local", 0),
            ],
            files,
            self.clock,
            self.trace,
            deep=Backend(self.model, "chat", QWEN, "model", "deep", 0) if able else None,
            ledger=ledger,
            looked=lambda _uri, words: self.told.append(words),
            other_files=OtherFiles(related, files, Allowance(0), None),
            projects=Projects(related, files, settings, opened),
        )

    @property
    def prompts(self) -> list[Prompt]:
        return self.scripted.prompts

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def snapshot(self, text: str = HERE, name: str = "src/new.py") -> Snapshot:
        path = self.root / name
        row = text.count("\n")
        return Snapshot(path.as_uri(), str(path), "python", 1, row, len(text) - text.rfind("\n") - 1, text, "\n")

    async def ask(self, at: Snapshot | None = None, *, deep: bool = True, trigger: Any = "invoked") -> Outcome:
        return await self.engine.complete(Request("1", at or self.snapshot(), trigger, deep=deep))

    def start(self, at: Snapshot | None = None) -> asyncio.Task[Outcome]:
        return asyncio.create_task(self.ask(at))


def results(prompt: Prompt) -> list[str]:
    """What the tools gave, in a prompt."""
    return [message.content for message in prompt.messages if message.role == "tool"]


def sent(prompts: Sequence[Prompt]) -> str:
    """Every word that went to a model."""
    return "\n".join(
        "\n".join(
            [prompt.text]
            + [
                each.content + each.reasoning + "".join(call.name + call.arguments for call in each.calls)
                for each in prompt.messages
            ]
        )
        for prompt in prompts
    )
