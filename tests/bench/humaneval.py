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
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.records import Completion, Outcome, Snapshot
from support.engine.bench import Bench

SETS = ("SingleLine", "MultiLine", "RandomSpan")
TOKEN = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
PIECE = 7
"""Characters that arrive at a time."""
TIMEOUT_S = 10
MOST_BYTES = 1 << 30
PROCESSES = 2
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


class Row(NamedTuple):
    """One task and what was shown for it."""

    task: dict[str, Any]
    outcome: Outcome
    program: str
    """The file with the suggestion, if any, and the task's tests. Some spans are empty or white space alone."""

    @property
    def is_exact(self) -> bool:
        task, middle = self.task, self.task["canonical_solution"]
        return self.program.startswith(f"{task['prompt']}{middle}{task['suffix']}\n{task['test']}")


def read(path: Path, limit: int | None) -> list[dict[str, Any]]:
    """Tasks of one set; every n-th where there are more than ``limit``."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        tasks = [json.loads(line) for line in file]
    return tasks[:: max(1, len(tasks) // limit)][:limit] if limit else tasks


def answer(task: dict[str, Any], past: int) -> str:
    """The true text, and on into what follows."""
    tokens = TOKEN.finditer(task["suffix"])
    ends = [token.end() for token, _ in zip(tokens, range(past), strict=False)]
    return str(task["canonical_solution"]) + task["suffix"][: ends[-1] if ends else 0]


async def fill(tasks: Iterable[dict[str, Any]], past: int) -> list[Row]:
    """Ask an engine for each task."""
    bench = Bench()
    rows = []
    for task in tasks:
        prefix, suffix = task["prompt"], task["suffix"]
        text = answer(task, past)
        bench.model.default = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
        column = len(prefix) - prefix.rfind("\n") - 1
        place = Snapshot("untitled:task", None, "python", 1, prefix.count("\n"), column, prefix, suffix)
        outcome = await bench.ask(place)
        bench.engine.forget()
        shown = outcome.completion or Completion("")
        program = f"{prefix}{shown.text}{suffix[shown.replaces :]}\n{task['test']}\ncheck({task['entry_point']})\n"
        rows.append(Row(task, outcome, program))
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
    task = row.task
    return (
        f"--- {task['task_id']}: {row.outcome.name} {row.outcome.rule or ''}\n  before {task['prompt'][-120:]!r}\n"
        f"  middle {task['canonical_solution']!r}\n  after  {task['suffix'][:120]!r}\n  shown  {row.outcome.completion!r}"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--limit", type=int, help="tasks of each set; all by default")
    parser.add_argument("--past", type=int, default=64, help="tokens that the model gives too many")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="failures of each set")
    options = parser.parse_args()
    print("| set | tasks | pass % | exact % | nothing shown % |\n|---|---:|---:|---:|---:|")
    for name in options.sets.split(","):
        tasks = read(options.folder / f"HumanEval-{name}Infilling.jsonl.gz", options.limit)
        verdicts = list(judged(asyncio.run(fill(tasks, options.past))))
        counts = Counter(passed for _, passed in verdicts)
        n_exact = sum(row.is_exact for row, _ in verdicts)
        n_hidden = sum(row.outcome.completion is None for row, _ in verdicts)
        shares = " | ".join(f"{100 * n / len(tasks):.2f}" for n in (counts[True], n_exact, n_hidden))
        print(f"| {name} | {len(tasks)} | {shares} |")
        for row, _ in [each for each in verdicts if not each[1]][: options.show]:
            print(show(row))


if __name__ == "__main__":
    main()
