"""The block that the cursor stands in: by what it is held together, and what of that the text after it closes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from infill_ls.syntax.brackets import BRACKETS, COMMENTS, OPENER_OF, scan
from infill_ls.syntax.kept import LISP_TAB, TAB, Opened, n_kept, width
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import near_before, read_before, scope_above
from infill_ls.syntax.surroundings import Surroundings, reading, upwards
from infill_ls.syntax.tree import sound

_LONGEST_LINE = 500
"""Characters of a line that may open something; of longer ones, which are data, it would take too long to tell."""
_LINES_OF_HEAD = 10
"""Lines over which the head of a block may go."""
_LINES_ABOVE = 400
"""Lines above the cursor in which the header of its block is looked for."""
_LINES_BELOW = 50
"""Lines below the cursor that may end it, or go on with it."""
_FUNCTION = re.compile(
    r"\s*(?:(?:export|default|public|private|protected|static|async|pub|local|override)\s+)*"
    r"(?:(?:(?:const|let|var)\s+)?[\w.$]+\s*=\s*(?:async\s+)?function\b"
    r"|(?:def|fn|func|fun|function\*?|sub|proc)\b)"
)
"""A function begins with the word for it, or is given a name: ``M.f = function(a)``."""
_TYPE = re.compile(
    r"\s*(?:(?:export|default|public|private|protected|static|abstract|final|pub|sealed|partial|data)\s+)*"
    r"(?:class|struct|interface|trait|impl|enum|module|namespace|extension|object|protocol|record)\b"
)
_SIGNATURE = re.compile(
    r"\s*(?!(?:if|for|while|switch|catch|else|do|return|with|using|lock)\b)[\w<>\[\],.\s*&:~]+\([^;]*\)[^;=]*\{\s*$"
)
"""A function as C and its kin have it, with the bracket that opens its body."""

_IN_FUNCTION_ONLY = re.compile(
    r"\s*(?:(?:return|yield)\b|(?!.*\blambda\b)[^@#'\"]*\b(?:self\.|await\b))"
)
"""A line of Python that stands in a function."""
_NOT_IN_CLASS = re.compile(
    r"\s*(?:(?:del|for|while|with|raise|assert|global|nonlocal)\b|try:|super\(|\w+(?:\.\w+)+(?:\(|\s*=)"
    r"|\w+\s*[-+*/|]=|if (?!.*\b(?:sys|os|hasattr|TYPE_CHECKING|[A-Z_]{3,})\b))"
)
"""The same between the methods of a class."""
_NO_HEADER = re.compile(r"\s*(?:[#)\]}*]|//|/\*|--)")
"""How a line begins that is a comment, or the end of what it is in."""
_OPENS_IN_WORDS = re.compile(
    r"(?!.*\b(?:end|fi|done|do:)(?!\w))(?:\s*(?:if|unless|while|until|class|module|begin|def\s[^=]*$)(?!\w)"
    r"|.*\b(?:do(?:\s*\|[^|]*\|)?|then|function\b[^()]*\([^()]*\))\s*$)"
)


ENDS_ITEM = frozenset({*OPENER_OF, ","})
_END = re.compile(r"\s*(?:[)\]}]|(?:end|fi|done|esac)\b)")
"""How a line begins that ends something."""


@dataclass(frozen=True, slots=True)
class Block:
    """The surroundings of one cursor, in depths of open brackets and columns of white space."""

    opened: tuple[str, ...]
    """Brackets, quotes and comments that are open at the cursor, innermost last, as far as its neighbourhood shows."""
    indents: tuple[int, ...]
    """Columns of the lines that opened them."""
    above: int
    """How many of them were opened above the cursor's line."""
    kept: int
    """How many have to be open still when the answer ends, since lines after the cursor's close them."""
    is_whole: bool
    """Whether nothing further up can be open."""
    in_line_comment: bool
    """Whether the cursor's line ends in a comment that a mark has begun before the cursor."""
    below: tuple[str, ...]
    """Lines after the cursor's that are not blank."""
    function_depth: int
    """How many brackets are open in the outermost function, with that of its body; 0 if it is in none."""

    @property
    def next_line(self) -> str:
        """The first line after the cursor's that is not blank; empty if none."""
        return next(iter(self.below), "")

    @property
    def _next_code(self) -> str:
        """The first line after the cursor's that is neither blank nor a directive or comment at the margin."""
        return next((line for line in self.below if line[0] != "#"), "")

    @property
    def n_brackets_above(self) -> int:
        """How many brackets were opened above the cursor's line; a string or comment that is open is no block."""
        return next((n for n in range(self.above, 0, -1) if self.opened[n - 1] in BRACKETS), 0)

    @property
    def n_blocks(self) -> int:
        """How many brackets are open without the innermost ones of a value that has no end below.

        An answer has to close them, and goes on in the block around.
        """
        n_open = self.n_brackets_above
        while n_open > self.kept and self.opened[n_open - 1] in {"(", "["}:
            n_open -= 1
        return n_open

    def ends_with(self, code: str, columns: int) -> bool:
        """Whether the lines after the cursor end a block of that indentation just so."""
        end = next((line for line in self.below if width(line) <= columns), "")
        return width(end) == columns and end.strip() == code

    def closes_at(self, columns: int) -> bool:
        """Whether the next line begins at that column with a closing bracket, or with the comma before an item."""
        return self.next_line.lstrip()[:1] in ENDS_ITEM and width(self.next_line) == columns

    def ends_another(self, line: str, columns: int) -> bool:
        """Whether the next line is ``line``, and ends a block that is still to be begun at the cursor's column."""
        column = width(self.next_line)
        outer = self.indents[self.kept - 1] if self.kept else -1
        return line.rstrip() == self.next_line.rstrip() and column >= columns and column > outer

    def is_within_unbegun(self, columns: int) -> bool:
        """Whether the next line stands in a block that is still to be begun at that column or deeper, or closes it."""
        is_closer = self.next_line.lstrip()[:1] in OPENER_OF
        is_end = is_closer and self.ends_another(self.next_line, columns)
        return is_end or width(self.next_line) > columns

    def n_ended(self, line_before: str, line: str, n_left: int) -> int:
        """How many brackets an answer need not keep open since its first line, which leaves ``n_left``, is their end.

        The block may have no end below: then the cursor, at the column of what opened it, stands in the one around.
        Or the next line ends another one at that column, which is still to be opened.
        """
        n_ended = max(0, self.n_brackets_above - n_left)
        column = width(line_before + line)
        outer = next(iter(self.indents[n_left : n_left + 1]), -1)
        # A bracket within a value may end further right than the value's line begins.
        is_end = outer == column or (0 <= outer < column and self.opened[n_left] != "{")
        has_no_end = n_left >= self.kept and is_end and not line_before.strip()
        is_around = self.closes_at(column) or has_no_end
        return n_ended if _END.match(line) and is_around else 0

    def kept_by(self, line: str, line_before: str) -> int:
        """How many brackets an answer has to leave open that begins with ``line``.

        It may close the block where the head of the next one is missing: the lines after the cursor are deeper than
        the closing bracket, and so belong to what comes between.
        """
        column = width(line_before + line)
        is_missing = (
            not line_before.strip()
            and line.lstrip()[:1] in OPENER_OF
            and width(self._next_code) > column
            and self.indents[self.kept - 1 : self.kept] == (column,)
        )
        return self.indents.index(column) if is_missing else self.kept


