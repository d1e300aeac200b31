"""What a model says in JSON about the next edit, with the slips that small models make."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.stream.edits_json import edits_of_json

LINES = ("one = 1", "two = 2", "three = 3")
SAID = '{"edits": [{"first": 2, "last": 2, "lines": ["two = 22"]}]}'
MEANT = [(1, ("two = 2",), ("two = 22",))]


def check(said, meant):
    found = edits_of_json(said, LINES)
    assert (found and [(each.first, each.old, each.new) for each in found]) == meant


@pytest.mark.parametrize(
    "said",
    [
        SAID,
        f"```json\n{SAID}\n```\n",
        f"Here it is: {SAID} I hope {{that}} helps.",
        '{"edits": [{"first": 2, "last": 2, "lines": ["two = 22",],},],}',
        '[{"first": 2, "last": 2, "lines": ["two = 22"]}]',
        '{"first": 2, "last": 2, "lines": ["two = 22"]}',
        '{"edits": [{"first": "2", "last": "2", "lines": ["two = 22"]}]}',
        '{"edits": [{"first": 2, "lines": "two = 22"}]}',
        '{"edits": [{"first": 2, "last": 2, "lines": ["2: two = 22"]}]}',
        '{"edits": [{"first": 2, "last": 2, "lines": "two = 22\n"}]}',
    ],
    ids=["as told", "fenced", "with words", "commas too many", "a list", "one edit", "numbers as strings", "no last line", "lines with numbers", "a line feed in a string"],
)  # fmt: skip
def test_what_can_be_meant_in_one_way_is_taken(said):
    check(said, MEANT)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ('{"edits": []}', []),
        ('{"edits": [{"first": 2, "last": 2, "lines": []}]}', [(1, ("two = 2",), ())]),
        ('{"edits": [{"first": 2, "last": 2, "lines": ["a", ",]"]}]}', [(1, ("two = 2",), ("a", ",]"))]),
        ('{"edits": [{"first": 1, "last": 2, "lines": ["1: a", "b"]}]}', [(0, LINES[:2], ("1: a", "b"))]),
        ("", None),
        ("nothing to do", None),
        ("{}", None),
        ('{"edits": null}', None),
        (SAID[:-3], None),
        ('{"edits": [{"first": 0, "last": 1, "lines": []}]}', None),
        ('{"edits": [{"first": 3, "last": 4, "lines": []}]}', None),
        ('{"edits": [{"first": true, "last": 1, "lines": []}]}', None),
        ('{"edits": [{"first": "²", "last": 1, "lines": []}]}', None),
        ('{"edits": [{"first": 1, "last": 1, "lines": [1]}]}', None),
        ('{"edits": [{"first": 1, "last": 2, "lines": []}, {"first": 2, "last": 2, "lines": []}]}', None),
        ("[" * 100_000, None),
    ],
    ids=["nothing", "a deletion", "a comma in a string", "one line that looks numbered", "empty", "words", "an empty object", "null", "cut off", "before the first line", "behind the last line", "no number", "no digit", "no lines", "one line twice", "deeply nested"],
)  # fmt: skip
def test_the_rest_is_taken_as_it_stands_or_not_at_all(said, meant):
    check(said, meant)


@given(st.text(st.sampled_from('{}[],:"\\ \n12edits first lines')))
def test_whatever_is_said_nothing_fails_and_lines_are_in_the_region(said):
    for each in edits_of_json(said, LINES) or ():
        assert each.old == LINES[each.first : each.first + len(each.old)] != ()
