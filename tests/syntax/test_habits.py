"""A language that no row knows is read by the comments and quotes that its own text has."""

from __future__ import annotations

import pytest

from infill_ls.syntax.habits import by_habits
from infill_ls.syntax.language_rows import DEFAULT
from support.ground.final_buffer import Case, check

MARKS = ("#", "//", "--", ";", "%")


@pytest.mark.parametrize("mark", [*MARKS, ";;", "%%", "##"])
@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("{} see (the docs\n", "y = foo(‸)"),
        ("y = 1\n  {} don't (do [this\nz = 2\n", "y = foo(‸)"),
        ("{} what is counted\nx = 1  {} (or was\n", "y = foo(‸)"),
    ],
)
def test_a_bracket_in_a_comment_is_none(mark, above, line):
    """So the editor's own closer stays the only one."""
    document = f"{above.format(mark, mark)}{line}\n"

    check(Case(mark, "frobnicate", document, "x)", document.replace("‸", "x")))


@pytest.mark.parametrize("mark", MARKS)
def test_a_closer_in_a_comment_ends_no_answer(mark):
    """It is a word like others, as long as the file has such comments."""
    answer = f"x = 1\n  {mark} closes }} here\n  y = 2"

    check(
        Case(
            mark,
            "frobnicate",
            f"{mark} one of many\nf {{\n  ‸\n}}\n",
            answer + "\n}\n",
            f"{mark} one of many\nf {{\n  {answer}\n}}\n",
        )
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1\ny = f(x)\n",
        "#include <a.h>\n#define A 1\n#if A\n",
        "rate %\n; x\n--i\n%s %d\n",
        "- one\n-- two\n* three\n",
        "# Title\n",
    ],
)
def test_what_says_nothing_has_the_defaults(text):
    """A mark before one word may be anything."""
    assert by_habits(text) is DEFAULT


@pytest.mark.parametrize(
    ("text", "line", "block", "quotes"),
    [
        ("# the first one\nx = a // b\nrm dir/*\n", ("#",), False, "\"'`"),
        ("// the first one\n/* and */\n", ("//",), True, "\"'`"),
        ("-- the first one\n/* and */\n", ("--",), True, "\"'`"),
        ("# one and two\n// three and four\n", ("#", "//"), True, "\"'`"),
        ("; the first one\n(quote 'a)\n(list 'b)\n", (";",), False, '"`'),
        ("// the first one\n`define A 1\n`timescale 1ns\nx = 4'b0;\ny = 2'b1;\n", ("//",), True, '"'),
        ("# it's one\n# that's two\nx = 'a'\n", ("#",), False, "\"'`"),
    ],
)
def test_marks_are_those_of_the_text(text, line, block, quotes):
    found = by_habits(text)

    assert (found.line, bool(found.block), "".join(found.quotes)) == (line, block, quotes)
    assert by_habits(text) is found
