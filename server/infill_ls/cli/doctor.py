"""``infill-ls doctor``: what was found to be wrong, on a terminal or as JSON."""

from __future__ import annotations

import dataclasses
import json

from infill_ls.cli.hardening import leave_folder
from infill_ls.doctor.examine import examine
from infill_ls.sentences import harmless
from infill_ls.startup import Launch


async def doctor(launch: Launch, *, as_json: bool) -> int:
    """Print what was found; gives the exit status."""
    leave_folder()
    checks = await examine(launch)
    if as_json:
        print(json.dumps([dataclasses.asdict(check) for check in checks]))
    else:
        for check in checks:
            print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:10} {harmless(check.sentence)}")
    if all(check.ok for check in checks):
        return 0
    return 2 if any(check.cause == "settings" for check in checks) else 3
