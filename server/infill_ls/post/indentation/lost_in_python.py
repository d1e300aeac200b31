"""Gives back the indentation that an answer's later lines have lost, where Python cannot mean them as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise, takewhile
from typing import NamedTuple

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import indent_of, unit_of
from infill_ls.post.repeated_after import cut_following_lines
from infill_ls.syntax.block import is_in_function
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings, reading, upwards

_LINES_OF_HEADER = 30
_LINES_ABOVE = 400
_LINES_BELOW = 50
"""Lines after the cursor's in which a statement is looked for."""
_STATEMENT = re.compile(
    r"\s*(?:(?:async\s+)?(?:def|for|with)|class|if|elif|else|while|try|except|finally|match|case)\b|\s*\)"
)
"""How a line begins that may open a block."""
_FUNCTION = re.compile(r"\s*(?:async\s+)?def\b")
_CLASS = re.compile(r"\s*class\b")
_LEAVES = re.compile(r"\s*(?:return|raise|continue|break)\b")
"""How a statement begins behind which nothing at its level is reached."""
_DECLARES = re.compile(r"\s*(?:global|nonlocal)\b")
"""How a statement begins that is nothing without what follows at its level."""
_METHOD = re.compile(r"\s*(?:async\s+)?def\s+\w+\(self\b")
_DOCSTRING = re.compile(r"[rRuU]?(\"{3}|'{3})(?:(?!\1)[^\\]|\\.)*+\1", re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s)\s*#.*$")
_BRANCH = re.compile(r"\s*(?:else|elif|except|finally)\b")
"""How a statement begins that stands below a block, which is deeper."""
_TRIES = re.compile(r"\s*(?:try|except)\b")
_HANDLES = re.compile(r"\s*(?:except|finally)\b")
_MAY_LEAVE = re.compile(r"\s*(?:@|(?:else|elif|except|finally|case|(?:async\s+)?def|class)\b)")
"""How a statement begins with which a block may end although its other lines stand below the cursor."""
_SKIPPED = re.compile(r"\s*(?:if|elif|for|(?:async\s+)?def)\b")
"""What opens a block whose names those behind it need not have."""
_WORD = re.compile(r"\w+")
_BINDS = re.compile(
    r"\s*(?:(?:(?:from\s+\S+\s+)?import|def|class)\s+(\w+)"
    r"|(\w+(?:\s*,\s*\w+)*)\s*(?::[^=]*)?=(?!=)|(?:async\s+)?for\s+\(?(\w+(?:\s*,\s*\w+)*)\s)"
)
"""A statement that gives names."""


class _Line(NamedTuple):
    """A line that begins a statement."""

    code: str
    """Without what follows a comment mark, and without white space at its end."""
    indent: int

    @property
    def opens(self) -> bool:
        return self.code.endswith(":") and _STATEMENT.match(self.code) is not None


def restore_lost_indent(text: str, answer: Answer) -> str:
    """Later lines one level deeper, or by the cursor's line's indentation, where only so they can be Python.

    What may be a block's end stays as it is: the indentation has to be wrong without the change and right with it.
    """
    here = answer.here
    if not here.language.offside or "\n" not in text or here.line_after.strip():
        return text
    if open_at(here):
        return text
    base = indent_of(_begun(here))
    unit = "\t" if base.startswith("\t") or "\n\t" in text else unit_of(here)
    of_docstring = _lost_in_docstring(text, here.line_before)
    if not of_docstring and _is_sound(text, here):
        return text
    for lost in (of_docstring,) if of_docstring else dict.fromkeys((unit, base, base + unit)):
        first, *later = text.split("\n")
        shifted = "\n".join([first, *(lost + line if line.strip() else line for line in later)])
        if lost and _is_sound(shifted, here):
            # At their own level the document's next lines are known again.
            return cut_following_lines(shifted, answer)
    return text


