"""Import -> the files of the project that it can mean, by the ends of their paths. Asks no disk and no build tool."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from infill_ls.context.imports import Import


class Paths:
    """A project's paths, with slashes, found by the names that they end with."""

    def __init__(self) -> None:
        self.all: dict[str, None] = {}
        self._by_name: dict[str, dict[str, None]] = {}
        self._folders: dict[str, dict[str, dict[str, None]]] = {}
        """Files by folder, by the folder's last name."""

    def add(self, path: str) -> None:
        """Take a path in."""
        folder, name = posixpath.split(path)
        self.all[path] = None
        self._by_name.setdefault(name, {})[path] = None
        self._folders.setdefault(posixpath.basename(folder), {}).setdefault(folder, {})[path] = None

    def discard(self, path: str) -> None:
        """Forget a path."""
        folder, name = posixpath.split(path)
        self.all.pop(path, None)
        _prune(self._by_name, name, path)
        same_name = self._folders.get(posixpath.basename(folder), {})
        _prune(same_name, folder, path)
        if not same_name:
            self._folders.pop(posixpath.basename(folder), None)

    def ending(self, tail: str) -> str | None:
        """The shortest path that ends with these names."""
        named = self._by_name.get(posixpath.basename(tail), ())
        return min((each for each in named if _ends(each, tail)), key=_shortest, default=None)

    def folder(self, tail: str) -> list[str]:
        """Files directly in the folder whose path ends with these names; of several the one with the shortest."""
        folders = self._folders.get(posixpath.basename(tail), {})
        found = min((each for each in folders if _ends(each, tail)), key=_shortest, default=None)
        return [] if found is None else sorted(folders[found])

    def beside(self, path: str) -> list[str]:
        """The other files in a file's own folder."""
        folder = posixpath.dirname(path)
        return sorted(
            self._folders.get(posixpath.basename(folder), {}).get(folder, {}).keys() - {path}
        )


def resolve(item: Import, path: str, family: str, paths: Paths) -> list[str]:
    """Files that an import in the file ``path`` can mean, the likeliest first."""
    find = _FINDERS.get(family)
    found = () if find is None or "\0" in item.module else find(item, path, paths)
    return [each for each in dict.fromkeys(found) if each != path]


def _prune(table: dict[str, dict[str, None]], key: str, path: str) -> None:
    paths = table.get(key, {})
    paths.pop(path, None)
    if not paths:
        table.pop(key, None)


def _ends(path: str, tail: str) -> bool:
    return path == tail or path.endswith("/" + tail)


def _shortest(path: str) -> tuple[int, str]:
    return len(path), path


def _first(stem: str, ends: tuple[str, ...], paths: Paths) -> Iterator[str]:
    yield from [each for end in ends if (each := stem + end) in paths.all][:1]


def _by_end(stem: str, ends: tuple[str, ...], paths: Paths) -> Iterator[str]:
    yield from [each for end in ends if (each := paths.ending(stem + end)) is not None][:1]


def _python(item: Import, path: str, paths: Paths) -> Iterator[str]:
    dots = len(item.module) - len(item.module.lstrip("."))
    module = item.module[dots:].replace(".", "/")
    if dots:
        base = posixpath.normpath(posixpath.join(posixpath.dirname(path), "../" * (dots - 1)))
        stem = posixpath.normpath(posixpath.join(base, module))
        for name in item.names:
            yield from _first(f"{stem}/{name}", (".py",), paths)
        yield from _first(stem, (".py", "/__init__.py", ".pyi"), paths)
        return
    for name in item.names:
        yield from _by_end(f"{module}/{name}", (".py",), paths)
    yield from _by_end(module, (".py", "/__init__.py", ".pyx"), paths)


_SCRIPT_ENDS: Final = (
    ".ts",
    ".tsx",
    ".mts",
    ".js",
    ".jsx",
    ".mjs",
    ".vue",
    ".svelte",
    "/index.ts",
    "/index.tsx",
    "/index.js",
)


