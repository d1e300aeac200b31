"""From a document to what a model is shown for a next edit, and from its lines back to places. Asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.privacy.neutralise import neutralise
from infill_ls.privacy.secrets import blanked
from infill_ls.prompt.next_families import NextFamily
from infill_ls.prompt.next_prompt import Event, Excerpt
from infill_ls.records import REDACTED, Change
from infill_ls.repeat.places import Place
from infill_ls.repeat.text import Lines
from infill_ls.stream.rewrite import LineEdit

_LONGEST: Final = 1000
"""Characters of a line that a model is still to write anew."""
_BESIDE: Final = 2
"""Lines of context around a change."""
_FIXED: Final = 600
"""Characters of a prompt beside the form's own and what is shown: marks, headers, the path."""


@dataclass(frozen=True, slots=True)
class Region:
    """Lines that a model may write anew, as they are and as it is shown them."""

    first: int
    lines: tuple[str, ...] = field(repr=False)
    above: str | None = field(repr=False)
    """The line above it; None at the document's start."""
    below: str | None = field(repr=False)
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be shown."""

    budget_tokens: int
    redact: bool


def region_at(
    text: Lines,
    changes: Sequence[Change],
    at: tuple[int, int],
    named: tuple[str, str],
    family: NextFamily,
    limits: Limits,
) -> Region | None:
    """What a model is shown around a place, row and index, of a document; None where a line there is too long.

    ``named`` is the path that it is called by, and its language.
    """
    row = min(at[0], text.line_count - 1)
    room = limits.budget_tokens * CHARACTERS_PER_TOKEN - len(family.user) - _FIXED
    first, end = _around(text, (row, row + 1), (family.lines_before, family.lines_after), room // 3)
    if any(len(text.line(each)) > _LONGEST for each in range(first, end)):
        return None
    top, bottom = _around(text, (first, end), (family.shown_before, family.shown_after), room // 3)

    def safe(lines: Sequence[str]) -> tuple[str, ...]:
        return _safe(lines, family.control_tokens, redact=limits.redact)

    shown = safe([text.line(each) for each in range(top, bottom)])
    lines = shown[first - top : end - top]
    excerpt = Excerpt(
        path=neutralise(named[0], family.control_tokens),
        language=named[1],
        above=shown[: first - top],
        lines=lines,
        below=shown[end - top :],
        row=row - first,
        column=min(at[1], len(lines[row - first])),
        events=_events(text, changes, family.events, room // 4, safe),
        was=safe(_before(changes, first, [text.line(each) for each in range(first, end)])),
        starts_file=top == 0,
    )
    return Region(
        first,
        tuple(text.line(each) for each in range(first, end)),
        text.line(first - 1) if first else None,
        text.line(end) if end < text.line_count else None,
        excerpt,
    )


def place_of(edit: LineEdit, region: Region) -> Place | None:
    """The place of an edit; None where it would write what stood in the prompt for something else."""
    first, end = edit.first, edit.first + len(edit.old)
    shown = {
        sent for sent, real in zip(region.excerpt.lines, region.lines, strict=True) if sent != real
    }
    if any(line in shown for line in (*edit.old, *edit.new)):
        return None
    real = "\n".join(region.lines)
    if any(REDACTED in line for line in edit.new) and REDACTED not in real:
        return None
    row, new = region.first + first, "\n".join(edit.new)
    old = "\n".join(region.lines[first:end])
    above = region.lines[first - 1] if first else region.above
    below = region.lines[end] if end < len(region.lines) else region.below
    if edit.old and edit.new:
        return _replaced(row, old, new)
    if edit.new:
        if above is None:
            return Place(0, 0, 0, new + "\n", region.lines[0])
        return Place(row - 1, len(above), len(above), "\n" + new, above)
    if below is not None:
        return Place(row, 0, len(old) + 1, "", f"{old}\n{below}")
    # Nothing follows at the document's end, so the line end above goes with them.
    if above is None:
        return Place(0, 0, len(old), "", old)
    return Place(row - 1, len(above), len(above) + 1 + len(old), "", f"{above}\n{old}")


def _replaced(row: int, old: str, new: str) -> Place:
    """Without what stays at both ends."""
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return Place(row, start, len(old) - end, new[start : len(new) - end], old)


def _around(
    text: Lines, inner: tuple[int, int], most: tuple[int, int], room: int
) -> tuple[int, int]:
    """Lines around others, turn by turn above and below, as far as there is room and none is too long."""
    (first, end), (above, below) = inner, most
    least, last = max(0, first - above), min(text.line_count, end + below)
    size = sum(len(text.line(each)) + 1 for each in range(first, end))
    while first > least or end < last:
        grown = False
        for step in (-1, 1):
            each = first - 1 if step < 0 else end
            if not (least <= each < first or end <= each < last):
                continue
            n_more = len(text.line(each)) + 1
            if n_more > _LONGEST or size + n_more > room:
                least, last = (first, last) if step < 0 else (least, end)
                continue
            size, grown = size + n_more, True
            first, end = (each, end) if step < 0 else (first, each + 1)
        if not grown:
            break
    return first, end


def _events(
    text: Lines,
    changes: Sequence[Change],
    most: int,
    room: int,
    safe: Callable[[Sequence[str]], tuple[str, ...]],
) -> tuple[Event, ...]:
    """The last changes, as many as there is room for, the newest last."""
    found: list[Event] = []
    for change in reversed(changes[-most:]):
        if change.is_bulk:
            continue
        end = change.first + len(change.new)
        above = range(max(0, change.first - _BESIDE), change.first)
        below = range(end, min(text.line_count, end + _BESIDE))
        event = Event(
            change.first,
            safe(change.old),
            safe(change.new),
            safe([text.line(each) for each in above]),
            safe([text.line(each) for each in below]),
        )
        room -= sum(
            len(line) + 1
            for part in (event.old, event.new, event.before, event.after)
            for line in part
        )
        if room < 0:
            break
        found.append(event)
    return tuple(reversed(found))


def _before(changes: Sequence[Change], first: int, lines: list[str]) -> list[str]:
    """The region before the last change, where that is in it."""
    if not changes:
        return lines
    last = changes[-1]
    at = last.first - first
    if not 0 <= at <= at + len(last.new) <= len(lines):
        return lines
    return [*lines[:at], *last.old, *lines[at + len(last.new) :]]


def _safe(lines: Sequence[str], tokens: tuple[str, ...], *, redact: bool) -> tuple[str, ...]:
    """Lines as they may be sent; as many as there were."""
    if not lines:
        return ()
    text = "\n".join(lines)
    return tuple(neutralise(blanked(text)[0] if redact else text, tokens).split("\n"))
