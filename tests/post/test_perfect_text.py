"""Perfect text stays perfect: holes in real source files, filled with exactly what was there."""

from __future__ import annotations

import ast
import random
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from infill_ls.records import Completion, Snapshot
from support.ground.final_buffer import apply, complete

FILES = [
    "argparse.py", "ast.py", "asyncio/base_events.py", "asyncio/streams.py", "asyncio/tasks.py", "bdb.py",
    "calendar.py", "configparser.py", "contextlib.py", "csv.py", "dataclasses.py", "difflib.py", "email/header.py",
    "enum.py", "fileinput.py", "ftplib.py", "functools.py", "http/client.py", "http/cookiejar.py", "inspect.py",
    "json/decoder.py", "json/encoder.py", "locale.py", "logging/handlers.py", "mailbox.py",
    "multiprocessing/managers.py", "optparse.py", "pathlib.py", "pickle.py", "plistlib.py", "queue.py",
    "selectors.py", "shlex.py", "shutil.py", "smtplib.py", "sqlite3/dump.py", "statistics.py", "string.py",
    "tarfile.py", "tempfile.py", "textwrap.py", "threading.py", "tokenize.py", "traceback.py", "typing.py",
    "unittest/case.py", "unittest/mock.py", "urllib/parse.py", "urllib/request.py", "zipfile.py",
]  # fmt: skip
KINDS = ("eol", "mid", "line", "block", "body")
HOLES_PER_KIND = 160


class Source:
    """A file, and where its nodes stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [0]
        for line in text.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)

    def start(self, node: ast.stmt | ast.expr) -> int:
        return self.lines[node.lineno - 1] + node.col_offset

    def end(self, node: ast.stmt | ast.expr) -> int:
        return self.lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    def ends_line(self, node: ast.stmt | ast.expr) -> bool:
        return self.text[self.end(node) : self.end(node) + 1] == "\n"


def holes_of(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of what a person would type in one go."""
    source = Source(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Assign, ast.Return)) and node.value and source.ends_line(node):
            yield "eol", source.start(node.value), source.end(node)
        elif isinstance(node, ast.Call) and node.args and text[source.start(node.args[0]) - 1] == "(":
            last = node.keywords[-1].value if node.keywords else node.args[-1]
            if text[source.end(last)] == ")":
                yield "mid", source.start(node.args[0]), source.end(last)
        elif isinstance(node, ast.FunctionDef):
            yield from holes_of_body(source, node)


def holes_of_body(source: Source, function: ast.FunctionDef) -> Iterator[tuple[str, int, int]]:
    """The whole body, and one to four of its statements."""
    body = function.body
    end_of_header = source.lines[body[0].lineno - 1] - 1
    if source.text[end_of_header - 1] == ":" and source.ends_line(function):
        yield "body", end_of_header, source.end(function)
    for first, statement in enumerate(body):
        for last in filter(source.ends_line, body[first : first + 4]):
            yield ("line" if last is statement else "block"), source.start(statement), source.end(last)


def chosen_holes() -> list[tuple[str, str, int, int]]:
    """A fixed choice: (text, kind, start, end)."""
    root = Path(sysconfig.get_paths()["stdlib"])
    by_kind: dict[str, list[tuple[str, str, int, int]]] = {kind: [] for kind in KINDS}
    for name in FILES:
        path = root / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not text.isascii() or "\f" in text:
            continue
        for kind, start, end in sorted(set(holes_of(text))):
            if 4 <= end - start <= 400:
                by_kind[kind].append((text, kind, start, end))
    choice = random.Random(4)
    return [hole for kind in KINDS for hole in choice.sample(by_kind[kind], HOLES_PER_KIND)]


@pytest.mark.parametrize("lines", ["auto", "multi"])
def test_perfect_text_goes_in_as_it_is(lines: str) -> None:
    """Not one of the holes comes out other than the file was."""
    spoiled = []
    for text, kind, start, end in chosen_holes():
        prefix = text[:start]
        column = start - prefix.rfind("\n") - 1
        place = Snapshot("file:///x.py", "/x.py", "python", 1, prefix.count("\n"), column, prefix, text[end:])
        middle = text[start:end]
        if kind == "mid" and "\n" in middle and lines == "auto":
            # Words after the cursor ask for one line.
            continue
        pieces = [middle[i : i + 5] for i in range(0, len(middle), 5)]
        result = complete(place, pieces, finish_reason="stop", lines=lines)
        if not isinstance(result, Completion) or apply(place, result) != text:
            spoiled.append((kind, prefix[-60:], middle, result))

    assert spoiled == []
