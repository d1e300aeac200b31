"""An answer is found again at its place and while it is being typed, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.cache.key import NEAR_PREFIX, NEAR_SUFFIX, key
from infill_ls.cache.store import TWINS, KeptAnswer, Store
from infill_ls.records import Completion
from support.engine.fakes import FakeClock, place

ROUTE = "model"


def store(clock=None, *, size=10, ttl_s=60):
    return Store(size, ttl_s, (clock or FakeClock()).now)


def filled(marked, text, *, ended=False, **rest):
    """A store that holds one answer."""
    kept = store(**rest)
    put(kept, marked, text, ended=ended)
    return kept


def put(kept, marked, text, **known):
    kept.put(key(place(marked), ROUTE), KeptAnswer(Completion(text, 1), **known))


def check(kept, marked, wanted, **rest):
    """What is left of the answer at a place, and how it was found; None where it is not."""
    found = kept.find(place(marked, **rest), ROUTE)
    if wanted is None:
        assert found is None
    else:
        assert (found.completion, found.source) == (Completion(wanted[0], 1), wanted[1])


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
    "a bracket that the editor closed": ("x = 1\ny = f(|)\nz = 3\n", ("x)\n  + g(y)", "typed")),
    "a bracket that nothing opened": ("x = 1\ny = f|)\nz = 3\n", None),
    "a bracket of another kind": ("x = 1\ny = f(|]\nz = 3\n", None),
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


@given(st.text(min_size=1, max_size=300), st.text(max_size=40), st.text(max_size=40), st.data())
def test_typing_any_start_of_any_suggestion_keeps_the_rest(text, before, after, data):
    """Whatever the characters: the rest is what has not been typed yet."""
    typed = data.draw(st.integers(0, len(text) - 1))
    at = place("|")
    kept = store()
    kept.put(key(replace(at, prefix=before, suffix=after), ROUTE), KeptAnswer(Completion(text)))

    found = kept.find(replace(at, prefix=before + text[:typed], suffix=after), ROUTE)

    assert found is not None
    assert found.completion.text == text[typed:]


def test_the_latest_answer_on_the_way_wins():
    """Two suggestions may both begin with what was typed: the one made nearer to the cursor knew more."""
    kept = filled("a|", "bcd")
    put(kept, "ab|", "xyz")

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


def test_a_suggestion_is_found_at_any_depth():
    """Over many lines, also where the text before is longer than what counts."""
    before, text = FAR + FAR, "".join(f"line {number}\n" for number in range(100))
    kept = filled(f"{before}|z", text)

    check(kept, f"{before}{text[:-1]}|z", (text[-1], "typed"))


def test_where_the_model_had_no_more_to_say_nothing_is_left():
    """The end of such an answer is known, and so is that of none beyond it."""
    kept = filled(BEFORE, SUGGESTED, ended=True)

    check(kept, f"x = 1\ny = {SUGGESTED}|\nz = 3\n", ("", "typed"))
    check(kept, f"x = 1\ny = {SUGGESTED} |\nz = 3\n", None)


def test_places_that_look_alike_are_told_apart():
    """Equal for the nearest characters, and other ones before; the latest of many are kept."""
    same = "=" * 40
    kept = store()
    for number in range(TWINS + 1):
        put(kept, f"{number}{same}|", f"text {number}")

    check(kept, f"0{same}|", None)
    for number in range(1, TWINS + 1):
        check(kept, f"{number}{same}|", (f"text {number}", "cache"))


def test_a_newer_answer_replaces_the_older():
    kept = filled(BEFORE, SUGGESTED)
    put(kept, BEFORE, "g()", source="speculative")

    check(kept, BEFORE, ("g()", "speculative"))
    assert len(kept) == 1


def test_a_rejected_answer_is_known_as_such():
    """It, and none other."""
    kept = filled(BEFORE, SUGGESTED)
    put(kept, "other = |", "x")

    kept.reject(key(place(BEFORE), ROUTE))
    kept.reject(key(place("nothing here|"), ROUTE))

    found = [kept.find(place(marked), ROUTE) for marked in (BEFORE, "other = |")]
    assert [each.is_rejected for each in found] == [True, False]


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
        put(kept, f"{name}|", name)
    check(kept, "a|", ("a", "cache"))

    put(kept, "d|", "d")

    check(kept, "b|", None)
    for name in "acd":
        check(kept, f"{name}|", (name, "cache"))


def test_clearing_forgets_everything():
    kept = filled(BEFORE, SUGGESTED)

    kept.clear()

    check(kept, BEFORE, None)


def test_the_answers_of_one_route_are_forgotten_alone():
    kept = filled(BEFORE, SUGGESTED)

    kept.clear("another route")
    check(kept, BEFORE, (SUGGESTED, "cache"))

    kept.clear(ROUTE)
    check(kept, BEFORE, None)
