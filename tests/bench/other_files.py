"""What reading a project for prompts costs, and a ranking, and a request: a table for each number of files.

python tests/bench/other_files.py FOLDER [100,2000,5000]
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.context.budget import Allowance
from infill_ls.engine.other_files import OtherFiles
from infill_ls.lsp.server import SWITCH_S
from infill_ls.records import Snapshot
from infill_ls.settings.schema import LocalSettings, Settings
from infill_ls.workspace.files import Files
from infill_ls.workspace.indexing import Indexing
from infill_ls.workspace.nearness import NearOpen
from infill_ls.workspace.related_files import RelatedFiles
from support.engine.bench_table import table

PLACES = 60
HEADINGS = ["read", "read s", "of it work s", "+MB", "first useful s", "rank ms p50", "p95", "request us p50", "p95"]
LATE = ["loop late ms p50", "p95", "idle p50", "p95"]
STEP_S, STEPS_IDLE = 0.02, 100


def main() -> None:
    """Print a row for each number of files."""
    folder = str(Path(sys.argv[1]).resolve())
    sizes = [int(each) for each in (sys.argv[2] if len(sys.argv) > 2 else "100,2000,5000").split(",")]
    sys.setswitchinterval(SWITCH_S)  # as the server has it
    table("Other files", HEADINGS + LATE, {f"at most {size}": asyncio.run(row(folder, size)) for size in sizes})


async def row(folder: str, n_files: int) -> list[object]:
    """One measurement; the document that is open is the first file that is found."""
    files = Files((folder,))
    related = RelatedFiles(lambda: files.folders)
    limits = LocalSettings(max_files=n_files, max_total_mb=Settings().context.max_total_mb, max_seconds=120)
    indexing = Indexing(related, files, limits, (), NearOpen())
    document, text = first_file(folder)
    gc.collect()
    before, started, first = memory(), time.perf_counter(), 0.0
    await indexing.document(document, text)
    reading = asyncio.ensure_future(indexing.folder(folder))
    late: list[float] = []
    while not reading.done():
        late.append(await lateness())
        if not first and len(related.rank(document, text[:8000], text[8000:10000])) > 20:
            first = time.perf_counter() - started
    seconds = time.perf_counter() - started
    gc.collect()
    grown = memory() - before
    ranked, asked = await at_places(related, files)
    idle = [await lateness() for _ in range(STEPS_IDLE)]
    return [len(related), seconds, related.counts.seconds, grown, first, *ranked, *asked, *middle(late), *middle(idle)]


async def lateness() -> float:
    """Milliseconds by which the loop, which keys come to, wakes up too late."""
    started = time.perf_counter()
    await asyncio.sleep(STEP_S)
    return (time.perf_counter() - started - STEP_S) * 1e3


async def at_places(related: RelatedFiles, files: Files) -> tuple[list[float], list[float]]:
    """Milliseconds of work for a ranking, and microseconds of a request: the middle, and what 95 of 100 stay below."""
    other_files = OtherFiles(related, files, Allowance(Settings().context.other_files_tokens), None)
    ranked, asked = [], []
    chance = random.Random(1)
    for path in chance.sample(related.paths(), min(PLACES, len(related))):
        lines = read(path).split("\n")
        line = chance.randrange(len(lines))
        above, below = "\n".join(lines[max(0, line - 200) : line]), "\n".join(lines[line : line + 50])
        started = time.thread_time()
        related.rank(path, above, below)
        ranked.append(time.thread_time() - started)
        place = Snapshot(Path(path).as_uri(), path, "", 1, line, 0, above, below)
        other_files.come_to(place)
        await other_files.settle(20)
        started = time.perf_counter()
        other_files.shown(place)
        asked.append(time.perf_counter() - started)
    return [each * 1e3 for each in middle(ranked)], [each * 1e6 for each in middle(asked)]


def first_file(folder: str) -> tuple[str, str]:
    """Path and text of the first source file."""
    found = (path for path in sorted(Path(folder).rglob("*")) if path.suffix in {".py", ".ts", ".go", ".rs", ".java"})
    path = str(next(found))
    return path, read(path)


def read(path: str) -> str:
    """A file's text."""
    return Path(path).read_text("utf-8", "replace")


def middle(values: list[float]) -> tuple[float, float]:
    """The middle of the values, and the one that 95 of 100 do not go beyond."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def memory() -> float:
    """MB that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 / 1024


if __name__ == "__main__":
    main()
