"""Excerpt -> the prompt that asks for the next edit. Does not choose, redact or neutralise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final

from infill_ls.messages import Message
from infill_ls.prompt.next_families import NextFamily
from infill_ls.records import Context, Prompt

_LEAST_BLOCK, _MOST_BLOCK = 6, 16
_CLOSERS: Final = frozenset(")]}")
_CHARACTERS_PER_TOKEN, _TOKENS_BESIDE, _MOST_TOKENS = 3, 96, 1536
"""Of an answer: code comes to at least so many characters a token, and an edit may add something."""


@dataclass(frozen=True, slots=True)
class Event:
    """A change that was made, and the lines around it."""

    first: int
    """0-based line."""
    old: tuple[str, ...] = field(repr=False)
    new: tuple[str, ...] = field(repr=False)
    before: tuple[str, ...] = field(default=(), repr=False)
    after: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a model is shown of a document, and which lines of it it may rewrite."""

    path: str
    language: str
    above: tuple[str, ...] = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    """The region."""
    below: tuple[str, ...] = field(repr=False)
    row: int
    """Of the region: the cursor's line."""
    column: int
    events: tuple[Event, ...] = field(repr=False)
    """The newest last."""
    was: tuple[str, ...] = field(default=(), repr=False)
    """The region before the last change."""
    starts_file: bool = False


def build(excerpt: Excerpt, family: NextFamily) -> Prompt:
    """The prompt, equal for equal arguments."""
    region = _with_cursor(excerpt, family)
    if family.answer == "blocks":
        region = _marked(region, blocks(excerpt.lines))
    elif family.answer == "json":
        region = [f"{number}: {line}" for number, line in enumerate(region, 1)]
    prefill = "".join(line + "\n" for line in excerpt.lines[: said_lines(excerpt, family)])
    opening = "<|start_of_file|>\n" if excerpt.starts_file and _marks_start(family) else ""
    filled = {
        "events": "".join(_event(each, family, excerpt.path) for each in excerpt.events),
        "path": excerpt.path,
        "above": opening + _text(excerpt.above),
        "region": "\n".join(region),
        "below": _text(excerpt.below),
        "was": "\n".join(excerpt.was),
        "prefill": prefill,
    }
    user = family.user.format(**filled)
    context = Context("", "", excerpt.path, excerpt.language)
    room = sum(map(len, excerpt.lines)) // _CHARACTERS_PER_TOKEN + len(excerpt.lines)
    max_tokens = min(room * 3 // 2 + _TOKENS_BESIDE, _MOST_TOKENS)
    if family.mode == "fim":
        return Prompt("fim", context, text=user, stop=family.stop, max_tokens=max_tokens)
    system = (Message("system", family.system),) if family.system else ()
    begun = (
        (Message("assistant", family.begun.format(**filled), partial=True),)
        if family.mode == "partial"
        else ()
    )
    messages = (*system, Message("user", user), *begun)
    return Prompt(family.mode, context, messages=messages, stop=family.stop, max_tokens=max_tokens)


def said_lines(excerpt: Excerpt, family: NextFamily) -> int:
    """Lines of the region that the answer has already."""
    return excerpt.row if family.prefills else 0


def blocks(lines: Sequence[str]) -> tuple[int, ...]:
    """Where the blocks of a region begin, and where the last one ends: at blank lines, and never at a closing one."""
    starts = [0]
    for at in range(1, len(lines)):
        size = at - starts[-1]
        opens = lines[at].strip()[:1] not in _CLOSERS and lines[at].strip() != ""
        is_due = size >= _LEAST_BLOCK and not lines[at - 1].strip()
        if opens and (is_due or size >= _MOST_BLOCK) and len(lines) - at >= _LEAST_BLOCK // 2:
            starts.append(at)
    return (*starts, len(lines))


def marker(number: int) -> str:
    """What stands before a block, and behind the last one; they are counted from 1."""
    return f"<|marker_{number}|>"


def _marked(lines: Sequence[str], starts: Sequence[int]) -> list[str]:
    out: list[str] = []
    for number, start in enumerate(starts, 1):
        out.append(marker(number))
        out += lines[start : starts[number]] if number < len(starts) else ()
    return out


def _with_cursor(excerpt: Excerpt, family: NextFamily) -> list[str]:
    lines = list(excerpt.lines)
    line = lines[excerpt.row]
    lines[excerpt.row] = line[: excerpt.column] + family.cursor + line[excerpt.column :]
    return lines


def _marks_start(family: NextFamily) -> bool:
    return "<|start_of_file|>" in family.control_tokens


def _event(event: Event, family: NextFamily, path: str) -> str:
    hunk = "\n".join(_hunk(event))
    first, n_beside = event.first - len(event.before) + 1, len(event.before) + len(event.after)
    header = f"@@ -{first},{n_beside + len(event.old)} +{first},{n_beside + len(event.new)} @@"
    old = (*event.before, *event.old, *event.after)
    new = (*event.before, *event.new, *event.after)
    return family.event.format(
        path=path, diff=f"{header}\n{hunk}", hunk=hunk, old="\n".join(old), new="\n".join(new)
    )


def _hunk(event: Event) -> list[str]:
    """The lines of a unified diff."""
    out = [f" {line}" for line in event.before]
    for tag, a, z, b, y in SequenceMatcher(
        None, event.old, event.new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            out += [f" {line}" for line in event.old[a:z]]
        else:
            out += [f"-{line}" for line in event.old[a:z]]
            out += [f"+{line}" for line in event.new[b:y]]
    return [*out, *(f" {line}" for line in event.after)]


def _text(lines: Sequence[str]) -> str:
    return "".join(line + "\n" for line in lines)
