"""Measures the embedded engine on projects: what a simulated person saves, and what it guesses; asserts nothing.

    python tests/bench/local.py PROJECT... [--spans N] [--holes N] [--seed S] [--eagerness lively]

Each project is a folder with source files; give it projects that the weights were not fitted on (weights.py names
those). Times are of the processor, since machines are shared. See support/ground/local_ground.py for the places,
support/typing/local_person.py for the person, and local_fit.py for the weights.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import tracemalloc
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "server"))

from infill_ls.evaluate.holes import Hole
from infill_ls.provider.local.index import Index
from infill_ls.provider.local.predict import best_guess, predict
from infill_ls.syntax.languages import of_file
from support.ground.local_ground import ABOVE, above, below, holes, indexed, sources, without_itself
from support.typing.local_person import Ask, Person, Tally


@dataclass(slots=True)
class Figures:
    tally: Tally = field(default_factory=Tally)
    ms: list[float] = field(default_factory=list)
    guessed: defaultdict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))

    def add(self, other: Figures) -> None:
        self.tally.add(other.tally)
        self.ms += other.ms
        for kind, right in other.guessed.items():
            self.guessed[kind] += right

    def row(self) -> str:
        tally = self.tally
        alone = tally.alone or 1
        times = sorted(self.ms) or [0.0]
        quick = " / ".join(f"{times[min(len(times) - 1, int(len(times) * share))]:.2f}" for share in (0.5, 0.95, 0.99))
        guesses = "".join(f"{sum(right) / len(right):>9.1%}" for right in (self.guessed[k] or [False] for k in KINDS))
        return (
            f"{tally.saved():>7.1f}{tally.saved(1.0):>8.1f}{100 * tally.wrong / alone:>8.2f}{100 * tally.partly / alone:>8.2f}"
            f"{tally.right_chars / (tally.shown_chars or 1):>8.2f}{guesses}   {quick} / {times[-1]:.1f}"
        )


KINDS = ("line", "next")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", type=Path, nargs="+")
    parser.add_argument("--spans", type=int, default=12, help="to be typed, of each project")
    parser.add_argument("--holes", type=int, default=40, help="of each kind and project")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--eagerness", choices=("calm", "lively"), default="calm")
    options = parser.parse_args()
    print(
        f"{'':24}{'net':>7}{'strict':>8}{'wrong':>8}{'partly':>8}{'right':>8}{'line':>9}{'next':>9}   ms, p50/95/99/max"
    )
    total = Figures()
    for project in options.projects:
        files = sources(project)
        start = time.process_time()
        index = indexed(files)
        seconds, size = time.process_time() - start, sum(map(len, files.values())) / 1e6
        figures = measured(index, files, options.spans, options.holes, options.seed, options.eagerness)
        print(f"{project.name:24}{figures.row()}   ({size:.1f} M characters in {seconds:.1f} s)", flush=True)
        total.add(figures)
    print(f"{'all':24}{total.row()}")
    print_memory(options.projects)


def measured(index: Index, files: dict[str, str], spans: int, n_holes: int, seed: int, eagerness: str) -> Figures:
    figures = Figures()
    gc.disable()
    for hole in without_itself(index, files, holes(files, "span", spans, seed)):
        figures.tally.add(
            Person(asking(index, hole, eagerness, figures.ms), above(hole), hole.truth, below(hole)).type()
        )
    for kind in KINDS:
        for hole in without_itself(index, files, holes(files, kind, n_holes, seed)):
            guess = best_guess(
                index, path=hole.path, prefix=above(hole), suffix=below(hole), language=of_file(hole.path)
            )
            figures.guessed[kind].append(guess is not None and guess.text == hole.truth)
    gc.enable()
    gc.collect()
    return figures


def asking(index: Index, hole: Hole, eagerness: str, ms: list[float]) -> Ask:
    def ask(text: str) -> str:
        start = time.process_time()
        found = predict(
            index,
            path=hole.path,
            prefix=text[-ABOVE:],
            suffix=below(hole),
            multiline=True,
            language=of_file(hole.path),
            eagerness=eagerness,
        )
        ms.append((time.process_time() - start) * 1000)
        return found.text if found else ""

    return ask


def print_memory(projects: list[Path]) -> None:
    """Of one index of all projects."""
    files = {f"{project.name}/{path}": text for project in projects for path, text in sources(project).items()}
    start = time.process_time()
    indexed(files)
    seconds = time.process_time() - start
    tracemalloc.start()
    kept = indexed(files)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = sum(map(len, files.values()))
    print(f"\n{len(kept)} files, {size / 1e6:.1f} M characters: {seconds:.1f} s, {held / 1e6:.0f} MB")
    print(f"for 12 M characters: {seconds * 12e6 / size:.1f} s, {held * 12 / size:.0f} MB")


if __name__ == "__main__":
    main()
