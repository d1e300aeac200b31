"""A model's edits of one document that have still to be offered: they move with what is edited around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from infill_ls.records import Change, Edit
from infill_ls.repeat.places import Place
from infill_ls.repeat.text import Lines


class KeptEdits:
    """One answer's places, followed through edits. What is changed otherwise than offered is left out.

    Args:
        cause: the change that they follow from.
    """

    def __init__(self, cause: Change) -> None:
        self._places: list[Place] = []
        """In the order in which they are offered."""
        self._cause = (cause.old, cause.new)
        self._edits: list[Edit] = []
        """Those since the model was asked that have moved lines."""
        self._made: set[tuple[str, ...]] = set()
        """The new lines of those that were made."""
        self._is_typed = False
        """Whether a part of one has been typed."""
        self._last_offered: tuple[int, str] | None = None
        """How many had been made, and the line that was to come of it."""

    def add(self, place: Place) -> None:
        """One more has come, its row as of when the model was asked."""
        for edit in self._edits:
            place = _moved(place, edit)
        self._places.append(place)

    @property
    def was_taken(self) -> bool:
        """Whether any of them was made."""
        return bool(self._made)

    def edited(self, edits: Sequence[Edit]) -> None:
        """Move with edits above, by whole lines; what they touch is compared with the text when it is asked for."""
        for edit in edits:
            if edit.end[0] != (edit.old_end or edit.start)[0]:
                self._edits.append(edit)
                self._places = [_moved(each, edit) for each in self._places]

    def is_foreseen(self, text: Lines) -> bool:
        """Whether an edit has just made one of them, or a part of it."""
        n_made = len(self._made)
        self.live(text)
        return self._is_typed or len(self._made) > n_made

    def follows(self, changes: Sequence[Change]) -> bool:
        """Whether the last change is the one that they follow from, one of them, or a part of one."""
        last = changes[-1]
        is_ours = bool(last.new) and tuple(last.new) in self._made
        return self._is_typed or is_ours or (last.old, last.new) == self._cause

    def is_offered_again(self, place: Place) -> bool:
        """Take note of what is offered; tells whether it was before, and none of the others was made since."""
        offered = (len(self._made), place.new_line)
        is_again, self._last_offered = offered == self._last_offered, offered
        return is_again

    def live(self, text: Lines) -> tuple[Place, ...]:
        """Those that can still be made, with what was typed of one of them already left out."""
        found = []
        self._is_typed = False
        for each in list(self._places):
            if each.is_in(text):
                found.append(each)
            elif (rest := _rest(each, text)) is not None:
                self._is_typed = True
                found.append(rest)
            elif replace(each, line=each.new_line).is_in(text):
                self._made.add(each.changed[1])
                self._places.remove(each)
        return tuple(found)


def _moved(place: Place, edit: Edit) -> Place:
    last = (edit.old_end or edit.start)[0]
    more = edit.end[0] - last
    return replace(place, row=place.row + more) if place.row > last else place


def _rest(place: Place, text: Lines) -> Place | None:
    """What is left of a place in one line of whose text a beginning was typed; None where something else was."""
    if "\n" in place.line or "\n" in place.text or place.row >= text.line_count:
        return None
    now = text.line(place.row)
    before, goes, after = (
        place.line[: place.start],
        place.line[place.start : place.end],
        place.line[place.end :],
    )
    for still in dict.fromkeys((goes, "")):
        if not (now.startswith(before) and now.endswith(still + after)):
            continue
        typed = now[len(before) : len(now) - len(still + after)]
        if (typed or still != goes) and place.text.startswith(typed) and typed != place.text:
            start = len(before) + len(typed)
            return Place(place.row, start, start + len(still), place.text[len(typed) :], now)
    return None
