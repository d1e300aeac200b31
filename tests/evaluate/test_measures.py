"""What one answer is worth, and how sure figures are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from infill_ls.evaluate.answers import Answer
from infill_ls.evaluate.holes import hole_of
from infill_ls.evaluate.measures import inserted, measure, similarity
from infill_ls.evaluate.person import accepted
from infill_ls.evaluate.stats import interval, percentile, sureness

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.text(alphabet="ab(\n", max_size=200)
LINE = "def area(width, height):\n    return width * height\n"


def hole(truth="width * height", text=LINE):
    start = text.index(truth)
    return hole_of("rest", "a.py", text, (start, start + len(truth)))


def answer(shown, raw=None, replaces=0):
    return Answer("c", "h", "p", "shown", "", shown, replaces, shown if raw is None else raw)


@given(TEXTS, TEXTS)
def test_similarity_is_that_of_rapidfuzz(one, other):
    assert similarity(one, other) == pytest.approx(fuzz.ratio(one, other) / 100)


@pytest.mark.parametrize(
    ("shown", "whole", "line", "word"),
    [
        ("width * height", 14, 14, 14),
        ("width * depth", 0, 0, 7),
        ("width * height\n\n\nother", 0, 14, 14),
        ("depth", 0, 0, 0),
        ("width *", 7, 7, 7),
        ("", 0, 0, 0),
    ],
)
def test_a_person_takes_what_is_right(shown, whole, line, word):
    wanted = "width * height\n"
    assert [min(14, accepted(shown, wanted, take)) for take in ("whole", "line", "word")] == [whole, line, word]


@pytest.mark.parametrize(
    ("shown", "raw", "exact", "right", "helped"),
    [
        ("width * height", None, True, True, 0),
        ("width * height\n", None, True, True, 0),
        ("width * height", "width * height\n\n\ndef other():", True, True, 1),
        ("width", "width * height", False, True, -1),
        ("height * width", None, False, False, 0),
        ("", "", False, False, 0),
        (" \n", None, False, False, 0),
    ],
)
def test_an_answer_is_exact_or_right_and_the_rules_have_helped_or_spoilt_it(shown, raw, exact, right, helped):
    found = measure(hole(), answer(shown, raw))
    assert (found.is_exact, found.is_right, found.helped) == (exact, right, helped)


def test_what_is_said_again_and_replaced_is_no_part_of_the_answer():
    place = hole("width, height", "print(area(width, height))\n")
    said = answer("width, height))", replaces=2)
    assert inserted(place, said) == "width, height"
    assert measure(place, said).is_exact
    assert measure(place, said).parses


@pytest.mark.parametrize(("shown", "is_sound"), [("width * height", True), ("width * (", False)])
def test_a_file_parses_with_an_answer_or_does_not(shown, is_sound):
    assert measure(hole(), answer(shown)).parses is is_sound


def test_where_the_file_itself_does_not_parse_nothing_is_said_of_it():
    assert measure(hole(text="((" + LINE), answer("width")).parses is None


def test_holes_of_one_file_say_less_than_as_many_of_different_ones():
    values = [(float(number // 10 % 2), 1.0) for number in range(100)]
    together = interval(values, [number // 10 for number in range(100)])
    apart = interval(values, range(100))
    assert together.mean == apart.mean == 0.5
    assert together.high - together.low > 1.5 * (apart.high - apart.low)
    assert interval([], []) is None


def test_how_sure_one_is_better_than_another():
    one, other = [1.0] * 30 + [0.0] * 70, [0.0] * 100
    assert sureness(one, other, range(100)) == 1.0
    assert sureness(other, one, range(100)) == 0.0
    assert sureness(one, one, range(100)) == 0.5
    assert 0.5 < sureness([1.0, 0.0, 0.0], [0.0, 0.0, 0.0], range(3)) < 0.95


@pytest.mark.parametrize(("files", "off"), [(1, 0.975), (10, 0.308), (100, 0.036), (1000, 0.0037)])
def test_none_of_a_few_is_not_none_for_certain(files, off):
    """Nor is all of a few all; files of which nothing is counted say nothing."""
    groups = [number // 3 for number in range(3 * files)]
    none = interval([(0.0, 1.0)] * len(groups) + [(0.0, 0.0)], [*groups, -1])
    every = interval([(1.0, 1.0)] * len(groups), groups)
    assert none == (0.0, 0.0, pytest.approx(off, abs=0.001))
    assert every == (1.0, pytest.approx(1 - off, abs=0.001), 1.0)


def test_percentiles():
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([], 0.5) is None
