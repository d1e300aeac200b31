"""Edits, undoing, formatters, requests, acceptances and dismissals in any order: what holds whatever happens.

``INTERLEAVINGS=10000 python -m pytest --timeout 0 tests/engine/test_next_edit_interleavings.py`` runs so many of them.
"""

from __future__ import annotations

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from infill_ls.accounting.trace import Trace
from infill_ls.document.changes import Changes
from infill_ls.document.history import History
from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.engine.next_edit import NextEdits
from infill_ls.records import Request
from infill_ls.settings.schema import Settings

EXAMPLES = int(os.environ.get("INTERLEAVINGS", "150"))
NAMES = ("first", "second", "third.part", "list(a, b)", "last[0]", "more", "again")
KINDS = ("add", "rename", "type", "undo", "undo", "line", "delete", "format", "accept", "accept", "dismiss", "replace")


class Desk:
    """A document, an editor that can undo, and the engine's side of it."""

    def __init__(self):
        self.mirror = Mirror("".join(f"value = load({name})\n" for name in NAMES))
        self.history, self.changes = History(), Changes(self.mirror)
        self.next_edits = NextEdits(Settings, Trace())
        self.done = []
        self.is_undone = False
        self.dismissed = set()
        self.n_requests = 0

    def accept(self, place):
        self.edit(place.at(place.start), place.at(place.end), place.text)

    def put(self, row, start, end, text, *, is_bulk=False):
        self.edit((row, start), (row, end), text, is_bulk=is_bulk)

    def edit(self, start, end, text, *, is_bulk=False):
        edit = self.mirror.edit(start, end, text, "utf-32")
        self.mirror.version += 1
        cause = self.history.edited(edit)
        self.changes.edited(edit, is_undone=cause == "undone", is_bulk=is_bulk)
        if edit.inserted or edit.removed:
            self.is_undone = cause == "undone"
            self.done.append(edit)

    def undo(self):
        if self.done:
            edit = self.done.pop()
            self.mirror.version += 1
            undone = self.mirror.edit(edit.start, edit.end, edit.removed, "utf-32")
            cause = self.history.edited(undone)
            self.changes.edited(undone, is_undone=cause == "undone")
            self.is_undone = cause == "undone"

    def do(self, kind, n):
        row = n % self.mirror.line_count
        line = self.mirror.line(row)
        if kind == "add" and line.endswith(")"):
            self.put(row, len(line) - 1, len(line) - 1, ", cache")
        elif kind == "rename" and "load" in line:
            at = line.index("load")
            self.put(row, at, at + 4, "read")
        elif kind == "type":
            self.put(row, len(line), len(line), "x")
        elif kind == "undo":
            self.undo()
        elif kind == "line":
            self.put(row, 0, 0, "new = load(fresh)\n")
        elif kind == "delete" and row + 1 < self.mirror.line_count:
            self.edit((row, 0), (row + 1, 0), "")
        elif kind == "format":
            self.put(row, 0, 0, " ", is_bulk=True)
        elif kind == "replace":
            self.mirror.replace(self.mirror.text())
            self.history.replaced()
            self.changes.replaced()
            self.is_undone = False
            self.done.clear()

    def ask(self):
        self.n_requests += 1
        place = take(
            self.mirror, uri="file:///a.py", path="/a.py", language="python", line=0, character=0, encoding="utf-32"
        )
        return self.next_edits.find(Request(str(self.n_requests), place), self.mirror, self.changes)

    def check(self, found):
        """Nothing after undo, nothing stale, nothing that was dismissed, nothing that takes a change back."""
        assert not self.is_undone
        assert found.version == self.mirror.version
        for place in found.places:
            assert place.is_in(self.mirror)
            assert place.line != place.new_line
        place = found.place
        assert (place.line, place.new_line) not in self.dismissed
        for change in self.changes.latest():
            assert not (place.new_line in change.old and place.line in change.new)
            gone, _ = place.changed
            is_touched = change.first <= place.row < change.first + len(change.new)
            assert change.is_bulk or not (gone and is_touched)


@given(steps=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), min_size=3, max_size=25))
@settings(max_examples=EXAMPLES, deadline=None)
def test_whatever_happens_no_edit_is_stale_undone_dismissed_or_a_revert(steps):
    desk = Desk()
    desk.do("add", 0)
    desk.do("add", 1)
    found = None
    for kind, n in steps:
        if kind == "accept" and found is not None:
            desk.accept(found.place)
        elif kind == "dismiss" and found is not None:
            desk.next_edits.dismiss(found.id)
            desk.dismissed.add((found.place.line, found.place.new_line))
        else:
            desk.do(kind, n)
        found = desk.ask()
        if found is not None:
            desk.check(found)
    desk.next_edits.forget("file:///a.py")
    assert repr(desk.next_edits) == "<NextEdits: 0 offered, dismissals in 0 documents>"