def _script(item: Import, path: str, paths: Paths) -> Iterator[str]:
    module = re.sub(r"\.(?:[mc]?jsx?|[mc]?tsx?)$", "", item.module)
    if module.startswith("."):
        stem = posixpath.normpath(posixpath.join(posixpath.dirname(path), module))
        yield from _first(stem, ("", *_SCRIPT_ENDS), paths)
        return
    # An alias (@/x, ~/x), or another package of the same repository: by the end of its path.
    tail = re.sub(r"^[@~]/", "", module)
    if "/" in tail:
        yield from _by_end(
            tail.partition("/")[2] if tail.startswith("@") else tail, _SCRIPT_ENDS, paths
        )
    yield from _by_end(f"{posixpath.basename(module)}/src", ("/index.ts", "/index.js"), paths)


def _go(item: Import, _path: str, paths: Paths) -> Iterator[str]:
    parts = item.module.split("/")
    for start in range(
        0 if "." in parts[0] else len(parts), len(parts)
    ):  # the standard library has no host name
        found = [
            each for each in paths.folder("/".join(parts[start:])) if not each.endswith("_test.go")
        ]
        if found:
            yield from found
            return


def _rust(item: Import, path: str, paths: Paths) -> Iterator[str]:
    parts = [*item.module.split("::"), *item.names]
    folder, name = posixpath.split(path)
    base = (
        folder
        if name in {"mod.rs", "lib.rs", "main.rs"}
        else f"{folder}/{name.removesuffix('.rs')}"
    )
    if parts[0] == "crate":
        base, parts = _crate(path, paths), parts[1:]
    elif parts[0] in {"self", "super"}:
        while parts and parts[0] in {"self", "super"}:
            base = posixpath.dirname(base) if parts[0] == "super" else base
            parts = parts[1:]
    else:
        root = paths.ending(f"{parts[0]}/src/lib.rs") or paths.ending(
            f"{parts[0].replace('_', '-')}/src/lib.rs"
        )
        if root is None:
            return
        base, parts = posixpath.dirname(root), parts[1:]
    for length in range(len(parts), -1, -1):
        stem = "/".join([base, *parts[:length]])
        found = [
            *_first(
                stem,
                (".rs", "/mod.rs") if length else ("/lib.rs", "/main.rs", "/mod.rs", ".rs"),
                paths,
            )
        ]
        if found:
            yield from found
            return


def _crate(path: str, paths: Paths) -> str:
    folder = posixpath.dirname(path)
    while folder not in {"", "/"}:
        if f"{folder}/lib.rs" in paths.all or f"{folder}/main.rs" in paths.all:
            return folder
        folder = posixpath.dirname(folder)
    return "src"


_JVM_ENDS: Final = (".java", ".kt", ".scala", ".groovy")


def _jvm(item: Import, _path: str, paths: Paths) -> Iterator[str]:
    module = item.module.replace(".", "/")
    if not item.names:
        yield from paths.folder(module)
    for name in item.names:
        yield from _by_end(f"{module}/{name}", _JVM_ENDS, paths)
    yield from _by_end(module, _JVM_ENDS, paths)


def _beside_or_by_end(ends: tuple[str, ...]) -> Callable[[Import, str, Paths], Iterator[str]]:
    def find(item: Import, path: str, paths: Paths) -> Iterator[str]:
        stem = posixpath.normpath(posixpath.join(posixpath.dirname(path), item.module))
        yield from [*_first(stem, ends, paths)] or _by_end(item.module, ends, paths)

    return find


def _php(item: Import, _path: str, paths: Paths) -> Iterator[str]:
    names = item.module.split(".")
    # The first names of a namespace stand for a folder of another name.
    for start in range(min(3, len(names) + 1)):
        found = [*_by_end("/".join([*names[start:], *item.names]), (".php",), paths)]
        if found:
            yield from found
            return


_FINDERS: Final[Mapping[str, Callable[[Import, str, Paths], Iterator[str]]]] = {
    "python": _python,
    "script": _script,
    "go": _go,
    "rust": _rust,
    "jvm": _jvm,
    "c": _beside_or_by_end(("",)),
    "ruby": _beside_or_by_end((".rb", "")),
    "php": _php,
}

SHARED_FOLDER: Final = ("go", "jvm")
"""Families whose files can use each other's names without an import where they lie in one folder."""
