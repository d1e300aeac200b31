"""Text that is made to take long: the time stays linear in its length, whatever it consists of."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infill_ls.engine.generate import MOST_BESIDE, MOST_PER_TOKEN
from infill_ls.post.finish import finish
from infill_ls.stream.echo import LONGEST
from infill_ls.stream.pipeline import PIECE, Pipeline
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import STOP, place_of

SIZE = 4 * (MOST_PER_TOKEN * 256 + MOST_BESIDE)
"""Characters; four times the longest answer that is taken with the settings as they are."""
BOUND_S = 0.6
"""In one go. What is linear takes a tenth of it, what is not several times as much."""
PLACES = {
    "python": place_of("def f(x):\n    foo(a[‸])\n    return x\n", "python"),
    "loop": place_of("def f(b):\n    for a in b:\n        ‸\n    return a\n", "python"),
    "blank": place_of("function f() {\n  if (x) {\n    ‸\n  }\n}\n", "javascript"),
    "string": place_of('x = "‸"\n', "python"),
    "typescript": place_of("const a = (‸)\nfoo()\n", "typescript"),
    "c": place_of("int f() {\n    x = ‸\n    return 1;\n}\n", "c"),
    "lua": place_of("function f()\n  x = ‸\nend\n", "lua"),
    "ruby": place_of("def f\n  ‸\nend\n", "ruby"),
    "html": place_of("<div>\n  <p>‸</p>\n</div>\n", "html"),
    "markdown": place_of("# a\n\n‸\n", "markdown"),
}
MARKS = [
    *"()[]{}<>\"'`\\#/*=|-+&.,;: \t\n\r",
    "({[",
    "ab(",
    "a(b[c{d\n",
    "(/[",
    "/*",
    "*/",
    "--[[",
    "==a",
    "\n\n",
    "<a ",
]
LINES = ["# a\n", "```\n", '"""', "a = b\n", "    x\n", "foo(x) + ", "Here is the code: ", "あ: ", "-\n", "+\n", "</a>"]
UNITS = st.sampled_from(MARKS + LINES)
RUNS = st.lists(st.tuples(UNITS, st.sampled_from([1, 2, 7, 50, 2_000])), min_size=1, max_size=3)


def longest_s(place, text, lines="auto"):
    """The longest time for which nothing else has its turn, from the first piece to the completion."""
    pipeline = Pipeline(Surroundings.of(place), STOP, max_lines=1_000, lines=lines)
    held = []

    def timed(work):
        start = time.process_time()
        value = work()
        held.append(time.process_time() - start)
        return value

    pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    shown = [timed(lambda piece=piece: pipeline.feed(piece)) for piece in pieces]
    shown.append(timed(pipeline.flush))
    timed(lambda: finish("".join(shown), Surroundings.of(place), finish_reason="length", lines=lines, max_lines=1_000))
    return max(held)


@settings(max_examples=25)
@given(st.sampled_from(list(PLACES)), RUNS)
@example("c", [("a(b[c{d\n", 1)])
@example("c", [("-\n", 1), ("+\n", 1)])
@example("typescript", [("(/[", 1)])
def test_no_text_holds_everything_up(where, runs) -> None:
    text = "".join(unit * times for unit, times in runs)
    assert longest_s(PLACES[where], (text * SIZE)[:SIZE]) < BOUND_S


LATE = {
    "an operator without end": ("|" * 16_000 + "foo(x) + " * 100, "c"),
    "a signature without a body": ("f(" + "()" * 10_000, "blank"),
    "blocks in words": ("function(" * 2_000, "ruby"),
    "a loop behind brackets": ("(a[b{" * 3_000 + "foo(xy[z]) + " * 60, "python"),
    "a deep nest, then lines": ("(" * 16_000 + "".join(f"\na{number}" for number in range(800)), "python"),
    "a docstring without an end": ('"""' + "".join(f"a{n}\n        " for n in range(800)), "loop"),
    "loops in a comprehension": ("x = 1\n    b(" + "".join(f"for x a{n} " for n in range(600)) + ")\n", "loop"),
    "a name on each line": (
        "".join(f"a{n} = {n}\n        " for n in range(400)) + "".join(f"\n    b{n}()" for n in range(400)),
        "loop",
    ),
    "deeper with each line": ("".join(f"a{number}(b[c{{d\n" for number in range(2_000)), "c"),
}


@pytest.mark.parametrize("lines", ["auto", "multi"])
@pytest.mark.parametrize(("text", "where"), LATE.values(), ids=LATE.keys())
def test_what_was_slow_is_quick(text, where, lines) -> None:
    assert longest_s(PLACES[where], text, lines) < BOUND_S


def test_what_repeats_a_whole_screen_is_an_echo_whatever_its_end_is() -> None:
    """The server has cut the white space from it, or the model went another way."""
    lines = "".join(f"name_{number} = {number}\n" for number in range(200))
    place = PLACES["markdown"]
    for echo, answer in ((lines[:-1], ""), (lines[: LONGEST + 1], "more\n"), (lines, "more\n")):
        pipeline = Pipeline(Surroundings.of(place), STOP, max_lines=1_000, lines="auto", echoed=lines + "    ")
        assert pipeline.feed(echo + answer) + pipeline.flush() == answer
