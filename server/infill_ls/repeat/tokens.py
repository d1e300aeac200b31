"""Cuts a line of code into the tokens that edits are compared by; knows no edit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from infill_ls.syntax.languages import row
from infill_ls.syntax.words import word_marks

LONGEST_LINE: Final = 400
"""Longer lines are data or minified code, in which nobody repeats an edit by hand."""

OPENERS: Final = frozenset("([{")
CLOSERS: Final = frozenset(")]}")

_STRINGS = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_OPERATORS = r"->|=>|::|:=|[=!<>]==?|<=|>=|&&|\|\||[-+*/|&%^]=|\.\.\.|\*\*"
_WORD, _DASHED_WORD = r"[^\W\d][\w$]*|\$\w+", r"[^\W\d][\w$?!-]*"
_NUMBER = r"\d[\w.]*"

_WORDS: Final = """
if else elif elsif for while until return in not and or is None True False null nil true false this self let const var
fn fun func function def defp end class import from export default new async await pub use mod struct enum impl type
interface trait local then do require static void int str bool string number any as try except catch finally raise
throw with pass break continue switch case match where when del delete yield lambda global private public protected
package final override extends implements of typeof instanceof mut ref loop float double char long unsigned auto using
namespace template typename begin module unless echo foreach val
"""
_KEYWORDS: Final = frozenset(_WORDS.split())
"""Of many languages: words that nobody chose."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """A line and its tokens; white space is none."""

    line: str
    texts: tuple[str, ...]
    starts: tuple[int, ...]
    """Where each token starts in the line."""

    @property
    def indent(self) -> str:
        return indent_of(self.line)

    def start(self, index: int) -> int:
        """Where a token starts; behind the last one, where the line's trailing white space ends."""
        return self.starts[index] if index < len(self.starts) else len(self.line)

    def end(self, index: int) -> int:
        """Where a token ends; before the first one, where the line's indentation ends."""
        if index < 0:
            return self.starts[0] if self.starts else len(self.line)
        return self.starts[index] + len(self.texts[index])

    def raw(self, start: int, end: int) -> str:
        """The text from one token up to another, without the white space around them."""
        return self.line[self.starts[start] : self.end(end - 1)] if start < end else ""


def tokenize(line: str, language: str) -> Tokens:
    """The tokens of a line; none where it is too long."""
    if len(line) > LONGEST_LINE:
        return Tokens(line, (), ())
    found = [(match.group(), match.start()) for match in _pattern(language).finditer(line)]
    return Tokens(line, tuple(text for text, _ in found), tuple(start for _, start in found))


def indent_of(line: str) -> str:
    """The white space that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def is_name(token: str) -> bool:
    """Whether a token is a name that somebody chose, and that can be told from others."""
    return len(token) >= 3 and (token[0].isalpha() or token[0] in "_$") and token not in _KEYWORDS


def share_in_common(one: Sequence[str], other: Sequence[str]) -> float:
    """The share of two lines' tokens that they have in common."""
    return 2 * (Counter(one) & Counter(other)).total() / max(1, len(one) + len(other))


@cache
def _pattern(language: str) -> re.Pattern[str]:
    found = row(language)
    word = _DASHED_WORD if "-" in word_marks(language) else _WORD
    strings = (
        _STRINGS if "'" in found.quotes and not found.characters else _STRINGS.partition("|'")[0]
    )
    return re.compile(rf"{strings}|{word}|{_NUMBER}|{_OPERATORS}|\S")
