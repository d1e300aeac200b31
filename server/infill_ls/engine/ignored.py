"""Which files a repository's .gitignore files leave out, as git reads them. Never runs git.

git itself can be made to run programs by the configuration of a repository, which is not trusted here.
"""

from __future__ import annotations

import fnmatch
import functools
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from infill_ls.engine.reading import read_file

LARGEST_LIST: Final = 1024 * 1024
"""Characters read of a .gitignore file."""

ALWAYS = frozenset(
    {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache", ".cache", "target"}
)
"""Folders that are never indexed, ignored or not: what is in them is not the project's own code."""


def is_ignored(path: str, folders: tuple[str, ...]) -> bool:
    """Whether ``path``, or a folder that it lies in, is ignored.

    Patterns are read from the repository's root down; without a repository, from the workspace folder down.
    """
    target = Path(path)
    root = _root(target, folders)
    if root is None:
        return False
    rules = _rules(root, target.parent)
    return rules is None or rules.ignores(target, is_folder=False)


def rules_of(folder: str) -> Rules | None:
    """The rules in force in a folder, those of the repository that it lies in included; None where it is ignored."""
    target = Path(folder)
    return _rules(_root(target / "any", ()) or target, target)


class Rules:
    """The patterns in force in one folder; the deepest file that says something about a path decides."""

    def __init__(self, above: tuple[_Level, ...], folder: Path) -> None:
        patterns = _patterns(_fold(_read(folder, is_root=not above)))
        self._levels = ((len(folder.parts), patterns), *above) if patterns or not above else above

    def inside(self, folder: Path) -> Rules:
        """The rules in force in a folder below this one."""
        return Rules(self._levels, folder)

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether a path directly in this folder is ignored."""
        names = [_fold(name) for name in path.parts]
        for depth, patterns in self._levels:
            for pattern in patterns:
                if (is_folder or not pattern.folders_only) and pattern.fits(names[depth:]):
                    return not pattern.negated
        return False


def _rules(root: Path, folder: Path) -> Rules | None:
    rules = Rules((), root)
    for name in folder.relative_to(root).parts:
        root = root / name
        if rules.ignores(root, is_folder=True):
            return None
        rules = rules.inside(root)
    return rules


def _root(target: Path, folders: tuple[str, ...]) -> Path | None:
    for parent in target.parents:
        if (parent / ".git").exists():
            return parent
    holding = [Path(folder) for folder in folders if target.is_relative_to(folder)]
    return max(holding, key=lambda folder: len(folder.parts), default=None)


def _read(folder: Path, *, is_root: bool) -> str:
    """The lists that stand in a folder, the strongest last."""
    text = ""
    for name in (".git/info/exclude", ".gitignore") if is_root else (".gitignore",):
        try:
            path = os.path.realpath(os.path.join(folder, name))  # noqa: PTH118  # pathlib takes twice as long, for each folder of a project
            text += read_file(path, LARGEST_LIST).decode("utf-8-sig", "replace").replace("\r\n", "\n") + "\n"
        except OSError:
            continue
    return text


class _Pattern(NamedTuple):
    """One line of a list. ``segments`` fit one name of a path each; None fits any number of them."""

    segments: tuple[Callable[[str], object] | None, ...]
    negated: bool
    folders_only: bool

    def fits(self, names: list[str]) -> bool:
        """Whether this very path is meant, not a folder that it lies in. Takes no longer for patterns made to."""
        reached = {0}
        for segment in self.segments:
            if segment is None:
                reached = set(range(min(reached), len(names)))
            else:
                reached = {at + 1 for at in reached if at < len(names) and segment(names[at])}
            if not reached:
                return False
        return len(names) in reached


_Level = tuple[int, tuple[_Pattern, ...]]
"""How many names the folder's path has, and the patterns that hold below it."""


@functools.lru_cache(maxsize=256)
def _patterns(text: str) -> tuple[_Pattern, ...]:
    """The patterns of a list, the strongest first."""
    return tuple(pattern for line in reversed(text.split("\n")) if (pattern := _pattern(line)) is not None)


def _pattern(line: str) -> _Pattern | None:
    line = _BLANKS_AT_THE_END.sub("", line)
    negated = line.startswith("!")
    path = line[negated:]
    names = path.removesuffix("/").split("/")
    if line.startswith("#") or names == [""]:
        return None
    if len(names) == 1:
        names = ["**", *names]
    elif not names[0]:
        names = names[1:]
    if names[-1] == "**":
        names.append("*")
    segments = tuple(None if name == "**" else _segment(name) for name in names)
    return _Pattern(segments, negated, path.endswith("/"))


_BLANKS_AT_THE_END: Final = re.compile(r"(?<!\\) +\Z")
_WILDCARD: Final = re.compile(r"[*?[\\]")
_ESCAPED: Final = re.compile(r"\\(.)")


def _segment(name: str) -> Callable[[str], object]:
    """What a name is asked whether it is meant."""
    if not _WILDCARD.search(name):
        return name.__eq__
    glob = _ESCAPED.sub(lambda found: found[1] if found[1] in "!^#" else f"[{found[1]}]", name.replace("[^", "[!"))
    return re.compile(fnmatch.translate(glob)).match


def _fold(text: str) -> str:
    """Where a file answers to its name in any case, so does a pattern."""
    return text.casefold() if sys.platform in ("win32", "darwin") else text
