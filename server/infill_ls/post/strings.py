"""Where an answer stands in a comment or a string, so that words and white space are text; changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from infill_ls.syntax.brackets import STRINGS, scan
from infill_ls.syntax.scope import near_before, read_before
from infill_ls.syntax.surroundings import Surroundings


def is_among_words(here: Surroundings, text: str = "") -> bool:
    """Whether what follows the cursor, and ``text`` put in there, is in a comment or a string."""
    before = scan(near_before(here)[0] + text, here.language)
    return before.in_comment or not STRINGS.isdisjoint(before.stack[-1:])


def lines_in_strings(text: str, here: Surroundings) -> frozenset[int]:
    """Numbers of the lines, counted from 0, whose line end before them is part of a string."""
    return frozenset(number for number, _ in _within_strings(text, here))


def lines_in_values(text: str, here: Surroundings) -> frozenset[int]:
    """The same without strings that are statements of their own, which are indented like code."""
    return frozenset(
        number
        for number, begun in _within_strings(text, here)
        if not here.language.offside or begun.lstrip()[:1] not in STRINGS
    )


def _within_strings(text: str, here: Surroundings) -> Iterator[tuple[int, str]]:
    """The number of each line that begins in a string, and the line of the answer that begins the string."""
    first, *later = text.split("\n")
    stack = read_before(here).stack
    begun = "" if STRINGS.isdisjoint(stack[-1:]) else here.line_before
    for number, line in enumerate([first, *later[:-1]] if later else []):
        before, stack = stack, scan(line + "\n", here.language, stack).stack
        if stack and stack[-1] in STRINGS:
            if before != stack:
                begun = line if number else here.line_before + line
            yield number + 1, begun
