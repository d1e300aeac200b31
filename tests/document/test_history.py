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
        cause = self.history.cause(self.place)
        assert self.history.cause(self.place) == cause, "a question changes nothing"
        self.history.asked(self.place)
        return cause


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


def an_import_that_comes_in_above(desk):
    desk.type("a")
    desk.edit((0, 0), (0, 0), "import os\n\n")
    desk.place = (2, 4)


def an_import_that_goes_from_above(desk):
    desk.place = (2, 5)
    desk.type("a")
    desk.edit((0, 0), (1, 0), "")
    desk.place = (1, 6)


def blanks_put_in_behind_the_typing(desk):
    desk.type(";")
    desk.edit((0, 1), (0, 1), " ")
    desk.place = (0, 5)


def a_line_indented_behind_the_typing(desk):
    desk.type("}")
    desk.edit((0, 0), (0, 0), "    ")
    desk.place = (0, 8)


def a_line_dedented_behind_the_typing(desk):
    desk.type("}")
    desk.edit((0, 0), (0, 2), "")
    desk.place = (0, 2)


def the_line_written_anew_by_a_formatter(desk):
    desk.type(";")
    desk.edit((0, 0), (0, 4), "o ne;")


def the_first_of_two_cursors_on_a_line(desk):
    desk.edit((0, 3), (0, 3), "x")
    desk.edit((0, 1), (0, 1), "x")
    desk.place = (0, 2)


def the_second_of_two_cursors_on_a_line(desk):
    desk.edit((0, 3), (0, 3), "x")
    desk.edit((0, 1), (0, 1), "x")
    desk.place = (0, 5)


def an_import_after_the_request(desk):
    desk.type("a")
    desk.cause()
    desk.edit((0, 0), (0, 0), "import os\n")
    desk.place = (1, 4)


def an_input_method(desk):
    """It shows what is typed in Latin letters, and writes a character over them."""
    for before, after in (("", "n"), ("n", "ni"), ("ni", "ni'h"), ("ni'h", "ni'hao"), ("ni'hao", "你好")):
        row, index = desk.place
        desk.edit((row, index - len(before)), desk.place, after)


def an_input_method_that_deletes_first(desk):
    desk.type("ni")
    desk.delete(2)
    desk.put("你")


def an_input_method_that_writes_the_same(desk):
    desk.type("ka")
    row, index = desk.place
    desk.edit((row, index - 2), desk.place, "か")
    desk.edit((row, index - 2), desk.place, "か")


TYPED = [
    an_input_method,
    an_input_method_that_deletes_first,
    an_input_method_that_writes_the_same,
    an_import_that_comes_in_above,
    an_import_that_goes_from_above,
    blanks_put_in_behind_the_typing,
    a_line_indented_behind_the_typing,
    a_line_dedented_behind_the_typing,
    the_line_written_anew_by_a_formatter,
    the_first_of_two_cursors_on_a_line,
    the_second_of_two_cursors_on_a_line,
    an_import_after_the_request,
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


MARK = "¦"
ELSEWHERE = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 12), st.sampled_from(["", "x", "\n", "\r\n", "import os\n", "a\nb"])),
    max_size=8,
)


def edit_elsewhere(desk, start, length, text, own):
    """Edit any place but what is typed and the mark behind it, in a document of one character a unit."""
    whole = desk.mirror.text()
    mark = whole.index(MARK)
    end = min(start + length, len(whole))
    if (
        start > end
        or (start <= mark and end >= mark - own)
        or "\r\n" in (whole[start - 1 : start + 1], whole[end - 1 : end + 1])
    ):
        return
    places = [(whole.count("\n", 0, at), at - (whole.rfind("\n", 0, at) + 1)) for at in (start, end)]
    desk.edit(*places, text)


@given(ELSEWHERE, st.booleans())
def test_edits_elsewhere_move_what_was_typed(edits, was_asked):
    """However many come, above and below, and before the typing on its line: what was typed is still what was typed."""
    desk = Desk()
    desk.mirror.replace(f"import a\nimport b\r\n\n    if a:\n        f(b, c{MARK}, d)\n\nlast\r\n")
    desk.place = (4, 14)
    desk.type("xy")
    if was_asked:
        desk.cause()
    for start, length, text in edits:
        edit_elsewhere(desk, start, length, text, own=2)
    before = desk.mirror.text().partition(MARK)[0]
    desk.place = (before.count("\n"), len(before) - before.rfind("\n") - 1)

    assert desk.cause() == "typed"


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
        done = desk.history.done

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
