"""The golden tables: every case holds, and there are enough of them in enough languages."""

from __future__ import annotations

from collections import Counter

import pytest

from golden import (
    blocks,
    closers,
    following,
    indentation,
    lengths,
    literals,
    midline,
    nesting,
    pairs,
    preceding,
    repetition,
    wrapping,
)
from post import test_final_buffer, test_final_buffer_same, test_lost_in_python
from support.ground.final_buffer import Case, check

TOPICS = (
    blocks,
    closers,
    following,
    indentation,
    lengths,
    literals,
    midline,
    nesting,
    pairs,
    preceding,
    repetition,
    wrapping,
)
CHANGED = [(topic.__name__.rpartition(".")[2], case) for topic in TOPICS for case in topic.CHANGED]
SAME = [(topic.__name__.rpartition(".")[2], case) for topic in TOPICS for case in topic.SAME]
OLDER_CHANGED = test_final_buffer.CASES + test_lost_in_python.LOST
OLDER_SAME = test_final_buffer_same.CASES + test_lost_in_python.MEANT


def table(cases: list[tuple[str, Case]]) -> pytest.MarkDecorator:
    """A parametrisation whose ids tell topic, language and sentence."""
    return pytest.mark.parametrize(
        "case", [case for _, case in cases], ids=[f"{topic}: {case.language}: {case.sentence}" for topic, case in cases]
    )


@table(CHANGED)
def test_what_a_model_gets_wrong_is_put_right(case: Case) -> None:
    """The document afterwards is the one that whoever types wants, or the answer is not shown."""
    assert case.expected or case.rule
    check(case)


@table(SAME)
def test_what_a_model_gets_right_stays_as_it_is(case: Case) -> None:
    """The answer goes in character by character."""
    assert not case.expected
    assert case.rule is None
    check(case)


def test_there_are_enough_cases() -> None:
    """No case is lost, and none comes twice."""
    changed = OLDER_CHANGED + [case for _, case in CHANGED]
    same = OLDER_SAME + [case for _, case in SAME]
    questions = [case._replace(sentence="", expected="", rule=None) for case in changed + same]
    languages = Counter(case.language for case in changed + same)

    assert len(changed) >= 420
    assert len(same) >= 400
    assert [question for question, n in Counter(questions).items() if n > 1] == []
    assert sum(n >= 5 for n in languages.values()) >= 20
    assert len(languages) >= 35
