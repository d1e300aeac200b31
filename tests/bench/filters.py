"""Prints what stream and post cost: a suggestion of 20 lines, and each filter at three lengths; asserts nothing.

    python tests/bench/filters.py [--rounds N] [--without-grammars]

Times are the processor's own; on an idle machine they are the clock's, too.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.evaluate.holes import Hole
from infill_ls.records import Snapshot
from infill_ls.stream.echo import Echo
from infill_ls.stream.fence import Fence
from infill_ls.stream.lines import LineLimits
from infill_ls.stream.newlines import Newlines
from infill_ls.stream.pipeline import Filter, Pipeline
from infill_ls.stream.repetition.pieces import RepeatedPieces
from infill_ls.stream.stops import Stops
from infill_ls.stream.suffix import SuffixLines
from infill_ls.stream.think import Think
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import STOP, complete
from support.ground.holes import choose, installed, place

N_LINES = 20
LENGTHS = (1_000, 10_000, 100_000)
PIECE = 4
NO_LIMIT = 1_000_000


def filters(here: Surroundings) -> dict[str, Callable[[], Filter]]:
    """Each filter alone, new each time."""
    return {
        "newlines": Newlines,
        "echo": lambda: Echo(""),
        "stops": lambda: Stops(STOP),
        "think": Think,
        "pieces": lambda: RepeatedPieces(here),
        "fence": lambda: Fence(here),
        "suffix": lambda: SuffixLines(here),
        "lines": lambda: LineLimits(here, lines="multi", max_lines=NO_LIMIT),
        "pipeline": lambda: Pipeline(here, STOP, max_lines=NO_LIMIT, lines="multi"),
    }


def suggestions(per_kind: int) -> list[tuple[Hole, str]]:
    """Places in the library, and the 20 lines that follow each, as a model that runs on gives them."""
    holes = choose(installed().library, per_kind=per_kind, seed=1, languages="python")
    return [(hole, "".join(hole.text[hole.start :].splitlines(keepends=True)[:N_LINES])) for hole in holes]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of the processor's time."""
    start = time.process_time()
    work()
    return 1000 * (time.process_time() - start)


def run(place: Snapshot, text: str) -> None:
    """One answer, in pieces, from the model to the editor."""
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    complete(place, pieces, finish_reason="length", lines="multi")


def feed(make: Callable[[], Filter], text: str) -> None:
    rule = make()
    for i in range(0, len(text), PIECE):
        rule.feed(text[i : i + PIECE])
    rule.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-grammars", action="store_true", help="as where none is installed")
    options = parser.parse_args()
    if options.without_grammars:
        sys.modules["tree_sitter"] = None  # type: ignore[assignment]  # what is not there is found so
    chosen = suggestions(60)
    for hole, text in chosen[:20]:
        run(place(hole), text)
    gc.disable()
    times = []
    for _ in range(options.rounds):
        for hole, text in chosen:
            here = place(hole)
            times.append(timed(lambda here=here, text=text: run(here, text)))
    cuts = statistics.quantiles(times, n=100)
    print(f"stream and post, {N_LINES} lines, {len(times)} answers: p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms")
    print()
    print("| filter | " + " | ".join(f"{length} characters, ms" for length in LENGTHS) + " | per 1000, last to first |")
    print("|---|" + "---:|" * (len(LENGTHS) + 1))
    here = Snapshot("file:///x.py", "/x.py", "python", 1, 1, 0, "def f():\n", "\n\nreturn None\nfoo()\nbar()\n")
    line = "    value_{0} = compute({0}, 'text {0}')  # the value of {0}\n"
    source = "".join(line.format(number) for number in range(LENGTHS[-1] // 40))
    for name, make in filters(Surroundings.of(here)).items():
        costs = [
            min(timed(lambda length=length, make=make: feed(make, source[:length])) for _ in range(options.rounds))
            for length in LENGTHS
        ]
        ratio = costs[-1] / LENGTHS[-1] / (costs[0] / LENGTHS[0])
        print(f"| {name} | " + " | ".join(f"{cost:.2f}" for cost in costs) + f" | {ratio:.2f} |")


if __name__ == "__main__":
    main()
