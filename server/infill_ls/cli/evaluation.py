"""The options of ``infill-ls evaluate``, the project that is meant, and who is asked about it. Asks nobody itself."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.accounting.trace import Trace
from infill_ls.assembly import Assembly, assemble, prices
from infill_ls.backends import STAND_IN
from infill_ls.cli.place import LEARN_S, clear_progress, show_progress
from infill_ls.cli.terminal import warn
from infill_ls.clock import SystemClock
from infill_ls.errors import SettingsError
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.candidates import Candidate
from infill_ls.evaluate.ground import Ground, Past, Stage, read
from infill_ls.evaluate.history import Missing, commit_holes
from infill_ls.evaluate.holes import (
    COMMIT,
    KINDS,
    Hole,
    choose,
    in_order,
    marked,
    read_holes,
    shuffled,
)
from infill_ls.sentences import sentence
from infill_ls.startup import Launch
from infill_ls.workspace.threads import in_thread


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command line's options."""

    folder: str
    candidates: str | None
    holes: str | None
    count: int
    seed: int
    kinds: str | None
    answers: str | None
    html: str | None
    check: str | None
    batch: bool
    ray: str | None
    yes: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class Files:
    """The files that are named, by whole paths, since the folder is left."""

    candidates: Path | None
    holes: Path | None
    answers: Path | None
    html: Path | None

    @classmethod
    def of(cls, wanted: Wanted) -> Files:
        return cls(*(Path(name).absolute() if name else None for name in _named(wanted)))


