"""An editor with ghost text, and a person at it: plays one hole against a running server, in real time, and notes all.

What the notes come to is reckoned by ``replay_figures``.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from infill_ls.evaluate.person import first_line
from support.clients.editor import ServerError, items_of
from support.typing.typist import AGAIN_S, REACTION_S, Hole, Stroke, Typist

if TYPE_CHECKING:
    from support.clients.editor import EditorClient
    from support.model_studio.emulator import Call, Emulator

LANGUAGES = {".py": "python", ".js": "javascript", ".ts": "typescript", ".go": "go", ".rs": "rust", ".c": "c"}
_ENDS_WITHIN_S = 5.0


@dataclass(slots=True)
class Ghost:
    """Text that is shown at the cursor, or, in a plain editor, that was until the last key."""

    text: str
    replaces: int
    """Characters behind the cursor that it stands for."""
    since: float
    lineage: int
    """Equal for what one suggestion becomes while it is typed."""


@dataclass(frozen=True, slots=True)
class Action:
    """A key or an acceptance, and what stood on the screen just before it. Times are those of ``time.monotonic()``."""

    at: float
    kind: Literal["key", "back", "take"]
    characters: int
    gap_s: float
    """Since the action before."""
    shown_after_s: float | None
    """From the action before until the suggestion stood there; 0 where it had stayed. None where there is none."""
    lineage: int | None
    right: bool
    line_right: bool
    """Whether at least the first line is right."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion when it came on the screen, and the text before the cursor."""

    at: float
    before: str
    text: str


@dataclass(slots=True)
class Asked:
    """One request of the editor."""

    at: float
    version: int
    answered_at: float | None = None
    in_time: bool = False
    """Whether a suggestion came while the document was still the same."""


@dataclass(slots=True)
class Played:
    """All that happened while one hole was filled."""

    hole: Hole
    actions: list[Action] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    unsteady: int = 0
    """Times that a right suggestion was taken away or replaced, and not by the person."""
    faults: int = 0
    """Requests that ended in an error other than being cancelled."""
    calls: tuple[Call, ...] = ()
    seconds: float = 0.0
    completed: bool = False
    """Whether the file is in the end what it should be."""


