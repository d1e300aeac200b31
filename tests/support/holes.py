"""Holes in real source files, as a person would type them in one go; spoils nothing and fills nothing."""

from __future__ import annotations

import ast
import random
import re
import sysconfig
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from infill_ls.records import Snapshot
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.languages import row

KINDS = ("rest", "arguments", "line", "body", "statements")
"""The rest of a line; arguments in closed brackets; a line, the cursor behind its indentation; all of a block, the
cursor at the end of the line that opens it; two or more statements or lines of a block."""
LANGUAGES = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".ts": "typescript",
    ".css": "css", ".html": "html", ".c": "c", ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".hpp": "cpp", ".go": "go",
    ".rs": "rust", ".java": "java", ".rb": "ruby", ".lua": "lua", ".sh": "shellscript", ".php": "php", ".cs": "csharp",
    ".sql": "sql", ".json": "json", ".yaml": "yaml", ".yml": "yaml",
}  # fmt: skip
SHORTEST, LONGEST = 4, 500
"""Characters that a hole may have."""
MOST_LINES = 12
LARGEST_FILE = 200_000
"""Characters. What is longer is mostly data."""
PASSED_OVER = frozenset({"site-packages", "test", "tests", "testdata", "idle_test", "__pycache__", ".git"})
"""Folders: packages of another interpreter, and tests, which not every machine has and which are meant to be odd."""
PER_FILE = 3
"""Holes of one kind that one file may give."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINES = re.compile(
    r"\s*(?:(?:export|default|public|private|protected|static|abstract|async|pub|local)\s+)*"
    r"(?:def|fn|func|fun|function\*?|sub|class|struct|interface|trait|impl|enum|type)\b|[\w*\s]+\([^;]*\)\s*\{?$"
)
"""How a function or a type begins; a hole has one at its end at most, since there a person stops, too."""
_REST = re.compile(r"^[ \t]*\S.*?(?:[:=]|=>|\breturn|\bif|\bcase|->)[ \t]+(?=\S)")
_CALL = re.compile(r"\w\((?=[^\s)])")


class Hole(NamedTuple):
    """A part of a file that is missing, and is to be put back."""

    name: str
    """The file's path below the folder it was found in."""
    language: str
    kind: str
    text: str
    """The whole file."""
    start: int
    end: int

    @property
    def middle(self) -> str:
        return self.text[self.start : self.end]

    @property
    def suffix(self) -> str:
        return self.text[self.end :]

    @property
    def place(self) -> Snapshot:
        """What an editor shows with the cursor in the hole."""
        prefix = self.text[: self.start]
        column = len(prefix) - prefix.rfind("\n") - 1
        return Snapshot(
            "file:///file", "/file", self.language, 1, prefix.count("\n"), column, prefix, self.text[self.end :]
        )


class Folders(NamedTuple):
    """Where source files are looked for."""

    library: tuple[Path, ...]
    """Python's own, which every machine has."""
    others: tuple[Path, ...] = ()


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
                    chosen.append(Hole(name, language, kind, text, start, end))
    return chosen


def _read(path: Path) -> str:
    """The text with line feeds only; empty where it is none, too long, or made by a program."""
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() and path.stat().st_size <= LARGEST_FILE else ""
    except (OSError, UnicodeDecodeError):
        return ""
    longest = max(map(len, text.split("\n")))
    return "" if "\f" in text or longest > 400 else text


def _sample(text: str, language: str, rng: random.Random) -> Iterator[tuple[str, int, int]]:
    found: dict[str, list[tuple[int, int]]] = {kind: [] for kind in KINDS}
    for kind, start, end in sorted(set(python_holes(text) if language == "python" else holes(text, language))):
        middle = text[start:end]
        if len(middle.strip()) >= SHORTEST and len(middle) <= LONGEST and middle.count("\n") < MOST_LINES and start:
            found[kind].append((start, end))
    for kind, spans in found.items():
        for start, end in rng.sample(spans, min(len(spans), PER_FILE)):
            yield kind, start, end


