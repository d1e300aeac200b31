"""Gives back the indentation that an answer's later lines have lost, where Python cannot mean them as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import unit_of
from infill_ls.post.repeated_after import cut_following_lines
from infill_ls.records import Snapshot
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.languages import row
from infill_ls.syntax.scope import open_at

_WINDOW = 4000
"""Characters before the cursor in which the enclosing function is looked for."""
_STATEMENT = re.compile(
    r"\s*(?:(?:async\s+)?(?:def|for|with)|class|if|elif|else|while|try|except|finally|match|case)\b|\s*\)"
)
"""How a line begins that may open a block."""
_FUNCTION = re.compile(r"\s*(?:async\s+)?def\b")
_CLASS = re.compile(r"\s*class\b")
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
    snapshot = answer.snapshot
    if not row(snapshot.language).offside or "\n" not in text or snapshot.line_after.strip():
        return text
    if _is_sound(text, snapshot) or open_at(snapshot):
        return text
    base = snapshot.line_before[: len(snapshot.line_before) - len(snapshot.line_before.lstrip())]
    unit = "\t" if base.startswith("\t") or "\n\t" in text else unit_of(snapshot)
    for lost in dict.fromkeys((unit, base, base + unit)):
        first, *later = text.split("\n")
        shifted = "\n".join([first, *(lost + line if line.strip() else line for line in later)])
        if lost and _is_sound(shifted, snapshot):
            # At their own level the document's next lines are known again.
            return cut_following_lines(shifted, answer)
    return text


def _is_sound(text: str, snapshot: Snapshot) -> bool:
    """Whether the indentation may be meant: deeper just where a block begins, and nothing outside what it needs."""
    following = snapshot.suffix[len(snapshot.line_after) :]
    after = next(
        (line for line in following.split("\n", 50)[:50] if line.strip() and line.strip()[0] not in "#)]}"), None
    )
    lines = list(_statements(snapshot.line_before + text, snapshot.language))
    if scan(snapshot.line_before + text, snapshot.language).stack:
        after = None  # what follows is no statement, but goes on in the answer's brackets
    if after is not None and lines:
        lines.append(_line(after))
    for before, line in pairwise(lines):
        if before.opens != (line.indent > before.indent):
            return False
    own = lines[1 : -1 if after is not None else None]
    outside = _outside_functions(snapshot)
    return not any(line.indent <= outside and _IN_FUNCTION_ONLY.match(line.code) for line in own)


def _statements(text: str, language: str) -> Iterator[_Line]:
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


def _outside_functions(snapshot: Snapshot) -> int:
    """Indentation up to which a line is in no function, or -1 where that is not known."""
    before = snapshot.line_before
    limit = len(before) - len(before.lstrip(" \t")) + bool(before.strip())
    outermost = -1
    for raw in reversed([*snapshot.prefix[-_WINDOW:].split("\n")[:-1], before]):
        line = _line(raw)
        if not line.code or line.indent >= limit or line.code.lstrip()[0] in ")]}":
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
    code = re.sub(r"(?:^|\s)\s*#.*$", "", raw).rstrip()
    return _Line(code, len(raw) - len(raw.lstrip(" \t")))
