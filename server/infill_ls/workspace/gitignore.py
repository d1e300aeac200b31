"""Which files a repository's and the user's lists of patterns leave out, as git reads them. Never runs git.

git itself can be made to run programs by the configuration of a repository, which is not trusted here. What cannot be
told in time, or cannot be read, counts as left out.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from infill_ls.workspace.git_lists import lists_of
from infill_ls.workspace.patterns import (
    MOST_PATTERNS,
    MOST_WILDCARDS,
    Names,
    Pattern,
    Patterns,
    as_bytes,
    folded,
    read_patterns,
)
from infill_ls.workspace.reading import read_file

LARGEST_LIST: Final = 1024 * 1024
"""Bytes of a list of patterns."""

DEEPEST: Final = 64
"""Names from a repository's root to a file; what lies deeper counts as ignored."""

ALWAYS = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        "__pycache__",
        ".venv",
        "venv",
        ".tox",
        ".mypy_cache",
        ".cache",
        "target",
    }
)
"""Folders that are never indexed, ignored or not: what is in them is not the project's own code."""


def is_never_indexed(names: Iterable[str]) -> bool:
    """Whether one of the names is a folder's that is never indexed, in whatever capitals where a disk ignores them."""
    return not ALWAYS.isdisjoint(map(folded, names))


def is_ignored(path: str, folders: tuple[str, ...]) -> bool:
    """Whether ``path``, or a folder that it lies in, is ignored.

    Patterns are read from the repository's root down; without a repository, from the workspace folder down.
    """
    target = Path(path)
    root = root_of(target, folders)
    return root is not None and _ignored_below(
        root, target.parts[len(root.parts) :], is_folder=False
    )


def rules_of(folder: str) -> Rules | None:
    """The rules in force in a folder, those of the repository that it lies in included; None where it is ignored."""
    target = Path(folder)
    root = root_of(target / "any", ()) or target
    names = target.parts[len(root.parts) :]
    if _ignored_below(root, names, is_folder=True):
        return None
    rules: Rules | None = Rules((), root, root)
    for name in names:
        root /= name
        rules = rules and rules.inside(root)
    return rules


class _Level(NamedTuple):
    """The lists of one folder."""

    depth: int
    """How many names the folder's path has."""
    patterns: Patterns


_Levels = tuple[_Level, ...]
"""From a folder up."""


class Rules:
    """The patterns in force in one folder; the deepest file that says something about a path decides."""

    def __init__(self, above: _Levels, folder: Path, root: Path) -> None:
        self._root = root
        self._levels = _with_lists(above, folder, root)
        """None where everything is ignored."""

    def inside(self, folder: Path) -> Rules | None:
        """The rules in force in a folder below this one; None where everything in it is ignored."""
        if self._levels is None or len(folder.parts) - len(self._root.parts) >= DEEPEST:
            return None
        return Rules(self._levels, folder, self._root)

    def ignores(self, path: Path, *, is_folder: bool) -> bool:
        """Whether a path directly in this folder is ignored."""
        if self._levels is None:
            return True
        names = [as_bytes(name) for name in path.parts]
        for depth, patterns in self._levels:
            below = Names(names[depth:])
            for pattern in patterns.each:
                if (is_folder or not pattern.folders_only) and pattern.fits(below):
                    return not pattern.negated
        return False


def _ignored_below(root: Path, parts: tuple[str, ...], *, is_folder: bool) -> bool:
    """Whether what lies below a root is ignored, or a folder on the way to it.

    Each pattern is compared with the whole way at once: asked anew for each folder, a deep path would take too long.
    """
    if len(parts) > DEEPEST:
        return True
    names = [as_bytes(part) for part in parts]
    levels: _Levels = ()
    meant: list[tuple[int, Pattern]] = []
    """Patterns that fit something on the way, the strongest first, with a bit for each depth where they do."""
    folder = root
    for depth, part in enumerate(parts):
        found = _with_lists(levels, folder, root)
        if found is None:
            return True
        if found is not levels:
            levels = found
            below = Names(names[depth:])
            depths = (
                (pattern.lengths(below) << depth, pattern) for pattern in levels[0].patterns.each
            )
            meant = [each for each in depths if each[0]] + meant
        if _says_ignored(meant, depth + 1, is_folder=is_folder or depth + 1 < len(parts)):
            return True
        folder /= part
    return False


def _says_ignored(meant: list[tuple[int, Pattern]], depth: int, *, is_folder: bool) -> bool:
    for depths, pattern in meant:
        if depths >> depth & 1 and (is_folder or not pattern.folders_only):
            return not pattern.negated
    return False


def root_of(target: Path, folders: tuple[str, ...]) -> Path | None:
    """The root of the repository that a path lies in; without one, the inmost of the folders that holds it."""
    for parent in target.parents:
        if os.path.exists(parent / ".git"):  # noqa: PTH110  # pathlib raises where a folder may not be looked into
            return parent
    names = [*map(folded, target.parts)]
    wanted = [[*map(folded, Path(folder).parts)] for folder in folders]
    depth = max((len(each) for each in wanted if each == names[: len(each)]), default=None)
    return None if depth is None else Path(*target.parts[:depth])


def _with_lists(above: _Levels, folder: Path, root: Path) -> _Levels | None:
    """The levels with the lists that stand in a folder; None where they are beyond all measure."""
    own = os.path.join(folder, ".gitignore")  # noqa: PTH118  # pathlib takes twice as long
    lists = [_read(path) for path in ([*lists_of(root), own] if folder == root else [own])]
    if None in lists:
        return None
    patterns = read_patterns(b"\n".join(filter(None, lists)))  # the strongest last
    if patterns is None:
        return None
    levels = (_Level(len(folder.parts), patterns), *above) if patterns.each else above
    if sum(len(level.patterns.each) for level in levels) > MOST_PATTERNS:
        return None
    if sum(level.patterns.wildcards for level in levels) > MOST_WILDCARDS:
        return None
    return levels


def _read(path: str) -> bytes | None:
    """A list as it stands in a file; empty where there is none, None where nobody can tell what it says."""
    try:
        try:
            data = read_file(path, LARGEST_LIST)
        except OSError as error:
            if error.errno != errno.ELOOP:
                raise
            data = read_file(os.path.realpath(path), LARGEST_LIST)
    except OSError as error:
        return b"" if error.errno in _NO_LIST else None
    return data.removeprefix(b"\xef\xbb\xbf")


_NO_LIST: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EINVAL, errno.ELOOP})
"""Nothing of that name, or no file, or a link that leads nowhere."""
