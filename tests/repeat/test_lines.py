"""A line that was put in or taken out twice is so at the next place, and nowhere else."""

from __future__ import annotations

import re

import pytest

from infill_ls.document.changes import Changes
from infill_ls.document.mirror import Mirror
from infill_ls.repeat.chain import Reach
from infill_ls.repeat.gates import held_back
from infill_ls.repeat.source import next_places

RESETS = """\
def test_one():
    client = connect("one")
    assert client

def test_two():
    client = connect("two")
    assert client

def test_three():
    client = connect("three")
    assert client

def test_four():
    client = connect("four")
    raise ValueError("four")
"""
PLAIN = "".join(f"def test_{n}():\n    client = connect({n})\n    assert client\n\n" for n in range(5))
CLASSES = "".join(f"class {name}(TestCase):\n    x = 1\n\n" for name in "ABCD")
NAMED = (
    "class A:\n    one: Field = None\n    x = 1\n    two: Field = None\n    x = 2\n    three: Field = None\n    x = 3\n"
)
RESET, MARK = "    client.reset()\n", "@pytest.mark.slow\n"


def edited(text, edits, is_unwanted=lambda *_: False, reach=None):
    """What becomes of a text, one place after the other, once lines were put in (row, text) or taken out (row)."""
    mirror = Mirror(text)
    changes = Changes(mirror)

    def put(start, end, lines, **how):
        changes.edited(mirror.edit(start, end, lines, "utf-32"), **how)

    for row, *(lines, *how) in ((*edit, "") if len(edit) == 1 else edit for edit in edits):
        put((row, 0), (row, 0) if lines else (row + 1, 0), lines, is_bulk="bulk" in how)
    n_made = 0
    while n_made < 9:
        latest = changes.latest()
        chain = next_places(mirror, latest, "python", reach or Reach(), is_unwanted)
        found = (
            [each for each in chain.places if not held_back(each, mirror, latest, chain.examples, "python")]
            if chain
            else []
        )
        if not found:
            break
        n_made += 1
        place = found[0]
        assert place.is_in(mirror)
        assert place.line != place.new_line
        put(place.at(place.start), place.at(place.end), place.text)
    return n_made, mirror.text()


@pytest.mark.parametrize(
    ("text", "edits", "wanted"),
    [
        (RESETS, [(2, RESET), (7, RESET)], RESETS.replace(")\n    assert", f")\n{RESET}    assert")),
        (RESETS.replace("\n", "\r\n"), [(2, RESET), (7, RESET)], RESETS.replace(")\n    assert", f")\n{RESET}    assert")),
        (PLAIN, [(18, RESET), (14, RESET)], PLAIN.replace(")\n    assert", f")\n{RESET}    assert")),
        (PLAIN.replace("(2)\n", f"(2)\n{RESET}"), [(2, RESET), (7, RESET)], PLAIN.replace(")\n    assert", f")\n{RESET}    assert")),
        (CLASSES, [(0, MARK), (4, MARK)], CLASSES.replace("class ", f"{MARK}class ")),
        (NAMED, [(2, "    use(one)\n"), (5, "    use(two)\n")], re.sub(r"(\w+): Field = None\n", r"\g<0>    use(\1)\n", NAMED)),
        ("send(1, a)\n" * 5, [(1, "y(a)\n"), (3, "y(a)\n")], "send(1, a)\ny(a)\n" * 4 + "send(1, a)\n"),
    ],
    ids=["below", "with the other line end", "upwards", "done there already", "above", "made of what stands beside it", "between lines that are alike"],
)  # fmt: skip
def test_a_line_is_put_in_beside_lines_that_are_alike(text, edits, wanted):
    """Where the line on its other side is like that of the examples, too, and until none is left."""
    assert edited(text, edits)[1].replace("\r\n", "\n") == wanted


def test_a_line_is_taken_out_wherever_it_stands_below():
    """With its line end, whatever its neighbours are."""
    text = "".join(f"step({n})\n    log.debug(value)\n" for n in range(6))
    assert edited(text, [(1,), (2,)]) == (4, "".join(f"step({n})\n" for n in range(6)))
    assert edited(f"{text}log.debug(value)\n", [(1,), (2,)])[1].endswith("step(5)\nlog.debug(value)\n")


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        (PLAIN, [(2, RESET)]),
        (PLAIN, [(2, RESET), (7, "    client.flush()\n")]),
        (PLAIN, [(2, RESET), (11, RESET)]),
        (PLAIN, [(2, RESET, "bulk"), (7, RESET, "bulk")]),
        (PLAIN, [(2, "\n"), (7, "\n")]),
        (PLAIN, [(6, RESET), (11, RESET)]),
        (PLAIN, [(2, RESET * 2), (8, RESET * 2)]),
        ("x = 1\n}\n" * 4, [(1, "y()\n"), (4, "y()\n")]),
        ("step(1)\n}\n" * 4, [(1,), (2,)]),
        ("step(1)\nlog.debug(value)\n" * 4, [(1,), (4,)]),
        ("step(1)\nlog.debug(value)\n" * 4, [(3,), (4,)]),
        ("step(1)\nlog.debug(value)\n" * 4, [(1,)]),
        ("import a\nx = 1\n" * 4, [(1, "import b\n"), (4, "import c\n")]),
    ],
    ids=["once", "differently", "passed over between", "by a formatter", "a blank line", "left alone above", "two lines", "beside next to nothing", "next to nothing", "one was left between", "one was left above", "taken out once", "different ones"],
)  # fmt: skip
def test_nothing_is_put_in_or_taken_out_where_the_examples_do_not_say_it(text, edits):
    """One example, examples that differ, lines passed over, formatters, and what says too little."""
    assert edited(text, edits)[0] == 0


def test_whoever_does_not_want_it_or_wants_more_examples_is_not_shown_it():
    assert edited(RESETS, [(2, RESET), (7, RESET)], is_unwanted=lambda *_: True)[0] == 0
    assert edited(RESETS, [(2, RESET), (7, RESET)], reach=Reach(examples=3))[0] == 0


def test_a_line_that_was_just_taken_out_elsewhere_does_not_come_back():
    """Nor is one taken out that was just put in."""
    assert edited(RESETS, [(0,), (4, RESET), (10, RESET)])[0] == 0
