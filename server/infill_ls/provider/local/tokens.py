"""Folds source text into the form that is compared, and cuts it into tokens; knows no language and no index."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

SAME, DEEPER, SHALLOWER = "\n", "\x0e", "\x0f"
"""What stands before each line of folded text: how its indentation differs from the line's above."""
LINE_BREAK = re.compile(f"[{SAME}{DEEPER}{SHALLOWER}]")

LONGEST_LINE = 400
"""Longer lines are data or minified code, which nobody continues by hand."""

WIDTH, TABS, AFTER_BLANK = 0xFF, 0x100, 0x200
"""Parts of a line's entry in ``Folded.layout``."""

_RESERVED = re.compile(f"[{DEEPER}{SHALLOWER}\r]")
_TOKEN = re.compile(r"[ \t]*(?:\w+|#{3,}|={3,}|-{3,}|\*{3,}|/{3,}|~{3,}|\.{3,}|\"{3}|'{3}|[^\w \t])")
_UNFINISHED = re.compile(r"[ \t]*\w*\Z")
_CHUNK = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """Text without indentation and blank lines, each line led by its break; two of them are never equal."""

    text: str
    layout: array[int]
    """One entry per line: width of the indentation, whether it is of tabs, whether blank lines stood before."""


def fold(text: str) -> Folded:
    """Text in the form that is compared."""
    parts: list[str] = []
    layout = array("H")
    above = 0
    blank = 0
    for line in _RESERVED.sub(" ", text).split("\n"):
        code = line.strip()
        if not code or len(code) > LONGEST_LINE:
            blank = AFTER_BLANK
            continue
        width = min(len(line) - len(line.lstrip()), WIDTH)
        parts.append(line_break(above, width))
        parts.append(code)
        layout.append(width | (TABS if line[0] == "\t" else 0) | blank)
        above = width
        blank = 0
    return Folded("".join(parts), layout)


def line_break(above: int, width: int) -> str:
    """The break before a line indented by ``width`` under a line indented by ``above``."""
    if width == above:
        return SAME
    return DEEPER if width > above else SHALLOWER


def split(folded: str) -> list[str]:
    """Tokens of folded text, each with the blanks before it: joined, they are the text again.

    The text is cut piece by piece, since one long call would keep other threads waiting.
    """
    if len(folded) <= _CHUNK:
        return _TOKEN.findall(folded)
    tokens: list[str] = []
    start = 0
    while start < len(folded):
        found = LINE_BREAK.search(folded, start + _CHUNK)
        end = found.start() if found else len(folded)
        tokens += _TOKEN.findall(folded, start, end)
        start = end
    return tokens


def unfinished(line: str) -> str:
    """The end of a typed line that may be the start of a token: blanks, a word, or both."""
    found = _UNFINISHED.search(line[-LONGEST_LINE:])
    return found.group() if found else ""
