"""What prompts show of other files: ranked in a thread when the cursor comes to another line, shown as it stands.

A request never waits for a ranking, but for an explicit one, which has a moment. Nothing changes between two keys of a
line once the line is ranked.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from infill_ls.context.captions import reason
from infill_ls.context.rank import Cursor, Wanted
from infill_ls.context.shown_set import Section, ShownSet, refreshed, sections
from infill_ls.context.window import CHARACTERS_PER_TOKEN, window
from infill_ls.records import Neighbor, Snapshot
from infill_ls.workspace.files import Files
from infill_ls.workspace.related_files import Home, RelatedFiles
from infill_ls.workspace.threads import in_thread

log = logging.getLogger("infill_ls.engine")

BEFORE_TOKENS, AFTER_TOKENS = 2048, 512
"""Text around the cursor that a ranking goes by, and that need not be shown again."""
MOMENT_S: Final = 0.2
"""Seconds that an explicit request gives to a ranking that is under way, at most; most take a tenth of it."""
LARGEST_DOCUMENT: Final = 256 * 1024
"""Characters of an open document that is read anew as it stands."""

CHANGES: Final = 30
"""The last ones, whose names are likely to be needed again."""

Document = tuple[str, str]
"""Path and text."""


class Opened(Protocol):
    """What is known of the open documents."""

    def file(self, uri: str) -> Document | None:
        """Path and whole text of one that is a file."""

    def recent(self, most: int) -> list[tuple[str, ...]]:
        """The lines that came in by the last changes, the last first."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What is shown since the last ranking in a folder, and where the cursor was."""

    path: str = ""
    shown: ShownSet = field(default_factory=ShownSet)
    neighbors: tuple[tuple[str, Neighbor], ...] = ()
    """By the whole path."""


class OtherFiles:
    """The shown sets, one for each folder of the workspace and family of languages.

    Args:
        related: what is ranked; fed by somebody else.
        files: what is asked about privacy and names.
        tokens: room for other files in a prompt.
        opened: the open documents, where there are any.
        is_off: whether the user has switched completions off in a file; nothing of it is shown then.
    """

    def __init__(
        self,
        related: RelatedFiles,
        files: Files,
        tokens: int,
        opened: Opened | None,
        is_off: Callable[[str], bool] = lambda _path: False,
    ) -> None:
        self._related = related
        self._files = files
        self._opened = opened
        self._is_off = is_off
        self._room = tokens * CHARACTERS_PER_TOKEN
        self._ranked: dict[Home, _Ranked] = {}
        self._edited: dict[str, None] = {}
        """URIs of documents that were edited since the last ranking."""
        self._seen: tuple[str, int] | None = None
        """URI and line that were ranked last..."""
        self._known = 0
        """...and how many files were known then: where nothing came of it, more of them may say more."""
        self._next: Snapshot | None = None
        self._task: asyncio.Task[None] | None = None

    def edited(self, uri: str) -> None:
        """A document has another text now."""
        self._edited[uri] = None

    def come_to(self, snapshot: Snapshot) -> None:
        """The cursor is here: rank, where that is another line than before. Takes no time."""
        key = None if snapshot.path is None else self._related.key_of(snapshot.path)
        if key is None:
            return
        ranked, here, known = self._ranked.get(key), (snapshot.uri, snapshot.line), len(self._related)
        if here == self._seen and (known == self._known or (ranked is not None and ranked.neighbors)):
            return
        self._known = known
        self._seen, self._next = here, snapshot
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._rank())

    async def settle(self, seconds: float = MOMENT_S) -> None:
        """Wait for the ranking that is under way, so long at most."""
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task], timeout=seconds)

    def shown(self, snapshot: Snapshot) -> tuple[Neighbor, ...]:
        """What a prompt for this place shows of other files, at once."""
        key = None if snapshot.path is None else self._related.key_of(snapshot.path)
        ranked = None if key is None else self._ranked.get(key)
        if ranked is None:
            return ()
        return tuple(
            neighbor
            for path, neighbor in ranked.neighbors
            if path in self._related and (path != snapshot.path or path == ranked.path)
        )

    async def _rank(self) -> None:
        """One ranking after the other, each for the newest place."""
        try:
            while (snapshot := self._next) is not None:
                self._next = None
                documents = [self._take(uri) for uri in list(self._edited)]
                recent = [] if self._opened is None else self._opened.recent(CHANGES)
                key = self._related.key_of(snapshot.path or "")
                if key is not None:
                    former = self._ranked.get(key, _Ranked())
                    self._ranked[key] = await in_thread("context", self._ranked_at, snapshot, former, documents, recent)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("ranking other files failed")

    def _take(self, uri: str) -> Document | None:
        del self._edited[uri]
        return None if self._opened is None else self._opened.file(uri)

    # In the thread...

    def _ranked_at(
        self, snapshot: Snapshot, former: _Ranked, documents: list[Document | None], recent: list[tuple[str, ...]]
    ) -> _Ranked:
        for document in documents:
            if document is not None and len(document[1]) <= LARGEST_DOCUMENT and not self._is_hidden(document[0]):
                self._related.put(*document)
        path = snapshot.path or ""
        before, after = window(snapshot, BEFORE_TOKENS, AFTER_TOKENS)
        ranked = self._related.rank(path, before, after, recent)
        shown = refreshed(former.shown, ranked, self._room, still=self._still(Cursor(path, before, after)))
        secret = {each for each in {entry.path for entry in shown.entries} if self._is_hidden(each)}
        if secret:
            for each in secret:
                self._related.remove(each)
            return self._ranked_at(snapshot, former, [], recent)
        if shown == former.shown and path == former.path:
            return former
        return _Ranked(path, shown, tuple((each.path, self._neighbor(each)) for each in sections(shown)))

    def _is_hidden(self, path: str) -> bool:
        return self._is_off(path) or self._files.is_private(path)

    def _still(self, cursor: Cursor) -> Callable[[Wanted], bool]:
        """Whether what is shown may stay: it is defined as it was, and does not stand in the window."""
        heads: dict[str, frozenset[tuple[str, str, str]]] = {}

        def still(entry: Wanted) -> bool:
            if entry.path not in heads:
                heads[entry.path] = self._related.heads(entry.path)
            each = entry.definition
            is_known = (each.container, each.name, each.head) in heads[entry.path]
            return is_known and not cursor.shows(entry.path, each)

        return still

    def _neighbor(self, section: Section) -> Neighbor:
        path = "".join(
            character if character.isprintable() else " " for character in self._files.relative(section.path, "")
        )
        return Neighbor(path.replace('"', "'"), section.text, tuple(map(reason, section.entries)))
