"""Plays hostile inputs against the real server, group by group, and prints how many held. Takes half an hour.

python tests/bench/attacks.py [--group G ...] [--seed N] [--case NAME ...] [--short] [--all]
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from e2e.attacks.groups import GROUPS
from support.clients.attacks import play_all
from support.engine.bench_table import table

SHOWN = 8
"""Failures printed of each case, unless all are wanted."""


def main():
    """Print a table, and the first failures of each case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--group", action="append", choices=GROUPS, metavar="G", help=", ".join(GROUPS))
    parser.add_argument("--case", action="append", metavar="NAME", help="cases by their functions' names")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--short", action="store_true", help="as the suite plays them")
    parser.add_argument("--all", action="store_true", help="print every failure")
    arguments = parser.parse_args()
    rows = {}
    for group in arguments.group or GROUPS:
        cases = [case for case in GROUPS[group].cases if not arguments.case or case.__name__ in arguments.case]
        rows[group] = row(group, cases, arguments) if cases else [0, 0, 0.0]
    rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    table(f"Attacks, seed {arguments.seed}", ["tried", "failed", "seconds"], rows)


def row(group, cases, arguments):
    """Play a group, and print what failed."""
    with tempfile.TemporaryDirectory(prefix="attacks") as folder:
        playing = play_all(
            cases, Path(folder), seed=arguments.seed, long=not arguments.short, at_once=GROUPS[group].at_once
        )
        results = asyncio.run(playing)
    for result in results:
        print(
            f"\n{group}: {result.sentence}\n  {len(result.failed)} of {result.tried}, {result.seconds:.0f} s",
            flush=True,
        )
        for tried in result.failed[: None if arguments.all else SHOWN]:
            print(f"  - {tried.name}: {tried.failed if arguments.all else tried.failed[:300]}")
    return [
        sum(result.tried for result in results),
        sum(len(result.failed) for result in results),
        float(sum(result.seconds for result in results)),
    ]


if __name__ == "__main__":
    main()
