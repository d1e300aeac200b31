"""``infill-ls evaluate``: which model, which settings, on the user's own code. Asks before it calls a model."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.assembly import prices
from infill_ls.backends import batches_of
from infill_ls.cli.evaluation import Bench, Files, Progress, Wanted, root_of
from infill_ls.cli.hardening import leave_folder
from infill_ls.cli.place import clear_progress
from infill_ls.cli.terminal import agreed, warn
from infill_ls.errors import SettingsError
from infill_ls.evaluate.answers import Answers
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.batch import BatchRun
from infill_ls.evaluate.candidates import Candidate, candidates
from infill_ls.evaluate.check import Check, check_all
from infill_ls.evaluate.figures import report
from infill_ls.evaluate.ground import Ground
from infill_ls.evaluate.holes import Hole
from infill_ls.evaluate.html import page
from infill_ls.evaluate.plan import Plan, plan
from infill_ls.evaluate.run import Run
from infill_ls.evaluate.table import lines, money
from infill_ls.provider.batches import PRICE
from infill_ls.sentences import sentence
from infill_ls.settings.schema import Settings
from infill_ls.startup import Launch
from infill_ls.tokens import PriceTier
from infill_ls.workspace.threads import in_thread

if TYPE_CHECKING:
    from infill_ls.evaluate.cluster import Cluster

_DONE, _NONE, _UNREACHABLE = 0, 1, 3


async def evaluate(launch: Launch, wanted: Wanted) -> int:
    """Ask, measure, report; gives the exit status.

    Raises:
        SettingsError: what is named cannot be read, or there is no code in it.
    """
    root, files = root_of(wanted), Files.of(wanted)
    found, problems = candidates(launch, files.candidates)
    if problems:
        warn(*problems)
    leave_folder()
    async with AsyncExitStack() as closing:
        cluster = await _cluster(wanted, launch, found, closing)
        bench = await Bench.made(root, found, launch, closing, wanted)
        holes = await bench.holes(wanted, files)
        answers = Answers(files.answers or _kept(bench.ground, holes))
        closing.callback(answers.close)
        answers.load()
        if files.html is not None:
            _write(files.html, "")  # rather now than when all is asked
        run = _run(bench, cluster, holes, answers)
        batches = _batches(bench, launch, answers, closing) if wanted.batch else []
        missing = {each.asker: each.unsent(holes) for each in batches} or {
            asker: run.missing(asker, holes) for asker in bench.askers
        }
        if not await _is_agreed(
            bench, missing, cluster, yes=wanted.yes, share=PRICE if wanted.batch else 1.0
        ):
            return _NONE
        here = [each for each in bench.askers if each in run.askers and run.missing(each, holes)]
        await bench.warm(here, holes)
        try:
            for each in batches:
                # What it cannot answer is not asked in another way, at another price.
                run.stopped[each.asker.candidate.id] = await each.go(holes)
            await run.go(holes)
            if wanted.check:
                await in_thread("folders", _checked, wanted.check, root, holes, answers)
        finally:
            clear_progress()
    stopped = {each.name: why for each in found if (why := run.stopped.get(each.id))}
    notes = [f"{name} was stopped: {why}" for name, why in stopped.items()]
    made = report(root, found, holes, answers.known, notes)
    if files.html is not None:
        _write(files.html, page(made))
    if wanted.as_json:
        print(json.dumps(made.figures))
    else:
        print("\n".join(lines(made.figures)))
    return _UNREACHABLE if stopped else _DONE


async def _cluster(
    wanted: Wanted, launch: Launch, found: Sequence[Candidate], closing: AsyncExitStack
) -> Cluster | None:
    """The machines that ask, where it is not this one."""
    if wanted.ray is None:
        return None
    from infill_ls.evaluate.cluster import Cluster, check_own

    check_own(found, launch.resolved().settings.provider)
    # Ray prints what becomes of its workers, which is no part of the report.
    closing.enter_context(redirect_stdout(sys.stderr))
    cluster = await Cluster.connected(wanted.ray)
    closing.callback(cluster.close)
    return cluster


def _run(bench: Bench, cluster: Cluster | None, holes: Sequence[Hole], answers: Answers) -> Run:
    if cluster is None:
        return Run(bench.askers, answers, bench.clock, Progress())
    askers = cluster.askers(bench.askers, bench.ground, holes, bench.ledger)
    return Run(askers, answers, bench.clock, Progress(), cluster.at_a_time)


def _checked(command: str, root: str, holes: Sequence[Hole], answers: Answers) -> None:
    with Check(command, root) as check:
        check_all(check, holes, answers, Progress())


def _write(path: Path, text: str) -> None:
    """Write the report; it contains code, so it is nobody else's.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text.encode())
    except OSError as error:
        raise SettingsError(
            f"The report cannot be written to {path} ({error.strerror}): name another file with --html."
        ) from error


