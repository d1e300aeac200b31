"""Whether a line comes again and again, one below the other; blank lines between them do not matter."""

from __future__ import annotations

import re
from itertools import groupby, islice
from operator import eq

from infill_ls.syntax.surroundings import Surroundings, reading

EQUAL_LINES = 3
EQUAL_BRACKETS = 10
"""Closing brackets of nested blocks may well be equal where nothing is indented."""
_CALL = re.compile(r"[\w.]+\([^()]*\);?")
_KEY = re.compile(r"\s*[\w.-]+: *[^\s\[{#|>]")
"""A key with its value, which a mapping has once."""


class RepeatedLines:
    """The last line that was new, and how often it has come again."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._is_mapping = here.language.unquoted
        self._forms: tuple[str, ...] = ()
        """Of the line, as it may come again."""
        self.n_again = 0

    def is_loop(self, line: str, line_before: str) -> bool:
        """Take note of a line behind ``line_before``; whether it has come too often."""
        if line.rstrip() in self._forms or line.strip() in self._forms[1:]:
            self.n_again += 1
            return self.n_again + 1 >= self._limit()
        self.n_again = 0
        # What comes first has no indentation of its own, so it is known again without.
        self._forms = (
            ((line_before + line).rstrip(), line.strip()) if line_before else (line.rstrip(),)
        )
        return False

    def is_loop_cut_short(self, line: str) -> bool:
        """Whether the answer's last line, perhaps cut short, would have come too often."""
        begins_again = any(form.startswith(line.rstrip()) for form in self._forms) or any(
            form.startswith(line.strip()) for form in self._forms[1:]
        )
        return begins_again and self.n_again + 2 >= self._limit()

    def _limit(self) -> int:
        """How many equal lines are a loop; a row that the document has twice already may come any number of times."""
        line = self._forms[0]
        rows = _rows(self._here)
        n_there = max((rows.get(form, 0) for form in self._forms), default=0)
        is_call = _CALL.fullmatch(line.strip()) is not None
        if n_there and not is_call:
            return 1_000_000
        if n_there:
            return max(EQUAL_LINES, 2 * n_there)
        if self._is_mapping and _KEY.match(line):
            return 2
        return EQUAL_LINES if line[0].isspace() or any(map(str.isalnum, line)) else EQUAL_BRACKETS


@reading
def _rows(here: Surroundings) -> dict[str, int]:
    """Lines that stand twice or more in a row near the cursor's line, as in a table of data, and how often they do."""
    rows: dict[str, int] = {}
    for text in (here.near_above, here.near_below):
        lines = [line for line in map(str.rstrip, text.split("\n")) if line]
        if not any(map(eq, lines, islice(lines, 1, None))):
            continue
        for line, equal in groupby(lines):
            n_equal = len(list(equal))
            if n_equal > 1:
                rows[line] = max(rows.get(line, 0), n_equal)
    return rows
