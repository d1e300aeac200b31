"""Open brackets and quotes at a place, string- and comment-aware; a simple scanner that knows no grammar."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import count
from typing import NamedTuple

from infill_ls.syntax.language import Language
from infill_ls.syntax.language_rows import LANGUAGES

CLOSING_CHARACTERS = frozenset(")]}>\"'`;:, \t")
"""What may follow the cursor on its line and still leave it at the line's end, as one who types sees it."""
BRACKETS = frozenset("([{")
OPENER_OF = {")": "(", "]": "[", "}": "{"}


class Scan(NamedTuple):
    """What a piece of text leaves behind."""

    stack: tuple[str, ...] = ()
    """Brackets and quotes that are open at the end, innermost last."""
    unmatched: tuple[int, ...] = ()
    """Offsets of closing brackets that nothing had opened."""
    n_unclosed_strings: int = 0
    """Strings that the end of their line, or of the text, has cut off."""
    in_comment: bool = False
    """Whether the text ends in a comment."""
    opened_at: tuple[int, ...] = ()
    """Offsets of what ``stack`` has, -1 for what was open before the text."""
    closed: tuple[tuple[int, int], ...] = ()
    """Offsets of closing brackets that close one which was open before the text, and the depth; -1 if none was open."""
    lowest: int = 0
    """The fewest brackets and quotes that were open at once: what the text closes of what was open before it."""
    comment_at: int = -1
    """Where the comment begins that goes on to the end of the text's last line; -1 if there is none."""

    @property
    def n_faults(self) -> int:
        """How much is wrong with the text, were it to end here: an open bracket may yet be closed, a string may not."""
        in_string = bool(self.stack) and self.stack[-1] in STRINGS
        return len(self.unmatched) + self.n_unclosed_strings + in_string


COMMENTS = dict(pair for language in LANGUAGES for pair in language.block)
"""Marks that open a comment of several lines, and those that close it."""

