"""An answer is found again at its place and while it is being typed, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.cache.key import NEAR_PREFIX, NEAR_SUFFIX, key
from infill_ls.cache.store import TYPED_LIMIT, Store
from infill_ls.records import Completion
from support.fakes import FakeClock, place

ROUTE = "model"


def store(clock=None, *, size=10, ttl_s=60):
    return Store(size, ttl_s, (clock or FakeClock()).now)


def filled(marked, text, **rest):
    """A store that holds one answer."""
    kept = store(**rest)
    kept.put(key(place(marked), ROUTE), Completion(text, 1))
    return kept


def check(kept, marked, wanted, **rest):
    """What is left of the answer at a place, and how it was found; None where it is not."""
    found = kept.find(place(marked, **rest), ROUTE)
    if wanted is None:
        assert found is None
    else:
        text, source = wanted
        assert found == (Completion(text, 1), source)


BEFORE, SUGGESTED = "x = 1\ny = |\nz = 3\n", "f(x)\n  + g(y)"

TYPING = {
    "at its place": ("x = 1\ny = |\nz = 3\n", (SUGGESTED, "cache")),
    "one character": ("x = 1\ny = f|\nz = 3\n", ("(x)\n  + g(y)", "typed")),
    "a line": ("x = 1\ny = f(x)|\nz = 3\n", ("\n  + g(y)", "typed")),
    "across the line's end": ("x = 1\ny = f(x)\n  |\nz = 3\n", ("+ g(y)", "typed")),
    "all but the last": ("x = 1\ny = f(x)\n  + g(y|\nz = 3\n", (")", "typed")),
    "all of it": ("x = 1\ny = f(x)\n  + g(y)|\nz = 3\n", None),
    "all of it and more": ("x = 1\ny = f(x)\n  + g(y) |\nz = 3\n", None),
    "something else": ("x = 1\ny = g|\nz = 3\n", None),
    "something else in the end": ("x = 1\ny = f(y|\nz = 3\n", None),
    "another case": ("x = 1\ny = F|\nz = 3\n", None),
    "less than there was": ("x = 1\ny =|\nz = 3\n", None),
    "other text before": ("x = 2\ny = |\nz = 3\n", None),
    "other text after": ("x = 1\ny = |\nz = 4\n", None),
    "a closed bracket after": ("x = 1\ny = f(|)\nz = 3\n", None),
    "at the start of the document": ("|", None),
}


@pytest.mark.parametrize(("marked", "wanted"), TYPING.values(), ids=TYPING.keys())
def test_typing_into_a_suggestion_keeps_it(marked, wanted):
    """What was typed is taken off; what was typed otherwise ends it."""
    check(filled(BEFORE, SUGGESTED), marked, wanted)


def test_deleting_back_finds_it_again():
    """At every step back to its place, and no further."""
    kept = filled(BEFORE, SUGGESTED)

    for typed in ("f(", "f", ""):
        check(kept, f"x = 1\ny = {typed}|\nz = 3\n", (SUGGESTED[len(typed) :], "typed" if typed else "cache"))
    check(kept, "x = 1\ny =|\nz = 3\n", None)


@given(st.text(min_size=1, max_size=TYPED_LIMIT), st.text(max_size=40), st.text(max_size=40), st.data())
def test_typing_any_start_of_any_suggestion_keeps_the_rest(text, before, after, data):
    """Whatever the characters: the rest is what has not been typed yet."""
    typed = data.draw(st.integers(0, len(text) - 1))
    at = place("|")
    kept = store()
    kept.put(key(replace(at, prefix=before, suffix=after), ROUTE), Completion(text))

    found = kept.find(replace(at, prefix=before + text[:typed], suffix=after), ROUTE)

    assert found is not None
    assert found[0].text == text[typed:]


def test_the_latest_answer_on_the_way_wins():
    """Two suggestions may both begin with what was typed: the one made nearer to the cursor knew more."""
    kept = filled("a|", "bcd")
    kept.put(key(place("ab|"), ROUTE), Completion("xyz", 1))

    check(kept, "ab|", ("xyz", "cache"))
    check(kept, "abx|", ("yz", "typed"))
    check(kept, "abc|", ("d", "typed"))


SAME = key(place("a|b"), ROUTE)
FAR = "x" * NEAR_PREFIX
AFTER = "y" * NEAR_SUFFIX

MUST_CHANGE = {
    "model": key(place("a|b"), "other"),
    "document": key(place("a|b", uri="untitled:b"), ROUTE),
    "language": key(place("a|b", language="lua"), ROUTE),
    "text before": key(place("A|b"), ROUTE),
    "text after": key(place("a|B"), ROUTE),
    "moved": key(place("|ab"), ROUTE),
}
MUST_STAY = {
    "version": (key(place("a|b", version=9), ROUTE), SAME),
    "line number": (key(place("a|b", first_line=9), ROUTE), SAME),
    "path": (key(place("a|b", path="/p/a.py"), ROUTE), SAME),
    "text far before": (key(place(f"1{FAR}|"), ROUTE), key(place(f"2{FAR}|"), ROUTE)),
    "text far after": (key(place(f"a|{AFTER}1"), ROUTE), key(place(f"a|{AFTER}2"), ROUTE)),
}


@pytest.mark.parametrize("changed", MUST_CHANGE.values(), ids=MUST_CHANGE.keys())
def test_what_an_answer_depends_on_changes_the_key(changed):
    assert changed != SAME


@pytest.mark.parametrize(("one", "other"), MUST_STAY.values(), ids=MUST_STAY.keys())
def test_what_it_does_not_depend_on_leaves_the_key(one, other):
    assert one == other


def test_the_last_character_near_enough_still_counts():
    assert key(place(f"1{FAR[1:]}|"), ROUTE) != key(place(f"2{FAR[1:]}|"), ROUTE)
    assert key(place(f"a|{AFTER[1:]}1"), ROUTE) != key(place(f"a|{AFTER[1:]}2"), ROUTE)


def test_the_key_before_typing_is_the_key_of_that_time():
    """Also where the text before is longer than what counts."""
    before, typed = FAR + FAR, "abc"

    assert key(place(f"{before}{typed}|z"), ROUTE, typed=3) == key(place(f"{before}|z"), ROUTE)


def test_an_answer_is_kept_for_its_time():
    clock = FakeClock()
    kept = filled(BEFORE, SUGGESTED, clock=clock, ttl_s=60)

    clock.pass_by(59)
    check(kept, BEFORE, (SUGGESTED, "cache"))
    clock.pass_by(2)
    check(kept, BEFORE, None)
    check(kept, "x = 1\ny = f|\nz = 3\n", None)


@pytest.mark.parametrize(("size", "ttl_s"), [(0, 60), (10, 0)], ids=["no size", "no time"])
def test_nothing_is_kept_where_nothing_may_be(size, ttl_s):
    check(filled(BEFORE, SUGGESTED, size=size, ttl_s=ttl_s), BEFORE, None)


def test_the_least_recently_used_goes_first():
    """Never more than its size; using an answer keeps it."""
    kept = store(size=3)
    for name in "abc":
        kept.put(key(place(f"{name}|"), ROUTE), Completion(name, 1))
    check(kept, "a|", ("a", "cache"))

    kept.put(key(place("d|"), ROUTE), Completion("d", 1))

    check(kept, "b|", None)
    for name in "acd":
        check(kept, f"{name}|", (name, "cache"))


def test_clearing_forgets_everything():
    kept = filled(BEFORE, SUGGESTED)

    kept.clear()

    check(kept, BEFORE, None)
