"""The open documents, kept in step with the editor, and the only place where their URIs become paths."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import count, pairwise
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from lsprotocol import types

from infill_ls.context.window import SUFFIX_TOKENS
from infill_ls.document.cells import below_cells
from infill_ls.document.changes import Changes
from infill_ls.document.history import History
from infill_ls.document.mirror import Mirror
from infill_ls.document.position import without_surrogates
from infill_ls.document.snapshot import take
from infill_ls.lsp.tolerant import UNTOLD
from infill_ls.records import Cause, Edit, Encoding, Snapshot
from infill_ls.settings.schema import ContextSettings
from infill_ls.syntax.languages import of_document
from infill_ls.workspace.notebooks import is_notebook
from infill_ls.workspace.watching import is_below

log = logging.getLogger("infill_ls.lsp")

_MANY_LINES = 20
SLACK = 1024
"""Characters that a snapshot holds beyond what a prompt may: so that the window's start can stay where it is."""


class Documents:
    """Open documents by URI. An edit of one that is not open is logged and forgotten.

    Args:
        encoding: the client's.
        edited: told what was done to a document, edit by edit; None where all of it is another now, or gone.
    """

    def __init__(
        self, encoding: Encoding, edited: Callable[[str, Sequence[Edit] | None], None]
    ) -> None:
        self.encoding = encoding
        self._edited = edited
        self._orders = count(1)
        self._open: dict[str, _Document] = {}

    def open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take over a document; opening an open one replaces it."""
        document = params.text_document
        self._edited(document.uri, None)
        # Where a string or one of the known languages may stand, anything is let through.
        language: Any = document.language_id
        mirror = Mirror(
            document.text, document.version, language if isinstance(language, str) else ""
        )
        self._open[document.uri] = _Document(mirror, History(), Changes(mirror, self._orders))

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Apply edits in their order."""
        uri = params.text_document.uri
        document = self._open.get(uri)
        if document is None:
            log.warning("an edit came for a document that is not open")
            return
        mirror, history, changes = document
        is_bulk = _is_bulk(params.content_changes)
        edits: list[Edit] | None = []
        for change in params.content_changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                start, end = change.range.start, change.range.end
                edit = mirror.edit(
                    (start.line, start.character),
                    (end.line, end.character),
                    change.text,
                    self.encoding,
                )
                cause = history.edited(edit)
                changes.edited(edit, is_undone=cause == "undone", is_bulk=is_bulk)
                if edits is not None:
                    edits.append(edit)
            else:
                mirror.replace(change.text)
                history.replaced()
                changes.replaced()
                edits = None
        version = params.text_document.version
        mirror.version = mirror.version + 1 if version == UNTOLD else version
        self._edited(uri, edits)

    def close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a document."""
        self._edited(params.text_document.uri, None)
        self._open.pop(params.text_document.uri, None)

    def version(self, uri: str) -> int | None:
        """The version that is open now, or None."""
        document = self._open.get(uri)
        return None if document is None else document.mirror.version

    def changes(self, uri: str) -> tuple[Mirror, Changes] | None:
        """The text of an open document, and what has become of its lines."""
        document = self._open.get(uri)
        return None if document is None else (document.mirror, document.changes)

    def text(self, uri: str) -> str | None:
        """The whole text of an open document; not for every keystroke."""
        document = self._open.get(uri)
        return None if document is None else document.mirror.text()

    def file(self, uri: str) -> tuple[str, str] | None:
        """Path and whole text of an open document that is a file."""
        path, text = path_of(uri), self.text(uri)
        return None if path is None or text is None else (path, text)

    def at(self, path: str) -> str | None:
        """The whole text of the open document that is this file; None where that is not open."""
        return next((self.text(uri) for uri, each in self.paths() if each == path), None)

    def below(self, folder: str) -> dict[str, str]:
        """The whole texts of the open documents that are files in a folder, by path."""
        found = ((path, self.text(uri)) for uri, path in self.paths() if is_below(path, [folder]))
        return {path: text for path, text in found if text is not None}

    def recent(self, most: int) -> list[tuple[str, ...]]:
        """The lines that came in by the last changes of all open documents, the last first."""
        found = [
            change
            for document in self._open.values()
            for change in document.changes.latest()
            if not change.is_bulk
        ]
        return [change.new for change in sorted(found, key=lambda change: -change.order)[:most]]

    def languages(self) -> set[str]:
        """Those of the open documents."""
        return {self.language(uri) for uri in self._open}

    def language(self, uri: str) -> str:
        """The language id of a document, as snapshots have it; of one that is not open, what its name tells."""
        document = self._open.get(uri)
        return of_document(
            "" if document is None else document.mirror.language, path_of(uri) or uri
        )

    def asked(self, uri: str, place: tuple[int, int]) -> Cause:
        """Take note of a request at a place, row and index, of a document; gives what led to it."""
        document = self._open.get(uri)
        if document is None:
            return "typed"
        cause = document.history.cause(place)
        document.history.asked(place)
        return cause

    def typed(self, uri: str) -> bool:
        """Whether anything was typed into an open document since the last request in it."""
        document = self._open.get(uri)
        return document is not None and document.history.typed

    def line_end(self, uri: str) -> str:
        """What ends lines in an open document."""
        document = self._open.get(uri)
        return "\n" if document is None else document.mirror.line_end

    def paths(self) -> Iterator[tuple[str, str]]:
        """URI and path of each open document that is a file."""
        for uri in self._open:
            path = path_of(uri)
            if path is not None:
                yield uri, path

    def snapshot(
        self, uri: str, line: int, character: int, limits: ContextSettings
    ) -> Snapshot | None:
        """The document around a position, or None where it is not open."""
        document = self._open.get(uri)
        if document is None:
            return None
        mirror = document.mirror
        before_chars = limits.prefix_tokens * 4 + SLACK
        snapshot = take(
            mirror,
            uri=uri,
            path=path_of(uri),
            language=mirror.language,
            line=line,
            character=character,
            encoding=self.encoding,
            before_chars=before_chars,
            after_chars=(SUFFIX_TOKENS if limits.suffix_tokens is None else limits.suffix_tokens)
            * 4
            + SLACK,
        )
        return below_cells(snapshot, self._cells_above(snapshot), before_chars // 2)

    def _cells_above(self, snapshot: Snapshot) -> Iterator[str]:
        """The text of the notebook's cells before this one, nearest first; editors open them in their order."""
        if snapshot.path is None or not is_notebook(snapshot.path):
            return
        uris = [uri for uri in self._open if path_of(uri) == snapshot.path]
        for uri in reversed(uris[: uris.index(snapshot.uri)]):
            if self.language(uri) == snapshot.language:
                yield self._open[uri].mirror.text()


