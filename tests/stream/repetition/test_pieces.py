"""A piece of a line that comes again and again ends the answer; what is meant to come often does not."""

from __future__ import annotations

import string

import pytest

from infill_ls.records import Completion
from infill_ls.stream.repetition.pieces import EXTRA_CHARACTERS, LEAST_REPETITIONS, RepeatedPieces
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import complete, place_of, stream

LOOSE = place_of("x = ‸\n", "python")


def check(place, answer: str, shown: str, stopped: str | None) -> None:
    """Whole, in pieces and by the character: one result, and the model stopped as soon as it is known to loop."""
    for size in (len(answer), 7, 1):
        pieces = [answer[i : i + size] for i in range(0, len(answer), size)]
        text, reason = stream(place, pieces)

        assert reason == stopped
        assert answer.startswith(text)
        assert len(text) < 8 * len(shown) + 200
        assert complete(place, pieces, finish_reason="stop", lines="auto") == Completion(shown.rstrip())


@pytest.mark.parametrize(
    ("once", "again"),
    [
        pytest.param("return foo(x)", " foo(x)", id="the tail of a statement"),
        pytest.param("foo(x)", "foo(x)", id="the whole answer"),
        pytest.param("foobar", "foobar", id="a word without a space"),
        pytest.param("a.b.c.d", "a.b.c.d", id="names of one letter"),
        pytest.param("self.x, ", "self.x, ", id="a list of one name"),
        pytest.param("(y,\nz, foo(1, bar)", "foo(1, bar)", id="on a later line"),
        pytest.param('print("hello, world")', 'hello, world")', id="the end of a string"),
        pytest.param("# the number of users", " of users", id="a comment"),
        pytest.param("用户数量统计", "用户数量统计", id="no Latin letters"),
        pytest.param("y + foo(foo(x))", " + foo(foo(x))", id="a piece that repeats within itself"),
        pytest.param("[n for n in names if n]", " for n in names if n]", id="a long piece"),
        pytest.param("y, None or x", ", None or x", id="a constant and a name"),
        pytest.param("if (a) {b();}", "if (a) {b();}", id="a statement"),
        pytest.param("y if  z == value_1", " z == value_1", id="after white space"),
    ],
)
def test_a_loop_is_cut(once: str, again: str) -> None:
    """What came once stays."""
    assert once.endswith(again)

    check(LOOSE, once + again * 20, once, "repetition")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("[" + "0, " * 100 + "0]", id="digits"),
        pytest.param("[" + "0x00, " * 64 + "]", id="hexadecimal numbers"),
        pytest.param("[" + "1.0, 2.5e3, " * 30 + "]", id="a row of two numbers"),
        pytest.param("[" + "0.0f, " * 40 + "]", id="numbers with a suffix"),
        pytest.param("[" + "None, " * 40 + "]", id="constants"),
        pytest.param("[" + "null,NULL,true,False," * 12 + "]", id="several constants"),
        pytest.param("'" + "\\x00" * 80 + "'", id="escape sequences"),
        pytest.param("'" + "\\t" * 80 + "'", id="tabs"),
        pytest.param("'" + "%s, " * 40 + "'", id="format specifiers"),
        pytest.param("-" * 120, id="a line of dashes"),
        pytest.param("'" + "=-=-" * 40 + "'", id="ASCII art"),
        pytest.param("'" + "a" * 200 + "'", id="one letter"),
        pytest.param("'" + "../" * 40 + "'", id="a path upwards"),
        pytest.param('"" ' * 50, id="empty strings"),
        pytest.param("(" * 60 + ")," * 60, id="brackets"),
        pytest.param("'#ffffff #ffffff" + " #ffffff" * 20 + "'", id="colours"),
        pytest.param("os.path.dirname(" * 4 + "__file__))))", id="nested calls"),
        pytest.param("here" + ".parent" * 8, id="parents of a path"),
        pytest.param("<tr>" + "<td></td>" * 8 + "</tr>", id="empty cells"),
        pytest.param(", ".join(f"value_{i}" for i in range(60)), id="names that differ in a number"),
        pytest.param("foo(x)\n" + "".join(f"    foo(x)[{i}]\n" for i in range(20)), id="lines that differ"),
    ],
)
def test_what_comes_often_stays(answer: str) -> None:
    """Numbers, constants, escapes and art come in any number, names in a small one."""
    check(LOOSE, answer, answer, None)


def test_the_document_has_such_a_row_already() -> None:
    """A row of names like the one above is meant."""
    row = "[" + "EMPTY, " * 40 + "]"

    check(place_of(f"a = {row}\nb = ‸\n", "python"), row, row, None)
    check(LOOSE, row, "[EMPTY, ", "repetition")


def test_the_model_is_stopped_while_its_line_is_still_arriving() -> None:
    """The line of a loop never ends, so nobody waits for it."""
    check(LOOSE, "foo(bar)" * 5000, "foo(bar)", "repetition")


@pytest.mark.parametrize("period", [5, 15, 16, 17, 26, 52])
def test_a_loop_is_seen_as_soon_as_it_is_long_enough(period: int) -> None:
    """Wherever in its line it begins."""
    for lead in range(EXTRA_CHARACTERS):
        pieces = RepeatedPieces(Surroundings.of(LOOSE))
        line = "".join(map(chr, range(0x100, 0x100 + lead))) + string.ascii_letters[:period] * 20

        n_fed = next(number for number, character in enumerate(line, 1) if pieces.feed(character))

        assert (n_fed, pieces.stopped) == (lead + LEAST_REPETITIONS * period + EXTRA_CHARACTERS, "repetition")