def _lost_in_docstring(text: str, begun: str) -> str:
    """What the later lines lack of a docstring that begins on the cursor's line: none is left of its mark."""
    found = _DOCSTRING.match(text) if not begun.strip() else None
    _, *later = found[0].split("\n") if found else [""]
    if not later:
        return ""
    # A line that is nothing but the closing mark counts, too.
    lowest = min((indent_of(line) for line in later if line.strip()), key=len, default=begun)
    return begun.removeprefix(lowest) if begun.startswith(lowest) else ""


def _is_sound(text: str, here: Surroundings) -> bool:
    """Whether the indentation may be meant: deeper just where a block begins, and nothing outside what it needs."""
    after = next(
        (
            line
            for line in here.below(_LINES_BELOW)
            if line.strip() and line.strip()[0] not in "#)]}"
        ),
        None,
    )
    begun = _begun(here)
    lines = list(_statements(begun + text, here.language))
    if scan(begun + text, here.language).stack:
        after = None  # what follows is no statement, but goes on in the answer's brackets
    if after is not None and lines:
        lines.append(_line(after))
    for before, line in pairwise(lines):
        if before.opens != (line.indent > before.indent):
            return False
        if line.indent == before.indent and _LEAVES.match(before.code):
            return False
        is_block = before.indent > line.indent or _STATEMENT.match(before.code)
        if _BRANCH.match(line.code) and not is_block:
            return False
        if line.indent < before.indent and _DECLARES.match(before.code):
            return False
    own = lines[1 : -1 if after is not None else None]
    if lines and (_splits_block(own, lines[0], after, here) or _needs_block(own, lines[0], here)):
        return False
    outside = _outside_functions(here)
    is_in_class = own and outside < 0 and _CLASS.match(_around(lines[0].indent, here).header)
    return not any(
        (line.indent <= outside and is_in_function(line.code, is_method=outside > 0))
        or (is_in_class and line.indent < lines[0].indent and _METHOD.match(line.code))
        for line in own
    )


def _splits_block(own: list[_Line], first: _Line, after: str | None, here: Surroundings) -> bool:
    """Whether the answer leaves a block that goes on below it, or of which another branch is there."""
    left = [line for line in own if line.indent < first.indent]
    if after is None or not left or _MAY_LEAVE.match(left[0].code):
        return False
    below = _line(after)
    if below.indent != first.indent:
        is_branch = below.indent < first.indent and _BRANCH.match(below.code)
        outside = [line for line in left if line.indent <= below.indent]
        return bool(is_branch and outside) and not _may_branch(outside[-1], below)
    above = map(_line, islice(upwards(here.text_above), _LINES_ABOVE))
    nearest = next((line for line in above if line.code and line.indent <= first.indent), None)
    return nearest is not None and nearest.indent == first.indent


def _may_branch(head: _Line, below: _Line) -> bool:
    """Whether a statement opens a block of which the line below it can be another branch."""
    if head.indent != below.indent or not head.opens:
        return False
    return _TRIES.match(head.code) is not None or _HANDLES.match(below.code) is None


def _needs_block(own: list[_Line], first: _Line, here: Surroundings) -> bool:
    """Whether what is behind the cursor's block uses a name that this alone binds, and need not have bound."""
    around = _around(first.indent, here)
    inside = list(takewhile(lambda line: line.indent >= first.indent, own))
    behind = [line.code for line in own[len(inside) :]]
    if not behind or not around.may_be_skipped or _BRANCH.match(behind[0]):
        return False
    own_block = [*around.block, first.code, *(line.code for line in inside)]
    names = set().union(*map(_bound_by, own_block))
    if not _FUNCTION.match(around.header):
        names |= _bound_by(around.header)
    known = set(_WORD.findall(around.above))
    return any(name not in known and _is_used(name, behind) for name in names)


def _bound_by(code: str) -> set[str]:
    found = _BINDS.match(code)
    return set(_WORD.findall("".join(filter(None, found.groups())))) if found else set()


