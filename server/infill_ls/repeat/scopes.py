"""Whether places stand in code, in comments or in strings, read once from the first place to the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infill_ls.repeat.near import near
from infill_ls.repeat.text import Text
from infill_ls.syntax.brackets import STRINGS, scan
from infill_ls.syntax.languages import row as row_of
from infill_ls.syntax.scope import read_before
from infill_ls.syntax.surroundings import Surroundings

_LINES_BEFORE = 150
"""Lines above a place that are read for a string or a comment still open."""
_CHARACTERS = 16_384
"""Of the lines between two places that are read; where there are more, the second is read like the first."""


def scopes(
    text: Text, places: Iterable[tuple[int, int]], language: str
) -> Iterator[tuple[tuple[int, int], str]]:
    """Each place, row and index, from the document's start on, and what it stands in."""
    known_language = row_of(language)
    if known_language.prose:
        yield from ((place, "code") for place in places)
        return
    known = -1
    stack: tuple[str, ...] = ()
    for row, index in sorted(places):
        if known < 0 or row - known > _LINES_BEFORE:
            stack = _open_above(text, row, language)
        elif row > known:
            between = [text.line(each) for each in range(known, row)]
            stack = (
                scan("".join(line + "\n" for line in between), known_language, stack).stack
                if sum(map(len, between)) <= _CHARACTERS
                else _open_above(text, row, language)
            )
        known = row
        found = scan(text.line(row)[:index], known_language, stack)
        if found.in_comment:
            yield (row, index), "comment"
        else:
            yield (row, index), "string" if found.stack and found.stack[-1] in STRINGS else "code"


def _open_above(text: Text, row: int, language: str) -> tuple[str, ...]:
    return read_before(Surroundings.of(near(text, row, 0, language))).stack