class ReplaySession:
    """One hole, one person, one editor.

    Args:
        editor: has said hello to the server.
        studio: the model behind it; its oracle knows the file.
        uri: the document that is opened for it.
        typist: the person.
        carries: whether ghost text stays on the screen while it is typed, as in VS Code.
    """

    def __init__(
        self, editor: EditorClient, studio: Emulator, uri: str, hole: Hole, typist: Typist, *, carries: bool
    ) -> None:
        self._editor, self._studio, self._uri, self._typist = editor, studio, uri, typist
        self._carries = carries
        self._ghost: Ghost | None = None
        self._visible = False
        self._lineages = 0
        self._last = 0.0
        self._appeared = asyncio.Event()
        self._waiting: set[asyncio.Future[Any]] = set()
        self.played = Played(hole)

    async def play(self) -> Played:
        """Open the file with its hole, fill it, close it."""
        hole, played = self.played.hole, self.played
        calls_before = len(self._studio.requests)
        language = LANGUAGES.get(hole.suffix, "plaintext")
        self._buffer = self._editor.open(self._uri, hole.text[: hole.start] + hole.text[hole.end :], language)
        self._buffer.cursor = hole.start
        began = self._last = time.monotonic()
        self._ask()
        while (done := self._done()) < len(hole.middle):
            strokes = self._typist.strokes(done)
            if await self._wait_or_take(done, strokes[0].after_s):
                continue
            for number, stroke in enumerate(strokes):
                if number:
                    await asyncio.sleep(self._last + stroke.after_s - time.monotonic())
                self._press(stroke)
        played.seconds = time.monotonic() - began
        played.completed = self._buffer.text == hole.text
        await self._end(calls_before)
        return played

    def _done(self) -> int:
        return self._buffer.cursor - self.played.hole.start

    def _remaining(self) -> str:
        return self.played.hole.middle[self._done() :]

    async def _wait_or_take(self, done: int, wait_s: float) -> bool:
        """Wait for the next key's time; whether a suggestion was taken before it."""
        due = self._last + wait_s
        while (now := time.monotonic()) < due:
            take = self._wanted(done)
            take_at = max(self._ghost.since + REACTION_S, self._last + AGAIN_S) if take and self._ghost else due
            if take and take_at <= now:
                self._take(take)
                return True
            self._appeared.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._appeared.wait(), min(due, take_at) - now)
        return False

    def _wanted(self, done: int) -> str:
        if self._ghost is None or not self._visible:
            return ""
        whole_is_right = self._is_right(self._ghost)
        return self._typist.take(done, self._ghost.text, self._remaining(), whole_is_right=whole_is_right)

    def _is_right(self, ghost: Ghost) -> bool:
        """Whether the file is right as far as it goes, once the suggestion has been taken."""
        if not ghost.replaces:
            return self._remaining().startswith(ghost.text)
        buffer = self._buffer
        after = buffer.text[buffer.cursor + ghost.replaces :]
        return buffer.text[: buffer.cursor] + ghost.text + after == self.played.hole.text

    # What the person does.

    def _press(self, stroke: Stroke) -> None:
        self._note("key" if stroke.text else "back", len(stroke.text))
        cursor = self._buffer.cursor
        if stroke.text:
            self._editor.change(self._uri, cursor, cursor, stroke.text)
        else:
            self._editor.change(self._uri, cursor - 1, cursor, "")
        self._type_along(stroke.text)
        self._ask()

    def _take(self, text: str) -> None:
        self._note("take", len(text))
        ghost, cursor = self._ghost, self._buffer.cursor
        assert ghost is not None
        whole = text == ghost.text
        self._editor.change(self._uri, cursor, cursor + (ghost.replaces if whole else 0), text)
        self._type_along(text, stays=not whole)
        self._ask()

    def _note(self, kind: Literal["key", "back", "take"], characters: int) -> None:
        now = time.monotonic()
        ghost = self._ghost if self._visible else None
        right = ghost is not None and self._is_right(ghost)
        self.played.actions.append(
            Action(
                at=now,
                kind=kind,
                characters=characters,
                gap_s=now - self._last,
                shown_after_s=None if ghost is None else max(0.0, ghost.since - self._last),
                lineage=None if ghost is None else ghost.lineage,
                right=right,
                line_right=right or (ghost is not None and self._remaining().startswith(first_line(ghost.text))),
            )
        )
        self._last = now

    # What the editor does.

    def _type_along(self, text: str, *, stays: bool = False) -> None:
        """The suggestion after text was put in: what is left of it, where it begins with that text."""
        ghost = self._ghost
        if ghost is None or not text or not ghost.text.startswith(text) or len(ghost.text) == len(text):
            self._ghost, self._visible = None, False
            return
        ghost.text = ghost.text[len(text) :]
        self._visible = self._visible and (self._carries or stays)

    def _ask(self) -> None:
        for waiting in self._waiting:
            self._editor.cancel(waiting)
        asked = Asked(time.monotonic(), self._buffer.version)
        self.played.asked.append(asked)
        waiting = self._editor.inline_completion(self._uri)
        self._waiting.add(waiting)
        waiting.add_done_callback(lambda done: self._answered(done, asked))

    def _answered(self, waiting: asyncio.Future[Any], asked: Asked) -> None:
        self._waiting.discard(waiting)
        asked.answered_at = time.monotonic()
        error = waiting.exception()
        if error is not None:
            cancelled = isinstance(error, ServerError) and error.code in (-32800, -32801, -32802)
            self.played.faults += not cancelled
        if error is not None or asked.version != self._buffer.version:
            return
        items = items_of(waiting.result())
        if items:
            start, end, text = self._buffer.edit_of(items[0])
            self._show(text[self._buffer.cursor - start :], end - self._buffer.cursor)
            asked.in_time = True
        else:
            self._clear()

    def _show(self, text: str, replaces: int) -> None:
        old = self._ghost
        goes_on = old is not None and text.startswith(old.text)
        if old is not None and not goes_on and self._is_right(old):
            self.played.unsteady += 1
        if old is None or not goes_on:
            self._lineages += 1
        now = time.monotonic()
        since = old.since if goes_on and old is not None and self._visible else now
        self._ghost, self._visible = Ghost(text, replaces, since, self._lineages), True
        before = self._buffer.text[: self._buffer.cursor]
        self.played.shown.append(Shown(now, before, text))
        self._appeared.set()

    def _clear(self) -> None:
        if self._ghost is not None and self._is_right(self._ghost):
            self.played.unsteady += 1
        self._ghost, self._visible = None, False

    async def _end(self, calls_before: int) -> None:
        """Let what runs come to its end, so that its cost is counted."""
        if self._waiting:
            await asyncio.wait(self._waiting, timeout=_ENDS_WITHIN_S)
        self._editor.close(self._uri)
        with suppress(TimeoutError):
            await self._studio.until(lambda: not self._studio.running, _ENDS_WITHIN_S)
        self.played.calls = tuple(call for call in self._studio.requests[calls_before:] if call.question)
