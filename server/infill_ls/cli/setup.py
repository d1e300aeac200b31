"""``infill-ls setup``: what was found, proposed and written, on a terminal or as JSON."""

from __future__ import annotations

import json

from infill_ls.cli.hardening import leave_folder
from infill_ls.cli.terminal import warn
from infill_ls.sentences import harmless
from infill_ls.settings.services import SERVICES
from infill_ls.setup import Choice, SetUp, set_up
from infill_ls.startup import Launch


async def setup(launch: Launch, *, address: str | None, write: bool, as_json: bool) -> int:
    """Print what was found and proposed, write it if that is wanted, and try it out; gives the exit status."""
    leave_folder()
    found = await set_up(launch, address, write=write)
    if found.problem is not None:
        warn(found.problem)
    if as_json:
        print(json.dumps(found.as_json()))
    else:
        _print(found)
        for check in found.checks:
            print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:10} {harmless(check.sentence)}")
    return 0 if found.is_fine else 3


def _print(found: SetUp) -> None:
    choices, lines = found.choices, found.lines
    if found.install is not None:
        print(found.install)
    if not choices:
        return
    rows = [
        ("engine", "model", "fills in the middle", "window", "size", ""),
        *(_cells(each) for each in choices),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(
            harmless(
                "  ".join(
                    f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)
                ).rstrip()
            )
        )
    print()
    if found.best is None:
        print(
            "None of these was trained to fill in the middle: get one that was, such as qwen2.5-coder:1.5b-base."
        )
    elif found.written:
        print(f"Written to {harmless(found.written)}:\n\n{harmless(lines)}")
    else:
        print(f"For your settings file (`infill-ls setup --write` writes it):\n\n{harmless(lines)}")


def _cells(choice: Choice) -> tuple[str, ...]:
    served, model = choice.found.served, choice.model
    words = {"trained": "yes", "some": "perhaps", "unknown": "not known", "none": "no"}
    return (
        f"{SERVICES[served.kind].name if served.kind != 'openai' else choice.found.address} {served.version}".strip(),
        model.name,
        words[choice.tier],
        f"{model.window:,}" if model.window else "",
        model.size,
        "loaded" if model.is_loaded else "",
    )
