"""Which of the brackets that are open at the cursor the lines after it close, and an answer therefore may not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infill_ls.syntax.brackets import BRACKETS, OPENER_OF, Scan, scan
from infill_ls.syntax.surroundings import Surroundings

TAB = 4
"""Columns of a tab; files that mix tabs with spaces are read as they look in most editors."""
LISP_TAB = 8
"""Columns of a tab where columns mean something: Emacs, which indents so, has tabs of eight."""
_WORD = re.compile(r"\s*(?:end|fi|done|esac)?")
"""What may stand before a closing bracket that begins its line: nothing, or the word that ends a block."""
_RUN = re.compile(r"\s*[)\]}]+")
"""Closing brackets at the start of a line."""


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


def width(line: str, tab: int = TAB) -> int:
    """Columns of a line's leading white space."""
    n_characters = len(line) - len(line.lstrip(" \t"))
    indent = line[:n_characters]
    return len(indent.expandtabs(tab)) if "\t" in indent else n_characters


def n_kept(here: Surroundings, opened: Opened) -> int:
    """How many of the open brackets the lines after the cursor close; what its own rest closes may be replaced.

    A closer at the start of its line belongs to the innermost opener whose line is indented no deeper, any other one
    only to an opener whose line is indented less than all lines from there on, but for the brace of a block which is
    not indented. So a bracket that was opened just now, and is closed nowhere, is told from those around it. Where
    fewer are closed than were opened on the cursor's line, the innermost are those that are still being typed, unless
    what is closed is of another kind than the others: then the answer has to open that.
    """
    if not opened.marks:
        return 0
    after, rest = here.line_after + here.near_below, len(here.line_after)
    opened, found = _read_after(after, here, opened)
    closed = _closed_below(found, len(opened.marks), rest)
    if not closed:
        return 0
    at, depth = closed[0]
    start = after.rfind("\n", 0, at) + 1
    indent = width(after[start:], LISP_TAB if here.language.columns else TAB)
    is_first = _WORD.fullmatch(after, start, at) is not None
    tab = LISP_TAB if here.language.columns else TAB
    between = [
        width(each, tab)
        for each in after[rest:start].split("\n")
        if each.strip() and not each.startswith("#")
    ]
    spots, least = opened.indents, min([*between, indent])
    if here.language.columns:
        spots = opened.columns
        is_past = [least <= spot for spot in spots]
    else:
        was_left = any(each <= indent for each in between)
        inside = [*spots[1:], width(here.line_before or here.previous_line)]
        is_past = [
            spot > indent or (was_left and number >= opened.above)
            if is_first
            else least <= spot
            and (number >= opened.above or opened.marks[number] != "{" or inside[number] > spot)
            for number, spot in enumerate(spots)
        ]
    innermost = depth
    while depth >= 0 and (
        is_past[depth]
        or opened.marks[depth] not in BRACKETS
        # It closes none of another kind, where it is not that of the innermost.
        or (is_first and depth < innermost and opened.marks[depth] != OPENER_OF[after[at]])
    ):
        depth -= 1
    if depth < opened.above:
        return _n_kept_above(depth + 1, closed, after, opened)
    n_within = min(depth + 1 - opened.above, _n_closed_within(closed, after, opened, opened.above))
    n_within = max(0, n_within - _n_left_open(closed, after, spots[: opened.above], opened.marks))
    kinds = [OPENER_OF[after[each]] for each, _ in closed[:n_within]]
    own = opened.marks[opened.above : opened.above + n_within]
    return opened.above + (n_within if list(own) == kinds[::-1] else 0)


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
    if found.unmatched:
        marks, found = _without_missing(after, here, opened, len(marks), found)
    n_open = len(marks)
    return Opened(marks, opened.indents[:n_open], opened.columns[:n_open], opened.above), found


def _without_missing(
    after: str, here: Surroundings, opened: Opened, n_marks: int, found: Scan
) -> tuple[tuple[str, ...], Scan]:
    """What an answer has to close and to open itself is left out, where the kinds of brackets show it."""
    marks, rest, at = opened.marks[:n_marks], len(here.line_after), found.unmatched[0]
    line = after.rfind("\n", 0, at) + 1
    run = _RUN.match(after, line)
    closers = [each for each, depth in found.closed if depth >= 0]
    is_closed = any(rest <= each < at for each in closers)
    if at < rest or (is_closed and run is None):
        return marks, found
    if is_closed and run is not None:
        # ``})`` where nothing has opened the bracket: with the brace the answer opens both.
        left, below = marks, after[:line] + " " * len(run[0]) + after[run.end() :]
        first, kind = closers[0], OPENER_OF[after[at]]
        start = after.rfind("\n", 0, first) + 1
        is_end = start > rest and width(after[start:first]) == opened.indents[n_marks - 1]
        if is_end and not after[start:first].strip() and kind in marks[:-1] and marks[-2] != kind:
            # ``}`` and another one, in a call: the answer ends the call, and begins the block that the first one ends.
            n_open = max(n for n, mark in enumerate(marks[:-1], 1) if mark == kind)
            left, below = marks[:n_open], after[:first] + " " + after[first + 1 :]
    else:
        n_open = next(
            (n for n in range(len(marks), 0, -1) if marks[n - 1] == OPENER_OF[after[at]]),
            len(marks),
        )
        left, below = marks[:n_open], " " * rest + after[rest:]
    other = scan(below, here.language, left)
    return (left, other) if len(other.unmatched) < len(found.unmatched) else (marks, found)


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


def _n_kept_above(n_kept: int, closed: list[tuple[int, int]], after: str, opened: Opened) -> int:
    """The same of brackets that were opened together on one line further up, where a line behind shows them closed."""
    first = n_kept - 1
    while (
        first > 0
        and opened.indents[first - 1] == opened.indents[first]
        and opened.marks[first - 1] != "{"
    ):
        first -= 1
    if first >= n_kept - 1 or "{" in opened.marks[first:n_kept]:
        return n_kept
    n_closed = _n_closed_within(closed, after, opened, first)
    lines = after[closed[max(n_closed - 1, 0)][0] :].split("\n")[1:]
    is_left = any(
        line.strip() and line.lstrip()[0] not in OPENER_OF and width(line) <= opened.indents[first]
        for line in lines
    )
    return first + n_closed if is_left and n_closed < n_kept - first else n_kept


def _n_left_open(
    closed: list[tuple[int, int]], after: str, spots: list[int], marks: tuple[str, ...]
) -> int:
    """How many of the brackets above, those nearest first, have no end where the lines leave them: the answer's own
    took it, which it has yet to close.
    """
    at, lowest = closed[-1]
    lines = [line for line in after[at:].split("\n")[1:] if line.strip()]
    furthest = min((width(line) for line in lines if line.lstrip()[0] not in OPENER_OF), default=-1)
    n_left = 0
    for spot, mark in zip(spots[:lowest][::-1], marks[: len(spots[:lowest])][::-1], strict=True):
        if mark == "{" or not 0 <= furthest <= spot:
            break
        n_left += 1
    return n_left


def _n_closed_within(closed: list[tuple[int, int]], after: str, opened: Opened, first: int) -> int:
    """How many of a line's brackets, beginning with the ``first``, are closed before the lines leave it."""
    own = opened.indents[first]
    n_closed = 0
    for at, depth in closed:
        start = after.rfind("\n", 0, at) + 1
        is_end = after[start : at + 1].lstrip()[0] in OPENER_OF
        indent = width(after[start:])
        if depth < first or indent < own or (indent == own and not is_end):
            break
        n_closed += 1
    return n_closed
