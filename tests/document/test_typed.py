"""What was typed between two snapshots, where nothing else was done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.typed import NOTHING, Typed, left_of, typed_since
from support.engine.fakes import place

BEFORE = "x = 1\ny = |\nz = 3\n"

TYPED = {
    "nothing": (BEFORE, NOTHING),
    "a word": ("x = 1\ny = foo|\nz = 3\n", Typed("foo")),
    "lines": ("x = 1\ny = foo\n  + bar|\nz = 3\n", Typed("foo\n  + bar")),
    "a bracket that the editor closed": ("x = 1\ny = f(|)\nz = 3\n", Typed("f(", 1)),
    "a string in it": ('x = 1\ny = f("|")\nz = 3\n', Typed('f("', 2)),
}
SOMETHING_ELSE = {
    "less than there was": "x = 1\ny =|\nz = 3\n",
    "other text before": "x = 2\ny = foo|\nz = 3\n",
    "other text after": "x = 1\ny = foo|\nz = 4\n",
    "text after that nobody opened": "x = 1\ny = f|)\nz = 3\n",
    "text behind what was typed": "x = 1\ny = foo| + 1\nz = 3\n",
    "a longer end": "x = 1\ny = foo|\nz = 3\nmore\n",
}


@pytest.mark.parametrize(("marked", "typed"), TYPED.values(), ids=TYPED)
def test_typing_is_known(marked, typed):
    assert typed_since(place(BEFORE), place(marked)) == typed


@pytest.mark.parametrize("marked", SOMETHING_ELSE.values(), ids=SOMETHING_ELSE)
def test_anything_else_is_none(marked):
    assert typed_since(place(BEFORE), place(marked)) is None


def test_another_document_is_another():
    assert typed_since(place(BEFORE), place(BEFORE, uri="untitled:b")) is None


def test_an_empty_end_is_an_end():
    """Text that comes in after the cursor at the document's end is no typing."""
    assert typed_since(place("x|"), place("x|y")) is None
    assert typed_since(place("x|"), place("xy|")) == Typed("y")


@given(st.lists(st.text("ab\n", max_size=8), min_size=3, max_size=9), st.integers(0, 6), st.text("cd\n", max_size=9))
def test_the_window_may_have_moved(lines, dropped, typed):
    """A snapshot holds the nearest lines only: what was typed is known all the same."""
    text = "\n".join(lines)
    whole = replace(place("|"), prefix=text, suffix="end")
    later = replace(whole, prefix=text + typed)
    n_lines = min(dropped, text.count("\n"))
    cut = replace(later, prefix=later.prefix.split("\n", n_lines)[n_lines], first_line=n_lines)

    assert typed_since(whole, cut) == Typed(typed)


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_is_left_and_what_was_typed_are_the_suggestion(one, other):
    """Whatever the characters; where they are not, nothing is left."""
    assert left_of(one + other, one) == other
    left = left_of(one, other)
    assert left is None or other + left == one
    assert (left is None) != one.startswith(other)
