"""What was last done to one document, and so why a completion is asked for; it keeps no text but the last edits'."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from infill_ls.records import Cause, Edit
from infill_ls.typed import CLOSER_OF

_REMEMBERED = 50
"""Edits that can be known again when they are taken back."""


class History:
    """The edits of one document since it was opened.

    Undoing is not told by any editor: it is known by an edit that takes back the last one not yet taken back. Keys in
    a row count as one edit, as they do for undo. One key's worth of text that comes back is typing nevertheless: who
    deletes a letter and strikes it again, as people do to see a suggestion again, cannot be told from who undoes the
    deletion, and is met far more often.
    """

    def __init__(self) -> None:
        self._done: deque[Edit] = deque(maxlen=_REMEMBERED)
        self._undone: deque[Edit] = deque(maxlen=_REMEMBERED)
        self._since: list[tuple[Edit, Cause]] = []
        """Edits since the last request, where they are now, and what they were."""
        self._place: tuple[int, int] | None = None
        """Where the last request was, and where that place is now."""
        self._cause: Cause = "typed"

    def edited(self, edit: Edit) -> Cause | None:
        """Take note of an edit, and say what it was; one that does nothing is none."""
        if not edit.inserted and not edit.removed:
            return None
        # An import that comes in further up, or blanks that a formatter puts in, move what was typed before.
        start, last = edit.start, (edit.old_end or edit.start)[0]
        moves_lines = edit.end[0] != last
        for index, (earlier, earlier_cause) in enumerate(self._since):
            if earlier.end < start or (earlier.start[0] > last and not moves_lines):
                continue
            moved = _moved(earlier, edit)
            if moved is not earlier:
                self._since[index] = moved, earlier_cause
        cause = self._take(edit)
        if not self._is_in_last(edit, cause):
            self._since.append((edit, cause))
        if self._place is not None:
            self._place = edit.moves(self._place)
        if len(self._since) > _REMEMBERED:
            del self._since[0]
        return cause

    @property
    def typed(self) -> bool:
        """Whether anything was typed, be it anywhere, since the last request."""
        return any(cause == "typed" for _, cause in self._since)

    @property
    def done(self) -> tuple[Edit, ...]:
        """What was done and not taken back, oldest first, keys in a row as one edit."""
        return tuple(self._done)

    def replaced(self) -> None:
        """The whole text was replaced: nothing is known of how."""
        self._done.clear()
        self._undone.clear()
        self._since.clear()
        self._place = None
        self._cause = "typed"

    def cause(self, place: tuple[int, int]) -> Cause:
        """What led to a request at ``place``: the last edit that touched it, wherever others were.

        Asking again at a place that no edit has touched has the same cause as before, and the first request in a
        document that nobody has edited counts as typed.
        """
        touching = [cause for edit, cause in self._since if edit.start <= place <= edit.end]
        if touching:
            return touching[-1]
        is_elsewhere = self._place != place and (self._since or self._place is not None)
        return "moved" if is_elsewhere else self._cause

    def asked(self, place: tuple[int, int]) -> None:
        """A request was made at ``place``: the next one is told from it by what comes after."""
        self._cause = self.cause(place)
        self._since.clear()
        self._place = place

    def _is_in_last(self, edit: Edit, cause: Cause) -> bool:
        """Whether the last edit, which has moved with it, takes in this one: a key after the one before."""
        if not self._since:
            return False
        last, last_cause = self._since[-1]
        return last_cause == cause and last.start <= edit.start and edit.end <= last.end

    def _take(self, edit: Edit) -> Cause:
        """Whether the edit takes another one back (or does it again), else what it is by itself."""
        for source, target in ((self._done, self._undone), (self._undone, self._done)):
            if source and source[-1].inverse == (edit.start, edit.inserted, edit.removed):
                target.append(edit)
                source.pop()
                return "typed" if _is_one_key(edit) else "undone"
        self._undone.clear()
        last = self._done[-1] if self._done else None
        grown = _joined(last, edit) if last is not None else None
        if grown is not None:
            self._done[-1] = grown
        else:
            self._done.append(edit)
        return "typed" if edit.inserted else "deleted"


def _moved(edit: Edit, by: Edit) -> Edit:
    start, end = by.moves(edit.start), by.moves(edit.end)
    return edit if (start, end) == (edit.start, edit.end) else replace(edit, start=start, end=end)


def _is_one_key(edit: Edit) -> bool:
    """Whether a key typed it: one character, or an opening one that the editor closed."""
    text = edit.inserted
    return not edit.removed and (
        len(text) == 1 or (len(text) == 2 and CLOSER_OF.get(text[0]) == text[1])
    )


def _joined(last: Edit, edit: Edit) -> Edit | None:
    """Two edits in a row as one: keys typed one after the other, or characters deleted one after the other."""
    if not last.removed and not edit.removed and edit.start == last.end:
        return replace(last, end=edit.end, inserted=last.inserted + edit.inserted)
    if last.inserted or edit.inserted:
        return None
    row, index = edit.start
    if "\n" not in edit.removed and (row, index + len(edit.removed)) == last.start:
        return replace(edit, removed=edit.removed + last.removed)
    return replace(last, removed=last.removed + edit.removed) if edit.start == last.start else None
