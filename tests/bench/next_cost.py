"""What next edits cost without a model: time for an answer, time for an edit, memory. Prints tables.

python tests/bench/next_cost.py [--edits 300]

Somebody goes through files of the standard library and makes a name another one in three lines near each other; between
that he types words key by key. After each edit the next edit is asked for over the wire, so that the time for it includes
the protocol's. What an edit costs is journal and history, without reading the message and without the text; no completion
is asked for between, which would make the history shorter. Run it on an idle machine.
"""

import argparse
import random
import re
import sys
import sysconfig
import tempfile
import time
import tracemalloc
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.accounting.trace import Trace
from infill_ls.document.changes import Changes
from infill_ls.document.history import History
from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.engine.next_edit import NextEdits
from infill_ls.records import Request
from infill_ls.repeat.examples import forget
from infill_ls.settings.schema import Settings
from support.clients.blocking import BlockingClient
from support.engine.bench_table import percentile, table

OURS = [sys.executable, "-m", "infill_ls", "--stdio"]
URI = "file:///bench/a.py"
SIZES = (1_000, 10_000)
N_DOCUMENTS = 20
NAME = re.compile(r"\b[a-z_]{4,}\b")
WORD = "  # see below"
SHARES = (0.5, 0.95, 1.0)


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=500)
    n_edits = parser.parse_args().edits
    rows = {}
    for n_lines in SIZES:
        for name, times in answers(library(n_lines), n_edits).items():
            rows[f"{n_lines:,} lines, {name}"] = [len(times), *(percentile(times, share) for share in SHARES)]
    table("Time for an answer, protocol included", ["answers", "p50 ms", "p95 ms", "max ms"], rows)
    rows = {}
    for n_lines in SIZES:
        for name, times in edit_costs(library(n_lines), n_edits * 3).items():
            rows[f"{n_lines:,} lines, {name}"] = [len(times), *(percentile(times, share) for share in SHARES)]
    table("Cost of an edit, beside the text itself", ["edits", "p50 ms", "p95 ms", "max ms"], rows)
    rows = {name: [memory(lines)] for name, lines in (("one-line changes", 1), ("changes of six lines", 6))}
    table(f"Memory of {N_DOCUMENTS} documents with a full journal", ["MB"], rows)


def answers(text, n_edits):
    """Milliseconds for each answer, by what it was; after the first ones, which load what is loaded once."""
    found = {"nothing repeats": [], "offered": []}
    with tempfile.TemporaryDirectory() as home:
        names = {"HOME": home, "XDG_CONFIG_HOME": home, "DASHSCOPE_API_KEY": ""}
        config = Path(home, "config.toml")
        config.write_text('[provider]\nkind = "local"\n[local]\ninstalled = false\n', encoding="utf-8")
        client = BlockingClient([*OURS, "--config", str(config)], names)
        client.initialize()
        client.open(URI, text)
        for n, (row, start, end, new) in enumerate(script(Mirror(text), n_edits)):
            document = {"uri": URI, "version": n + 2}
            places = [{"line": row, "character": column} for column in (start, end)]
            change = {"range": dict(zip(("start", "end"), places, strict=True)), "text": new}
            client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
            at = {"line": row, "character": start + len(new)}
            asked = time.perf_counter()
            edits = client.call("infill-ls/nextEdit", {"textDocument": document, "position": at})["edits"]
            found["offered" if edits else "nothing repeats"].append((time.perf_counter() - asked) * 1000)
        client.stop()
    return {name: times[5:] for name, times in found.items()}


def edit_costs(text, n_edits):
    """Milliseconds that the history and the journal take for each edit."""
    mirror = Mirror(text)
    history, changes = History(), Changes(mirror)
    found = {"a key": [], "another edit": []}
    for row, start, end, new in script(Mirror(text), n_edits):
        edit = mirror.edit((row, start), (row, end), new, "utf-32")
        began = time.perf_counter()
        cause = history.edited(edit)
        changes.edited(edit, is_undone=cause == "undone")
        found["a key" if len(new) == 1 else "another edit"].append((time.perf_counter() - began) * 1000)
    return found


def memory(n_lines):
    """MB that next edits take for many documents in which all has been changed that is kept."""
    opened(n_lines, with_next_edits=True)  # loads what is loaded once
    with_them, without = (opened(n_lines, with_next_edits=each) for each in (True, False))
    return (with_them - without) / 2**20


def opened(n_lines, *, with_next_edits):
    """Bytes that are kept at the end."""
    settings, text = Settings(), library(1_000)
    forget()
    tracemalloc.start()
    next_edits, orders, documents = NextEdits(lambda: settings, Trace()), count(1), []
    for number in range(N_DOCUMENTS):
        mirror = Mirror(text)
        history, changes = History(), Changes(mirror, orders) if with_next_edits else None
        documents.append((mirror, history, changes))
        for row in range(0, 900, 3 * n_lines):
            lines = "\n".join(f"{mirror.line(row + n)}  # edited" for n in range(n_lines))
            last = row + n_lines - 1
            edit = mirror.edit((row, 0), (last, len(mirror.line(last))), lines, "utf-32")
            history.edited(edit)
            if changes is not None:
                changes.edited(edit)
        if changes is not None:
            next_edits.find(asked(mirror, f"file:///{number}.py", 0), mirror, changes)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept


def asked(mirror, uri, row):
    """A request at the beginning of a line."""
    at = take(mirror, uri=uri, path=uri[7:], language="python", line=row, character=0, encoding="utf-32")
    return Request("1", at)


def script(mirror, n_edits):
    """Edits of a line each: row, first and last index, new text. ``mirror`` follows them."""
    chance, n_done = random.Random(1), 0
    while n_done < n_edits:
        for row, start, end, new in [*_alike(mirror, chance), *_typed(mirror, chance)]:
            mirror.edit((row, start), (row, end), new, "utf-32")
            yield row, start, end, new
            n_done += 1


def _alike(mirror, chance):
    """A name becomes another one in three of the lines near each other that have it, of which there are two more."""
    for _ in range(1_000):
        row = chance.randrange(mirror.line_count)
        match = NAME.search(mirror.line(row))
        name = re.compile(rf"\b{match.group()}\b") if match is not None and match.group() != "self" else None
        near_by = range(row, min(row + 40, mirror.line_count)) if name is not None else ()
        rows = [each for each in near_by if name.search(mirror.line(each))]
        if len(rows) >= 5:
            new = f"{match.group()}_{chance.randrange(100)}"
            return [(each, *name.search(mirror.line(each)).span(), new) for each in rows[:3]]
    return []


def _typed(mirror, chance):
    """A line's end gets some words, key by key."""
    row = chance.randrange(mirror.line_count)
    end = len(mirror.line(row))
    return [(row, end + n, end + n, key) for n, key in enumerate(WORD)]


def library(n_lines):
    """So many lines of the standard library."""
    root, lines = Path(sysconfig.get_paths()["stdlib"]), []
    for path in sorted(root.glob("*.py")):
        if len(lines) >= n_lines:
            break
        lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[:n_lines]) + "\n"


if __name__ == "__main__":
    main()
