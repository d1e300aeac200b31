"""Reasons not to offer a place, whoever found it, each with a sentence in ``settings/outcomes.py``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from infill_ls.records import Change, Outcome
from infill_ls.repeat.examples import Example
from infill_ls.repeat.near import near
from infill_ls.repeat.places import Place
from infill_ls.repeat.text import Lines
from infill_ls.repeat.tokens import tokenize
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.syntax.tree import sound

_IMPORTS: Final = frozenset({"import", "from", "use", "using", "require", "include", "package"})
_NAMES: Final = frozenset({"use", "using", "from", "package"})
"""Those of them that begin no import before a bracket: ``use(x)`` is a call, and ``using (var x = y)`` a statement."""
_NEAR: Final = 3
"""Lines above and below an insertion in which the same lines may stand already."""
_MANY_LINES, _MANY_CHARACTERS = 5, 300
"""Of what goes: so much without half as much in its place is hardly what anybody does next."""
_SHORTEST: Final = 3
"""Characters by which a piece of a line is known again."""


def held_back(
    place: Place, text: Lines, changes: Sequence[Change], examples: Sequence[Example], language: str
) -> Outcome | None:
    """The outcome of a place that is not offered; None for one that is."""
    if _is_white(place):
        return Outcome("gated", rule="whitespace")
    if _deletes_much(place):
        return Outcome("gated", rule="big_delete")
    if _reverts(place, changes):
        return Outcome("gated", rule="revert")
    if _is_only_imports(place, changes, examples, language):
        return Outcome("gated", rule="imports")
    if not examples and _doubles(place, text):
        return Outcome("gated", rule="duplicate")
    return Outcome("gated", rule="parse") if _breaks(place, text, language) else None


def _is_white(place: Place) -> bool:
    """Whether nothing but white space would change."""
    old, new = place.changed
    return "".join("".join(old).split()) == "".join("".join(new).split())


def _deletes_much(place: Place) -> bool:
    old, new = place.changed
    n_gone, n_put = (len("".join("".join(lines).split())) for lines in (old, new))
    is_long = len(old) >= _MANY_LINES and len(new) * 2 < len(old)
    return is_long or (n_gone > _MANY_CHARACTERS and n_put * 10 < n_gone * 7)


def _reverts(place: Place, changes: Iterable[Change]) -> bool:
    """Whether the user has just made what goes, or taken away what comes."""
    old, new = (tuple(line for line in lines if line.strip()) for lines in place.changed)
    for change in changes:
        if _all_in(old, change.new) and _all_in(new, change.old):
            return True
        if len(change.old) == len(change.new) and any(
            now == place.line and _takes_back(place, was, now)
            for was, now in zip(change.old, change.new, strict=True)
        ):
            return True
    return False


def _all_in(lines: Sequence[str], others: Sequence[str]) -> bool:
    return set(lines) <= set(others)


def _takes_back(place: Place, was: str, now: str) -> bool:
    """Whether a line loses a part that it has just got, or gets one back that it has just lost."""
    start = 0
    while start < min(len(was), len(now)) and was[start] == now[start]:
        start += 1
    end = 0
    while end < min(len(was), len(now)) - start and was[-1 - end] == now[-1 - end]:
        end += 1
    lost, got = was[start : len(was) - end], now[start : len(now) - end]
    goes, comes = place.line[place.start : place.end], place.text
    if goes and not comes:
        return place.start >= start and place.end <= len(now) - end and bool(got)
    return len(comes.strip()) >= _SHORTEST and comes in lost and (not goes or goes in got)


def _is_only_imports(
    place: Place, changes: Iterable[Change], examples: Sequence[Example], language: str
) -> bool:
    old, new = place.changed
    lines = [line for line in (*old, *new) if line.strip()]
    if not lines or not all(_is_import(line, language) for line in lines):
        return False
    done = (
        [each.old.line for each in examples]
        if examples
        else [line for change in changes for line in (*change.old, *change.new)]
    )
    return not any(_is_import(line, language) for line in done)


def _is_import(line: str, language: str) -> bool:
    first, *rest = tokenize(line.lstrip(" \t#"), language).texts or ("",)
    return first in _IMPORTS and not (first in _NAMES and rest[:1] == ["("])


def _doubles(place: Place, text: Lines) -> bool:
    """Whether lines would be put in that stand next to them already."""
    old, new = place.changed
    if len(new) <= len(old) or not any(line.strip() for line in new):
        return False
    last = place.row + place.line.count("\n")
    first, end = max(0, place.row - _NEAR), min(text.line_count, last + 1 + _NEAR)
    near_by = [text.line(row).strip() for row in range(first, end)]
    added = [line.strip() for line in new if line.strip() and line not in old]
    return any(near_by[at : at + len(added)] == added for at in range(len(near_by)))


def _breaks(place: Place, text: Lines, language: str) -> bool:
    """Whether the neighbourhood parses as it is, and would not with the place's new text."""
    if any("\ud800" <= character <= "\udfff" for character in place.text):
        return True  # half of a character, which cannot be sent
    row, index = place.at(place.start)
    n_replaced = place.end - place.start
    here = place.line[place.start :].partition("\n")[0]
    found = sound(Surroundings.of(near(text, row, index, language)))
    if found is None or not found.parses_with(here, len(here)):
        return False
    if "\n" not in place.line:
        return found.parses_with(place.text, n_replaced) is False
    then = sound(Surroundings.of(near(_Edited(text, place), row, index, language)))
    put = place.new_line[place.start :].partition("\n")[0]
    return then is None or then.parses_with(put, len(put)) is False


class _Edited:
    """A document as it would be with a place's new text."""

    def __init__(self, text: Lines, place: Place) -> None:
        self._text = text
        self._first = place.row
        self._lines = place.new_line.split("\n")
        self._more = len(self._lines) - 1 - place.line.count("\n")
        self.line_count = text.line_count + self._more

    def line(self, row: int) -> str:
        at = row - self._first
        if 0 <= at < len(self._lines):
            return self._lines[at]
        return self._text.line(row if at < 0 else row - self._more)
