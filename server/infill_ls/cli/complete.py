"""``infill-ls complete``: the ghost text at a place, shown in place on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.accounting.trace import explain
from infill_ls.assembly import prices
from infill_ls.cli.hardening import leave_folder
from infill_ls.cli.place import Place, assemble_for, read_other_files, read_place, read_project
from infill_ls.cli.terminal import ghost, warn
from infill_ls.records import Completion, Outcome, Request
from infill_ls.sentences import harmless
from infill_ls.startup import Launch

LINES_AROUND = 3

_SHOWN, _NONE, _UNREACHABLE = 0, 1, 3


async def complete(
    words: str, launch: Launch, *, candidates: int | None, deep: bool, as_json: bool
) -> int:
    """Print the suggestion, or several, best first; gives the exit status."""
    place = read_place(words)
    leave_folder()
    # A call from here costs what one from an editor does, and the same cap holds.
    ledger = Ledger(LedgerFile(), prices=lambda model: prices(assembly.settings, model), note=warn)
    assembly = await assemble_for(place, launch, ledger, lambda _uri, step: warn(step))
    settings = assembly.settings
    try:
        if settings.usage.daily_tokens is not None:
            await ledger.load()
        await assembly.wait_for_key()
        await read_project(place, assembly)
        deep = deep or settings.completion.deep == "on"
        if deep and assembly.engine.deep is not None:
            await read_other_files(place, assembly)
            warn(assembly.deep_notice())
        wanted = 1 if deep else candidates or settings.completion.candidates
        outcome = await assembly.engine.complete(
            Request("1", place.snapshot, "invoked", candidates=wanted, deep=deep)
        )
    finally:
        await assembly.engine.aclose()
        if assembly.engine.backends[0].source == "model" or assembly.engine.thinking is not None:
            await ledger.flush()
    if outcome.lookups.unable:
        warn(f"nothing was looked up: {outcome.lookups.unable}")
    if outcome.message and (as_json or outcome.completion is not None):
        warn(outcome.message)
    if as_json:
        print(json.dumps(_as_json(place, outcome)))
    elif outcome.completion is not None:
        _show_all(place, (outcome.completion, *outcome.others))
    else:
        known = (
            f"; {assembly.knowledge()}"
            if outcome.name == "empty" and outcome.source == "local"
            else ""
        )
        warn(f"no suggestion: {explain(outcome)}{known}")
    return _status(outcome)


def _status(outcome: Outcome) -> int:
    if outcome.completion is not None:
        return _SHOWN
    return _NONE if outcome.message is None else _UNREACHABLE


def _show_all(place: Place, completions: Sequence[Completion]) -> None:
    for number, completion in enumerate(completions, 1):
        if len(completions) > 1:
            print(f"{'' if number == 1 else chr(10)}[{number}]")
        _show(place, completion)


def _show(place: Place, completion: Completion) -> None:
    if not sys.stdout.isatty():
        print(completion.text)
        return
    row, snapshot = place.snapshot.line, place.snapshot
    before = [place.mirror.line(number) for number in range(max(0, row - LINES_AROUND), row)]
    after = [
        place.mirror.line(number)
        for number in range(row + 1, min(place.mirror.line_count, row + 1 + LINES_AROUND))
    ]
    shown = ghost(completion.text, sys.stdout)
    here = (
        harmless(snapshot.line_before)
        + shown
        + harmless(snapshot.line_after[completion.replaces :])
    )
    print("\n".join([*map(harmless, before), here, *map(harmless, after)]))


def _as_json(place: Place, outcome: Outcome) -> dict[str, object]:
    """One object; the range is 1-based, columns in characters, its end exclusive."""
    line, column = place.snapshot.line + 1, place.snapshot.column + 1
    completion = outcome.completion
    end = column + (completion.replaces if completion is not None else 0)
    return {
        "text": None if completion is None else completion.text,
        "candidates": []
        if completion is None
        else [each.text for each in (completion, *outcome.others)],
        "range": {"start": {"line": line, "column": column}, "end": {"line": line, "column": end}},
        "source": outcome.source,
        "outcome": outcome.name,
        "rule": outcome.rule,
        "message": outcome.message,
        "timings_ms": asdict(outcome.timings),
        "usage": asdict(outcome.usage),
        "steps": list(outcome.lookups.steps),
    }
