"""Folds source text into the form that is compared, and cuts it into tokens; knows no one language and no index."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import lru_cache

SAME, DEEPER, SHALLOWER = "\n", "\x0e", "\x0f"
"""What stands before each line of folded text: how its indentation differs from the line's above."""
LINE_BREAK = re.compile(f"[{SAME}{DEEPER}{SHALLOWER}]")

KEYWORDS = frozenset(
    """
    if else elif for while do switch case default break continue return def class func function fn fun let const
    var val mut import from export package use mod pub public private protected static final void int bool boolean
    string str char float double long short unsigned signed struct enum interface trait impl type typeof
    instanceof new delete this self super cls None True False null nil true false undefined try except catch
    finally throw throws raise with as in is not and or async await yield lambda match where extends implements
    override abstract unsafe extern inline template typename namespace using size_t auto go defer chan map range
    select error Self dyn move ref crate i32 u32 u64 usize u8 f32 f64 i64 String Option Some Ok Err Result Vec Box
    assert pass global nonlocal sizeof include define ifdef ifndef endif any number object uint8_t uint32_t
    int64_t uint64_t int32_t
    """.split()  # noqa: SIM905  # a list of words is read more easily than one of strings
)
"""Words that say how a line is built rather than what it is about, in whatever language; a closed list will do."""

LONGEST_LINE = 400
"""Longer lines are data or minified code, which nobody continues by hand."""

WIDTH, TABS, AFTER_BLANK = 0xFF, 0x100, 0x200
"""Parts of a line's entry in ``Folded.layout``."""

_RESERVED = re.compile(f"[{DEEPER}{SHALLOWER}\r]")
TOKEN = re.compile(r"[ \t]*(?:\w+|#{3,}|={3,}|-{3,}|\*{3,}|/{3,}|~{3,}|\.{3,}|\"{3}|'{3}|[^\w \t])")
_UNFINISHED = re.compile(r"[ \t]*\w*\Z")
_CHUNK = 1 << 14
_LINES = 8_192
_SHAPES = 32_768


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
    for line in plain(text).split("\n"):
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


def plain(text: str) -> str:
    """Text without the characters that have a meaning of their own in folded text."""
    return _RESERVED.sub(" ", text)


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
        return TOKEN.findall(folded)
    tokens: list[str] = []
    start = 0
    while start < len(folded):
        found = LINE_BREAK.search(folded, start + _CHUNK)
        end = found.start() if found else len(folded)
        tokens += TOKEN.findall(folded, start, end)
        start = end
    return tokens


def unfinished(line: str) -> str:
    """The end of a typed line that may be the start of a token: blanks, a word, or both."""
    found = _UNFINISHED.search(line[-LONGEST_LINE:])
    return found.group() if found else ""


@lru_cache(maxsize=_LINES)
def cut_line(code: str) -> tuple[tuple[str, ...], str]:
    """Tokens of a line without its indentation, and their shapes in one; lines come again from key to key."""
    tokens = tuple(TOKEN.findall(code))
    return tokens, "".join(map(shape, tokens))


@lru_cache(maxsize=_SHAPES)
def shape(token: str) -> str:
    """What a token is, whatever it is called: names are alike, and so are numbers; all else is itself."""
    body = token.lstrip()
    blank = " " if len(body) < len(token) else ""
    if is_name(body):
        return (token if body in KEYWORDS else blank + "i") + "\0"
    return (blank + "0" if body[:1].isdigit() else token) + "\0"


def is_name(text: str) -> bool:
    """Whether the text begins as a word of a program does."""
    return text[:1].isalpha() or text[:1] == "_"


def is_word(text: str) -> bool:
    """Whether the text is one word of a program: letters, digits and underscores."""
    return bool(text) and all(char.isalnum() or char == "_" for char in text)
