"""Natural places in the real files that the test dependencies bring: the true text goes in as it is, with more behind it too."""

from __future__ import annotations

from functools import cache

import pytest

from support.ground.answers import DAMAGED, HIDDEN, judged
from support.ground.holes import installed
from support.ground.places import KINDS, Place, choose

PER_KIND, SEED = 6, 5
LANGUAGES = "c,cpp,css,html,javascript,json,latex,markdown,python,restructuredtext,scheme,shellscript,toml,typescript"
"""Those of which the packages have files."""


@cache
def places() -> list[Place]:
    found = installed()
    return choose((*found.others, *found.library), per_kind=PER_KIND, seed=SEED, languages=LANGUAGES)[0]


def test_there_are_places_of_each_kind_and_language():
    """Else nothing would be tested."""
    assert {place.kind for place in places()} == set(KINDS)
    assert {place.language for place in places()} >= {"python", "javascript", "c", "css", "html", "markdown"}
    assert len(places()) >= 500


@pytest.mark.parametrize(("answer", "least"), [("perfect", 0.99), ("runs on", 0.985)])
def test_the_true_text_goes_in_as_it_is(answer, least):
    """All of it, or its first lines. Which files there are depends on the packages, and some are odd."""
    results = [judged(place, answer, [], SEED) for place in places()]
    damaged = [(each.place.name, each.place.kind, each.rule) for each in results if each.verdict in {DAMAGED, HIDDEN}]

    assert 1 - len(damaged) / len(results) >= least, damaged
