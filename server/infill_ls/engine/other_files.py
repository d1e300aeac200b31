"""What prompts show of other files: ranked in a thread when the cursor comes to another line, shown as it stands.

A request never waits for a ranking, but for an explicit one, which has a moment. Nothing changes between two keys of a
line once the line is ranked. So that the first request on a line finds it ranked, the line above is ranked once more
when its author pauses; what comes of that is shown when the cursor leaves the line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from infill_ls.context.budget import Allowance
from infill_ls.context.captions import reason
from infill_ls.context.rank import Cursor, Wanted
from infill_ls.context.shown_set import Section, ShownSet, refreshed, sections, size
from infill_ls.context.window import window
from infill_ls.engine.opened import Document, Opened
from infill_ls.records import Neighbor, Snapshot
from infill_ls.workspace.files import Files, as_text
from infill_ls.workspace.related_files import Home, RelatedFiles
from infill_ls.workspace.threads import in_thread

log = logging.getLogger("infill_ls.engine")

BEFORE_TOKENS, AFTER_TOKENS = 2048, 512
"""Text around the cursor that a ranking goes by, and that need not be shown again."""
MOMENT_S: Final = 0.5
"""Seconds that an explicit request gives to a ranking that is under way, at most; most take a twentieth of it."""
PAUSE_S: Final = 0.3
"""Seconds without a request after which the line is ranked once more: nobody waits for anything then."""
NEXT_LINES: Final = 2
"""From the ranked line to one that is as good as ranked, too: the next one, or the one behind it."""
LARGEST_DOCUMENT: Final = 256 * 1024
"""Characters of an open document that is read anew as it stands."""

CHANGES: Final = 30
"""The last ones, whose names are likely to be needed again."""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What is shown since the last ranking in a folder, and where the cursor was."""

    path: str = ""
    line: int = -1
    room: int = 0
    shown: ShownSet = field(default_factory=ShownSet)
    neighbors: tuple[tuple[str, Neighbor], ...] = ()
    """By the whole path."""


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is to be shown when the cursor leaves a line."""

    uri: str
    line: int
    key: Home
    ranked: _Ranked

    def fits(self, snapshot: Snapshot, key: Home) -> bool:
        return (self.uri, self.key) == (snapshot.uri, key) and abs(
            snapshot.line - self.line
        ) <= NEXT_LINES


class OtherFiles:
    """The shown sets, one for each folder of the workspace and family of languages.

    Args:
        related: what is ranked; fed by somebody else.
        files: what is asked about privacy and names.
        allowance: what may be shown.
        opened: the open documents, where there are any.
        found_more: hears in a pause that something else is to be shown than at this place, where it may be read ahead.
        pause_s: seconds without a request that are a pause.
    """

    def __init__(
        self,
        related: RelatedFiles,
        files: Files,
        allowance: Allowance,
        opened: Opened | None,
        found_more: Callable[[Snapshot], None] = lambda _snapshot: None,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._related = related
        self._files = files
        self._opened = opened
        self._found_more = found_more
        self._pause_s = pause_s
        self._allowance = allowance
        self._ranked: dict[Home, _Ranked] = {}
        self._edited: dict[str, None] = {}
        """URIs of documents that were edited since the last ranking."""
        self._seen: tuple[str, int, int] | None = None
        """URI and line that were ranked last, with the room there was..."""
        self._known = 0
        """...and how many files were known then: while a project is being read, more of them say more. Twice as many
        where something came of it, since what is added has to be read by the model."""
        self._next: Snapshot | None = None
        self._unchecked: frozenset[str] = frozenset()
        """Files that are shown by a ranking of a while ago, and may have become private since."""
        self._later: tuple[Snapshot, Home] | None = None
        self._ahead: _Ahead | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def edited(self, uri: str) -> None:
        """A document has another text now."""
        if self._allowance.takes_unsaved:
            self._edited[uri] = None

    def come_to(self, snapshot: Snapshot) -> None:
        """The cursor is here: rank, where that is another line than before. Takes no time."""
        key = None if snapshot.path is None else self._related.key_of(snapshot.path)
        if key is None:
            return
        self._stop_waiting()
        ranked = self._ranked.get(key)
        here = self._here(snapshot)
        known = len(self._related)
        shows = ranked is not None and ranked.neighbors
        if here == self._seen and (known < 2 * self._known if shows else known == self._known):
            self._pause = asyncio.get_running_loop().call_later(
                self._pause_s, self._look_ahead, snapshot, key
            )
            return
        self._known = known
        self._seen, ahead, self._ahead = here, self._ahead, None
        if ahead is not None and ahead.fits(snapshot, key):
            self._ranked[key] = ahead.ranked
            self._unchecked = frozenset(path for path, _ in ahead.ranked.neighbors)
        else:
            self._next = snapshot
        self._start()

    def go_on(self, snapshot: Snapshot) -> None:
        """Show from here on what is to be shown when the cursor leaves the line: it is about to be read."""
        key = None if snapshot.path is None else self._related.key_of(snapshot.path)
        if key is not None and self._ahead is not None and self._ahead.fits(snapshot, key):
            self._ranked[key] = self._ahead.ranked

    async def stop(self) -> None:
        """Rank no more, and wait for the end of what is under way."""
        self._stop_waiting()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

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

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    def _stop_waiting(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None

    def _look_ahead(self, snapshot: Snapshot, key: Home) -> None:
        self._later = snapshot, key
        self._start()

    async def _run(self) -> None:
        """One thing after the other, what a request may take next first; of places the newest."""
        try:
            while True:
                if self._unchecked:
                    paths, self._unchecked = self._unchecked, frozenset()
                    await in_thread("context", self._forget_hidden, paths)
                elif (snapshot := self._next) is not None:
                    self._next = None
                    key = self._related.key_of(snapshot.path or "")
                    if key is not None:
                        self._ranked[key] = await self._ranked_now(snapshot, key)
                elif self._later is not None:
                    (snapshot, key), self._later = self._later, None
                    ranked = await self._ranked_now(snapshot, key)
                    if self._seen == self._here(snapshot):
                        self._ahead = _Ahead(snapshot.uri, snapshot.line, key, ranked)
                        if ranked.neighbors != self._ranked.get(key, _Ranked()).neighbors:
                            self._found_more(snapshot)
                else:
                    return
        except Exception:
            log.exception("ranking other files failed")

    async def _ranked_now(self, snapshot: Snapshot, key: Home) -> _Ranked:
        documents = [self._take(uri) for uri in list(self._edited)]
        recent = [] if self._opened is None else self._opened.recent(CHANGES)
        former = self._ranked.get(key, _Ranked())
        room = self._here(snapshot)[-1]
        return await in_thread(
            "context", self._ranked_at, snapshot, former, room, documents, recent
        )

    def _here(self, snapshot: Snapshot) -> tuple[str, int, int]:
        return snapshot.uri, snapshot.line, self._allowance.characters(snapshot.language)

    def _take(self, uri: str) -> Document | None:
        del self._edited[uri]
        return None if self._opened is None else self._opened.file(uri)

    # In the thread...

    def _ranked_at(
        self,
        snapshot: Snapshot,
        former: _Ranked,
        room: int,
        documents: list[Document | None],
        recent: list[tuple[str, ...]],
    ) -> _Ranked:
        for document in documents:
            if (
                document is not None
                and len(document[1]) <= LARGEST_DOCUMENT
                and not self._is_hidden(document[0])
            ):
                self._related.put(*document, self._related.language(document[0]))
        path = snapshot.path or ""
        before, after = window(snapshot, BEFORE_TOKENS, AFTER_TOKENS)
        goes_on = (path, room) == (former.path, former.room) and abs(
            snapshot.line - former.line
        ) <= 1
        # All behind what is added is read anew: a slow model gets more only where it has to read anew anyway.
        is_enough = (
            goes_on and room < self._allowance.most_characters and size(former.shown) > room // 2
        )
        ranked = (
            []
            if is_enough
            else self._related.rank(path, before, after, recent, self._allowance.sources)
        )
        shown = refreshed(
            former.shown,
            ranked,
            room,
            still=self._still(Cursor(path, before, after)),
            goes_on=goes_on,
        )
        if self._forget_hidden({entry.path for entry in shown.entries}):
            return self._ranked_at(snapshot, former, room, [], recent)
        if shown == former.shown and path == former.path:
            return replace(former, line=snapshot.line, room=room)
        neighbors = tuple((each.path, self._neighbor(each)) for each in sections(shown))
        return _Ranked(path, snapshot.line, room, shown, neighbors)

    def _forget_hidden(self, paths: Iterable[str]) -> bool:
        """Forget those of the files that are private by now; whether there was one."""
        hidden = [path for path in paths if self._is_hidden(path)]
        for path in hidden:
            self._related.remove(path)
        return bool(hidden)

    def _is_hidden(self, path: str) -> bool:
        return self._allowance.is_off(path) or self._files.is_private(path)

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

    @staticmethod
    def _neighbor(section: Section) -> Neighbor:
        path = "".join(
            character if character.isprintable() else " " for character in as_text(section.title)
        )
        return Neighbor(path.replace('"', "'"), section.text, tuple(map(reason, section.entries)))
