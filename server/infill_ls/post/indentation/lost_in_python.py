"""Gives back the indentation that an answer's later lines have lost, where Python cannot mean them as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise
from typing import NamedTuple

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import indent_of, unit_of
from infill_ls.post.repeated_after import cut_following_lines
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings, reading, upwards

_LINES_OF_HEADER = 30
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
_DOCSTRING = re.compile(r"[rRuU]?(\"{3}|'{3})(?:(?!\1)[^\\]|\\.)*?\n([ \t]*)\1", re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s)\s*#.*$")
_BRANCH = re.compile(r"\s*(?:else|elif|except|finally)\b")
"""How a statement begins that stands below a block, which is deeper."""
_IN_FUNCTION_ONLY = re.compile(r"\s*(?:return\b|yield\b|self\.)")


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
    of_docstring = _lost_in_docstring(text, here.line_before)
    if not of_docstring and _is_sound(text, here):
        return text
    unit = "\t" if base.startswith("\t") or "\n\t" in text else unit_of(here)
    for lost in (of_docstring,) if of_docstring else dict.fromkeys((unit, base, base + unit)):
        first, *later = text.split("\n")
        shifted = "\n".join([first, *(lost + line if line.strip() else line for line in later)])
        if lost and _is_sound(shifted, here):
            # At their own level the document's next lines are known again.
            return cut_following_lines(shifted, answer)
    return text


def _lost_in_docstring(text: str, begun: str) -> str:
    """What the end of a docstring lacks that begins on the cursor's line, where its mark has a line of its own."""
    found = _DOCSTRING.match(text) if not begun.strip() else None
    return begun.removeprefix(found[2]) if found and begun.startswith(found[2]) else ""


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
    own = lines[1 : -1 if after is not None else None]
    return not any(
        _IN_FUNCTION_ONLY.match(line.code) and line.indent <= _outside_functions(here)
        for line in own
    )


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
    for raw in chain([before], upwards(here.near_above)):
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
    return -1


def _line(raw: str) -> _Line:
    code = (_COMMENT.sub("", raw) if "#" in raw else raw).rstrip()
    return _Line(code, len(raw) - len(raw.lstrip(" \t")))
