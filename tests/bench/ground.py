"""Prints what becomes of a model's true text at natural places in real files, language by language; asserts nothing.

    python tests/bench/ground.py [--per-kind N] [--seed N] [--languages python,go] [--kinds header,late]
                                 [--answers perfect] [--list FILE] [FOLDER …]

Without a folder the packages that the tests need are looked through. ``untouched`` is the file as it was, ``cut`` the
first lines of several, ``damaged`` anything else, and nothing at all; ``hidden`` is what would leave the code broken, ``waiting`` where a slow model has not said a line yet. ``--list`` writes the damaged places down, rule
by rule.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.engine.bench_table import table
from support.ground.answers import ANSWERS, CUT, DAMAGED, HIDDEN, UNTOUCHED, WAITING, Result, judged
from support.ground.holes import installed
from support.ground.places import KINDS, choose

PER_RULE = 5
"""Damaged places of one rule and language that are written down."""


def by(results: list[Result], column: Callable[[Result], str]) -> dict[str, list[float | int | None]]:
    """How many answers, and the shares of what became of them, for each value of a column."""
    rows: dict[str, list[float | int | None]] = {}
    for value in [*sorted(set(map(column, results))), "all"]:
        own = Counter(result.verdict for result in results if value in {column(result), "all"})
        rows[value] = [
            own.total(),
            *(100 * own[verdict] / own.total() for verdict in (UNTOUCHED, CUT, DAMAGED, HIDDEN, WAITING)),
        ]
    return rows


def listed(results: list[Result]) -> str:
    """The damaged places, rule by rule."""
    found: dict[str, list[Result]] = {}
    for result in results:
        if result.verdict == DAMAGED:
            found.setdefault(f"{result.answer}, {result.rule}", []).append(result)
    parts = []
    for rule, damaged in sorted(found.items(), key=lambda item: (ANSWERS.index(item[1][0].answer), -len(item[1]))):
        languages = ", ".join(
            f"{name} {n}" for name, n in Counter(each.place.language for each in damaged).most_common()
        )
        parts.append(f"# {rule}: {len(damaged)} ({languages})\n")
        for language in dict.fromkeys(each.place.language for each in damaged):
            own = [each for each in damaged if each.place.language == language]
            parts += map(_shown, own[:PER_RULE])
    return "\n".join(parts)


def _shown(result: Result) -> str:
    place = result.place
    before = "\n".join(place.prefix.split("\n")[-5:])
    shown = result.document[len(place.prefix) :] if result.document.startswith(place.prefix) else result.document[-300:]
    end = shown.rfind(place.suffix[:40]) if len(shown) > 300 else -1
    shown = shown[: end + 40] if end >= 0 else shown[:300]
    return (
        f"## {place.language}, {place.kind}, {result.answer}: {place.name}\n```\n{before}‸{place.closers}"
        f"{place.suffix[:120]}\n--- said\n{result.said[: len(place.missing) + 120]}\n--- shown\n"
        f"{shown or '(nothing)'}\n```\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--per-kind", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--languages", default="")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--answers", default=",".join(ANSWERS))
    parser.add_argument("--list", type=Path, metavar="FILE")
    options = parser.parse_args()
    folders = tuple(options.folders) or (*installed().others, *installed().library)
    kinds = tuple(options.kinds.split(","))
    places, functions = choose(
        folders, per_kind=options.per_kind, seed=options.seed, kinds=kinds, languages=options.languages
    )
    results = [
        judged(place, answer, functions[place.language], options.seed)
        for answer in options.answers.split(",")
        for place in places
        if (answer != "other" or functions[place.language]) and (answer != "first draft" or place.closers)
    ]
    columns = ["answers", "untouched %", "cut %", "damaged %", "hidden %", "waiting %"]
    for answer in options.answers.split(","):
        own = [result for result in results if result.answer == answer]
        table(f"{answer}, by kind", columns, by(own, lambda result: result.place.kind))
        table(f"{answer}, by language", columns, by(own, lambda result: result.place.language))
        rules = Counter(result.rule for result in own if result.verdict == DAMAGED)
        table(f"{answer}, damaged by", ["places"], {rule: [n] for rule, n in rules.most_common()})
    if options.list is not None:
        options.list.write_text(listed(results), encoding="utf-8")


if __name__ == "__main__":
    main()
