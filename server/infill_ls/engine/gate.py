"""Whether a model is asked at all. Looks at the place only; what stands on the disk is ``workspace/``'s to say."""

from __future__ import annotations

import fnmatch
from urllib.parse import unquote

from infill_ls.privacy.exclude import excluded_by
from infill_ls.records import Outcome, Request, Snapshot
from infill_ls.settings.schema import CompletionSettings, Settings
from infill_ls.syntax.brackets import CLOSING_CHARACTERS
from infill_ls.syntax.languages import is_called, may_be_called, of_file, row
from infill_ls.syntax.scope import scope
from infill_ls.syntax.surroundings import Surroundings

SCHEMES = ("file", "untitled", "vscode-notebook-cell", "vscode-remote")
"""Of documents that people write code in; output panes, diffs and prompts have others."""

_GLOB = frozenset("*?[/\\")
"""What no language's name has in it."""


def refuse(request: Request, settings: Settings) -> Outcome | None:
    """The outcome of a request that gets nothing, not even what is known already; else None."""
    snapshot = request.snapshot
    outcome = _refuse_document(snapshot, settings)
    if outcome is not None:
        return outcome
    if any(_switched_off(snapshot, table) for table in settings.completion.languages):
        return Outcome("gated", rule="language")
    if not snapshot.prefix.strip():
        return Outcome(
            "gated", rule="no_prefix"
        )  # there is no such thing as completing a suffix alone
    if request.trigger == "automatic":
        return _refuse_automatic(snapshot, settings.completion)
    return None


def refuse_next_edit(snapshot: Snapshot, settings: Settings) -> Outcome | None:
    """The outcome of a request for a next edit in a document that gets none; else None."""
    if settings.next_edit.source == "off":
        return Outcome("gated", rule="next_off")
    if any(_switched_off(snapshot, table) for table in settings.next_edit.languages):
        return Outcome("gated", rule="next_language")
    return _refuse_document(snapshot, settings)


def _refuse_document(snapshot: Snapshot, settings: Settings) -> Outcome | None:
    excluded = excluded_by(snapshot.path or unquote(snapshot.uri), settings.privacy.exclude)
    if excluded is not None:
        return Outcome("excluded", rule=excluded)
    return None if snapshot.uri.partition(":")[0] in SCHEMES else Outcome("gated", rule="scheme")


def refuse_call(request: Request) -> Outcome | None:
    """The outcome of a request that no model is asked for, though a known answer may be shown; else None.

    An explicit request passes. A key that takes text away, takes an edit back or moves the cursor asks for nothing.
    """
    if request.trigger == "invoked":
        return None
    snapshot = request.snapshot
    if request.cause != "typed":
        return Outcome("gated", rule=request.cause)
    if _is_word(snapshot.line_before[-1:]) and _is_word(snapshot.line_after[:1]):
        return Outcome("gated", rule="mid_word")
    if not CLOSING_CHARACTERS.issuperset(snapshot.line_after):
        return Outcome("gated", rule="mid_line")
    return None


def _refuse_automatic(snapshot: Snapshot, wanted: CompletionSettings) -> Outcome | None:
    if wanted.trigger == "manual":
        return Outcome("gated", rule="manual")
    if wanted.comments and wanted.strings:
        return None
    where = scope(Surroundings.of(snapshot))
    is_off = (where == "comment" and not wanted.comments) or (
        where == "string" and not wanted.strings
    )
    return Outcome("gated", rule=where) if is_off else None


def is_switched_off(path: str, settings: Settings) -> bool:
    """Whether the user has switched completions off in a file, as far as its path tells."""
    return any(_is_off(path, {of_file(path)}, table) for table in settings.completion.languages)


def _switched_off(snapshot: Snapshot, table: tuple[tuple[str, bool], ...]) -> bool:
    return _is_off(
        snapshot.path or unquote(snapshot.uri),
        {snapshot.language, snapshot.editors_language or snapshot.language},
        table,
    )


def _is_off(path: str, languages: set[str], table: tuple[tuple[str, bool], ...]) -> bool:
    """The last entry that fits decides: a language id, or a glob of the file's path."""
    path = path.replace("\\", "/")
    fitting = [
        on
        for pattern, on in table
        if any(_names(pattern, language, on=on) for language in languages)
        or _fits(path, pattern, on=on)
    ]
    return bool(fitting) and not fitting[-1]


def _fits(path: str, glob: str, *, on: bool) -> bool:
    """Whether a file is meant; what is off is off in any capitals, since a disk may have the file by all of them."""
    if not on:
        path, glob = path.lower(), glob.lower()
    return fnmatch.fnmatch(path, glob) or fnmatch.fnmatch(path, f"*/{glob}")


def _names(pattern: str, language: str, *, on: bool) -> bool:
    """Off by any of a language's names; on by those alone that the editor or the table of languages has for it."""
    name = pattern.lower().removeprefix(".")
    if on or is_called(language, name) or not _GLOB.isdisjoint(name):
        return is_called(language, name)
    known, dialect = row(name), name.rpartition(".")[2]
    if dialect == name or name in {known.id, *known.also}:
        return may_be_called(language, name)
    # Of a compound name the dialect is meant, not all that is written in its language; ``shell.nix`` is a file.
    return is_called(language, dialect) and not of_file(name)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
