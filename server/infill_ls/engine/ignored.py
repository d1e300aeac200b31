"""Which files a repository's .gitignore files leave out, as git reads them. Never runs git.

git itself can be made to run programs by the configuration of a repository, which is not trusted here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

LARGEST_LIST = 1024 * 1024
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
    rules = Rules((), root)
    for parent in reversed(target.relative_to(root).parents[:-1]):
        here = root / parent
        if rules.ignores(here, is_folder=True):
            return True
        rules = rules.inside(here)
    return rules.ignores(target, is_folder=False)


def rules_of(folder: str) -> Rules:
    """The rules in force in a folder, those of the repository that it lies in included."""
    target = Path(folder)
    root = _root(target / "any", ()) or target
    rules = Rules((), root)
    for parent in reversed((target / "any").relative_to(root).parents[:-1]):
        rules = rules.inside(root / parent)
    return rules


class Rules:
    """The patterns in force in one folder; the deepest file that says something about a path decides."""

    def __init__(self, above: tuple[_Level, ...], folder: Path) -> None:
        spec = _read(folder, is_root=not above)
        self._levels = above if spec is None and above else (_Level(folder, spec), *above)

    def inside(self, folder: Path) -> Rules:
        """The rules in force in a folder below this one."""
        return Rules(self._levels, folder)

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether a path directly in this folder is ignored."""
        for level in self._levels:
            if level.spec is not None:
                relative = path.relative_to(level.folder).as_posix() + ("/" if is_folder else "")
                verdict = level.spec.check_file(relative).include
                if verdict is not None:
                    return verdict
        return False


class _Level(NamedTuple):
    folder: Path
    spec: GitIgnoreSpec | None


def _root(target: Path, folders: tuple[str, ...]) -> Path | None:
    for parent in target.parents:
        if (parent / ".git").exists():
            return parent
    holding = [Path(folder) for folder in folders if target.is_relative_to(folder)]
    return max(holding, key=lambda folder: len(folder.parts), default=None)


def _read(folder: Path, *, is_root: bool) -> GitIgnoreSpec | None:
    lines: list[str] = []
    for name in (".git/info/exclude", ".gitignore") if is_root else (".gitignore",):
        try:
            with open(os.path.join(folder, name), encoding="utf-8-sig", errors="replace") as file:  # noqa: PTH118, PTH123  # pathlib takes twice as long, for each folder of a project
                lines += file.read(LARGEST_LIST).split("\n")
        except OSError:
            continue
    return _spec(lines) if any(lines) else None


def _spec(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _is_pattern(line: str) -> bool:
    """Git passes over what is no pattern; the others in the file still count."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