@dataclass(frozen=True, slots=True)
class Enclosing:
    """What stands around lines of a certain indentation."""

    header: str
    """The nearest line above with less indentation; empty if none."""
    function_indent: int
    """Columns of the outermost function around them; -1 if there is none."""

    @property
    def is_for_definitions(self) -> bool:
        """Whether they are those of a class or the like, or the file's own."""
        return not self.header or _TYPE.match(self.header) is not None


@reading
def block_at(here: Surroundings) -> Block:
    """The block that the cursor stands in."""
    near, is_whole = near_before(here)
    found = read_before(here)
    opened = found.stack
    line_start = len(near) - len(here.line_before)
    above = sum(at < line_start for at in found.opened_at)
    starts = [near.rfind("\n", 0, at) + 1 for at in found.opened_at]
    heads = [
        _head(near, start, at, here.language)
        for start, at in zip(starts, found.opened_at, strict=True)
    ]
    indents = [width(head) for head in heads]
    tab = LISP_TAB if here.language.columns else TAB
    columns = [
        len(near[start:at].expandtabs(tab))
        for start, at in zip(starts, found.opened_at, strict=True)
    ]
    if above and opened[above - 1] not in BRACKETS and scope_above(here) == ():
        # The grammar knows better: no string is open where the line starts.
        opened = tuple(mark for mark in opened if mark in BRACKETS)
        indents, above, is_whole = [0] * len(opened), len(opened), False
        columns = indents
    in_line_comment = found.in_comment and COMMENTS.keys().isdisjoint(opened)
    kept = n_kept(here, Opened(opened, indents, columns, above))
    below = tuple(line for line in here.below(_LINES_BELOW) if line.strip())
    functions = [number for number, head in enumerate(heads[:above]) if _is_function_head(head)]
    function_depth = functions[0] + 1 if functions and len(opened) == len(heads) else 0
    return Block(
        opened, tuple(indents), above, kept, is_whole, in_line_comment, below, function_depth
    )


