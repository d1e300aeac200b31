"""Several lines that come again and again end the answer; a block that comes twice does not."""

from __future__ import annotations

import pytest

from support.ground.final_buffer import place_of, stream

LOOSE = place_of("‸\n", "javascript")


def check(answer: str, shown: str, stopped: str | None) -> None:
    """Whole, in pieces and by the character: one result."""
    for size in (len(answer), 7, 1):
        assert stream(LOOSE, [answer[i : i + size] for i in range(0, len(answer), size)]) == (shown, stopped)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        pytest.param("a();\nb();\n" * 9, "a();\nb();\n", id="two lines"),
        pytest.param("x();\n" + "a();\n\nb();\n\n" * 9, "x();\na();\n\nb();\n\n", id="two lines with blank ones"),
        pytest.param("if (a) {\n  b();\n}\n" * 9, "if (a) {\n  b();\n}\n", id="a block"),
        pytest.param("b();\n" + "a();\nb();\n" * 9, "b();\na();\n", id="the loop begins a line earlier"),
        pytest.param("a();\nb();\n" * 3, "a();\nb();\n", id="three times"),
        pytest.param(
            "".join(f"step{i}();\n" for i in range(12)) * 3,
            "".join(f"step{i}();\n" for i in range(12)),
            id="a long round",
        ),
    ],
)
def test_a_round_comes_once(answer: str, shown: str) -> None:
    """The model is stopped when the third is whole, and the first is shown."""
    check(answer, shown, "repetition")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("a();\nb();\n" * 2, id="twice"),
        pytest.param("a();\nb();\n" * 2 + "a();\nc();\n", id="the third time another way"),
        pytest.param("0,\n1,\n" * 9, id="data"),
        pytest.param("a();\n\nb();\n\nc();\n\nd();\n", id="blank lines in between"),
        pytest.param("".join(f"if (a{i}) {{\n  return;\n}}\n" for i in range(9)), id="blocks that differ in a word"),
    ],
)
def test_what_may_come_again_stays(answer: str) -> None:
    """All of it is shown."""
    check(answer, answer, None)
