"""What speaks against a place that a pattern fits: one of which too much can be said is not offered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from infill_ls.repeat.examples import Example
from infill_ls.repeat.pattern import Pattern
from infill_ls.repeat.places import Place, place_in
from infill_ls.repeat.text import Text
from infill_ls.repeat.tokens import CLOSERS, OPENERS, is_name, share_in_common, tokenize

_TOO_MANY: Final = 2
"""Doubts with which a place is not offered."""
_ALIKE, _HARDLY_ALIKE = 0.9, 0.7
"""Shares of tokens that a place's line has in common with the most similar example's."""
_NEAR, _FAR = 10, 2
"""Lines that are never far; and how many times as far off as the last examples are apart is."""
_OFTEN: Final = 6
"""Lines in which it was done, from which on one doubt is overlooked."""
_LOOKED_AT: Final = 100
"""Lines behind the examples in which the same may have been left alone."""


def believed(
    places: Sequence[Place],
    pattern: Pattern,
    cases: Sequence[Example],
    text: Text,
    touched: set[int],
    language: str,
) -> Iterator[Place]:
    """The places against which little speaks."""
    if not places:
        return
    rows = _rows(cases)
    doubts = _about_pattern(pattern, cases, len(rows))
    doubts += _left_alone(pattern, rows, text, touched, language)
    examples = list({each.row: each.old.texts for each in cases}.values())
    among = _alike(examples[-1], examples[:-1])
    outlines = [_outline(each) for each in examples]
    near = near_by(cases)
    for place in places:
        line = tokenize(_statement(place), language).texts
        is_far = abs(place.row - rows[-1]) > near
        is_alike = pattern.kind == "name" or _outline(line) in outlines
        unlike = 0 if is_alike else _unlike(_alike(line, examples), among)
        if doubts + is_far + unlike < _TOO_MANY:
            yield place


def undoubted(
    places: Sequence[Place],
    pattern: Pattern,
    cases: Sequence[Example],
    text: Text,
    touched: set[int],
    language: str,
) -> Iterator[Place]:
    """The places that are like the examples, none of which was left alone: enough for a pattern that says little."""
    if not places or _left_alone(pattern, _rows(cases), text, touched, language):
        return
    examples = [each.old.texts for each in cases]
    for place in places:
        if _alike(tokenize(_statement(place), language).texts, examples) >= _HARDLY_ALIKE:
            yield place


def near_by(cases: Sequence[Example]) -> int:
    """How many lines a place may be off and still be near."""
    rows = _rows(cases)
    return max(_NEAR, _FAR * abs(rows[-1] - rows[-2])) if len(rows) > 1 else _NEAR


def _rows(cases: Sequence[Example]) -> list[int]:
    return list(dict.fromkeys(each.row for each in cases))


def _about_pattern(pattern: Pattern, cases: Sequence[Example], n_lines: int) -> int:
    is_weak = not pattern.removed, pattern.kind == "name", cases[-1].is_part
    return sum(is_weak) - (n_lines >= _OFTEN)


def _unlike(alike: float, among: float) -> int:
    """Doubts about a line that is less like the examples than the last of them is like the others."""
    return 0 if alike >= among else (alike < _ALIKE) + (alike < _HARDLY_ALIKE)


def _alike(line: Sequence[str], others: Iterable[Sequence[str]]) -> float:
    """The share of tokens that a line has in common with the most similar other one."""
    return max(share_in_common(line, each) for each in others)


def _statement(place: Place) -> str:
    """The line from the last statement on that ends before the place."""
    return place.line[place.line.rfind(";", 0, place.start) + 1 :]


def _outline(tokens: Sequence[str]) -> list[str]:
    """The tokens outside brackets, names as blanks: where all else differs, a line is like another."""
    depth, found = 0, []
    for token in tokens:
        depth -= token in CLOSERS
        if depth <= 0:
            found.append("" if is_name(token) else token)
        depth += token in OPENERS
    return found


def _left_alone(
    pattern: Pattern, rows: Sequence[int], text: Text, touched: set[int], language: str
) -> bool:
    """Whether the user passed by where the pattern fits, too, or what it takes away."""
    first, last = min(rows), max(rows)
    behind = (
        range(max(0, first - _LOOKED_AT), first)
        if rows[-1] == last
        else range(last + 1, min(text.line_count, last + 1 + _LOOKED_AT))
    )
    if any(_fits(pattern, behind, text, touched, language)):
        return True
    if not pattern.replaces:
        return False
    bare = replace(pattern, left=(), right=(), is_anchored=False)
    both = range(min(first, behind.start), max(last, behind.stop))
    return any(_fits(bare, both, text, touched, language))


def _fits(
    pattern: Pattern, rows: range, text: Text, touched: set[int], language: str
) -> Iterator[bool]:
    for row in text.rows_with(pattern.rarest, rows.start, rows.stop):
        if row not in touched and place_in(pattern, row, text.line(row), language) is not None:
            yield True
