"""Which of the brackets that are open at the cursor the lines after it close, and an answer therefore may not."""

from __future__ import annotations

from dataclasses import dataclass

from infill_ls.syntax.brackets import BRACKETS, Scan, scan
from infill_ls.syntax.surroundings import Surroundings

TAB = 4
"""Columns of a tab; files that mix tabs with spaces are read as they look in most editors."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open at the cursor, innermost last."""

    marks: tuple[str, ...]
    indents: list[int]
    """Columns of white space before the lines that opened them."""
    columns: list[int]
    """Where they stand themselves."""
    above: int
    """How many of them were opened above the cursor's line."""


def width(line: str) -> int:
    """Columns of a line's leading white space."""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return len(indent.expandtabs(TAB))


def n_kept(here: Surroundings, opened: Opened) -> int:
    """How many of the open brackets the lines after the cursor close; what its own rest closes may be replaced.

    A closer at the start of its line belongs to the innermost opener whose line is indented no deeper, any other one
    only to an opener whose line is indented less than all lines from there on. So a bracket that was opened just now,
    and is closed nowhere, is told from those around it. Where fewer are closed than were opened on the cursor's line,
    the innermost are those that are still being typed.
    """
    after, rest = here.line_after + here.near_below, len(here.line_after)
    opened, found = _read_after(after, here, opened)
    closed = _closed_below(found, len(opened.marks), rest)
    if not closed:
        return 0
    at, depth = closed[0]
    start = after.rfind("\n", 0, at) + 1
    indent = width(after[start:])
    is_first = after[start:at].strip() == ""
    between = [width(each) for each in after[rest:start].split("\n") if each.strip() and not each.startswith("#")]
    spots, least = opened.indents, min([*between, indent])
    if here.language.columns:
        spots = opened.columns
        is_past = [least <= spot for spot in spots]
    else:
        was_left = any(each <= indent for each in between)
        is_past = [
            spot > indent or (was_left and number >= opened.above)
            if is_first
            else least <= spot and number >= opened.above
            for number, spot in enumerate(spots)
        ]
    while depth >= 0 and (is_past[depth] or opened.marks[depth] not in BRACKETS):
        depth -= 1
    if depth < opened.above:
        return depth + 1
    return min(depth + 1, opened.above + _n_closed_within(closed, after, opened))


def _read_after(after: str, here: Surroundings, opened: Opened) -> tuple[Opened, Scan]:
    """The text after the cursor, read on from the brackets with which it is least wrong."""
    marks, found = opened.marks, scan(after, here.language, opened.marks)
    for n_open in range(len(marks) - 1, opened.above - 1, -1):
        if not found.unmatched:
            break
        # Brackets that are closed further up than the window reaches are unmatched with it and without.
        shorter = scan(after, here.language, opened.marks[:n_open])
        if len(shorter.unmatched) < len(found.unmatched):
            marks, found = opened.marks[:n_open], shorter
    return Opened(marks, opened.indents, opened.columns, opened.above), found


def _closed_below(found: Scan, depth: int, rest: int) -> list[tuple[int, int]]:
    """Offsets of what closes one of the open brackets behind the cursor's line, and the depths."""
    closed = []
    for at, left in found.closed:
        # What the text after the cursor has opened itself is none of them.
        if 0 <= left < depth:
            depth = left
            if at >= rest:
                closed.append((at, left))
    return closed


def _n_closed_within(closed: list[tuple[int, int]], after: str, opened: Opened) -> int:
    """How many of the cursor's line's brackets are closed before the lines leave it."""
    least = opened.indents[opened.above]
    n_closed = 0
    for at, depth in closed:
        start = after.rfind("\n", 0, at) + 1
        is_first = after[start:at].strip() == ""
        indent = width(after[start:])
        if depth < opened.above or indent < least or (indent == least and not is_first and not n_closed):
            break
        n_closed += 1
    return n_closed
