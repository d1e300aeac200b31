"""Reasons not to offer a place that a pattern has: each is a rule with a name, and a sentence in ``settings/outcomes``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from infill_ls.records import Change
from infill_ls.repeat.examples import Example
from infill_ls.repeat.near import near
from infill_ls.repeat.places import Place
from infill_ls.repeat.text import Text
from infill_ls.repeat.tokens import tokenize
from infill_ls.syntax.tree import sound

_IMPORTS: Final = frozenset({"import", "from", "use", "using", "require", "include", "package"})


def held_back(
    place: Place, text: Text, changes: Iterable[Change], examples: Sequence[Example], language: str
) -> str | None:
    """The rule by which a place is not offered; None where there is none."""
    if _reverts(place, changes):
        return "revert"
    if _is_import(place.line, language) and not any(_is_import(each.old.line, language) for each in examples):
        return "imports"
    return "parse" if _breaks(place, text, language) else None


def _reverts(place: Place, changes: Iterable[Change]) -> bool:
    """Whether a line would become what the user has just changed into what it is."""
    return any(place.line in change.new and place.new_line in change.old for change in changes)


def _is_import(line: str, language: str) -> bool:
    first = next((token for token in tokenize(line, language).texts if token != "#"), "")
    return first in _IMPORTS


def _breaks(place: Place, text: Text, language: str) -> bool:
    """Whether the neighbourhood parses as it is, and would not with the place's new text."""
    found = sound(near(text, place.row, place.start, language))
    n_replaced = place.end - place.start
    if found is None or not found.parses_with(place.line[place.start : place.end], n_replaced):
        return False
    return found.parses_with(place.text, n_replaced) is False
