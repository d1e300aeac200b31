"""What is on the screen while a slow model is still writing, behind brackets and quotes that the editor has closed.

``bench/ground.py --answers "first draft"`` looks at as many places of as many languages as one likes.
"""

from __future__ import annotations

from support.ground.answers import UNTOUCHED, WAITING, judged
from support.ground.holes import installed
from support.ground.places import choose

PER_KIND, SEED = 10, 7
LANGUAGES = "c,javascript,python,typescript"


def test_the_first_draft_is_right_at_closed_brackets():
    """The line as it was: nothing of the closing marks is left over, and nothing of the next line is shown too soon."""
    found = installed()
    places, _ = choose(
        (*found.others, *found.library),
        per_kind=PER_KIND,
        seed=SEED,
        kinds=("header", "paren", "quote"),
        languages=LANGUAGES,
    )
    results = [judged(place, "first draft", [], SEED) for place in places]
    drafts = [each for each in results if each.verdict != WAITING]
    wrong = [(each.place.name, each.place.kind, each.document) for each in drafts if each.verdict != UNTOUCHED]

    assert len(drafts) >= 60
    # Which files there are depends on the packages.
    assert len(wrong) <= 0.01 * len(drafts), wrong
