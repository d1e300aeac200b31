"""``infill-ls next``: what would be edited next after the changes that a file has since a commit.

Git's objects are read by a library, never by running git: a repository's configuration can name programs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from infill_ls.accounting.trace import explain
from infill_ls.cli.hardening import leave_folder
from infill_ls.cli.place import LARGEST_FILE, Place, read_place
from infill_ls.cli.terminal import agreed, warn
from infill_ls.document.mirror import Mirror
from infill_ls.engine.gate import refuse_next_edit
from infill_ls.engine.next_edit import reach_of
from infill_ls.errors import SettingsError
from infill_ls.records import Change, Outcome
from infill_ls.repeat.gates import held_back
from infill_ls.repeat.places import Place as Edit
from infill_ls.repeat.source import next_places
from infill_ls.sentences import harmless, sentence
from infill_ls.settings.schema import Settings
from infill_ls.startup import Launch
from infill_ls.workspace.reading import read_file

if TYPE_CHECKING:
    from dulwich.repo import Repo

_SHOWN, _NONE = 0, 1
_BOM = "\ufeff"
_NO_DULWICH = (
    "`infill-ls next` reads git's objects with dulwich, which is not installed: install the checkout again, as "
    "'.[syntax,git]'."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command line's options."""

    since: str
    everywhere: bool
    apply: bool
    yes: bool
    as_json: bool


def next_edits(words: str, launch: Launch, wanted: Wanted) -> int:
    """Print the next edit, or all of them, and write them where that is wanted; gives the exit status."""
    place = read_place(words)
    leave_folder()
    resolved = launch.resolved()
    if resolved.problems:
        warn(*resolved.problems)
    changes = changes_since(place, _text_at(place, wanted.since))
    if not changes:
        warn(f"no next edit: the file has not changed since {wanted.since}")
    edits, outcome = _edits(place, changes, resolved.settings)
    edits = edits if wanted.everywhere else edits[:1]
    if wanted.as_json:
        print(json.dumps([_as_json(edit) for edit in edits]))
    elif edits:
        _show(place, edits)
    elif changes:
        warn(f"no next edit: {explain(outcome)}")
    if edits and wanted.apply and (wanted.yes or agreed()):
        _write(place, edits)
    return _SHOWN if edits else _NONE


def changes_since(place: Place, before: str) -> list[Change]:
    """The changes from a text to the file as it is, the one nearest to the place at the end, as if it were the last."""
    one, other = _lines(Mirror(before)), _lines(place.mirror)
    runs = [
        code[1:] for code in SequenceMatcher(None, one, other).get_opcodes() if code[0] != "equal"
    ]
    row = place.snapshot.line
    runs.sort(key=lambda run: -max(run[2] - row, row - run[3] + 1, 0))
    return [
        Change(order, b, tuple(one[a:z]), tuple(other[b:y]))
        for order, (a, z, b, y) in enumerate(runs, 1)
    ]


def _edits(
    place: Place, changes: Sequence[Change], settings: Settings
) -> tuple[list[Edit], Outcome]:
    refusal = refuse_next_edit(place.snapshot, settings)
    if refusal is not None:
        return [], refusal
    language, mirror = place.snapshot.language, place.mirror
    chain = next_places(mirror, changes, language, reach_of(settings.next_edit), lambda *_: False)
    outcome = Outcome("gated", rule="not_repeated")
    edits = []
    for each in chain.places if chain is not None else ():
        held = held_back(
            each, mirror, changes, chain.examples if chain is not None else (), language
        )
        outcome = held or outcome
        edits += [each] if held is None else []
    return edits, outcome


def _text_at(place: Place, since: str) -> str:
    """The file's text in a commit.

    Raises:
        SettingsError: there is nothing to read it with, no repository, not this commit, or no such file in it.
    """
    try:
        from dulwich.errors import NotGitRepository
        from dulwich.repo import Repo
    except ImportError as error:
        raise SettingsError(_NO_DULWICH) from error
    path = os.path.realpath(place.snapshot.path or "")
    try:
        repo = Repo.discover(str(Path(path).parent))
    except NotGitRepository as error:
        raise SettingsError(
            f"{path} is in no git repository, so there is nothing to compare it with."
        ) from error
    with repo:
        try:
            return _text_in(repo, since, path)
        except SettingsError:
            raise
        except Exception as error:  # what a library raises that reads anybody's bytes
            raise SettingsError(
                f"The git repository of {path} cannot be read: `git fsck` says what is wrong with it."
            ) from error


def _text_in(repo: Repo, since: str, path: str) -> str:
    from dulwich.objects import Tree
    from dulwich.objectspec import parse_commit

    try:
        tree = repo[parse_commit(repo, since).tree]
    except (KeyError, ValueError) as error:
        raise SettingsError(
            f"{since} is not a commit of this repository: name one by --since."
        ) from error
    name = Path(path).relative_to(os.path.realpath(repo.path)).as_posix()
    assert isinstance(tree, Tree)  # noqa: S101  # for the type checker: a commit's tree is one
    try:
        _, sha = tree.lookup_path(repo.object_store.__getitem__, os.fsencode(name))
        data = repo[sha].as_raw_string()
    except KeyError as error:
        raise SettingsError(
            f"{name} is not in {since}, so there is nothing to compare it with."
        ) from error
    return data[:LARGEST_FILE].decode("utf-8-sig", "replace")


def _show(place: Place, edits: Sequence[Edit]) -> None:
    """The edits as a diff."""
    after = Mirror(place.mirror.text())
    _make(after, edits)
    name = os.path.relpath(place.snapshot.path or "", place.root).replace(os.sep, "/")
    for line in unified_diff(
        _lines(place.mirror),
        _lines(after),
        f"a/{sentence(name)}",
        f"b/{sentence(name)}",
        lineterm="",
    ):
        print(harmless(line) if sys.stdout.isatty() else line)


def _as_json(edit: Edit) -> dict[str, object]:
    """1-based, columns in characters, the end exclusive."""
    (row, column), (last, end) = edit.at(edit.start), edit.at(edit.end)
    there = {
        "start": {"line": row + 1, "column": column + 1},
        "end": {"line": last + 1, "column": end + 1},
    }
    return {"range": there, "text": edit.text, "line": "\n".join(edit.changed[1])}


def _lines(mirror: Mirror) -> list[str]:
    return [mirror.line(row) for row in range(mirror.line_count)]


def _make(mirror: Mirror, edits: Sequence[Edit], end: str = "\n") -> None:
    """Make all edits, from the last one up: those above stay where they are."""
    for edit in sorted(edits, key=lambda each: each.row, reverse=True):
        text = edit.text.replace("\n", end)
        mirror.edit(edit.at(edit.start), edit.at(edit.end), text, "utf-32")


def _write(place: Place, edits: Sequence[Edit]) -> None:
    """Put the edits into the file.

    Raises:
        SettingsError: it is no UTF-8, or has changed since it was read.
    """
    path = os.path.realpath(place.snapshot.path or "")
    try:
        text = read_file(path, LARGEST_FILE).decode()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not written, since it is not UTF-8.") from error
    mirror = Mirror(text.removeprefix(_BOM))
    if not all(edit.is_in(mirror) for edit in edits):
        raise SettingsError(
            f"{path} is not written, since it has changed meanwhile; run the command again."
        )
    _make(mirror, edits, mirror.line_end)
    Path(path).write_bytes(((_BOM if text.startswith(_BOM) else "") + mirror.text()).encode())
