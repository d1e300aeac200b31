"""Holes where people really worked: later lines of a commit, in the project as it was with the earlier ones done.

Reads git's objects by a library and runs no git, since a repository's configuration can name programs.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from infill_ls.errors import SettingsError
from infill_ls.evaluate.ground import Past
from infill_ls.evaluate.holes import Hole, hole_of, is_fit, may_have_holes, shuffled

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID
    from dulwich.repo import Repo

MOST_COMMITS = 400
"""The last ones; what is older says little about how people work now."""
LARGEST_BLOB = 256 * 1024
MOST_LINES = 3000
"""Of a file that is compared with what it was."""


class Missing(SettingsError):
    """There is no history to be read, or nothing to read it with."""


@dataclass(frozen=True, slots=True)
class _Change:
    """One file in one commit, as lines with their ends: before, after, and the runs in which they differ."""

    path: str
    old: list[str]
    new: list[str]
    runs: list[tuple[int, int, int, int]]


class _Worked(NamedTuple):
    """A hole that a commit leaves, and what it has done to other files by then."""

    hole: Hole
    done: dict[str, str]


def commit_holes(
    root: str, texts: Mapping[str, str], allowed: Callable[[str], bool], count: int, seed: int
) -> tuple[list[Hole], dict[str, Past]]:
    """Up to ``count`` holes, at most one of a commit, and how the project then differs from its texts now.

    Args:
        root: the project's folder.
        texts: what stands in it, by path.
        allowed: whether a path may be read, by the rules of today.
        count: how many at most.
        seed: another one chooses others.

    Raises:
        Missing: it cannot be read, and why.
    """
    history = _History(root, texts, allowed)
    try:
        found = _holes(history, count, seed)
    except Exception as error:  # whatever a broken repository makes the library raise
        raise Missing(
            f"The history of {root} cannot be read: {str(error) or type(error).__name__}."
        ) from error
    if not found[0]:
        raise Missing(
            f"No commit in the history of {root} changes two places of code: name other kinds than commit; a shallow "
            "clone gets the rest of its history with `git fetch --unshallow`."
        )
    return found


def _holes(history: _History, count: int, seed: int) -> tuple[list[Hole], dict[str, Past]]:
    with history.repo:
        commits = list(history.commits())
        chosen: list[tuple[int, Hole, Past]] = []
        for at in shuffled(range(len(commits)), seed):
            if len(chosen) == count:
                break
            worked = history.hole(commits[at], seed)
            if worked is not None:
                chosen.append((at, worked.hole, history.past(commits[at]) | worked.done))
    chosen.sort(key=lambda each: each[0])  # trees of neighbours differ least
    return [hole for _, hole, _ in chosen], {hole.revision: past for _, hole, past in chosen}


class _History:
    """A repository, seen from one of its folders."""

    def __init__(self, root: str, texts: Mapping[str, str], allowed: Callable[[str], bool]) -> None:
        try:
            from dulwich.errors import NotGitRepository
            from dulwich.objects import Blob
            from dulwich.repo import Repo
        except ImportError as error:
            raise Missing(
                "Commits are read with dulwich, which is not installed: install this server again with its extra `git`."
            ) from error
        try:
            self.repo: Repo = Repo.discover(root)
        except NotGitRepository as error:
            raise Missing(
                f"{root} is in no git repository: name a checkout, or other kinds than commit."
            ) from error
        below = PurePosixPath(
            os.path.relpath(os.path.realpath(root), os.path.realpath(self.repo.path)).replace(
                os.sep, "/"
            )
        )
        self._prefix = "" if str(below) == "." else f"{below}/"
        self._texts = texts
        self._allowed = lru_cache(maxsize=None)(allowed)
        self._now = {
            path: Blob.from_string(text.encode("utf-8", "replace")).id
            for path, text in texts.items()
        }

    def commits(self) -> Iterator[Commit]:
        """The last ones on the way back from the one that is checked out, without those that join others."""
        from dulwich.objects import Commit

        try:
            at: ObjectID | None = self.repo.head()
        except KeyError:
            return
        for _ in range(MOST_COMMITS):
            commit = (
                self.repo.get_object(at)
                if at is not None and at in self.repo.object_store
                else None
            )
            if not isinstance(commit, Commit) or not commit.parents:
                return
            if len(commit.parents) == 1 and commit.parents[0] in self.repo.object_store:
                yield commit
            at = commit.parents[0]

    def hole(self, commit: Commit, seed: int) -> _Worked | None:
        """One of those that it leaves after its first change."""
        changes = list(self._changes(commit))
        runs = [
            (number, at) for number, change in enumerate(changes) for at in range(len(change.runs))
        ]
        name = commit.id.decode()
        for number, at in shuffled(runs[1:], f"{seed} {name}"):
            hole = _hole(changes[number], at, name)
            if hole is not None:
                return _Worked(
                    hole, {change.path: "".join(change.new) for change in changes[:number]}
                )
        return None

    def past(self, commit: Commit) -> dict[str, str | None]:
        """What other texts files had before a commit."""
        found: dict[str, str | None] = dict.fromkeys(self._texts)
        for path, blob in self._files(self._parent(commit)):
            if self._now.get(path) == blob:
                del found[path]
            elif self._allowed(path):
                found[path] = self._text(blob)
        return found

    def _changes(self, commit: Commit) -> Iterator[_Change]:
        from dulwich.diff_tree import tree_changes

        for change in tree_changes(self.repo.object_store, self._parent(commit), commit.tree):
            old, new = change.old, change.new
            if new is None:
                continue
            path = self._path(new.path, new.mode)
            if path is None or not self._allowed(path):
                continue
            before = self._text(old.sha) if old is not None else ""
            after = self._text(new.sha)
            if before is None or after is None or not may_have_holes(path, after):
                continue
            one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
            if max(len(one), len(other)) <= MOST_LINES:
                codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
                yield _Change(path, one, other, [code[1:] for code in codes if code[0] != "equal"])

    def _files(self, tree: ObjectID) -> Iterator[tuple[str, ObjectID]]:
        from dulwich.object_store import iter_tree_contents

        for entry in iter_tree_contents(self.repo.object_store, tree):
            path = self._path(entry.path, entry.mode)
            if path is not None:
                yield path, entry.sha

    def _path(self, name: bytes, mode: int | None) -> str | None:
        """Below the project's folder; None for what lies elsewhere, is no file, or has a name that is no text."""
        try:
            path = name.decode()
        except UnicodeDecodeError:
            return None
        is_file = mode is not None and stat.S_ISREG(mode)
        return (
            path.removeprefix(self._prefix) if is_file and path.startswith(self._prefix) else None
        )

    def _parent(self, commit: Commit) -> ObjectID:
        from dulwich.objects import Commit

        parent = self.repo.get_object(commit.parents[0])
        assert isinstance(parent, Commit)  # noqa: S101  # for the type checker: a commit's parent is one
        tree: ObjectID = parent.tree
        return tree

    def _text(self, blob: ObjectID) -> str | None:
        """A source file's text; None for one that is too large or no text."""
        data = self.repo.get_object(blob).as_raw_string()
        if len(data) > LARGEST_BLOB or b"\0" in data[:4096]:
            return None
        return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _hole(change: _Change, at: int, revision: str) -> Hole | None:
    """What a run of changed lines puts in; what is above is changed already, what is below not yet."""
    old_end, start, end = change.runs[at][1:]
    lines = [*change.new[:end], *change.old[old_end:]]
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    offsets = [0, *accumulate(map(len, lines))]
    text = "".join(lines)
    if start == end:
        return None
    first = offsets[start] + len(lines[start]) - len(lines[start].lstrip())
    last = offsets[end - 1] + len(lines[end - 1].rstrip())
    if not is_fit(text, first, last):
        return None
    return hole_of("commit", change.path, text, (first, last), revision=revision)
