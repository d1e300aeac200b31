"""What was shown where, and what became of it: typed, taken, passed over, or taken back. Shows nothing itself."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence

from infill_ls.cache.key import CacheKey
from infill_ls.records import Edit, Snapshot
from infill_ls.typed import left_of, typed_since

_DOCUMENTS, _SUGGESTIONS = 20, 6
"""Documents, and suggestions of each, that are remembered."""
_PASSED_OVER = 2
"""Times that one types on as if a suggestion were not there, after which it is not offered there again."""


class Suggestion:
    """A suggestion, and how far it has come."""

    __slots__ = (
        "_is_away",
        "_n_passed",
        "_was_taken",
        "is_rejected",
        "key",
        "n_typed",
        "snapshot",
        "text",
    )

    def __init__(self, snapshot: Snapshot, at: CacheKey, text: str) -> None:
        self.snapshot = snapshot
        self.key = at
        self.text = text
        self.n_typed = 0
        """Characters of it that stand in the document."""
        self.is_rejected = False
        self._n_passed = 0
        self._was_taken = False
        self._is_away = False

    def edited(self, edit: Edit) -> None:
        """Take note where it is put in as a whole: it may be taken back before anybody asks again."""
        if edit.start == (self.snapshot.line, self.snapshot.column) and edit.inserted == self.text:
            self._was_taken = True

    def follow(self, snapshot: Snapshot) -> bool:
        """The cursor is at ``snapshot`` now; gives whether that tells something new about it."""
        typed = typed_since(self.snapshot, snapshot)
        if typed is None:
            return False
        if typed.text.startswith(self.text):
            taken, self._was_taken, self.n_typed = self._was_taken, True, len(self.text)
            return not taken
        if left_of(self.text, typed.text) is not None:
            return self._within(len(typed.text))
        if not self._is_away:
            self._is_away = True
            self._n_passed += 1
            self.is_rejected = self._n_passed >= _PASSED_OVER
            return self.is_rejected
        return False

    def _within(self, n_typed: int) -> bool:
        before, self.n_typed = self.n_typed, n_typed
        self._is_away = False
        if not n_typed and self._was_taken:
            self.is_rejected = True
        return n_typed > before or self.is_rejected


class Shown:
    """The latest suggestions of the latest documents."""

    def __init__(self) -> None:
        self._suggestions: OrderedDict[str, deque[Suggestion]] = OrderedDict()

    def add(self, snapshot: Snapshot, at: CacheKey, text: str) -> None:
        """A suggestion is shown; the same one again at the same place is the same."""
        suggestions = self._suggestions.setdefault(snapshot.uri, deque(maxlen=_SUGGESTIONS))
        self._suggestions.move_to_end(snapshot.uri)
        if len(self._suggestions) > _DOCUMENTS:
            self._suggestions.popitem(last=False)
        for suggestion in suggestions:
            if suggestion.key == at:
                if suggestion.text != text:
                    # It has grown, or the model says something else by now.
                    suggestion.text = text
                return
        suggestions.append(Suggestion(snapshot, at, text))

    def edited(self, uri: str, edits: Sequence[Edit]) -> None:
        """Take note of suggestions that are accepted."""
        for suggestion in self._suggestions.get(uri, ()):
            for edit in edits:
                suggestion.edited(edit)

    def follow(self, snapshot: Snapshot) -> list[Suggestion]:
        """The cursor is at ``snapshot`` now. Gives the suggestions of which that tells something new."""
        return [
            each for each in tuple(self._suggestions.get(snapshot.uri, ())) if each.follow(snapshot)
        ]
