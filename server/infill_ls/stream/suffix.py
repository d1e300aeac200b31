"""Stops a model that goes on to repeat the lines after the cursor; the end of a finished answer is not its concern."""

from __future__ import annotations

import re
from itertools import islice

from infill_ls.stream.linefilter import LineFilter
from infill_ls.syntax.brackets import CLOSING_CHARACTERS
from infill_ls.syntax.surroundings import Surroundings, n_as_above

N_LINES = 3
"""Lines that have to come again, one after the other. Real code often has two in common with what follows it."""
BLANK_LIMIT = 4
"""Blank lines between repeated ones; more are a loop, which has to be seen downstream."""

ENOUGH_DECLARED = 2
_DECLARES = re.compile(
    r"\s*(?:export\s+)?(?:const|let|val|def|class|fn|func|fun|function|struct|enum|interface|import|use|using)\s+\w"
)
"""How a line begins that a block cannot have twice."""
_ENDS_BLOCK = re.compile(
    r"\s*(?:return|break|continue|raise|throw|end\w*|done|esac|exit)\b|\s*</\w"
)
"""How a line begins after which nothing more comes in its block, so that who goes on has gone too far."""


class SuffixLines(LineFilter):
    """Cuts and stops where the document's next lines come again, one after the other.

    One repeated line proves nothing (``return None``, ``}``, a row of data), so it is held until the others decide;
    nor do those with which each of several records begins.
    Lines are compared with their indentation, blank lines are passed over. Where only one line follows in the document
    there is no other to decide, so it counts alone where it ends its block or has a blank line before it, but not as
    the first that the model says. Where the cursor stands before words, the rest of its line is the first of those
    that are looked for, and what the model says before it stays.
    """

    def __init__(self, here: Surroundings) -> None:
        super().__init__()
        self._line_before = here.line_before
        self._is_first = True
        self._rest = (
            "" if CLOSING_CHARACTERS.issuperset(here.line_after) else here.line_after.rstrip()
        )
        """What the line goes on with that an answer in the middle of it has to come to; empty at a line's end."""
        lines = here.near_below.split("\n")[1:]
        n_lines = max(N_LINES, n_as_above(here) + 1)
        following = islice(filter(None, map(str.rstrip, lines)), n_lines)
        is_apart = bool(lines) and not lines[0].strip()
        self._is_set_off = is_apart and any(map(str.isalnum, here.near_below))
        self._following = (self._rest, *following)[:n_lines] if self._rest else tuple(following)
        self._is_off = not self._following
        self._n_repeated = 0
        """Lines among those held that are the document's next ones."""
        self._n_declared = 0
        """Those of them that declare something."""

    def _line(self, line: str) -> str:
        whole = (self._line_before + line).rstrip()
        self._line_before = ""
        if self._held and not whole and len(self._held) <= BLANK_LIMIT:
            self._held.append(line)
            return ""
        is_first, self._is_first = self._is_first, self._is_first and not line.strip()
        if is_first and self._following[0].startswith("import ") and whole == self._following[0]:
            return ""  # what follows it may be new
        released = "" if self._comes_again(line, whole) else self._release()
        if not self._comes_again(line, whole):
            return released + line
        self._held.append(line)
        self._n_repeated += 1
        self._n_declared += _DECLARES.match(line) is not None and not (is_first and self._rest)
        if self._n_declared == ENOUGH_DECLARED and not self._rest:
            self.stopped = "suffix"
            self._held = []
            return released
        if self._n_repeated == len(self._following) and not self._proves_nothing(is_first=is_first):
            self.stopped = "suffix"
            released += self._held[0].rstrip()[: -len(self._rest)] if self._rest else ""
            self._held = []
        elif self._n_repeated == len(self._following):
            released += self._release()
        return released

    def _comes_again(self, line: str, whole: str) -> bool:
        """Whether this is the next of the lines that follow; of the cursor's own only the end follows."""
        following = self._following[self._n_repeated]
        return (
            line.rstrip().endswith(following)
            if self._rest and not self._n_repeated
            else whole == following
        )

    def _proves_nothing(self, *, is_first: bool) -> bool:
        if len(self._following) > 1:
            return False
        is_telling = self._is_set_off or _ENDS_BLOCK.match(self._following[0]) is not None
        return bool(self._rest) or is_first or not is_telling

    def _release(self) -> str:
        self._n_repeated = self._n_declared = 0
        return super()._release()