class _Document(NamedTuple):
    mirror: Mirror
    history: History
    changes: Changes


def _is_bulk(changes: Sequence[Any]) -> bool:
    """Whether a formatter, or somebody with many cursors, did it: three places, or many lines at once."""
    rows = [
        each.range.start.line
        for each in changes
        if isinstance(each, types.TextDocumentContentChangePartial)
    ]
    n_places = 1 + sum(abs(row - last) > 1 for last, row in pairwise(rows))
    return n_places >= 3 or any(each.text.count("\n") > _MANY_LINES for each in changes)


@lru_cache(maxsize=256)  # the same few come with every key
def path_of(uri: str) -> str | None:
    """The path of a file, or of the notebook that a cell belongs to; None for what is in no file."""
    if uri.startswith("vscode-notebook-cell:"):
        uri = "file:" + uri.partition(":")[2].partition("#")[0]
    if not uri.startswith("file:"):
        return None
    try:
        parts = urlsplit(without_surrogates(uri))
        path, host = _decoded(unquote_to_bytes(parts.path)), unquote(parts.netloc)
    except ValueError:
        return None
    if not path or "\0" in path:
        return None
    if host not in {"", "localhost"}:
        path = f"//{host}{path}"
    elif _DRIVE.match(path):
        path = path[1].lower() + path[2:]
    return path.replace("/", "\\") if sys.platform == "win32" else path


_DRIVE: Final = re.compile(r"/[a-zA-Z]:")


def _decoded(name: bytes) -> str:
    """A name as the system knows it. It need not be text: what cannot be decoded stays what it is."""
    return name.decode("utf-8", "surrogateescape") if sys.platform == "win32" else os.fsdecode(name)
