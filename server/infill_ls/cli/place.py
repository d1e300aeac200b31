"""``FILE:LINE:COLUMN`` -> the place in the file, and an engine that knows its project."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.trace import Trace
from infill_ls.assembly import Assembly, assemble
from infill_ls.cli.terminal import warn
from infill_ls.clock import SystemClock
from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.errors import SettingsError
from infill_ls.records import Snapshot
from infill_ls.sentences import sentence
from infill_ls.startup import Launch
from infill_ls.workspace.reading import read_file

PROJECT_MARKS = (".git", ".hg", "pyproject.toml", "package.json", "Cargo.toml", "go.mod", "pom.xml")
"""What stands in a project's root folder."""

LEARN_S = 2.0
"""Seconds that somebody who waits gives to what is installed."""

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes; no editor sends so many."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor in a file, and the project's root folder."""

    snapshot: Snapshot
    mirror: Mirror
    root: str


def read_place(words: str) -> Place:
    """The place that the words name.

    Raises:
        SettingsError: no such file or place; the sentence says what is wrong.
    """
    parts = words.rsplit(":", 2)
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 10 for part in parts[1:]):
        raise SettingsError(
            f"{words} is not a position: write FILE:LINE:COLUMN, for example src/main.py:12:5."
        )
    path, line, column = os.path.abspath(parts[0]), int(parts[1]), int(parts[2])  # noqa: PTH100  # keeps links
    try:
        text = read_file(os.path.realpath(path), LARGEST_FILE).decode("utf-8-sig", "replace")
    except OSError as error:
        raise SettingsError(f"{parts[0]} cannot be read: {error.strerror}.") from error
    mirror = Mirror(text)
    if not 1 <= line <= mirror.line_count or not 1 <= column <= len(mirror.line(line - 1)) + 1:
        raise SettingsError(f"{parts[0]} has no position {line}:{column}: {_extent(mirror, line)}.")
    snapshot = take(
        mirror,
        uri=Path(path).as_uri(),
        path=path,
        language="",
        line=line - 1,
        character=column - 1,
        encoding="utf-32",
    )
    return Place(snapshot, mirror, _root(path))


async def assemble_for(
    place: Place,
    launch: Launch,
    ledger: Ledger | None = None,
    looked: Callable[[str, str], None] = lambda _uri, _words: None,
) -> Assembly:
    """An engine for the place's project, which counts calls in ``ledger`` and tells ``looked`` what a model looks up;
    what is wrong with the settings is said.
    """
    resolved = launch.resolved()
    assembly = assemble(
        resolved.settings,
        launch.environ,
        (place.root,),
        SystemClock(),
        Trace(),
        looked=looked,
        ledger=ledger,
    )
    if problems := (*assembly.problems, *assembly.warnings, *resolved.problems):
        warn(*problems)
    return assembly


async def read_project(place: Place, assembly: Assembly) -> None:
    """Let the embedded engine read the project, where nothing else answers."""
    if assembly.engine.backends[0].source == "local":
        await assembly.indexing.folder(place.root, show_progress)
        await assembly.installed.learn(place.snapshot.language, LEARN_S)
        clear_progress()


async def read_other_files(place: Place, assembly: Assembly) -> None:
    """Let prompts show what the place needs of the project's other files."""
    snapshot = place.snapshot
    if assembly.related is None or snapshot.path is None:
        return
    await assembly.indexing.document(snapshot.path, place.mirror.text())
    await assembly.indexing.for_prompts(place.root, LEARN_S)
    await assembly.engine.look_around(snapshot, LEARN_S)


def show_progress(folder: str, files: int) -> None:
    """Say on a terminal how far reading is, where that takes long."""
    if sys.stderr.isatty() and files >= 200:
        said = sentence(f"reading {Path(folder).name}: {files} files")
        print(f"\r{said}\x1b[K", end="\r", file=sys.stderr, flush=True)


def clear_progress() -> None:
    """Take away what ``show_progress`` has said."""
    if sys.stderr.isatty():
        print("\x1b[K", end="", file=sys.stderr, flush=True)


def _extent(mirror: Mirror, line: int) -> str:
    if not 1 <= line <= mirror.line_count:
        return f"it has {mirror.line_count} lines"
    return f"line {line} has columns 1 to {len(mirror.line(line - 1)) + 1}"


def _root(path: str) -> str:
    folder = Path(path).parent
    for parent in (folder, *folder.parents):
        if any((parent / mark).exists() for mark in PROJECT_MARKS):
            return str(parent)
    return str(folder)
