"""``infill-ls evaluate``: which model, which settings, on the user's own code. Asks before it calls a model."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.accounting.trace import Trace
from infill_ls.assembly import Assembly, assemble, prices
from infill_ls.cli.hardening import leave_folder
from infill_ls.cli.place import LEARN_S, clear_progress, show_progress
from infill_ls.cli.terminal import agreed, warn
from infill_ls.clock import SystemClock
from infill_ls.errors import SettingsError
from infill_ls.evaluate.answers import Answers
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.candidates import Candidate, candidates
from infill_ls.evaluate.check import Check, check_all
from infill_ls.evaluate.figures import report
from infill_ls.evaluate.ground import Ground, Past, Stage, read
from infill_ls.evaluate.history import Missing, commit_holes
from infill_ls.evaluate.holes import COMMIT, KINDS, Hole, choose, marked, read_holes
from infill_ls.evaluate.html import page
from infill_ls.evaluate.plan import Plan, plan
from infill_ls.evaluate.run import Run
from infill_ls.evaluate.table import lines, money
from infill_ls.sentences import sentence
from infill_ls.startup import Launch
from infill_ls.workspace.threads import in_thread

_DONE, _NONE, _UNREACHABLE = 0, 1, 3


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
    yes: bool
    as_json: bool


async def evaluate(launch: Launch, wanted: Wanted) -> int:
    """Ask, measure, report; gives the exit status.

    Raises:
        SettingsError: what is named cannot be read, or there is no code in it.
    """
    root, files = _root(wanted), _Files.of(wanted)
    found, problems = candidates(launch, files.candidates)
    if problems:
        warn(*problems)
    leave_folder()
    async with AsyncExitStack() as closing:
        bench = await _Bench.made(root, found, launch, closing)
        holes = await bench.holes(wanted, files)
        answers = Answers(files.answers or _kept(bench.ground, holes))
        closing.callback(answers.close)
        answers.load()
        run = Run(bench.askers, answers, bench.clock, Progress())
        if not await _is_agreed(run, bench.askers, holes, yes=wanted.yes):
            return _NONE
        await bench.warm(run, holes)
        try:
            await run.go(holes)
            if wanted.check:
                await in_thread("folders", _checked, wanted.check, root, holes, answers)
        finally:
            clear_progress()
    notes = [f"{each.name} was stopped: {run.stopped[each.id]}" for each in found if each.id in run.stopped]
    made = report(root, found, holes, answers.known, notes)
    if files.html is not None:
        _write(files.html, page(made))
    if wanted.as_json:
        print(json.dumps(made.figures))
    else:
        print("\n".join(lines(made.figures)))
    return _UNREACHABLE if run.stopped else _DONE


@dataclass(frozen=True, slots=True)
class _Files:
    """The files that are named, by whole paths, since the folder is left."""

    candidates: Path | None
    holes: Path | None
    answers: Path | None
    html: Path | None

    @classmethod
    def of(cls, wanted: Wanted) -> _Files:
        return cls(*(Path(name).absolute() if name else None for name in _named(wanted)))


def _checked(command: str, root: str, holes: Sequence[Hole], answers: Answers) -> None:
    with Check(command, root) as check:
        check_all(check, holes, answers, Progress())


def _write(path: Path, text: str) -> None:
    """Write the report; it contains code, so it is nobody else's.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SettingsError(f"{path} cannot be written: {error.strerror}.") from error


def _named(wanted: Wanted) -> tuple[str | None, ...]:
    return wanted.candidates, wanted.holes, wanted.answers, wanted.html


