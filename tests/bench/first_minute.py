"""What a newcomer sees in a project of his own: files typed anew key by key, each suggestion judged; asserts nothing.

    python tests/bench/first_minute.py FOLDER [FOLDER …] [--files 2] [--lines 70] [--seed 1] [--settle 6] [--list] [-o FILE]

From a copy of each FOLDER a file is taken out and its first lines are typed into the real server, a request at each key, as
VS Code asks; nothing is accepted. Without folders, or after them, the same is done with ``tests/data/first_minute`` in empty
folders, and with its prose in the first FOLDER. ``PYTHONPATH=OTHER/server`` measures another checkout.

A suggestion counts once, from its first key until it changes, and is

- helpful: all right and at least 4 characters, or its first line right, or at least 6 leading characters right;
- trivial: all right, at most 3 characters;
- harmless: wrong, one line of at most 24 characters;
- annoying: any other.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.editor import items_of
from support.clients.server_session import session
from support.engine.bench_table import table

OWN = Path(__file__).parents[1] / "data" / "first_minute"
LANGUAGES = {".py": "python", ".ts": "typescript", ".go": "go", ".rs": "rust", ".md": "markdown"}
JUDGEMENTS = ("helpful", "trivial", "harmless", "annoying")
PASSED_OVER = {"test", "tests", "__tests__", "docs", "node_modules", "vendor", "benches", "dist", "esm", "cjs"}


class Text(NamedTuple):
    """A text to type, where, and what is typed already."""

    name: str
    folder: Path | None
    """The project; None for an empty folder."""
    path: str
    text: str


class Shown(NamedTuple):
    """One suggestion at its first key."""

    row: int
    typed: str
    suggestion: str
    judgement: str
    right: int
    """Leading characters that are right."""


class Run(NamedTuple):
    """What was seen while a text was typed."""

    text: Text
    keys: int
    visible: int
    """Keys after which there was ghost text."""
    shown: list[Shown]
    ms: list[float]


def main():
    """Type all texts, and print a table."""
    options = parsed()
    with tempfile.TemporaryDirectory() as folder:
        runs = [asyncio.run(type_anew(text, Path(folder) / str(n), options)) for n, text in enumerate(texts(options))]
    rows = {run.text.name: figures([run]) for run in runs}
    rows["all in projects"] = figures([run for run in runs if run.text.folder and not run.text.path.endswith(".md")])
    rows["all in empty folders"] = figures([run for run in runs if run.text.folder is None])
    columns = [
        "keys",
        "ghost on keys %",
        "suggestions",
        *JUDGEMENTS,
        "helpful %",
        "annoying %",
        "right characters %",
        "ms",
    ]
    table("First minute", columns, rows)
    if options.list:
        for run in runs:
            for each in run.shown:
                print(f"{run.text.name}:{each.row} {each.judgement}: {each.typed[-50:]!r} -> {each.suggestion!r}")
    if options.output:
        options.output.write_text(json.dumps({"columns": columns, "rows": rows}, indent=1) + "\n")


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--files", type=int, default=2, help="files typed in each folder")
    parser.add_argument("--lines", type=int, default=70, help="lines typed of each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--settle", type=float, default=6, help="seconds that the server is given to read")
    parser.add_argument("--list", action="store_true", help="print every suggestion")
    parser.add_argument("-o", "--output", type=Path)
    return parser.parse_args()


def texts(options):
    """What is typed."""
    for folder in options.folders:
        rng = random.Random(f"{options.seed} {folder.name}")
        files = [path for path in sorted(folder.rglob("*")) if is_typed(path, folder)]
        for path in rng.sample(files, min(options.files, len(files))):
            lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")[: options.lines]
            name = path.relative_to(folder).as_posix()
            yield Text(f"{folder.name}/{name}", folder, name, "\n".join(lines))
    for path in sorted(OWN.iterdir()):
        text = path.read_text(encoding="utf-8").rstrip("\n")
        if path.suffix != ".md":
            yield Text(f"empty folder, {path.name}", None, path.name, text)
        elif options.folders:
            yield Text(f"{options.folders[0].name}, {path.name}", options.folders[0], path.name, text)


def is_typed(path, folder):
    """Whether it is the project's own code, as people write it."""
    if path.suffix not in LANGUAGES or path.suffix == ".md" or path.name.endswith((".d.ts", "_test.go", ".test.ts")):
        return False
    if PASSED_OVER.intersection(path.relative_to(folder).parts) or not path.is_file():
        return False
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        return False
    return 50 <= len(lines) <= 1500 and max(map(len, lines)) <= 200


