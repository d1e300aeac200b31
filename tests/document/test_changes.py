"""The journal of changes: what has become of which lines, whatever the order of the edits."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from infill_ls.document.changes import MOST_CHANGES, MOST_CHARACTERS_IN_ALL, Changes
from infill_ls.document.mirror import Mirror

TEXT = "one\ntwo\nthree\nfour\nfive\n"


class Desk:
    """A document with its changes."""

    def __init__(self, text=TEXT):
        self.mirror = Mirror(text)
        self.changes = Changes(self.mirror)

    def edit(self, start, end, text, **how):
        self.changes.edited(self.mirror.edit(start, end, text, "utf-32"), **how)

    def put(self, row, index, text, **how):
        self.edit((row, index), (row, index), text, **how)

    @property
    def known(self):
        return [(each.first, each.old, each.new) for each in self.changes.latest()]


def typing_on_two_lines(desk):
    desk.put(1, 3, "x")
    desk.put(1, 4, "y")
    desk.put(3, 0, "z")


def coming_back_to_a_line(desk):
    desk.put(1, 3, "x")
    desk.put(3, 0, "z")
    desk.put(1, 4, "y")


def taking_back_by_hand(desk):
    desk.put(1, 3, "x")
    desk.put(3, 0, "z")
    desk.edit((1, 3), (1, 4), "")


def a_line_below(desk):
    desk.put(3, 0, "z")
    desk.put(1, 3, "\nnew")


def a_line_deleted(desk):
    desk.edit((1, 0), (2, 0), "")


def lines_joined(desk):
    desk.put(1, 3, "x")
    desk.put(3, 4, "z")
    desk.edit((0, 3), (4, 0), "")


def more_than_can_be_kept(desk):
    desk.put(4, 0, "z")
    desk.put(1, 0, "line\n" * 60)


@pytest.mark.parametrize(
    ("does", "known"),
    [
        (typing_on_two_lines, [(1, ("two",), ("twoxy",)), (3, ("four",), ("zfour",))]),
        (coming_back_to_a_line, [(3, ("four",), ("zfour",)), (1, ("two",), ("twoxy",))]),
        (taking_back_by_hand, [(3, ("four",), ("zfour",))]),
        (a_line_below, [(4, ("four",), ("zfour",)), (2, (), ("new",))]),
        (a_line_deleted, [(1, ("two",), ())]),
        (lines_joined, [(0, ("one", "two", "three", "four", "five"), ("onefive",))]),
        (more_than_can_be_kept, [(64, ("five",), ("zfive",))]),
    ],
)
def test_a_line_has_one_change_from_what_it_was_to_what_it_is(does, known):
    """Each line that differs is known once, by what stood there at first."""
    desk = Desk()
    does(desk)

    assert desk.known == known


def test_an_undone_edit_leaves_nothing_behind_and_says_so():
    """Undoing removes the change; what was undone last is known until the next edit."""
    desk = Desk()
    desk.put(1, 3, "x")
    desk.edit((1, 3), (1, 4), "", is_undone=True)

    assert desk.known == []
    assert desk.changes.is_undone
    desk.put(2, 0, "y")
    assert not desk.changes.is_undone


def test_what_a_formatter_did_is_marked():
    """And stays so when the line is edited by hand."""
    desk = Desk()
    desk.put(1, 0, "  ", is_bulk=True)
    desk.put(1, 5, "x")
    desk.put(3, 0, "z")

    assert [each.is_bulk for each in desk.changes.latest()] == [True, False]


def test_memory_is_bounded():
    """The oldest go, by number and by size."""
    desk = Desk("x" * 3000 + "\n" + ("y" * 3000 + "\n\n") * 60)
    for row in range(0, 100, 2):
        desk.put(row, 0, "a")

    kept = desk.changes.latest()
    assert len(kept) <= MOST_CHANGES
    assert sum(len(line) for each in kept for line in each.old) <= MOST_CHARACTERS_IN_ALL
    assert kept[-1].first == 98


LINES = st.lists(st.sampled_from(["", "a", "bb", "a b", "😀", "x\ty"]), min_size=1, max_size=8)
EDITS = st.lists(
    st.tuples(
        st.tuples(st.integers(0, 9), st.integers(0, 4)),
        st.tuples(st.integers(0, 9), st.integers(0, 4)),
        st.lists(st.sampled_from(["a", "c", " ", "\n", "\r\n"]), max_size=4).map("".join),
    ),
    max_size=15,
)


@given(lines=LINES, edits=EDITS, end=st.sampled_from(["\n", "\r\n"]))
@example(
    lines=["", "", "", "", "a"], edits=[((0, 0), (0, 0), ""), ((0, 0), (3, 0), ""), ((1, 0), (1, 1), "")], end="\n"
)
@settings(max_examples=300)
def test_the_old_text_in_place_of_the_new_is_the_document_as_it_was(lines, edits, end):
    """However edits cross each other, with either line end: nothing is lost, shifted or counted twice."""
    desk = Desk(end.join(lines))
    for start, stop, text in edits:
        desk.edit(start, stop, text)

    now = [desk.mirror.line(row) for row in range(desk.mirror.line_count)]
    # Of two at one place, lines that are gone stood above the others; of two that are gone nobody can tell.
    known = sorted(desk.changes.latest(), key=lambda each: (each.first, len(each.new)), reverse=True)
    gone = [each.first for each in known if not each.new]
    assume(len(gone) == len(set(gone)))
    for change in known:
        assert tuple(now[change.first : change.first + len(change.new)]) == change.new
        assert change.old != change.new
        now[change.first : change.first + len(change.new)] = change.old
    assert now == lines
    for above, below in zip(known[1:], known, strict=False):
        assert above.first + len(above.new) <= below.first