class _Bench:
    """The project, and who is asked about it."""

    def __init__(self, ground: Ground, askers: Sequence[Asker], embedded: Assembly, ledger: Ledger) -> None:
        self.ground = ground
        self.askers = askers
        self.clock = SystemClock()
        self._embedded = embedded
        self._ledger = ledger

    @classmethod
    async def made(cls, root: str, found: Sequence[Candidate], launch: Launch, closing: AsyncExitStack) -> _Bench:
        clock = SystemClock()
        own = next(each for each in found if each.is_embedded)
        ledger = Ledger(LedgerFile(), prices=lambda model: prices(own.settings, model), note=warn)
        closing.push_async_callback(ledger.flush)
        await ledger.load()

        def assembled(candidate: Candidate) -> Assembly:
            made = assemble(candidate.settings, launch.environ, (root,), clock, Trace(), ledger=ledger)
            closing.push_async_callback(made.engine.aclose)
            return made

        embedded = assembled(own)
        ground = await read(root, embedded, show_progress)
        clear_progress()
        shared = Stage(ground, embedded.index, "nothing"), asyncio.Lock()
        askers = []
        for candidate in found:
            if candidate.is_embedded:
                askers.append(Asker(candidate, embedded, root, *shared, clock, ledger))
                continue
            assembly = assembled(candidate)
            if assembly.problems or assembly.warnings:
                warn(*(f"{candidate.name}: {each}" for each in (*assembly.problems, *assembly.warnings)))
            stage = Stage(ground, assembly.index if assembly.related is None else assembly.related, "around")
            if assembly.related is not None:
                await in_thread("folders", stage.fill)
            askers.append(Asker(candidate, assembly, root, stage, asyncio.Lock(), clock, ledger))
        return cls(ground, askers, embedded, ledger)

    async def holes(self, wanted: Wanted, files: _Files) -> list[Hole]:
        """Those of a file, else of the project."""
        if files.holes is not None:
            return read_holes(files.holes)[: wanted.count]
        kinds = _kinds(wanted.kinds)
        worked, past = await in_thread("folders", self._worked, wanted, kinds)
        self.ground.past.update(past)
        rest = [kind for kind in kinds if kind != COMMIT]
        found = await in_thread("folders", choose, self.ground.texts, wanted.count - len(worked), wanted.seed, rest)
        found += worked
        if not found:
            raise SettingsError(
                f"There is no code in {wanted.folder} that may be read: name a folder that holds a project."
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

    async def warm(self, run: Run, holes: Sequence[Hole]) -> None:
        """What is to be there before the first question."""
        for language in dict.fromkeys(hole.language for hole in holes):
            await self._embedded.installed.learn(language, LEARN_S)
        for asker in self.askers:
            if run.missing(asker, holes):
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


async def _is_agreed(run: Run, askers: Sequence[Asker], holes: Sequence[Hole], *, yes: bool) -> bool:
    """Say what it takes, and ask; nothing has to be asked where no model is."""
    plans = [
        await plan(asker, missing)
        for asker in askers
        if asker.backend.source == "model" and (missing := run.missing(asker, holes))
    ]
    if not plans:
        return True
    print("\n".join(map(_sentence, plans)), file=sys.stderr)
    return yes or agreed("Send these requests?", "Nothing is sent without your consent: add --yes.")


def _sentence(plan: Plan) -> str:
    price = f"about {money(plan.cost, plan.currency)}" if plan.cost is not None else "a price that is not known"
    return (
        f"{sentence(plan.name)}: {plan.calls:,} calls to {sentence(plan.model) or 'a model'}, about "
        f"{plan.prompt_tokens:,} tokens in and {plan.completion_tokens:,} out, at {price}."
    )


def _kinds(words: str | None) -> tuple[str, ...]:
    kinds = tuple(words.split(",")) if words else KINDS
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        raise SettingsError(f"{wrong[0]!r} is not a kind of hole: the kinds are {', '.join(KINDS)}.")
    return kinds


def _root(wanted: Wanted) -> str:
    root = os.path.abspath(wanted.folder)  # noqa: PTH100  # keeps links
    if not Path(root).is_dir():
        raise SettingsError(f"{wanted.folder} is not a folder: name one that holds a project.")
    return root


def _kept(ground: Ground, holes: Sequence[Hole]) -> Path:
    """Where answers are kept: another file for another state of the project, which may answer otherwise."""
    from platformdirs import user_cache_path

    said = "\0".join((ground.mark, *(hole.id for hole in holes)))
    name = hashlib.sha256(said.encode()).hexdigest()[:16]
    return user_cache_path("infill-ls", appauthor=False) / "evaluate" / f"{name}.jsonl"
