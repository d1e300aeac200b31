"""Turns places into votes on the rest of the line, and their agreement into a confidence; offers nothing itself."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from infill_ls.provider.local.places import THIS_FILE, Place, Query
from infill_ls.provider.local.tokens import LINE_BREAK, is_word
from infill_ls.syntax.brackets import CLOSING_CHARACTERS

_NEARNESS = (0.3, 1.0, 2.0, 6.0)
"""Weight of a place in what is installed, in the project, in the same directory, in this file."""
_GROWTH = 4.0
"""How many times more a place weighs for each further token that matches."""
_GROWS_UNTIL = 16
_SPLIT_WORD = 0.3
"""Most words are whole when asked about; tuned together with the two above on the standard library."""

_BIAS = -7.37
_PER_MATCH = 0.58
_PER_SHARE = 3.54
_PER_PLACE = 1.25
_IN_THIS_FILE = 0.49
"""A logistic fit of "the rest of the line was exactly that", on the standard library."""
_COEFFICIENTS = (_BIAS, _PER_MATCH, _PER_SHARE, _PER_PLACE, _IN_THIS_FILE)

_COUNTED = 8
"""Places beyond these add no confidence: where there are many, most are copies of each other."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What stands at one place where the cursor would be, as far as it fits before what follows the cursor."""

    place: Place
    text: str
    """Up to the end of the line, or up to what already follows the cursor."""
    weight: float


def cast(places: Sequence[Place], asked: Query, after: str) -> list[Vote]:
    """One vote for each place whose line could stand before ``after``, the rest of the cursor's line."""
    next_line = first_line(asked.below.text)
    votes: list[Vote] = []
    for place in places:
        found = LINE_BREAK.search(place.folded.text, place.at)
        rest = place.folded.text[place.at : found.start() if found else None]
        if next_line and asked.typed + rest == next_line:
            continue
        text = fit(rest, after)
        if text is None:
            continue
        weight = _NEARNESS[place.near] * _GROWTH ** min(place.matched, _GROWS_UNTIL)
        votes.append(Vote(place, text, weight * _SPLIT_WORD if place.splits_word else weight))
    return votes


def first_line(folded: str) -> str:
    """The first line of folded text, without its break."""
    found = LINE_BREAK.search(folded, 1)
    return folded[1 : found.start() if found else None]


def winner(votes: Sequence[Vote]) -> str:
    """The text that most weight is on; the earlier one of equals."""
    weights: defaultdict[str, float] = defaultdict(float)
    for vote in votes:
        weights[vote.text] += vote.weight
    return max(weights, key=lambda text: weights[text])


def confidence(agreeing: Sequence[Vote], votes: Sequence[Vote], more_matched: int = 0) -> float:
    """How likely it is, from 0 to 1, that what some votes agree on is what the writer wants."""
    if not agreeing:
        return 0.0
    values = features(agreeing, votes, more_matched)
    return logistic(sum(a * b for a, b in zip(_COEFFICIENTS, values, strict=True)))


def logistic(odds: float) -> float:
    """The probability that stands for logarithmic odds."""
    return 1 / (1 + math.exp(-odds))


def features(
    agreeing: Sequence[Vote], votes: Sequence[Vote], more_matched: int = 0
) -> tuple[float, ...]:
    """What confidence is reckoned from, in the order of the coefficients."""
    matched = max(vote.place.matched for vote in agreeing) + more_matched
    share = sum(vote.weight for vote in agreeing) / sum(vote.weight for vote in votes)
    in_this_file = any(vote.place.near == THIS_FILE for vote in agreeing)
    return (
        1.0,
        math.log2(1 + matched),
        share,
        math.log2(1 + min(len(agreeing), _COUNTED)),
        float(in_this_file),
    )


def agrees(text: str, part: str) -> bool:
    """Whether ``text`` begins with ``part`` and does not go on inside its last word."""
    return text.startswith(part) and not (
        is_word(part[-1:]) and is_word(text[len(part) : len(part) + 1])
    )


def only_closers(after: str) -> bool:
    """Whether nothing follows the cursor on its line but brackets and quotes that an editor may have closed."""
    return CLOSING_CHARACTERS.issuperset(after)


def fit(rest: str, after: str) -> str | None:
    """The part of a line's ``rest`` to insert before ``after``; None where it cannot stand there."""
    if not after.strip():
        return rest
    if only_closers(after):
        return _until_closed(rest, after.strip()[0])
    after = after.rstrip()
    return rest[: -len(after)] if rest.endswith(after) else None


def _until_closed(rest: str, closer: str) -> str | None:
    depth = 0
    for offset, char in enumerate(rest):
        if not depth and char == closer:
            return rest[:offset]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if depth < 0:
            return None
    return None
