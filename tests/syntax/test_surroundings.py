"""What surrounds a cursor: lines above and below as any reader of the text would cut them, and readings made once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.syntax.surroundings import CLOSE, NEAR, Surroundings, reading
from support.ground.final_buffer import place_of

TEXT = st.text(alphabet="ab \t\n", max_size=60)


@given(before=TEXT, after=TEXT, n_lines=st.integers(1, 5))
def test_lines_are_those_of_the_text(before, after, n_lines):
    here = Surroundings.of(place_of(f"{before}‸{after}", "python"))
    above, below = before.split("\n")[:-1], after.split("\n")[1:]

    assert here.above(n_lines) == above[-n_lines:]
    assert here.below(n_lines) == below[:n_lines]
    assert here.text_above + here.line_before == here.near_above + here.line_before == before
    assert here.line_after + here.text_below == here.line_after + here.near_below == here.close_after == after
    assert here.previous_line == next((line for line in reversed(above) if line.strip()), "")
    assert here.next_line == next((line for line in below if line.strip()), "")


@pytest.mark.parametrize("line", ["x = 1", "x" * (NEAR - 1), "y" * (NEAR + 7), ""])
def test_what_is_near_has_whole_lines_alone(line):
    lines = [line] * NEAR if len(line) < NEAR - 1 else [line] * 3
    here = Surroundings.of(place_of("\n".join([*lines, "  ‸ )", *lines]), "python"))

    for near, limit in ((here.near_above, NEAR), (here.near_below, NEAR), (here.close_after[len(" )") :], CLOSE)):
        assert len(near) <= limit
        assert set(near.split("\n")) <= {line, ""}
        assert len(near) > limit - len(line) - 2 - len(" )") or len(line) >= limit - 1


def test_a_place_is_read_once_and_another_place_anew():
    read = []

    @reading
    def first_word(here):
        read.append(here)
        return here.prefix.split()[0]

    one, other = (Surroundings.of(place_of(f"{word} x‸", "python")) for word in ("one", "other"))

    assert [first_word(each) for each in (one, other, one, other)] == ["one", "other", "one", "other"]
    assert read == [one, other]
