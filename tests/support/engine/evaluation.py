"""A project on a disk, holes in it, and candidates whose models say what a test wants; runs them as the command does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from infill_ls.accounting.trace import Trace
from infill_ls.assembly import assemble
from infill_ls.clock import SystemClock
from infill_ls.engine.backend import Backend
from infill_ls.evaluate.answers import Answers
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.candidates import EMBEDDED, Candidate
from infill_ls.evaluate.figures import Report, report
from infill_ls.evaluate.ground import Ground, Stage, read
from infill_ls.evaluate.history import commit_holes
from infill_ls.evaluate.holes import choose, marked
from infill_ls.evaluate.run import Run
from infill_ls.prompt.family_rows import QWEN
from infill_ls.records import Chunk, Prompt
from infill_ls.settings.resolve import Layer, resolve

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from infill_ls.accounting.ledger import Ledger
    from infill_ls.evaluate.holes import Hole

ALONE: dict[str, Any] = {"completion.speculate": False, "completion.debounce_ms": 0}


class Model:
    """Says at each place what it is told to; notes all prompts."""

    model = "fake"
    paused = False

    def __init__(self, says: Callable[[Prompt], str]) -> None:
        self._says = says
        self.prompts: list[Prompt] = []

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        self.prompts.append(prompt)
        yield Chunk(self._says(prompt), "stop")

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


class Truthful(Model):
    """Knows the holes by what stands around them."""

    def __init__(self, holes: Sequence[Hole]) -> None:
        self._holes = holes
        super().__init__(self._truth)

    def _truth(self, prompt: Prompt) -> str:
        return self.hole(prompt).truth

    def hole(self, prompt: Prompt) -> Hole:
        """The one that a prompt asks for; the files here are so small that prompts have all of them."""
        context = prompt.context
        asked = (context.path, context.prefix, context.suffix)
        return next(each for each in self._holes if (each.path, each.before, each.after) == asked)


class Evaluation:
    """A project's ground and holes, and runs over them."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.root = str(root)
        self.settings = resolve([Layer("test", {**ALONE, **settings})]).settings
        local = resolve([Layer("test", {**ALONE, **settings, "provider.kind": "local", "local.installed": False})])
        self._embedded = Candidate(EMBEDDED, local.settings, is_embedded=True)
        self.ground = Ground(self.root, {})
        self.holes: list[Hole] = []
        self.run: Run | None = None

    async def read(self, count: int = 40, seed: int = 1, commits: int = 0) -> None:
        """Choose holes of the files, and of so many commits."""
        self.assembly = assemble(self._embedded.settings, {}, (self.root,), SystemClock(), Trace())
        self.ground = await read(self.root, self.assembly, lambda *_: None)
        self._again = self.assembly.index.remember()
        holes = choose(self.ground.texts, count, seed)
        if commits:
            worked, past = commit_holes(self.root, self.ground.texts, lambda _path: True, commits, seed)
            self.ground.add(worked, past)
            holes += worked
        self.holes = marked(holes, self.ground.texts, self.ground.past)

    def embedded(self) -> Asker:
        """The embedded engine as a process has it that has just read the project."""
        self._again()
        stage = Stage(self.ground, self.assembly.index, "nothing", self._again)
        return Asker(self._embedded, self.assembly, self.root, stage, asyncio.Lock(), SystemClock(), None)

    def candidate(self, name: str, model: Model, ledger: Ledger | None = None) -> Asker:
        """Who asks ``model``, as one that fills in the middle is asked."""
        own = {"provider.kind": "openai", "provider.base_url": "http://127.0.0.1:9", "provider.mode": "fim"}
        asker = self.asker(name, {**own, "provider.model": name}, {}, ledger)
        asker.assembly.engine.backends = [Backend(model, "fim", QWEN, "model", name)]
        return asker

    def asker(self, name: str, own: dict[str, Any], environ: dict[str, str], ledger: Ledger | None = None) -> Asker:
        """Who asks what these settings name."""
        settings = resolve([Layer("test", {**ALONE, **own})]).settings
        assembly = assemble(settings, environ, (self.root,), SystemClock(), Trace())
        assert assembly.related is not None
        stage = Stage(self.ground, assembly.related, "around")
        stage.fill()
        candidate = Candidate(name, settings, is_embedded=False)
        return Asker(candidate, assembly, self.root, stage, asyncio.Lock(), SystemClock(), ledger)

    async def asked(self, askers: Sequence[Asker], path: Path, at_a_time: int = 4) -> Report:
        """The report once all have been asked what is not in the file yet."""
        answers = await self.answered(askers, path, at_a_time)
        return report(self.root, [asker.candidate for asker in askers], self.holes, answers.known)

    async def answered(self, askers: Sequence[Asker], path: Path, at_a_time: int = 4) -> Answers:
        """What is in the file once all have been asked what was not."""
        answers = Answers(path)
        answers.load()
        self.run = Run(askers, answers, SystemClock(), lambda *_: None, at_a_time)
        try:
            await self.run.go(self.holes)
        finally:
            answers.close()
        return answers
