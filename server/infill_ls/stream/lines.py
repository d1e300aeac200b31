"""Ends the answer after one line or many, and at white space without an end; never judges what a line says."""

from __future__ import annotations

from infill_ls.records import Lines
from infill_ls.stream.linefilter import LineFilter
from infill_ls.stream.repetition.lines import RepeatedLines
from infill_ls.syntax.brackets import CLOSING_CHARACTERS, scan
from infill_ls.syntax.surroundings import Surroundings

BLANK_LINES = 4
INDENT_LIMIT = 200
"""Characters of white space at the start of a line that no code has."""


class LineLimits(LineFilter):
    """Counts lines, and watches for those that come again and again, blank ones and endless white space among them."""

    def __init__(
        self, here: Surroundings, *, lines: Lines, max_lines: int, off: frozenset[str] = frozenset()
    ) -> None:
        super().__init__()
        rest = here.line_after.strip()
        self._is_mid_line = lines == "auto" and not CLOSING_CHARACTERS.issuperset(rest)
        # Between code and a comment only the rest of the code is wanted.
        is_before_comment = (
            bool(here.line_before.strip()) and scan(rest[:2], here.language).in_comment
        )
        self._single = lines == "single" or (self._is_mid_line and is_before_comment)
        self._here = here
        self._left = max_lines
        self._off = off
        """Rules that the user has switched off."""
        self._repeated = RepeatedLines(here)
        self._line_before = here.line_before
        self._is_first = True
        self._indent: int | None = 0
        """White space at the start of the line that is arriving; None once something else has come."""
        self._n_blank = 0

    def _line(self, line: str) -> str:
        text = line.strip()
        first, self._is_first = self._is_first, False
        line_before, self._line_before = self._line_before, ""
        if first and not text and line_before.strip():
            # Only the end of the cursor's own line, no line of the answer.
            return line
        if len(line) - len(line.lstrip(" \t")) > INDENT_LIMIT and "whitespace" not in self._off:
            self.stopped = "whitespace"
            return ""
        self._left -= 1
        return (
            self._blank_line(line) if not text else self._text_line(line, line_before, first=first)
        )

    def _end(self, line: str) -> str:
        may_loop = line.strip() and "repetition" not in self._off
        return "" if may_loop and self._repeated.is_loop_cut_short(line) else self._release() + line

    def _blank_line(self, line: str) -> str:
        self._held.append(line)
        self._n_blank += 1
        if self._n_blank >= BLANK_LINES and "whitespace" not in self._off:
            self.stopped = "whitespace"
        elif self._left <= 0:
            self.stopped = "max_lines"
        return ""

    def _text_line(self, line: str, line_before: str, *, first: bool) -> str:
        self._n_blank = 0
        self._held.append(line)
        if self._single or (self._is_mid_line and first and _breaks_off(line.rstrip(), self._here)):
            self.stopped = "line"
            return self._release().removesuffix("\n")
        if self._repeated.is_loop(line, line_before) and "repetition" not in self._off:
            self.stopped = "repetition"
            return ""
        if self._left <= 0:
            self.stopped = "max_lines"
            return self._release().removesuffix("\n")
        return "" if self._repeated.n_again else self._release()

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
    return (
        bool(opened) and line[-1:].isalnum() and scan(line, here.language, opened).stack == opened
    )
