"""Prints how many tasks of HumanEval-Infilling pass when a perfect model runs on past the hole; asserts nothing.

    python tests/bench/humaneval.py FOLDER [--sets SingleLine,MultiLine,RandomSpan] [--limit N] [--past N] [--show N]

FOLDER holds the benchmark's ``HumanEval-*Infilling.jsonl.gz`` (https://github.com/openai/human-eval-infilling, MIT).
For each task the engine is asked explicitly, as by a key: many holes begin in the middle of a word. Its model gives the
true text and the first ``--past`` tokens of what follows it, where a token is a word, a run of white space, or another
character. What the engine shows goes into the file as an editor would put it there, and the task's own tests run on it
in a process of their own, with limits on time and memory.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.evaluate.holes import Hole, read_holes
from infill_ls.records import Completion, Outcome
from support.engine.bench import Bench

SETS = ("SingleLine", "MultiLine", "RandomSpan")
TOKEN = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
PIECE = 7
"""Characters that arrive at a time."""
TIMEOUT_S = 10
MOST_BYTES = 1 << 30
PROCESSES = 2
ROOT = str(Path(tempfile.gettempdir(), "humaneval"))
"""Where the tasks' files would be."""
_LIMITED = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MOST_BYTES}, {MOST_BYTES}))
    resource.setrlimit(resource.RLIMIT_CPU, ({TIMEOUT_S}, {TIMEOUT_S}))
except ImportError:
    pass
exec(compile(sys.stdin.read(), "task", "exec"), {{"__name__": "task"}})
"""


class Task(NamedTuple):
    """A hole, and the tests that the whole file has to pass."""

    hole: Hole
    test: str


class Row(NamedTuple):
    """One task and what was shown for it."""

    task: Task
    outcome: Outcome
    program: str
    """The file with the suggestion, if any, and the task's tests. Some spans are empty or white space alone."""

    @property
    def is_exact(self) -> bool:
        return self.program == f"{self.task.hole.text}\n{self.task.test}"


def read(path: Path, limit: int | None) -> list[Task]:
    """Tasks of one set; every n-th where there are more than ``limit``."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        tests = [f"{said['test']}\ncheck({said['entry_point']})\n" for said in map(json.loads, file)]
    tasks = list(map(Task, read_holes(path), tests))
    return tasks[:: max(1, len(tasks) // limit)][:limit] if limit else tasks


def answer(hole: Hole, past: int) -> str:
    """The true text, and on into what follows."""
    tokens = TOKEN.finditer(hole.after)
    ends = [token.end() for token, _ in zip(tokens, range(past), strict=False)]
    return hole.truth + hole.after[: ends[-1] if ends else 0]


async def fill(tasks: Iterable[Task], past: int) -> list[Row]:
    """Ask an engine for each task."""
    bench = Bench()
    rows = []
    for task in tasks:
        hole = task.hole
        text = answer(hole, past)
        bench.model.default = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
        outcome = await bench.ask(hole.snapshot(ROOT))
        bench.engine.forget()
        shown = outcome.completion or Completion("")
        filled = hole.before + shown.text + hole.after[shown.replaces :]
        rows.append(Row(task, outcome, f"{filled}\n{task.test}"))
    await bench.engine.aclose()
    return rows


def passes(program: str) -> bool:
    """Whether a program ends well, in time and in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-c", _LIMITED],
                input=program.encode(),
                cwd=folder,
                capture_output=True,
                timeout=TIMEOUT_S * 2,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def judged(rows: list[Row]) -> Iterator[tuple[Row, bool]]:
    """Each row and whether its tests pass; equal programs run once."""
    programs = list(dict.fromkeys(row.program for row in rows))
    with ThreadPoolExecutor(PROCESSES) as pool:
        verdicts = dict(zip(programs, pool.map(passes, programs), strict=True))
    for row in rows:
        yield row, verdicts[row.program]


def show(row: Row) -> str:
    """One failure, for people."""
    hole = row.task.hole
    return (
        f"--- {hole.path}: {row.outcome.name} {row.outcome.rule or ''}\n  before {hole.before[-120:]!r}\n"
        f"  middle {hole.truth!r}\n  after  {hole.after[:120]!r}\n  shown  {row.outcome.completion!r}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--limit", type=int, help="tasks of each set; all by default")
    parser.add_argument("--past", type=int, default=64, help="tokens that the model gives too many")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="failures of each set")
    options = parser.parse_args()
    print("| set | tasks | pass % | exact % | nothing shown % | with words | of these pass % |\n|---|" + 6 * "---:|")
    for name in options.sets.split(","):
        tasks = read(options.folder / f"HumanEval-{name}Infilling.jsonl.gz", options.limit)
        verdicts = list(judged(asyncio.run(fill(tasks, options.past))))
        counts = Counter(passed for _, passed in verdicts)
        n_exact = sum(row.is_exact for row, _ in verdicts)
        n_hidden = sum(row.outcome.completion is None for row, _ in verdicts)
        shares = " | ".join(f"{100 * n / len(tasks):.2f}" for n in (counts[True], n_exact, n_hidden))
        # White space alone is no suggestion, though a program may need it.
        worded = [passed for row, passed in verdicts if row.task.hole.truth.strip()]
        print(f"| {name} | {len(tasks)} | {shares} | {len(worded)} | {100 * sum(worded) / len(worded):.2f} |")
        for row, _ in [each for each in verdicts if not each[1]][: options.show]:
            print(show(row))


if __name__ == "__main__":
    main()
