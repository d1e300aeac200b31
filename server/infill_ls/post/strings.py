"""Where an answer stands in a comment or a string, so that words and white space are text; changes nothing."""

from __future__ import annotations

from infill_ls.syntax.brackets import STRINGS, scan
from infill_ls.syntax.scope import near_before, read_before
from infill_ls.syntax.surroundings import Surroundings


def is_among_words(here: Surroundings, text: str = "") -> bool:
    """Whether what follows the cursor, and ``text`` put in there, is in a comment or a string."""
    before = scan(near_before(here)[0] + text, here.language)
    return before.in_comment or not STRINGS.isdisjoint(before.stack[-1:])


def lines_in_strings(text: str, here: Surroundings) -> frozenset[int]:
    """Numbers of the lines, counted from 0, whose line end before them is part of a string."""
    lines = text.split("\n")
    stack = read_before(here).stack
    found = set()
    for number, line in enumerate(lines[:-1]):
        stack = scan(line + "\n", here.language, stack).stack
        if stack and stack[-1] in STRINGS:
            found.add(number + 1)
    return frozenset(found)
