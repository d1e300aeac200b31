"""Deep suggestions in projects, with a scripted model that asks for exactly the signature that it lacks: how many rounds
that takes, what infill-ls itself takes between two of them, and how many tokens all of it comes to.

    python tests/bench/deep.py [--holes 100] [--protocol openai|dashscope] FOLDER …

A hole is the rest of a line behind the opening bracket of a call, where one other file of the project defines what is
called. The model asks for the definition, then searches, then reads the file that the search names; then it answers.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.attacks import processor_s
from support.clients.editor import INVOKED, items_of
from support.clients.server_session import session
from support.engine.bench_table import percentile, table
from support.model_studio.emulator import Caller, Emulator

DEFINED = re.compile(
    r"^[^\S\n]*(?:export )?(?:async )?(?:pub )?(?:def|func|function|fn)\s+(\w{4,})\s*[(<].*$", re.MULTILINE
)
FILES = {".py", ".ts", ".js", ".go", ".rs"}
LONGEST_FILE, MOST_FILES = 60_000, 400
WARM_S = 6.0
"""For the project to be read."""
HEADINGS = [
    "holes",
    "found in 1",
    "in 2",
    "in 3",
    "not",
    "own ms a round p50",
    "p95",
    "processor ms a round p50",
    "p95",
    "tokens p50",
    "p95",
    "s p50",
]


@dataclass(frozen=True, slots=True)
class Hole:
    """A place, and what a model would have to know there."""

    path: Path
    before: str
    missing: str
    after: str
    name: str
    signature: str
    """The line that defines it."""


def main() -> None:
    """Print a row for each project."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--holes", type=int, default=100)
    parser.add_argument("--protocol", choices=["openai", "dashscope"], default="openai")
    options = parser.parse_args()
    each = -(-options.holes // len(options.folders))
    rows = {folder.name: asyncio.run(row(folder.resolve(), each, options.protocol)) for folder in options.folders}
    table("Deep suggestions", HEADINGS, rows)


async def row(folder: Path, n: int, protocol: str) -> list[object]:
    """One project's figures."""
    rounds, own_ms, processor_ms, tokens, seconds = [], [], [], [], []
    with tempfile.TemporaryDirectory() as place, Emulator() as studio:
        project = Path(place) / "project"
        # A folder below: the server is started in the project, whose files are not to stand for Python's own.
        shutil.copytree(folder, project / folder.name)
        found = holes(project)
        chosen = random.Random(1).sample(found, min(n, len(found)))
        async with session(
            project, settings(studio, protocol), variables={"DASHSCOPE_API_KEY": studio.api_key}
        ) as editor:
            for number, hole in enumerate(chosen):
                uri = hole.path.as_uri()
                editor.open(uri, hole.before + hole.after)
                if not number:
                    await asyncio.sleep(WARM_S)
                studio.reset()
                studio.caller = model_for(hole)
                line, column = hole.before.count("\n"), len(hole.before) - hole.before.rfind("\n") - 1
                await editor.request("workspace/executeCommand", {"command": "infill-ls.deep", "arguments": []})
                before_s = processor_s(editor)
                items_of(await editor.inline_completion(uri, line, column, INVOKED))
                calls = studio.requests
                processor_ms.append(1000 * (processor_s(editor) - before_s) / len(calls))
                editor.close(uri)
                results = " ".join(str(each) for each in calls[-1].asked["messages"] if each["role"] == "tool")
                rounds.append(len(calls) - 1 if hole.signature in results.replace("\\n", "\n") else 0)
                own_ms += [1000 * (b.received_at - a.finished_at) for a, b in pairwise(calls)]
                tokens.append(sum(call.prompt_tokens + call.completion_tokens for call in calls))
                seconds.append(calls[-1].finished_at - calls[0].received_at)
    spread = [percentile(values, share) for values in (own_ms, processor_ms, tokens) for share in (0.5, 0.95)]
    return [len(rounds), *(rounds.count(each) for each in (1, 2, 3, 0)), *spread, percentile(seconds, 0.5)]


def model_for(hole: Hole) -> Caller:
    """A model that asks until it has seen the signature, and then says what is missing."""

    def knows(results: list[str]) -> bool:
        return hole.signature in "\n".join(results)

    def search(results: list[str]) -> list[tuple[str, str | dict[str, object]]]:
        return [] if knows(results) else [("search_text", {"text": hole.signature[:150]})]

    def read(results: list[str]) -> list[tuple[str, str | dict[str, object]]]:
        named = re.search(r"([\w./-]+\.\w+):(\d+)", results[-1])
        if knows(results) or named is None:
            return []
        line = int(named[2])
        return [("read_file", {"path": named[1], "first_line": max(1, line - 3), "last_line": line + 20})]

    return Caller([("find_definition", {"name": hole.name})], search, read, then=f"```\n{hole.missing}\n```")


def holes(project: Path) -> list[Hole]:
    """All places in a project where a call's arguments can be taken out."""
    paths = [path for path in sorted(project.rglob("*")) if path.suffix in FILES and path.stat().st_size < LONGEST_FILE]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in paths[:MOST_FILES]}
    defined: dict[str, list[tuple[Path, str]]] = {}
    for path, text in texts.items():
        for found in DEFINED.finditer(text):
            defined.setdefault(found[1], []).append((path, found[0].strip()))
    alone = {name: places[0] for name, places in defined.items() if len(places) == 1}
    made = []
    for path, text in texts.items():
        for found in re.finditer(r"(?<![\w.])(\w{4,})\(([^()\n]{4,60}\).*)$", text, re.MULTILINE):
            where, signature = alone.get(found[1], (path, ""))
            if where != path and len(signature) > len(found[1]) + 8:
                start, end = found.start(2), found.end(2)
                made.append(Hole(path, text[:start], found[2], text[end:], found[1], signature))
    return made


def settings(studio: Emulator, protocol: str) -> dict[str, object]:
    """Of a person who asks Model Studio, which is the emulator."""
    base_url = studio.base_url if protocol == "openai" else studio.native_url
    hosted = {"kind": "model-studio", "base_url": base_url, "protocol": protocol, "model": "qwen3-coder-plus"}
    return {"provider": hosted, "completion": {"debounce_ms": 0, "speculate": False}}


if __name__ == "__main__":
    main()
