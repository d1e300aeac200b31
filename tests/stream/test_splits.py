"""However an answer is cut into pieces, the same of it is shown and the model is stopped for the same reason."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.ground.final_buffer import STOP, place_of, stream

PARTS = st.sampled_from(
    [
        *STOP,
        *"ab \n\r`~<>|(){}\t",
        "\r\n",
        "\n\n\n",
        "foo",
        "return x\n",
        "    return x\n",
        "    y = 2\n",
        "```python\n",
        "```\n",
        "<think>",
        "</think>\n\n",
        "Here is the code:\n",
        "<|fim_",
        "def f():\n    ",
        "else:\n",
        "    } else {\n",
        "end\n",
        "# a\n",
        "@a\n",
        "x = [\n",
        '"""',
        "\\\n",
        "foo(bar) " * 9,
        "urn foo(x)" * 5,
        "0, " * 30,
        " " * 90,
    ]
)
ANSWERS = st.lists(PARTS, max_size=25).map("".join)
PLACES = st.sampled_from(
    [
        place_of("def f():\n    ‸\n    return x\n    y = 2\n", "python"),
        place_of("def f():\n    a = ‸\n\n    return x\n", "python"),
        place_of("foo(‸)\nfoo\n", "javascript"),
        place_of("foo(‸, b)\n", "go"),
        place_of("func f() {\n    if x {\n        ‸\n    }\n}\n", "go"),
        place_of("import a\n\n‸", "python"),
        place_of("def f\n  ‸\n", "ruby"),
        place_of("x=‸\n", "shellscript"),
        place_of("‸", "markdown"),
    ]
)


@given(
    PLACES,
    ANSWERS,
    st.lists(st.integers(0, 400), max_size=12),
    st.sampled_from(["auto", "single", "multi"]),
    st.sampled_from(["automatic", "invoked"]),
)
def test_no_split_changes_what_is_shown(place, answer, cuts, lines, trigger) -> None:
    """Whole, cut anywhere, or one character at a time: one result."""
    echoed = "def f():\n    a"
    ends = sorted({min(cut, len(answer)) for cut in cuts} | {0, len(answer)})
    pieces = [answer[start:end] for start, end in pairwise(ends)]

    whole = stream(place, [answer], lines=lines, max_lines=6, echoed=echoed, trigger=trigger)

    assert stream(place, pieces, lines=lines, max_lines=6, echoed=echoed, trigger=trigger) == whole
    assert stream(place, ["", *answer], lines=lines, max_lines=6, echoed=echoed, trigger=trigger) == whole


@given(PLACES, ANSWERS, st.sampled_from(["auto", "single", "multi"]))
def test_nothing_is_shown_that_did_not_come(place, answer, lines) -> None:
    """What is shown is made of the answer's lines in their order, with line feeds only, and holds no stop string."""
    shown, _ = stream(place, list(answer), lines=lines)

    assert "\r" not in shown
    assert not any(stop in shown for stop in STOP)
    rest = iter(answer.replace("\r\n", "\n").replace("\r", "\n"))
    assert all(character in rest for character in shown)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_rule_that_gives_up_in_the_middle_of_a_piece_loses_nothing(size) -> None:
    """Where the filters before it are off, it gets pieces that end within a line."""
    answer = 'y = 1\n        x = f("a\n        foo'
    pieces = [answer[start : start + size] for start in range(0, len(answer), size)]
    place = place_of("func f() {\n    if x {\n        ‸\n    }\n}\n", "go")

    assert stream(place, pieces, off=frozenset({"repetition", "fence"})) == (answer, None)
