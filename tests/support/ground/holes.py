"""Holes in real source files, as a person would type them in one go; spoils nothing and fills nothing."""

from __future__ import annotations

import random
import sysconfig
import tempfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from infill_ls.evaluate.holes import LARGEST_FILE, SHORTEST, Hole, hole_of
from infill_ls.evaluate.spans import LONGEST_LINE, spans
from infill_ls.records import Snapshot

KINDS = ("rest", "arguments", "line", "body", "statements")
"""The rest of a line; arguments in closed brackets; a line, the cursor behind its indentation; all of a block, the
cursor at the end of the line that opens it; two or more statements or lines of a block."""
LANGUAGES = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".ts": "typescript",
    ".css": "css", ".html": "html", ".c": "c", ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".hpp": "cpp", ".go": "go",
    ".rs": "rust", ".java": "java", ".rb": "ruby", ".lua": "lua", ".sh": "shellscript", ".php": "php", ".cs": "csharp",
    ".sql": "sql", ".json": "json", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
LONGEST, MOST_LINES = 500, 12
"""Characters and lines that a hole may have."""
PASSED_OVER = frozenset({"site-packages", "test", "tests", "testdata", "idle_test", "__pycache__", ".git"})
"""Folders: packages of another interpreter, and tests, which not every machine has and which are meant to be odd."""
PER_FILE = 3
"""Holes of one kind that one file may give."""
ROOT = str(Path(tempfile.gettempdir(), "ground"))
"""Where the files would be, by their paths below the folder they were found in."""


class Folders(NamedTuple):
    """Where source files are looked for."""

    library: tuple[Path, ...]
    """Python's own, which every machine has."""
    others: tuple[Path, ...] = ()


@lru_cache(maxsize=4)  # each hole is asked for several times, one after the other
def place(hole: Hole) -> Snapshot:
    """What an editor shows with the cursor in the hole."""
    return hole.snapshot(ROOT)


def installed() -> Folders:
    """What the running interpreter has: its library, its headers, and the packages installed for it."""
    paths = {name: Path(path) for name, path in sysconfig.get_paths().items()}
    return Folders((paths["stdlib"],), tuple(dict.fromkeys((paths["include"], paths["purelib"], paths["platlib"]))))


def half_of(name: str) -> str:
    """``A`` for the files that rules are tuned with, ``B`` for those that are reported on."""
    return "AB"[zlib.crc32(name.encode()) % 2]


def choose(folders: tuple[Path, ...], *, per_kind: int, seed: int, half: str = "", languages: str = "") -> list[Hole]:
    """A fixed choice of holes: up to ``per_kind`` of each kind for each language.

    Args:
        folders: where to look.
        per_kind: holes of each kind and language.
        seed: of the choice.
        half: ``A`` or ``B`` for one half of the files, empty for all.
        languages: names, with commas between; empty for all.
    """
    by_language: dict[str, list[tuple[str, Path]]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            language = LANGUAGES.get(path.suffix)
            relative = path.relative_to(folder)
            name = relative.as_posix()
            if language is None or PASSED_OVER.intersection(relative.parts) or (half and half_of(name) != half):
                continue
            if not languages or language in languages.split(","):
                by_language.setdefault(language, []).append((name, path))
    chosen: list[Hole] = []
    for language, files in sorted(by_language.items()):
        rng = random.Random(f"{seed} {language}")
        rng.shuffle(files)
        left = dict.fromkeys(KINDS, per_kind)
        for name, path in files:
            if not any(left.values()):
                break
            text = _read(path)
            for kind, start, end in _sample(text, language, rng) if text else ():
                if left[kind]:
                    left[kind] -= 1
                    chosen.append(hole_of(kind, name, text, (start, end), language=language))
    return chosen


def _read(path: Path) -> str:
    """The text with line feeds only; empty where it is none, too long, or made by a program."""
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() and path.stat().st_size <= LARGEST_FILE else ""
    except (OSError, UnicodeDecodeError):
        return ""
    longest = max(map(len, text.split("\n")))
    return "" if "\f" in text or longest > LONGEST_LINE else text


def _sample(text: str, language: str, rng: random.Random) -> Iterator[tuple[str, int, int]]:
    found: dict[str, list[tuple[int, int]]] = {kind: [] for kind in KINDS}
    for name, start, end in spans(text, language):
        middle, kind = text[start:end], "body" if name == "function" else name
        if len(middle.strip()) >= SHORTEST and len(middle) <= LONGEST and middle.count("\n") < MOST_LINES and start:
            found[kind].append((start, end))
    for kind, places in found.items():
        for start, end in rng.sample(sorted(places), min(len(places), PER_FILE)):
            yield kind, start, end