_ENDS = {
    '"': re.compile(r'\\.|"|\n', re.DOTALL),
    "'": re.compile(r"\\.|'|\n", re.DOTALL),
    "`": re.compile(r"\\.|`", re.DOTALL),
    '"""': re.compile(r'\\.|"""', re.DOTALL),
    "'''": re.compile(r"\\.|'''", re.DOTALL),
    "''": re.compile(r"''['$\\]|''"),
    "[[": re.compile(r"\]\]"),
}
_LONG_ENDS = {quote: re.compile(rf"\\.|{quote}", re.DOTALL) for quote in "\"'"}
"""Where they may go on over lines."""
STRINGS = frozenset(_ENDS)
"""Marks that open a string."""
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/")
_MOST_TRIES = 8
"""Times the text's length that may be read for regular expressions which turn out to have no end on their line."""
_ENDS |= {mark: re.compile(re.escape(end)) for mark, end in COMMENTS.items()}
_WHOLE = {
    '"': r'"[^"\\\n]*+(?:\\[\s\S][^"\\\n]*+)*+"',
    "'": r"'[^'\\\n]*+(?:\\[\s\S][^'\\\n]*+)*+'",
    "`": r"`[^`\\]*+(?:\\[\s\S][^`\\]*+)*+`",
    '"""': r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"""',
    "'''": r"'''(?:[^'\\]++|\\[\s\S]|'(?!''))*+'''",
    "''": r"''(?:[^']++|''['$\\]|'(?!'))*+''",
    "[[": r"\[\[[\s\S]*?\]\]",
}
_LONG_WHOLE = {
    quote: rf"{quote}[^{quote}\\]*+(?:\\[\s\S][^{quote}\\]*+)*+{quote}" for quote in "\"'"
}
"""Strings that have an end: they change nothing, and are passed over at once."""


@lru_cache(maxsize=64)  # the filters and rules read the same lines of an answer one after the other
def scan(  # noqa: C901  # one loop over marks of a handful of kinds
    text: str, language: Language, start: tuple[str, ...] = ()
) -> Scan:
    """Read ``text`` on from a place where ``start`` is open."""
    code, ends, openers = _code_pattern(language), _ends(language), _openers(language)
    # What was open is not copied, since it may be deep, and the text a line of many.
    kept = len(start)
    marks: list[str] = []
    offsets: list[int] = []
    unmatched: list[int] = []
    closed: list[tuple[int, int]] = []
    n_unclosed = n_tried = 0
    floor = kept  # pairs above it are the text's own; a closed string of ``start`` lowers it
    position = 0
    in_comment, comment_at = False, -1
    while True:
        innermost = marks[-1] if marks else start[kept - 1] if kept else ""
        quote = innermost if innermost in _ENDS else None
        found = (ends[quote] if quote else code).search(text, position)
        if found is None:
            in_comment = quote in COMMENTS
            break
        position = found.end()
        mark = found.group()
        if not quote and mark in openers:
            marks.append(mark)
            offsets.append(found.start())
            continue
        closes = _closes(mark, quote) if quote else innermost == OPENER_OF.get(mark)
        if closes and marks:
            marks.pop()
            offsets.pop()
        elif closes:
            kept -= 1
            floor = kept if quote else floor
        if quote:
            n_unclosed += closes and mark == "\n"
        elif mark in OPENER_OF:
            depth = kept + len(marks)
            if not closes:
                unmatched.append(found.start())
            if closes and depth < floor:
                closed.append((found.start(), depth))
            elif not closes and not depth:
                closed.append((found.start(), -1))
        elif found.lastgroup == "regex" and n_tried <= _MOST_TRIES * len(text):
            literal = _REGEX.match(text, found.start())
            n_tried += 0 if literal else _line_end(text, position) - position
            position = literal.end() if literal else position
        elif position == len(text) and str(found.lastgroup).startswith("line"):
            in_comment, comment_at = True, found.start()
            break
    stack, opened_at = start[:kept] + tuple(marks), (-1,) * kept + tuple(offsets)
    wrong = tuple(unmatched)
    return Scan(stack, wrong, n_unclosed, in_comment, opened_at, tuple(closed), kept, comment_at)


def _closes(mark: str, quote: str) -> bool:
    """Whether a mark ends the string or comment that ``quote`` has begun."""
    return mark in (quote, "\n", "]]", COMMENTS.get(quote))


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


@cache
def _ends(language: Language) -> dict[str, re.Pattern[str]]:
    """How strings and comments end, by what has opened them."""
    return _ENDS | {quote: _LONG_ENDS[quote] for quote in language.long_quotes}


@cache
def _openers(language: Language) -> frozenset[str]:
    """Marks that open something; an empty string may look like one of another language."""
    return BRACKETS | {*language.quotes} | {mark for mark, _ in language.block}


@cache
def _code_pattern(language: Language) -> re.Pattern[str]:
    """Whatever matters outside strings: comments to skip, quotes, brackets."""
    if language.prose:
        return re.compile(r"[()\[\]{}]")
    parts = [*language.literals]
    for mark, end in language.block:
        opens = re.escape(mark)
        parts += [rf"{opens}[\s\S]*?{re.escape(end)}", opens]
    parts += map(_line_comment, language.line, count())
    # What a backslash stands before is no bracket and no quote, except where it begins a function or a comment.
    parts += [r"\\[^\n]"] if language.escapes else []
    if language.regexes:
        words = "|".join(f"(?<={word} /)" for word in ("return", "split", "when", "if"))
        parts.append(
            rf"/(?:(?<![^(,=:\[!&|?{{}};+~\n]/)|(?<=[(,=:\[!&|?{{}};+>~] /)|{words})(?P<regex>)"
        )
    if language.characters:
        parts.append(r"'(?:[^\\'\n]|\\[^\n]{1,8}?)'")
    whole = _WHOLE | {quote: _LONG_WHOLE[quote] for quote in language.long_quotes}
    for quote in language.quotes:
        if quote != "'" or not language.characters:
            parts += [whole[quote], re.escape(quote)]
    # Where each of these begins with one character and no other condition, most of a text is passed over quickly.
    return re.compile("|".join([*parts, *map(re.escape, "()[]{}")]), re.MULTILINE)


def _line_comment(mark: str, number: int) -> str:
    """``#`` counts only where a word could begin: ``$#``, ``${#x}`` and ``${x#y}`` are no comments."""
    plain = mark.lstrip("\\")
    if not plain.startswith("#"):
        return rf"{mark}(?P<line{number}>)[^\n]*"
    return rf"\#(?<![^\s;(\[{{,]\#)(?<!\$\{{\#){plain[1:]}(?P<line{number}>)[^\n]*"