class _Source:
    """A Python file, and where its nodes stand; the parser counts in bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def offset(self, line: int, column: int) -> int:
        before = self.lines[line - 1].encode()[:column].decode()
        return self.starts[line - 1] + len(before)

    def start(self, node: ast.stmt | ast.expr) -> int:
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr) -> int:
        return self.offset(node.end_lineno or 0, node.end_col_offset or 0)

    def is_alone(self, node: ast.stmt) -> bool:
        """Whether nothing else stands on the lines of a statement."""
        start = self.starts[node.lineno - 1]
        return not self.text[start : self.start(node)].strip() and self.text[self.end(node)] == "\n"


def python_holes(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end), by the parser."""
    text += "" if text.endswith("\n") else "\n"
    source = _Source(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return) and node.value and source.is_alone(node):
            start = source.start(node.value)
            if text[start - 1] == " ":
                yield "rest", start, source.end(node)
        elif isinstance(node, ast.Call) and node.args and text[source.start(node.args[0]) - 1] == "(":
            last = max([*node.args, *(each.value for each in node.keywords)], key=source.end)
            if text[source.end(last)] == ")":
                yield "arguments", source.start(node.args[0]), source.end(last)
        yield from _python_blocks(source, node)


def _python_blocks(source: _Source, node: ast.AST) -> Iterator[tuple[str, int, int]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if not isinstance(block, list) or not block or not isinstance(block[0], ast.stmt):
            continue
        before = source.starts[block[0].lineno - 1] - 1
        is_alone = all(map(source.is_alone, block))
        if not isinstance(node, ast.Module) and is_alone and source.text[before - 1 : before] == ":":
            yield "body", before, source.end(block[-1])
        for first, statement in enumerate(block):
            for last in block[first : first + 4]:
                if not source.is_alone(statement) or not source.is_alone(last):
                    continue
                if isinstance(statement, _DEFINITIONS) and statement.decorator_list:
                    continue
                if any(isinstance(each, _DEFINITIONS) for each in block[first : block.index(last)]):
                    continue
                is_line = last is statement and statement.lineno == statement.end_lineno
                if is_line or last is not statement:
                    yield "line" if is_line else "statements", source.start(statement), source.end(last)


def holes(text: str, language: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end), by brackets and indentation."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    indents = [len(line) - len(line.lstrip()) if line.strip() else None for line in lines]
    for number, line in enumerate(lines):
        if not line.strip() or not any(map(str.isalnum, line)):
            continue
        start, end = starts[number], starts[number] + len(line.rstrip())
        rest = _REST.match(line)
        if rest:
            yield "rest", start + rest.end(), end
        for call in _CALL.finditer(line):
            closing = _closing(line, call.end(), language)
            if closing:
                yield "arguments", start + call.end(), start + closing
        indent = indents[number] or 0
        if not scan(line, row(language)).stack and not scan(line, row(language)).unmatched:
            yield "line", start + indent, end
        yield from _blocks(lines, starts, indents, number, language)


def _closing(line: str, start: int, language: str) -> int | None:
    """Where the bracket is closed that was opened just before ``start``."""
    found = scan(line[start:], row(language)).unmatched
    return start + found[0] if found and line[start + found[0]] == ")" else None


def _blocks(
    lines: list[str], starts: list[int], indents: list[int | None], number: int, language: str
) -> Iterator[tuple[str, int, int]]:
    indent = indents[number] or 0
    header = lines[number].rstrip()
    inner = number + 1
    while inner < len(lines) and (indents[inner] is None or (indents[inner] or 0) > indent):
        inner += 1
    end = next((line for line in range(inner - 1, number, -1) if lines[line].strip()), None)
    if end is not None and end < len(lines) - 1 and header[-1] in "{([:" and not lines[end].endswith(" "):
        yield "body", starts[number] + len(lines[number]), starts[end] + len(lines[end])
    for last in range(number + 1, min(number + 7, len(lines))):
        if not lines[last].strip() or (indents[last] or 0) < indent:
            if lines[last].strip():
                return
            continue
        body = "\n".join([header.lstrip(), *lines[number + 1 : last + 1]])
        found = scan(body, row(language))
        n_definitions = sum(
            _DEFINES.match(lines[at]) is not None for at in range(number, last) if indents[at] == indent
        )
        if n_definitions > 1:
            return
        if not found.stack and not found.unmatched and indents[last] == indent and not body.endswith((" ", "\t")):
            yield "statements", starts[number] + indent, starts[last] + len(lines[last])
