"""What the embedded engine saves, and whether its probability is one, on projects that its weights were not fitted on.

They are packages that the tests need anyway, in whatever version there is: so the bounds leave room. ``tests/bench/local.py``
takes the real figures, on projects in six languages.
"""

from __future__ import annotations

import random
from pathlib import Path

import dulwich
import pytest
import starlette

from infill_ls.provider.local.evidence import Evidence
from infill_ls.provider.local.live import cursor_at
from infill_ls.provider.local.plausible import Surroundings
from infill_ls.provider.local.predict import predict
from support.ground.local_ground import above, below, holes, indexed, questions, sources, without_itself
from support.typing.local_person import Person, Tally


@pytest.fixture(scope="module")
def projects():
    """Files, and the index of them."""
    found = [sources(Path(package.__file__).parent) for package in (starlette, dulwich)]
    return [(files, indexed(files)) for files in found]


def test_a_person_is_saved_keys(projects):
    """And sees few suggestions that are wrong: 30 and 0.9 of 100 characters when this was written."""
    total = Tally()
    for files, index in projects:
        for hole in without_itself(index, files, holes(files, "span", 5, 1)):

            def ask(text: str, hole=hole, index=index) -> str:
                found = predict(
                    index, path=hole.path, prefix=text, suffix=below(hole), multiline=True, language="python"
                )
                return found.text if found else ""

            total.add(Person(ask, above(hole), hole.truth, below(hole)).type())
    assert total.saved() > 24
    assert total.saved(1.0) > 19
    assert 100 * total.wrong / total.alone < 1.5
    assert total.right_chars / total.shown_chars > 0.65


def test_what_is_said_to_be_likely_is_right_as_often(projects):
    """Of tokens that are said to be 80 % likely and more, nine in ten and more are right; of the rest, fewer."""
    said: list[tuple[float, bool]] = []
    rng = random.Random(1)
    for files, index in projects:
        for hole in without_itself(index, files, holes(files, "span", 5, 2)):
            for question in questions(hole, rng):
                cursor = cursor_at(hole.path, question.prefix, below(hole))
                around = Surroundings(cursor, question.prefix, "python", hole.path)
                evidence = Evidence(index, around, None)
                likely = evidence.likely(evidence.start())
                best = max(likely.weights, key=likely.weights.__getitem__, default="")
                if best:
                    said.append((likely.weights[best] / likely.total, best == question.truth))
    sure = [right for share, right in said if share >= 0.8]
    unsure = [right for share, right in said if share < 0.5]
    assert len(sure) > 100
    assert sum(sure) / len(sure) > 0.9
    assert sum(unsure) / len(unsure) < 0.5