async def type_anew(text, folder, options):
    """Type a text into a copy of its project, a request after each key."""
    if text.folder is None:
        folder.mkdir()
    else:
        shutil.copytree(text.folder, folder, ignore=shutil.ignore_patterns(".git"))
        (folder / text.path).unlink(missing_ok=True)
    path = folder / text.path
    path.touch()
    run = Run(text, 0, 0, [], [])
    homes = {"CARGO_HOME": str(Path.home() / ".cargo"), "GOPATH": str(Path.home() / "go")}
    async with session(folder, variables={**homes, "PATH": os.environ["PATH"]}, client="vscode") as editor:
        uri, left = path.as_uri(), ""
        editor.open(uri, "", LANGUAGES[path.suffix])
        await asyncio.sleep(options.settle)
        for key in keys_of(text.text):
            run = run._replace(keys=run.keys + 1)
            editor.type(uri, key)
            done = len(editor.buffers[uri].text)
            start = time.perf_counter()
            items = items_of(await editor.inline_completion(uri))
            run.ms.append((time.perf_counter() - start) * 1000)
            now = shown_of(editor.buffers[uri], items)
            run = run._replace(visible=run.visible + bool(now))
            if now and now != left:
                run.shown.append(judged(text.text, done, now))
            following = text.text[done : done + 1]
            left = now[1:] if following and now.startswith(following) else ""
    return run


def keys_of(text):
    """The keys that type a text: a line end brings the next line's indentation with it."""
    at = 0
    while at < len(text):
        end = at + 1
        if text[at] == "\n":
            while end < len(text) and text[end] in " \t":
                end += 1
        yield text[at:end]
        at = end


def shown_of(buffer, items):
    """The ghost text after the cursor."""
    if not items:
        return ""
    start, _end, inserted = buffer.edit_of(items[0])
    return inserted[buffer.cursor - start :]


def judged(text, done, suggestion):
    """The verdict on a suggestion, by what was typed in the end."""
    left = text[done:]
    right = next((at for at, (a, b) in enumerate(zip(suggestion, left, strict=False)) if a != b), None)
    right = min(len(suggestion), len(left)) if right is None else right
    whole = right == len(suggestion)
    first = suggestion.partition("\n")[0]
    if whole and len(suggestion) <= 3:
        judgement = "trivial"
    elif whole or right >= 6 or ("\n" in suggestion and first and left.partition("\n")[0] == first):
        judgement = "helpful"
    elif "\n" in suggestion or len(suggestion) > 24:
        judgement = "annoying"
    else:
        judgement = "harmless"
    before = text[:done]
    return Shown(before.count("\n") + 1, before.rpartition("\n")[2], suggestion, judgement, right)


def figures(runs):
    """A row of the table."""
    counts = Counter(each.judgement for run in runs for each in run.shown)
    keys, total = sum(run.keys for run in runs), sum(counts.values())
    # Each character once, though several suggestions may have had it.
    right = sum(covered(run) for run in runs)
    return [
        keys,
        100 * sum(run.visible for run in runs) / (keys or 1),
        total,
        *(counts[name] for name in JUDGEMENTS),
        100 * counts["helpful"] / (total or 1),
        100 * counts["annoying"] / (total or 1),
        100 * right / (sum(len(run.text.text) for run in runs) or 1),
        statistics.median([ms for run in runs for ms in run.ms] or [0.0]),
    ]


def covered(run):
    """Characters of the text that stood in helpful suggestions before they were typed."""
    lines = run.text.text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    seen = set()
    for each in run.shown:
        if each.judgement == "helpful":
            at = starts[each.row - 1] + len(each.typed)
            seen.update(range(at, at + each.right))
    return len(seen)


if __name__ == "__main__":
    main()
