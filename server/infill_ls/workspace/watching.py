"""Notices which of the files that have been read are gone, or were ruled on anew, by looking at their folders.

Editors tell of some changes only, and some editors of none; a look at a project's folders takes a millisecond or two.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from infill_ls.workspace.git_lists import lists_of
from infill_ls.workspace.gitignore import root_of

# ruff: noqa: PTH118, PTH120, PTH116  # strings, as paths are everywhere here

_Mark = tuple[int, int, int] | None


class Watch:
    """Folders of files that were read, and the lists of patterns that rule on them, as they were seen last."""

    def __init__(self) -> None:
        self._folders: dict[str, _Mark] = {}
        self._lists: dict[str, tuple[_Mark, str]] = {}
        """Each with the folder that it rules."""

    def add(self, path: str, workspace: tuple[str, ...]) -> None:
        """Keep an eye on a file that is about to be read."""
        folder = os.path.dirname(path)
        if folder not in self._folders:
            self._add_lists(folder, workspace)
        while folder not in self._folders:
            self._folders[folder] = _mark(folder)
            own = os.path.join(folder, ".gitignore")
            self._lists[own] = _mark(own), folder
            folder = os.path.dirname(folder)

    def folders(self) -> frozenset[str]:
        """All that an eye is kept on."""
        return frozenset(self._folders)

    def _add_lists(self, folder: str, workspace: tuple[str, ...]) -> None:
        root = root_of(Path(folder, "any"), workspace)
        for path in [] if root is None else lists_of(root):
            if path not in self._lists:
                self._lists[path] = _mark(path), str(root)

    def changed(self) -> tuple[set[str], list[str]]:
        """Folders that something was put into or taken from, and folders that other rules hold in, since last time."""
        stirred, ruled = set(), []
        for folder, before in list(self._folders.items()):
            now = _mark(folder)
            if now != before:
                self._folders[folder] = now
                stirred.add(folder)
        for path, (before, folder) in list(self._lists.items()):
            now = _mark(path)
            if now != before:
                self._lists[path] = now, folder
                ruled.append(folder)
        return stirred, ruled


def is_below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of these, or lies in one."""
    return any(
        path == folder or path.startswith(folder.rstrip("/\\") + os.sep) for folder in folders
    )


def _mark(path: str) -> _Mark:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