def _batches(
    bench: Bench, launch: Launch, answers: Answers, closing: AsyncExitStack
) -> list[BatchRun]:
    """The batches of each candidate that is a model; their state is kept beside the answers."""
    state, made = answers.path.with_suffix(".batches.json"), []
    for asker in bench.askers:
        if asker.candidate.is_embedded:
            continue
        settings = asker.candidate.settings
        service = batches_of(settings, launch.environ)
        closing.push_async_callback(service.aclose)

        def tiers(model: str, settings: Settings = settings) -> tuple[PriceTier, ...]:
            found = prices(settings, model)
            return tuple(
                replace(each, input=PRICE * each.input, output=PRICE * each.output)
                for each in found
            )

        ledger = Ledger(LedgerFile(), prices=tiers, note=warn, is_seen=False)
        closing.push_async_callback(ledger.flush)
        made.append(BatchRun(asker, service, answers, state, bench.clock, _say, ledger))
    return made


def _say(said: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{sentence(said)}\x1b[K", end="\r", file=sys.stderr, flush=True)


async def _is_agreed(
    bench: Bench,
    missing: Mapping[Asker, Sequence[Hole]],
    cluster: Cluster | None,
    *,
    yes: bool,
    share: float,
) -> bool:
    """Say what it takes, and ask; nothing has to be asked where nothing is sent.

    Raises:
        SettingsError: batches, which nothing stops once they are sent, would take more than the daily cap leaves.
    """
    asked = {
        asker: holes
        for asker, holes in missing.items()
        if asker.backend.source == "model" and holes
    }
    plans = [await plan(asker, holes, share) for asker, holes in asked.items()]
    if not plans:
        return True
    print("\n".join(map(_sentence, plans)), file=sys.stderr)
    if cluster is not None:
        print(
            f"The Ray cluster at {sentence(cluster.address)} makes them, {cluster.at_a_time} at a time; its machines "
            "get the code of this project that may be read.",
            file=sys.stderr,
        )
    cap = bench.askers[0].candidate.settings.usage.daily_tokens
    tokens = sum(each.prompt_tokens + each.completion_tokens for each in plans)
    if share < 1 and cap is not None and bench.ledger.tokens_today() + tokens > cap:
        raise SettingsError(
            "These batches would take more tokens than usage.daily_tokens leaves today: choose fewer holes with "
            "--count, or raise it."
        )
    return yes or agreed("Send these requests?", "Nothing is sent without your consent: add --yes.")


def _sentence(plan: Plan) -> str:
    price = (
        f"about {money(plan.cost, plan.currency)}"
        if plan.cost is not None
        else "a price that is not known (usage.prices can name it)"
    )
    return (
        f"{sentence(plan.name)}: {plan.calls:,} calls to {sentence(plan.model) or 'a model'}, about "
        f"{plan.prompt_tokens:,} tokens in and {plan.completion_tokens:,} out, at {price}."
    )


def _kept(ground: Ground, holes: Sequence[Hole]) -> Path:
    """Where answers are kept: another file for another state of the project, which may answer otherwise."""
    from platformdirs import user_cache_path

    said = "\0".join((ground.mark, *(hole.id for hole in holes)))
    name = hashlib.sha256(said.encode()).hexdigest()[:16]
    return user_cache_path("infill-ls", appauthor=False) / "evaluate" / f"{name}.jsonl"