def prepare(here: Surroundings) -> None:
    """Read what most rules ask of a place, so that there is less to do once there is an answer for it."""
    block_at(here)
    if here.language.grammar_knows_all:
        sound(here)


def _head(near: str, start: int, at: int, language: Language) -> str:
    """The lines from the one that a statement begins with to the bracket at ``at``, whose line begins at ``start``."""
    first = start
    for _ in range(_LINES_OF_HEAD):
        if not first or not scan(near[first:at], language).unmatched:
            return near[first : at + 1]
        first = near.rfind("\n", 0, first - 1) + 1
    return near[start : at + 1]


def _is_function_head(head: str) -> bool:
    """Whether a bracket with what stands before it begins a function's body."""
    line = " ".join(head.split())
    return (
        head.endswith("{")
        and len(line) <= _LONGEST_LINE
        and (is_function(line) or _SIGNATURE.match(line) is not None)
    )


def enclosing(here: Surroundings, columns: int) -> Enclosing:
    """What stands around lines at the cursor that are indented by ``columns``."""
    header, function_indent, limit = "", -1, columns
    for line in islice(upwards(here.text_above), _LINES_ABOVE if columns else 0):
        # A column is at least a character.
        if not line or line[:limit].isspace() or _NO_HEADER.match(line) or width(line) >= limit:
            continue
        header, limit = header or line, width(line)
        if is_function(line):
            function_indent = limit
        if not limit:
            break
    return Enclosing(header, function_indent)


def is_in_function(line: str, *, is_method: bool) -> bool:
    """Whether a line of Python has to stand in a function, which is a method or not."""
    is_certain = _IN_FUNCTION_ONLY.match(line) is not None
    return is_certain or (is_method and _NOT_IN_CLASS.match(line) is not None)


def is_function(line: str) -> bool:
    """Whether a line begins a function with the word that its language has for that."""
    return _FUNCTION.match(line) is not None


def opens_in_words(line: str, language: Language) -> bool:
    """Whether a line opens a block that a word ends on a later line."""
    may_open = language.blocks == "words" and len(line) <= _LONGEST_LINE
    return may_open and _OPENS_IN_WORDS.match(line) is not None


def is_definition(line: str) -> bool:
    """Whether a line begins a function, a method or a type."""
    if len(line) > _LONGEST_LINE:
        return False
    return any(pattern.match(line) for pattern in (_FUNCTION, _TYPE, _SIGNATURE))
