"""Answers spoiled as models spoil them are put right: holes in the library's own files, every kind of defect."""

from __future__ import annotations

from collections import Counter

import pytest

from support.ground.defects import DEFECTS, Result, results
from support.ground.holes import choose, installed

PER_KIND = 30
EXACT, WRONG = 0.97, 0.01
"""Shares that hold for every version of the library; ``tests/bench/defects.py`` prints what is really reached."""
LEAST = dict.fromkeys(DEFECTS, 0.96) | {"echo": 0.95, "leading_space": 0.95, "loop": 0.93, "lost_indent": 0.70, "other_unit": 0.90}  # fmt: skip
"""What each kind reaches at least. What has lost its indentation may often be meant as it is."""


@pytest.fixture(scope="module")
def rows() -> list[Result]:
    holes = choose(installed().library, per_kind=PER_KIND, seed=1, languages="python")
    return list(results(holes, list(DEFECTS)))


def told(rows: list[Result]) -> str:
    """What went wrong, for people."""
    return "\n".join(
        f"{row.outcome} {row.defect} {row.hole.path}: {row.answer!r} -> {row.shown!r}" for row in rows[:10]
    )


def test_perfect_text_goes_in_as_it_is(rows: list[Result]) -> None:
    """Not one hole is touched."""
    spoiled = [row for row in rows if row.defect == "perfect" and row.outcome != "exact"]

    assert spoiled == [], told(spoiled)


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_put_right(rows: list[Result], defect: str) -> None:
    """Most answers become the file as it was."""
    own = [row for row in rows if row.defect == defect]
    failed = [row for row in own if row.outcome != "exact"]

    assert len(own) >= PER_KIND // 2
    assert len(failed) <= (1 - LEAST[defect]) * len(own), told(failed)


def test_nearly_all_is_put_right_and_hardly_anything_wrong_is_shown(rows: list[Result]) -> None:
    """Over all kinds of defects and holes."""
    counts = Counter(row.outcome for row in rows)

    assert counts["exact"] >= EXACT * len(rows)
    assert counts["wrong"] <= WRONG * len(rows), told([row for row in rows if row.outcome == "wrong"])
