"""What the user did not want in one document, and until when."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from infill_ls.repeat.examples import Example
from infill_ls.repeat.pattern import Core, Pattern
from infill_ls.repeat.places import Place

_REMEMBERED: Final = 50


class Dismissed:
    """Edits that are never offered again, and patterns that are not before the user makes another example.

    An edit is known by its line as it is and as it would be: so it may move, and equal lines count as one.
    """

    def __init__(self) -> None:
        self._edits: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._patterns: OrderedDict[Core, tuple[int, int]] = OrderedDict()
        """With the order of the newest example that there was, and how many it takes now: each time twice as many."""

        self._passed: OrderedDict[tuple[str, str], None] = OrderedDict()
        """Edits that were passed over once."""

    def is_passed_again(self, place: Place) -> bool:
        """Take note that the user went on without an edit that was shown; tells whether he did so before."""
        edit = (place.line, place.new_line)
        if edit in self._passed:
            return True
        self._passed[edit] = None
        if len(self._passed) > _REMEMBERED:
            self._passed.popitem(last=False)
        return False

    def add(self, pattern: Pattern, examples: Sequence[Example], place: Place) -> None:
        """Take note that a place was dismissed."""
        self.add_edit(place)
        _, more = self._patterns.get(pattern.core, (0, 0))
        self._patterns[pattern.core] = (max(each.order for each in examples), max(1, 2 * more))
        if len(self._patterns) > _REMEMBERED:
            self._patterns.popitem(last=False)

    def add_edit(self, place: Place) -> None:
        """Take note that an edit was dismissed that no pattern has led to."""
        self._edits[place.line, place.new_line] = None
        if len(self._edits) > _REMEMBERED:
            self._edits.popitem(last=False)

    def has(self, pattern: Pattern, examples: Sequence[Example], place: Place) -> bool:
        """Whether a place is not to be offered."""
        until, more = self._patterns.get(pattern.core, (0, 0))
        n_since = len({each.row for each in examples if each.order > until})
        return n_since < more or self.has_edit(place)

    def has_edit(self, place: Place) -> bool:
        """Whether this very edit was dismissed."""
        return (place.line, place.new_line) in self._edits
