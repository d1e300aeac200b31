"""Reasons not to offer a place that a pattern has, each with a sentence in ``settings/outcomes.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from infill_ls.records import Change, Outcome
from infill_ls.repeat.examples import Example
from infill_ls.repeat.near import near
from infill_ls.repeat.places import Place
from infill_ls.repeat.text import Text
from infill_ls.repeat.tokens import tokenize
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.syntax.tree import sound

_IMPORTS: Final = frozenset({"import", "from", "use", "using", "require", "include", "package"})


def held_back(
    place: Place, text: Text, changes: Iterable[Change], examples: Sequence[Example], language: str
) -> Outcome | None:
    """The outcome of a place that is not offered; None for one that is."""
    if _reverts(place, changes):
        return Outcome("gated", rule="revert")
    if _is_import(place.line, language) and not any(
        _is_import(each.old.line, language) for each in examples
    ):
        return Outcome("gated", rule="imports")
    return Outcome("gated", rule="parse") if _breaks(place, text, language) else None


def _reverts(place: Place, changes: Iterable[Change]) -> bool:
    """Whether a line would become what the user has just changed into what it is."""
    return any(place.line in change.new and place.new_line in change.old for change in changes)


def _is_import(line: str, language: str) -> bool:
    texts = tokenize(line.lstrip(" \t#"), language).texts
    return bool(texts) and texts[0] in _IMPORTS


def _breaks(place: Place, text: Text, language: str) -> bool:
    """Whether the neighbourhood parses as it is, and would not with the place's new text."""
    found = sound(Surroundings.of(near(text, place.row, place.start, language)))
    n_replaced = place.end - place.start
    if found is None or not found.parses_with(place.line[place.start : place.end], n_replaced):
        return False
    return found.parses_with(place.text, n_replaced) is False
