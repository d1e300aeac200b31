"""Why a completion is asked for, as far as edits and places tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.document.history import History
from infill_ls.document.mirror import Mirror

TEXT = "one\ntwo\nthree\n"


class Desk:
    """A document, its history, and a cursor that goes where edits end."""

    def __init__(self):
        self.mirror = Mirror(TEXT)
        self.history = History()
        self.place = (0, 3)

    def edit(self, start, end, text):
        edit = self.mirror.edit(start, end, text, "utf-32")
        self.history.edited(edit)
        self.place = edit.end

    def type(self, text):
        for key in text:
            self.edit(self.place, self.place, key)

    def put(self, text):
        self.edit(self.place, self.place, text)

    def delete(self, n_characters=1):
        row, index = self.place
        self.edit((row, index - n_characters), self.place, "")

    def cause(self):
        return self.history.cause(self.place)


def typing(desk):
    desk.type("abc")


def typing_after_a_deletion(desk):
    desk.type("abc")
    desk.delete()
    desk.type("x")


def the_deleted_letter_again(desk):
    desk.type("abc")
    desk.delete()
    desk.type("c")


def a_letter_deleted_and_typed_again_and_again(desk):
    desk.type("a")
    for _ in range(3):
        desk.delete()
        desk.type("a")


def a_letter_of_the_file_again(desk):
    desk.delete()
    desk.type("e")


def the_deleted_line_break_again(desk):
    desk.edit((0, 3), (1, 0), "")
    desk.put("\n")


def the_deleted_pair_again(desk):
    desk.put("()")
    desk.edit((0, 3), (0, 5), "")
    desk.put("()")
    desk.place = (0, 4)


def a_line_end(desk):
    desk.put("\n    ")


def a_pair_that_the_editor_closed(desk):
    desk.put("()")
    desk.place = (0, 4)


def an_edit_elsewhere_beside_the_key(desk):
    desk.type("a")
    place = desk.place
    desk.edit((2, 0), (2, 0), "import os\n")
    desk.place = place


def replacing_a_word(desk):
    desk.edit((0, 0), (0, 3), "other")


def the_whole_text(desk):
    desk.mirror.replace("new")
    desk.history.replaced()
    desk.place = (0, 3)


def nothing_at_all(desk):
    pass


TYPED = [
    typing,
    typing_after_a_deletion,
    the_deleted_letter_again,
    a_letter_deleted_and_typed_again_and_again,
    a_letter_of_the_file_again,
    the_deleted_line_break_again,
    the_deleted_pair_again,
    a_line_end,
    a_pair_that_the_editor_closed,
    an_edit_elsewhere_beside_the_key,
    replacing_a_word,
    the_whole_text,
    nothing_at_all,
]


def a_backspace(desk):
    desk.type("abc")
    desk.delete()


def a_selection(desk):
    desk.edit((0, 0), (1, 2), "")


def a_line_break(desk):
    desk.put("\n")
    desk.edit((0, 3), (1, 0), "")


DELETED = [a_backspace, a_selection]


def undo_of_typing(desk):
    desk.type("abc")
    desk.edit((0, 3), (0, 6), "")


def undo_of_deleting(desk):
    for _ in range(3):
        desk.delete()
    desk.put("one")


def undo_of_a_deleted_word(desk):
    desk.delete(2)
    desk.put("ne")


def undo_of_a_changed_letter(desk):
    desk.edit((0, 0), (0, 1), "O")
    desk.edit((0, 0), (0, 1), "o")


def undo_of_a_typed_letter(desk):
    desk.type("a")
    desk.edit((0, 3), (0, 4), "")


def undo_of_a_forward_deletion(desk):
    for _ in range(3):
        desk.edit((1, 0), (1, 1), "")
    desk.put("two")


def redo(desk):
    desk.put("abc")
    desk.edit((0, 3), (0, 6), "")
    desk.put("abc")


def undo_twice(desk):
    desk.put("abc")
    desk.edit((1, 0), (1, 3), "2")
    desk.edit((1, 0), (1, 1), "two")
    desk.edit((0, 3), (0, 6), "")


UNDONE = [
    undo_of_typing,
    undo_of_deleting,
    undo_of_a_deleted_word,
    undo_of_a_changed_letter,
    undo_of_a_typed_letter,
    undo_of_a_forward_deletion,
    redo,
    undo_twice,
    a_line_break,
]

CASES = [
    *((act, "typed") for act in TYPED),
    *((act, "deleted") for act in DELETED),
    *((act, "undone") for act in UNDONE),
]


@pytest.mark.parametrize(("act", "cause"), CASES, ids=[act.__name__ for act, _ in CASES])
def test_what_was_done_last_at_the_cursor_decides(act, cause):
    """And asking again at the same place changes nothing."""
    desk = Desk()
    act(desk)

    assert [desk.cause(), desk.cause()] == [cause, cause]


@pytest.mark.parametrize("act", [typing, a_backspace, nothing_at_all], ids=lambda act: act.__name__)
def test_a_cursor_elsewhere_has_moved(act):
    """Whatever was done before, and wherever it goes; coming back is a move, too."""
    desk = Desk()
    act(desk)
    home = desk.place
    desk.cause()

    for place in ((2, 1), (1, 0), home):
        desk.place = place
        assert desk.cause() == "moved"


def test_typing_after_a_move_is_typing():
    desk = Desk()
    typing(desk)
    desk.cause()
    desk.place = (2, 0)
    assert desk.cause() == "moved"

    typing(desk)

    assert desk.cause() == "typed"


def test_an_edit_that_is_not_at_the_cursor_is_no_key():
    """A formatter changed another line, and the cursor stands where it was."""
    desk = Desk()
    desk.edit((2, 0), (2, 0), "    ")
    desk.place = (0, 3)

    assert desk.cause() == "moved"


@given(st.lists(st.sampled_from(["a", "bc", "\n", "back"]), max_size=30))
def test_whatever_is_done_is_undone_as_a_whole(steps):
    """Taking back edit after edit, as editors do, is never taken for typing, but where a key could have done it."""
    desk = Desk()
    done = []
    for step in steps:
        if step == "back" and desk.place[1]:
            desk.delete()
        elif step != "back":
            desk.put(step)
        done = list(desk.history._done)

    for edit in reversed(done):
        desk.edit(edit.start, edit.end, edit.removed)
        assert desk.cause() in ("undone", "deleted") or len(edit.removed) == 1


def test_whether_anything_was_typed_since_the_last_request():
    """Wherever it was, and whatever else was done meanwhile."""
    desk = Desk()
    assert not desk.history.typed
    desk.delete()
    assert not desk.history.typed
    desk.type("ab")
    desk.delete()
    assert desk.history.typed

    desk.cause()
    assert not desk.history.typed
