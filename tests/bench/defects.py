"""Prints what becomes of answers that are spoiled as models spoil them; asserts nothing.

    python tests/bench/defects.py [--per-kind N] [--seed N] [--half A|B] [--languages python,go] [--defects loop,echo]
                                  [--show N] [FOLDER …]

The holes are cut into the running interpreter's library, headers and installed packages, and into the folders given.
Rules are tuned with half A of the files; half B, the default, is reported on. ``exact`` is the file as it was,
``prefix`` text that is right but short, ``wrong`` anything else that was shown, ``hidden`` nothing shown.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.ground.defects import DEFECTS, Result, results
from support.ground.holes import KINDS, choose, installed, place

OUTCOMES = ("exact", "prefix", "wrong", "hidden")


def table(name: str, rows: list[Result], column: Callable[[Result], str]) -> str:
    """Shares of outcomes, a line per value of ``column``."""
    lines = [f"| {name} | answers | " + " | ".join(f"{each} %" for each in OUTCOMES) + " |", "|---|" + "---:|" * 5]
    values = [*dict.fromkeys(map(column, rows)), "all"]
    for value in values:
        own = [row for row in rows if value in {column(row), "all"}]
        counts = Counter(row.outcome for row in own)
        shares = " | ".join(f"{100 * counts[each] / len(own):.2f}" for each in OUTCOMES)
        lines.append(f"| {value} | {len(own)} | {shares} |")
    return "\n".join(lines)


def by_kind(rows: list[Result], outcome: str) -> str:
    """Share of one outcome for each defect and kind of hole."""
    lines = [f"| {outcome} % | " + " | ".join(KINDS) + " |", "|---|" + "---:|" * len(KINDS)]
    for defect in dict.fromkeys(row.defect for row in rows):
        cells = []
        for kind in KINDS:
            own = [row for row in rows if row.defect == defect and row.hole.kind == kind]
            found = sum(row.outcome == outcome for row in own)
            cells.append(f"{100 * found / len(own):.1f}" if own else "-")
        lines.append(f"| {defect} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def show(row: Result) -> str:
    """One failure, for people."""
    hole, here = row.hole, place(row.hole)
    return (
        f"--- {row.outcome}: {row.defect}, {hole.kind}, {hole.language}, {hole.path}:{here.line + 1}\n"
        f"  before {here.prefix[-100:]!r}\n  middle {hole.truth!r:.200}\n  after  {hole.after[:80]!r}\n"
        f"  answer {row.answer!r:.200}\n  shown  {row.shown!r:.200}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--per-kind", type=int, default=100)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--half", choices=["A", "B"], default="B")
    parser.add_argument("--languages", default="")
    parser.add_argument("--defects", default=",".join(DEFECTS))
    parser.add_argument("--show", type=int, default=0, metavar="N", help="failures of each defect")
    options = parser.parse_args()
    found = installed()
    folders = (*found.library, *found.others, *options.folders)
    holes = choose(
        folders, per_kind=options.per_kind, seed=options.seed, half=options.half, languages=options.languages
    )
    rows = sorted(results(holes, options.defects.split(",")), key=lambda row: list(DEFECTS).index(row.defect))
    for defect in dict.fromkeys(row.defect for row in rows):
        failed = [row for row in rows if row.defect == defect and row.outcome != "exact"]
        for row in failed[:: max(1, len(failed) // options.show) if options.show else 1][: options.show]:
            print(show(row))
    print(table("defect", rows, lambda row: row.defect))
    print()
    print(table("language", rows, lambda row: row.hole.language))
    for outcome in ("exact", "wrong"):
        print()
        print(by_kind(rows, outcome))


if __name__ == "__main__":
    main()
