"""How fast a model reads and how long its tokens are: what is said of it, and that it moves by steps, and seldom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.provider.pace import LEVELS, READ_S, Pace
from infill_ls.records import Reading
from infill_ls.tokens import Usage


def after(*speeds, tokens=1000, is_exact=True):
    """What is known after readings at these tokens per second."""
    pace = Pace()
    for speed in speeds:
        pace.heard("python", 3000, Usage(prompt=1000), Reading(tokens, tokens / speed, is_exact))
    return pace


SPEEDS = {
    "a fast one": ([5000.0], None),
    "just fast enough": ([2048.0], None),
    "a slower one": ([2000.0], 2048),
    "a processor": ([300.0], 512),
    "a slow one": ([95.0], 128),
    "the slowest": ([1.0], 128),
    "one hitch among others": ([5000.0, 5000.0, 5000.0, 100.0, 5000.0], None),
    "somewhat faster than it was": ([500.0, 700.0, 700.0, 700.0, 700.0], 512),
    "much faster than it was": ([500.0, 4000.0, 4000.0, 4000.0, 4000.0, 4000.0], None),
}


@pytest.mark.parametrize(("speeds", "tokens"), SPEEDS.values(), ids=SPEEDS)
def test_a_prompt_is_kept_to_what_is_read_in_time(speeds, tokens):
    pace = after(*speeds)
    assert pace.tokens == tokens
    assert pace.room("python") == (None if tokens is None else tokens * 3)
    assert pace.room("go") == (None if tokens is None else tokens * 3), "of a language that was not counted"


def test_a_rough_figure_counts_by_the_slowest_and_only_where_much_was_read():
    """Ollama counts cached tokens among those that it has read."""
    assert after(300.0, 90_000.0, 90_000.0, is_exact=False).tokens == 512
    assert after(10.0, tokens=500, is_exact=False).tokens is None
    assert after(10.0, tokens=100).tokens is None


@given(st.lists(st.floats(1, 1e5), min_size=1, max_size=30))
def test_it_is_one_of_few_lengths_and_never_longer_than_the_last_readings_bear(speeds):
    pace = after(*speeds)
    assert pace.tokens in (None, *LEVELS)
    assert (pace.tokens or LEVELS[0]) <= max(pace.tokens_per_s * READ_S, LEVELS[-1])


def test_small_changes_move_nothing():
    """A prompt whose start moves is read anew."""
    pace, said = Pace(), []
    for number in range(200):
        wobble = 1 + 0.2 * (number % 5 - 2) / 2
        reading = Reading(1000, 1000 / (600 * wobble))
        pace.heard("python", 3000 + 60 * (number % 7), Usage(prompt=1000), reading)
        said.append((pace.tokens, pace.per_token("python")))
    assert len(set(said[20:])) == 1


def test_tokens_are_as_long_as_they_were_counted_language_by_language():
    pace = Pace()
    for _ in range(20):
        pace.heard("python", 3600, Usage(prompt=1000), None)
        pace.heard("markdown", 1200, Usage(prompt=1000), None)
    assert (pace.per_token("python"), pace.per_token("markdown"), pace.per_token("go")) == (3.5, 1.0, None)

    pace.correct("python", 2.1)
    assert pace.per_token("python") == 2.0
    pace.heard("python", 10, Usage(prompt=3), None)
    assert pace.per_token("python") == 2.0, "so short a prompt says nothing"