class Bench:
    """The project, and who is asked about it."""

    def __init__(
        self, ground: Ground, askers: Sequence[Asker], embedded: Assembly, ledger: Ledger
    ) -> None:
        self.ground = ground
        self.askers = askers
        self.clock = SystemClock()
        self._embedded = embedded
        self.ledger = ledger

    @classmethod
    async def made(
        cls,
        root: str,
        found: Sequence[Candidate],
        launch: Launch,
        closing: AsyncExitStack,
        wanted: Wanted,
    ) -> Bench:
        clock = SystemClock()
        own = next(each for each in found if each.is_embedded)
        ledger = Ledger(
            LedgerFile(),
            prices=lambda model: prices(own.settings, model),
            note=warn,
            is_seen=False,
        )
        closing.push_async_callback(ledger.flush)
        await ledger.load()

        def assembled(candidate: Candidate) -> Assembly:
            made = assemble(
                candidate.settings, launch.environ, (root,), clock, Trace(), ledger=ledger
            )
            closing.push_async_callback(made.engine.aclose)
            return made

        embedded = assembled(own)
        # What a benchmark has hidden belongs to no project.
        ground = Ground(root, {}) if wanted.holes else await read(root, embedded, show_progress)
        clear_progress()
        index = embedded.index
        shared = Stage(ground, index, "nothing", index.remember()), asyncio.Lock()
        askers = []
        for candidate in found:
            if candidate.is_embedded:
                askers.append(Asker(candidate, embedded, root, *shared, clock, ledger))
                continue
            assembly = assembled(candidate)
            _check(candidate, assembly)
            stage = Stage(
                ground, assembly.index if assembly.related is None else assembly.related, "around"
            )
            if assembly.related is not None:
                await in_thread("folders", stage.fill)
            askers.append(Asker(candidate, assembly, root, stage, asyncio.Lock(), clock, ledger))
        return cls(ground, askers, embedded, ledger)

    async def holes(self, wanted: Wanted, files: Files) -> list[Hole]:
        """Those of a file, else of the project."""
        if files.holes is not None:
            found = shuffled(read_holes(files.holes), wanted.seed)[: wanted.count]
            if not found:
                raise SettingsError(f"There are no holes in {wanted.holes}: give one a line.")
            return in_order(found)
        kinds = _kinds(wanted.kinds)
        worked, past = await in_thread("folders", self._worked, wanted, kinds)
        self.ground.add(worked, past)
        rest = [kind for kind in kinds if kind != COMMIT]
        found = await in_thread(
            "folders", choose, self.ground.texts, wanted.count - len(worked), wanted.seed, rest
        )
        found += worked
        if not self.ground.texts:
            raise SettingsError(
                f"There is no code in {wanted.folder} that may be read: name a folder that holds a project."
            )
        if not found:
            raise SettingsError(
                f"Nothing in {wanted.folder} can be hidden as {', '.join(kinds)}: name other kinds, or a folder with "
                "more code that people have written."
            )
        return await in_thread("folders", marked, found, self.ground.texts, past)

    def _worked(self, wanted: Wanted, kinds: Sequence[str]) -> tuple[list[Hole], dict[str, Past]]:
        """Holes of the project's history; none without one, unless they were named."""
        if COMMIT not in kinds:
            return [], {}
        ground, files = self.ground, self._embedded.files

        def is_allowed(path: str) -> bool:
            return not files.is_private(ground.absolute(path))

        count = -(-wanted.count // len(kinds))
        try:
            return commit_holes(ground.root, ground.texts, is_allowed, count, wanted.seed)
        except Missing:
            if wanted.kinds:
                raise
            return [], {}

    async def warm(self, askers: Iterable[Asker], holes: Sequence[Hole]) -> None:
        """What is to be there before these are asked their first question."""
        for language in dict.fromkeys(hole.language for hole in holes):
            await self._embedded.installed.learn(language, LEARN_S)
        for asker in askers:
            await asker.assembly.warm()


class Progress:
    """Says on a terminal how far a run is, how fast it goes, and how long it still takes."""

    def __init__(self) -> None:
        self._began = self._told = time.monotonic()
        self._first: int | None = None

    def __call__(self, name: str, done: int, n_all: int) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = done - 1
        if not sys.stderr.isatty() or (now - self._told < 0.2 and done < n_all):
            return
        self._told = now
        rate = (done - self._first) / max(0.001, now - self._began)
        left = (n_all - done) / rate
        bar = "█" * round(20 * done / n_all)
        time_left = f"{left:.0f} s" if left < 90 else f"{left / 60:.0f} min"
        said = f"{bar:░<20} {done:,}/{n_all:,}  {rate:,.1f}/s  {time_left} left  {sentence(name)}"
        print(f"\r{said}\x1b[K", end="\r", file=sys.stderr, flush=True)


def _check(candidate: Candidate, assembly: Assembly) -> None:
    """See whether there is a model to ask, since nobody stands in for it here.

    Raises:
        SettingsError: there is none.
    """
    problems = [problem.removesuffix(STAND_IN) for problem in assembly.problems]
    if assembly.engine.backends[0].source == "local":
        why = problems[0] if problems else "its model thinks before each answer: choose another."
        raise SettingsError(f"Candidate {candidate.name} cannot be asked: {why}")
    if said := (*problems, *assembly.warnings):
        warn(*(f"{candidate.name}: {each}" for each in said))


def _named(wanted: Wanted) -> tuple[str | None, ...]:
    return wanted.candidates, wanted.holes, wanted.answers, wanted.html


def _kinds(words: str | None) -> tuple[str, ...]:
    kinds = tuple(words.split(",")) if words else KINDS
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        raise SettingsError(
            f"{wrong[0]!r} is not a kind of hole: the kinds are {', '.join(KINDS)}."
        )
    return kinds


def root_of(wanted: Wanted) -> str:
    """The folder that is named, by its whole path.

    Raises:
        SettingsError: it is not a folder, or no holes are wanted.
    """
    if wanted.count < 1:
        raise SettingsError("--count is the number of holes: give 1 or more.")
    root = os.path.abspath(wanted.folder)  # noqa: PTH100  # keeps links
    if not Path(root).is_dir():
        raise SettingsError(f"{wanted.folder} is not a folder: name one that holds a project.")
    return root
