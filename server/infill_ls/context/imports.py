"""Text -> what it imports, by patterns: modules as they are written, and the names that are taken from them.

Runs no build tool. What cannot be told (packages of others, aliases that nobody declares) leads nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from sys import intern
from typing import Final, NamedTuple


class Import(NamedTuple):
    """One import. ``names`` is empty where the whole module is meant."""

    module: str
    names: tuple[str, ...]


MOST: Final = 300
"""Imports of a file."""
HEAD: Final = 60_000
"""Characters of a file that are searched for them."""


def imports_in(text: str, family: str) -> tuple[Import, ...]:
    """The imports of a file of a family of languages, in order, each once."""
    read = _READERS.get(family)
    found = () if read is None else tuple(dict.fromkeys(read(text[:HEAD])))[:MOST]
    return tuple(Import(intern(each.module), tuple(map(intern, each.names))) for each in found)


# Each is tried at every line of a stranger's file, while all other threads wait: none may read far for nothing, or
# give back what it has read.
_PYTHON: Final = re.compile(
    r"^[ \t]*from[ \t]+(\.*+[\w.]*+)[ \t]+import[ \t]+(\([^)]{0,2000}+\)|[^\n]+)"
    r"|^[ \t]*import[ \t]+([\w., \t]+)",
    re.MULTILINE,
)
_SCRIPT: Final = re.compile(
    r"""^[ \t]*(?:import|export)\b((?:[^'"`;=(){\n]*\{[^}'"`;]{0,2000}+\})?[^'"`;=()\n]*)\bfrom\s*"""
    r"""['"]([^'"\n]+)['"]"""
    r"""|\b(?:import|require)\(\s*['"]([^'"\n]+)['"]|^[ \t]*import[ \t]+['"]([^'"\n]+)['"]""",
    re.MULTILINE,
)
_GO: Final = re.compile(
    r'^[ \t]*(?:import[ \t]+)?(?:[\w.]+[ \t]+)?"([\w./\-~]+)"[ \t]*$', re.MULTILINE
)
_RUST: Final = re.compile(
    r"^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?use[ \t]+([^;{\n]*+(?:\{[^;]{0,2000}+)?);", re.MULTILINE
)
_JVM: Final = re.compile(
    r"^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+?)(\.[*_])?[ \t]*+;?[ \t]*+$", re.MULTILINE
)
_C: Final = re.compile(r'^[ \t]*#[ \t]*(?:include|import)[ \t]+["<]([^">\n]+)[">]', re.MULTILINE)
_RUBY: Final = re.compile(
    r"""^[ \t]*(?:require|require_relative|load)[ \t(]+['"]([^'"\n]+)['"]""", re.MULTILINE
)
_PHP: Final = re.compile(
    r"^[ \t]*use[ \t]+(?:function[ \t]+|const[ \t]+)?([\w\\]+)(?:[ \t]+as[ \t]+\w+)?;", re.MULTILINE
)


def _python(text: str) -> Iterator[Import]:
    for module, names, whole in _PYTHON.findall(text):
        if whole:
            yield from (Import(each.split()[0], ()) for each in whole.split(",") if each.split())
        else:
            listed = re.sub(r"#[^\n]*|[()\\]", "", names).split(",")
            yield Import(module, tuple(each.split()[0] for each in listed if each.split()))


def _script(text: str) -> Iterator[Import]:
    for clause, module, called, bare in _SCRIPT.findall(text):
        taken = [each.split() for each in clause.partition("{")[2].partition("}")[0].split(",")]
        names = [
            words[1] if words[0] == "type" and len(words) > 1 else words[0]
            for words in taken
            if words
        ]
        whole = clause.partition("{")[0].replace("type ", "").replace(",", " ").split()
        if len(whole) == 1 and whole[0] != "*":
            names.append(whole[0])
        yield Import(module or called or bare, tuple(names))


def _go(text: str) -> Iterator[Import]:
    yield from (Import(module, ()) for module in _GO.findall(text.partition("\nfunc ")[0]))


def _rust(text: str) -> Iterator[Import]:
    for tree in _RUST.findall(text):
        for path in _flat(re.sub(r"\s+", " ", tree), 0):
            parts = path.partition(" as ")[0].strip().split("::")
            yield Import("::".join(parts[:-1]), () if parts[-1] in {"*", "self"} else (parts[-1],))


def _flat(tree: str, depth: int) -> Iterator[str]:
    """``a::{b, c::{d, e}}`` -> ``a::b``, ``a::c::d``, ``a::c::e``."""
    start = tree.find("{")
    if start < 0 or depth > _DEEPEST:
        yield tree.strip()
        return
    open_brackets, piece, pieces = 0, "", []
    for mark in tree[start + 1 : tree.rfind("}")]:
        open_brackets += (mark == "{") - (mark == "}")
        if mark == "," and not open_brackets:
            pieces.append(piece)
            piece = ""
        else:
            piece += mark
    for part in (*pieces, piece):
        if part.strip():
            yield from (tree[:start].strip() + each for each in _flat(part.strip(), depth + 1))


_DEEPEST: Final = 8


def _jvm(text: str) -> Iterator[Import]:
    for path, star in _JVM.findall(text):
        module, _, name = path.rpartition(".")
        yield Import(path, ()) if star else Import(module, (name,))


def _php(text: str) -> Iterator[Import]:
    for path in _PHP.findall(text):
        module, _, name = path.rpartition("\\")
        yield Import(module.replace("\\", "."), (name,))


def _whole(pattern: re.Pattern[str]) -> Callable[[str], Iterator[Import]]:
    return lambda text: (Import(module, ()) for module in pattern.findall(text))


_READERS: Final[Mapping[str, Callable[[str], Iterator[Import]]]] = {
    "python": _python,
    "script": _script,
    "go": _go,
    "rust": _rust,
    "jvm": _jvm,
    "c": _whole(_C),
    "ruby": _whole(_RUBY),
    "php": _php,
}
