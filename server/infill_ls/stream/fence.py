"""Takes code out of the Markdown fence that a chat model wraps it in; leaves fences alone where they belong."""

from __future__ import annotations

import re
from typing import Literal

from infill_ls.stream.linefilter import LineFilter
from infill_ls.syntax.brackets import COMMENTS, scan
from infill_ls.syntax.scope import read_before
from infill_ls.syntax.surroundings import Surroundings

STRINGS = re.compile(
    r"""#[^\n]*|(?P<quotes>\"{3}|'{3})(?:[^\\]|\\.)*?(?:(?P=quotes)|(?P<open>\Z))"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""",
    re.DOTALL,
)
"""Comments and strings of those languages; ``open`` is there when a docstring has no end."""
CODE = re.compile(
    r"^[ \t]*(?:def|class|import|from|return|if|elif|for|while|with|try|except|raise|async|end|do)\b[^.]*$",
    re.MULTILINE,
)
"""Lines that a docstring seldom has."""

OPENING = re.compile(r"\s*(?P<mark>`{3,9}|~{3,9})(?!~)[^`\n]*\n?")
"""More marks than that are a ruler."""
CLOSING = re.compile(r"\s*(?P<mark>`{3,9}|~{3,9})\s*")
LEAD_IN = re.compile(
    # The case of the other scripts' ranges would be looked up letter by letter.
    r"(?i:\s*(?:sure|certainly|of course|okay|here(?:.s| is| are)|below is|"
    r"the (?:\w+ )?(?:code|function|completion|line)|i(?:.ve| have|.ll)|to complete|"
    r"you (?:can|could|should|need)|it (?:looks|seems|appears)|based on|this (?:code|function|line)|your code)\b"
    r"[^;{}=]*[:.!]\s*)"
    r"|\s*[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af][^;{}=]*[:.!\uff1a\u3002\uff01]\s*"
)
LEAD_IN_LINES = 6
"""Lines, blank ones included, that may stand before the fence."""


class Fence(LineFilter):
    """Drops an opening fence and the prose before it, and ends the answer at the closing one."""

    def __init__(self, here: Surroundings) -> None:
        super().__init__()
        self._here = here
        self._state: Literal["start", "inside", "outside"] = "start"
        self._mark = ""

    def _line(self, line: str) -> str:
        if self._state == "start":
            return self._first(line)
        closing = None if self._is_off else CLOSING.fullmatch(line)
        if closing is None or not closing["mark"].startswith(self._mark):
            return line
        if self._state == "outside" and _belongs(self._here):
            self._is_off = True
            return line
        self.stopped = "fence"
        return ""

    def _end(self, line: str) -> str:
        if self._state == "start":
            return (
                ""
                if OPENING.fullmatch(line) and not _belongs(self._here)
                else self._release() + line
            )
        # The end may have been cut within the closing fence, or have no line end behind it.
        is_cut_mark = (
            self._state == "inside" and line.strip() and not line.strip().strip(self._mark)
        )
        is_mark = (
            self._state == "outside"
            and CLOSING.fullmatch(line) is not None
            and not _belongs(self._here)
        )
        return "" if is_cut_mark or is_mark else line

    def _first(self, line: str) -> str:
        """Wait for the fence as long as only blank lines and prose have come."""
        opening = OPENING.fullmatch(line)
        if opening and not _belongs(self._here):
            self._held = []
            self._mark = opening["mark"]
            self._state = "inside"
            return ""
        self._held.append(line)
        if len(self._held) < LEAD_IN_LINES and (not line.strip() or LEAD_IN.fullmatch(line)):
            return ""
        self._state = "outside"
        return self._release()


def _belongs(here: Surroundings) -> bool:
    """Whether a fence at the cursor would be the file's own text: Markdown, a doc comment, or a docstring."""
    if here.language.fenced:
        return True
    if here.line_before.strip(" \t/*#!-;%'\""):
        # No fence begins in the middle of a line.
        return False
    if scan(here.line_before, here.language).in_comment:
        return True
    if here.language.docstrings:
        return _in_docstring(here)
    if _lacks_mark(here):
        return True
    return not COMMENTS.keys().isdisjoint(read_before(here).stack[-1:])


def _lacks_mark(here: Surroundings) -> bool:
    """Whether a fence of the document's near the cursor has only its beginning, or its end.

    Tildes also underline headings.
    """
    above, below = (
        [line for line in text.split("\n") if "```" in line and OPENING.fullmatch(line)]
        for text in (here.near_above, here.near_below)
    )
    return len(above) % 2 > 0 or bool(below and CLOSING.fullmatch(below[0]))


def _in_docstring(here: Surroundings) -> bool:
    """Whether the cursor stands in a docstring.

    A prefix that starts in the middle of the file may start in the middle of a docstring: of the two ways to read it,
    the one is taken that finds less code in docstrings.
    """
    starts = ("",) if here.snapshot.first_line == 0 else ("", '"""')
    readings = [list(STRINGS.finditer(start + here.prefix)) for start in starts]
    likely = min(
        readings,
        key=lambda found: sum(len(CODE.findall(match[0])) for match in found if match["quotes"]),
    )
    return any(match["open"] is not None for match in likely)
