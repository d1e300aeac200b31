"""Ends the answer after one line or many, and where the model has begun to loop; never judges what a line says."""

from __future__ import annotations

import re
from itertools import groupby

from infill_ls.records import Lines
from infill_ls.stream.linefilter import LineFilter
from infill_ls.syntax.brackets import CLOSING_CHARACTERS, scan
from infill_ls.syntax.surroundings import Surroundings

EQUAL_LINES = 3
EQUAL_BRACKETS = 10
"""Closing brackets of nested blocks may well be equal where nothing is indented."""
BLANK_LINES = 4
_CALL = re.compile(r"[\w.]+\([^()]*\);?")
_KEY = re.compile(r"\s*[\w.-]+: *[^\s\[{#|>]")
"""A key with its value, which a mapping has once."""
INDENT_LIMIT = 200
"""Characters of white space at the start of a line that no code has."""


class LineLimits(LineFilter):
    """Counts lines and watches for repetition: equal lines, blank lines, endless white space."""

    def __init__(self, here: Surroundings, *, lines: Lines, max_lines: int, off: frozenset[str] = frozenset()) -> None:
        super().__init__()
        rest = here.line_after.strip()
        self._is_mid_line = lines == "auto" and not CLOSING_CHARACTERS.issuperset(rest)
        # Between code and a comment only the rest of the code is wanted.
        is_before_comment = bool(here.line_before.strip()) and scan(rest[:2], here.language).in_comment
        self._single = lines == "single" or (self._is_mid_line and is_before_comment)
        self._here = here
        self._left = max_lines
        self._off = off
        """Rules that the user has switched off."""
        self._rows = _rows(here)
        self._is_mapping = here.language.unquoted
        self._lead = here.line_before
        self._is_first = True
        self._indent: int | None = 0
        """White space at the start of the line that is arriving; None once something else has come."""
        self._last: tuple[str, ...] = ()
        """The last line given out, in the forms in which it may come again."""
        self._n_equal = 0
        self._n_blank = 0

    def _line(self, line: str) -> str:
        text = line.strip()
        first, self._is_first = self._is_first, False
        lead, self._lead = self._lead, ""
        if first and not text and lead.strip():
            # Only the end of the cursor's own line, no line of the answer.
            return line
        if len(line) - len(line.lstrip(" \t")) > INDENT_LIMIT and "whitespace" not in self._off:
            self.stopped = "whitespace"
            return ""
        self._left -= 1
        return self._blank_line(line) if not text else self._text_line(line, lead, first=first)

    def _end(self, line: str) -> str:
        is_loop = line.strip() and self._begins_again(line) and self._n_equal + 2 >= self._limit()
        return "" if is_loop else self._release() + line

    def _blank_line(self, line: str) -> str:
        self._held.append(line)
        self._n_blank += 1
        if self._n_blank >= BLANK_LINES and "whitespace" not in self._off:
            self.stopped = "whitespace"
        elif self._left <= 0:
            self.stopped = "max_lines"
        return ""

    def _text_line(self, line: str, lead: str, *, first: bool) -> str:
        self._n_blank = 0
        self._held.append(line)
        if self._single or (self._is_mid_line and first and _breaks_off(line.rstrip(), self._here)):
            self.stopped = "line"
            return self._release().removesuffix("\n")
        if line.rstrip() in self._last or line.strip() in self._last[1:]:
            self._n_equal += 1
            if self._n_equal + 1 >= self._limit():
                self.stopped = "repetition"
                return ""
        else:
            self._n_equal = 0
            # What comes first has no indentation of its own, so it is known again without.
            self._last = ((lead + line).rstrip(), line.strip()) if lead else (line.rstrip(),)
        if self._left <= 0:
            self.stopped = "max_lines"
            return self._release().removesuffix("\n")
        return "" if self._n_equal else self._release()

    def _begins_again(self, line: str) -> bool:
        """Whether a last line, perhaps cut short, starts as the line before it did."""
        return any(form.startswith(line.rstrip()) for form in self._last) or any(
            form.startswith(line.strip()) for form in self._last[1:]
        )

    def _limit(self) -> int:
        """How many equal lines are a loop; a row that the document has twice already may come any number of times."""
        line = self._last[0]
        n_there = max((self._rows.get(form, 0) for form in self._last), default=0)
        is_call = _CALL.fullmatch(line.strip()) is not None
        if "repetition" in self._off or (n_there and not is_call):
            return 1_000_000
        if n_there:
            return max(EQUAL_LINES, 2 * n_there)
        if self._is_mapping and _KEY.match(line):
            return 2
        return EQUAL_LINES if line[0].isspace() or any(map(str.isalnum, line)) else EQUAL_BRACKETS

    def _see(self, text: str) -> None:
        """A line of white space that never ends has to be stopped before it is whole."""
        start = text.rfind("\n") + 1
        if start:
            self._indent = 0
        if self._indent is None:
            return
        arrived = text[start:]
        rest = arrived.lstrip(" \t")
        self._indent += len(arrived) - len(rest)
        if self._indent > INDENT_LIMIT and "whitespace" not in self._off:
            self.stopped = "whitespace"
        elif rest:
            self._indent = None


def _breaks_off(line: str, here: Surroundings) -> bool:
    """Whether the answer's first line ends within brackets of the cursor's line, where nothing makes it go on."""
    opened = scan(here.line_before, here.language).stack
    return bool(opened) and line[-1:].isalnum() and scan(line, here.language, opened).stack == opened


def _rows(here: Surroundings) -> dict[str, int]:
    """Lines that stand twice or more in a row near the cursor's line, as in a table of data, and how often they do."""
    rows: dict[str, int] = {}
    for text in (here.near_above, here.near_below):
        for line, equal in groupby(line.rstrip() for line in text.split("\n") if line.strip()):
            n_equal = len(list(equal))
            if n_equal > 1:
                rows[line] = max(rows.get(line, 0), n_equal)
    return rows
