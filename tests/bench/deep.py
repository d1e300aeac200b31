"""What a deep suggestion takes besides the model's own time: rounds, milliseconds of ours for each, and tokens.

Holes are the arguments of calls of functions that another file of the project defines. The scripted model asks for the
signature where the prompt does not show it, by name, then by text, then by reading the file; and answers the truth.

python tests/bench/deep.py FOLDER [100]
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.accounting.trace import Trace
from infill_ls.clock import SystemClock
from infill_ls.engine.backend import Backend
from infill_ls.engine.engine import Engine
from infill_ls.engine.other_files import OtherFiles
from infill_ls.engine.projects import Projects
from infill_ls.prompt.family_rows import QWEN
from infill_ls.records import Chunk, Request, Snapshot
from infill_ls.settings.resolve import Layer, resolve
from infill_ls.syntax.languages import of_document
from infill_ls.workspace.files import Files, walk
from infill_ls.workspace.related_files import RelatedFiles
from support.engine.bench_table import percentile, table
from support.engine.deep import calls

CALL = re.compile(r"(?<!def )(?<![\w.])(\w{4,})\(([^()\n]{6,80})\)")
COLUMNS = ["holes", "right", "seen at once", "found", "rounds", "ms per round p50", "p95", "tokens p50", "p95"]


@dataclass(frozen=True)
class Hole:
    path: str
    before: str
    after: str
    truth: str
    name: str


class Model:
    """Asks for exactly what it lacks of the hole that it is put before; takes the time between its own turns."""

    model = "scripted"
    paused = False

    def __init__(self) -> None:
        self.hole = Hole("", "", "", "", "")
        self.own_ms: list[float] = []
        self.ended = 0.0
        self.tokens = self.rounds = 0

    async def stream(self, prompt):
        if self.rounds:
            self.own_ms.append((time.perf_counter() - self.ended) * 1000)
        self.rounds += 1
        self.tokens += prompt.n_characters // 4
        name, seen = self.hole.name, "\n".join(message.content for message in prompt.messages)
        signature = re.search(rf"(?:def|class|function|func) {name}\b|\b{name}\([^)\n]*\) *(?:->|\{{|:)", seen)
        asks = {
            1: ("find_definition", {"name": name}),
            2: ("search_text", {"text": f"{name}("}),
            3: ("find_uses", {"name": name}),
        }
        if signature or self.rounds not in asks or prompt.must_answer:
            self.found = bool(signature)
            steps = [f"```\n{self.hole.truth}\n```", Chunk(finish="stop")]
        else:
            steps = calls(asks[self.rounds])
        for step in steps:
            yield Chunk(step) if isinstance(step, str) else step
        self.ended = time.perf_counter()

    async def warm(self): ...

    async def aclose(self): ...


def holes_in(folder: str, related: RelatedFiles, count: int) -> list[Hole]:
    """Calls of what exactly one other file defines, from as many files as there are."""
    found: list[Hole] = []
    for path, text in walk(folder, resolve([]).settings.local, ()):
        for match in CALL.finditer(text):
            places = related.defined(folder, match[1])
            if len(places) == 1 and places[0][0] != path:
                before, after = text[: match.start(2)], text[match.end(2) :]
                found.append(Hole(path, before, after, match[2], match[1]))
    random.Random(1).shuffle(found)
    return found[:count]


async def measured(folder: str, count: int, shown: int) -> list[object]:
    """A row, with so many tokens of other files in prompts."""
    settings = resolve([Layer("bench", {"completion.speculate": False, "cache.size": 0})]).settings
    files, model = Files((folder,)), Model()
    related = RelatedFiles(lambda: files.folders)
    for path, text in walk(folder, settings.local, ()):
        related.put(path, text)
    engine = Engine(
        settings,
        [Backend(model, "chat", QWEN, "model", "plain", 0)],
        files,
        SystemClock(),
        Trace(),
        deep=Backend(model, "chat", QWEN, "model", "deep", 0),
        other_files=OtherFiles(related, files, shown, None),
        projects=Projects(related, files, settings),
    )
    rows, own_ms = [], []
    for number, hole in enumerate(holes_in(folder, related, count)):
        row, column = hole.before.count("\n"), len(hole.before) - hole.before.rfind("\n") - 1
        snapshot = Snapshot(
            Path(hole.path).as_uri(),
            hole.path,
            of_document("", hole.path),
            number,
            row,
            column,
            hole.before,
            hole.after,
        )
        model.hole, model.rounds, model.tokens, model.own_ms = hole, 0, 0, []
        outcome = await engine.complete(Request(str(number), snapshot, "invoked", deep=True))
        right = outcome.completion is not None and outcome.completion.text.startswith(hole.truth)
        rows.append((right, model.rounds, model.tokens, model.found))
        own_ms += model.own_ms
    await engine.aclose()
    n, tokens = len(rows), [each[2] for each in rows]
    return [
        n,
        sum(each[0] for each in rows),
        sum(each[1] == 1 for each in rows),
        sum(each[3] for each in rows),
        " ".join(
            f"{rounds}: {sum(each[1] == rounds for each in rows)}" for rounds in sorted({each[1] for each in rows})
        ),
        percentile(own_ms, 0.5),
        percentile(own_ms, 0.95),
        percentile(tokens, 0.5),
        percentile(tokens, 0.95),
    ]


def main() -> None:
    """Print a row for prompts that show other files, and one for prompts that do not."""
    folder = str(Path(sys.argv[1]).resolve())
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    rows = {f"{shown} tokens shown": asyncio.run(measured(folder, count, shown)) for shown in (1536, 0)}
    table(f"Deep suggestions in {Path(folder).name}", COLUMNS, rows)


if __name__ == "__main__":
    main()