def _is_used(name: str, lines: list[str]) -> bool:
    """Whether a name is used before it is given anew."""
    for line in lines:
        if name in _bound_by(line) or any(_gives(name, clause) for clause in line.split(":")):
            return False
        if re.search(rf"(?<![\w.'\"]){name}\b(?!\s*=[^=])", line):
            return True
    return False


def _gives(name: str, clause: str) -> bool:
    """Whether a name stands between `for` and `in`."""
    words = iter(_WORD.findall(clause))
    return all(word in words for word in ("for", name, "in"))


class _Around(NamedTuple):
    """What stands around the cursor's block."""

    header: str
    """The statement that opens it."""
    block: list[str]
    """Its lines above the cursor."""
    above: str
    """What stands above the header in the same function; of a function's own header all there is."""
    may_be_skipped: bool
    """Whether what is behind the block is reached without it."""


def _around(columns: int, here: Surroundings) -> _Around:
    lines = here.near_above.split("\n")[:-1]
    end = len(lines)
    while end and (not (line := _line(lines[end - 1])).code or line.indent >= columns):
        end -= 1
    start = max(0, end - 1)
    while start and end - start < _LINES_OF_HEADER:
        if not scan("\n".join(lines[start:end]), here.language).unmatched:
            break
        start -= 1
    header = " ".join(lines[start:end])
    first = start
    if not _FUNCTION.match(header):
        while first and not (_FUNCTION.match(lines[first]) and width(lines[first]) < columns):
            first -= 1
    before = next((raw for raw in reversed(lines[:start]) if _line(raw).code), "")
    is_other = _BRANCH.match(header) is not None and _LEAVES.match(before) is None
    may_be_skipped = is_other or _SKIPPED.match(header) is not None
    # Its head gives names to a loop, and has them in a condition.
    above = "\n".join(lines[first : start if _bound_by(header) else end])
    return _Around(header, lines[end:], above, may_be_skipped)


@reading
def _begun(here: Surroundings) -> str:
    """The statement that the cursor's line belongs to, up to the cursor, as far as brackets tell."""
    begun = here.line_before
    for line in islice(upwards(here.text_above), _LINES_OF_HEADER):
        if not scan(begun, here.language).unmatched:
            return begun
        begun = f"{line}\n{begun}"
    return here.line_before if scan(begun, here.language).unmatched else begun


def _statements(text: str, language: Language) -> Iterator[_Line]:
    """Lines that begin a statement: no blank ones, comments, or lines within brackets and strings."""
    stack: tuple[str, ...] = ()
    is_continued = False
    header: _Line | None = None
    for raw in text.split("\n"):
        starts_inside = bool(stack) or is_continued
        stack = scan(raw + "\n", language, stack).stack
        line = _line(raw)
        is_continued = line.code.endswith("\\")
        if starts_inside:
            if header is not None:
                header = _Line(header.code + " " + line.code.strip(), header.indent)
        elif line.code:
            if header is not None:
                yield header
            header = line
    if header is not None:
        yield header


@reading
def _outside_functions(here: Surroundings) -> int:
    """Indentation up to which a line is in no function, or -1 where that is not known."""
    before = here.line_before
    limit = len(before) - len(before.lstrip(" \t")) + bool(before.strip())
    outermost = -1
    lines = islice(upwards(here.text_above), _LINES_ABOVE)
    for raw in chain([before], lines):
        if len(raw) - len(raw.lstrip(" \t")) >= limit:
            continue
        line = _line(raw)
        if not line.code or line.code.lstrip()[0] in ")]}":
            continue
        limit = line.indent
        if _CLASS.match(line.code):
            return outermost
        if _FUNCTION.match(line.code):
            outermost = limit
        if limit == 0:
            return outermost
    return outermost


def _line(raw: str) -> _Line:
    code = (_COMMENT.sub("", raw) if "#" in raw else raw).rstrip()
    return _Line(code, len(raw) - len(raw.lstrip(" \t")))
