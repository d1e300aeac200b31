"""Finds where the text before the cursor stands elsewhere, in this file and others; does not judge what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from infill_ls.provider.local.exact import is_named
from infill_ls.provider.local.index import ORDERS, Index, directory
from infill_ls.provider.local.tokens import (
    WIDTH,
    Folded,
    fold,
    is_word,
    line_break,
    split,
    unfinished,
)

THIS_FILE, SAME_DIRECTORY, PROJECT, INSTALLED = 3, 2, 1, 0

LONGEST_MATCH = 32
"""Tokens; a longer match says no more."""

_ABOVE_CHARS = 16_000
_BELOW_CHARS = 8_000
_CONTEXT_CHARS = 1_200
_NEAREST = 48
_SCANNED = 256
_ENOUGH = 24
_OWN_PLACE = 24


@dataclass(frozen=True, slots=True)
class Query:
    """The cursor's surroundings, folded."""

    above: Folded
    """The lines above the cursor's."""
    below: Folded
    """The lines below the cursor's."""
    tokens: list[str]
    """The finished tokens before the cursor, last ones only."""
    partial: str
    """What is typed of the next token: blanks, a word that may or may not be finished, or both."""
    tails: list[str]
    """The ``n`` last tokens and ``partial`` as text, for each ``n``."""
    indent: str
    """Indentation of the cursor's line."""
    typed: str
    """The cursor's line up to the cursor, without indentation."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text before the cursor stands elsewhere."""

    folded: Folded
    at: int
    """Offset that corresponds to the cursor."""
    matched: int
    """Tokens before ``at`` that are the same as before the cursor."""
    near: int
    path: str = ""
    """The file's; empty for the text around the cursor."""
    language: str = ""
    """The file's."""

    @property
    def splits_word(self) -> bool:
        """Whether a word goes on at ``at``."""
        text = self.folded.text
        return is_word(text[self.at - 1 : self.at]) and is_word(text[self.at : self.at + 1])


def query(prefix: str, suffix: str) -> Query:
    """Fold the text around the cursor."""
    head, _, line = prefix[-_ABOVE_CHARS:].rpartition("\n")
    above = fold(head)
    below = fold(suffix[:_BELOW_CHARS].partition("\n")[2])
    typed = line.lstrip()
    indent = line[: len(line) - len(typed)]
    last = above.layout[-1] & WIDTH if above.layout else 0
    partial = unfinished(typed)
    context = (above.text[-_CONTEXT_CHARS:] + line_break(last, len(indent)) + typed)[
        -_CONTEXT_CHARS:
    ]
    tokens = split(context[: len(context) - len(partial)])[-LONGEST_MATCH:]
    tails = [partial]
    for token in reversed(tokens):
        tails.append(token + tails[-1])
    return Query(above, below, tokens, partial, tails, indent, typed)


def find_places(
    index: Index, path: str, asked: Query, installed: Index | None = None
) -> list[Place]:
    """Places worth a vote, those of this file first; those with short matches only where there are few others.

    What is installed is looked at where the project has little to say.
    """
    places: list[Place] = []
    for order in (*ORDERS, 1):
        if order < len(asked.tails):
            places = _in_live_text(asked, order)
        if len(places) >= _ENOUGH:
            break
    if not places and is_word(asked.partial[-1:]):
        places = _in_live_text(asked, 0)
    places += _in_index(index, path, asked)
    if installed is not None and len(places) < _ENOUGH:
        places += (replace(place, near=INSTALLED) for place in _in_index(installed, path, asked))
    return places


def _in_live_text(asked: Query, order: int) -> list[Place]:
    needle = asked.tails[order]
    starts_word = is_word(needle[:1])
    found: list[Place] = []
    for folded, starts in (
        (asked.above, _backwards(asked.above.text, needle)),
        (asked.below, _forwards(asked.below.text, needle)),
    ):
        taken = 0
        for start in starts:
            if starts_word and start and is_word(folded.text[start - 1]):
                continue
            at = start + len(needle)
            found.append(Place(folded, at, _matched(asked, folded.text, at), THIS_FILE))
            taken += 1
            if taken == _NEAREST:
                break
    return found


def _backwards(text: str, needle: str) -> Iterator[int]:
    start = text.rfind(needle)
    while start >= 0:
        yield start
        start = text.rfind(needle, 0, start + len(needle) - 1)


def _forwards(text: str, needle: str) -> Iterator[int]:
    start = text.find(needle)
    while start >= 0:
        yield start
        start = text.find(needle, start + 1)


def _in_index(index: Index, path: str, asked: Query) -> list[Place]:
    here = directory(path)
    found: list[Place] = []
    seen: set[tuple[int, int]] = set()
    for tokens, rest in _readings(asked):
        for body, end in index.find(tokens, rest, limit=_SCANNED, enough=_ENOUGH):
            text = body.folded.text
            at = end + len(rest)
            if (id(body), at) in seen:
                continue
            seen.add((id(body), at))
            matched = _matched(asked, text, at)
            if matched < 2:
                continue
            if not is_named(body.path, path):
                near = SAME_DIRECTORY if is_named(body.directory, here) else PROJECT
                found.append(Place(body.folded, at, matched, near, body.path, body.language))
            elif not _is_live(asked, text, at, matched):
                found.append(Place(body.folded, at, matched, THIS_FILE, body.path, body.language))
    return found


def _readings(asked: Query) -> Iterator[tuple[list[str], str]]:
    """The tokens to look for and what must follow them: the typed word may be whole, or the start of one."""
    if is_word(asked.partial[-1:]):
        yield [*asked.tokens, asked.partial], ""
    yield asked.tokens, asked.partial


def _matched(asked: Query, text: str, at: int) -> int:
    """How many tokens before ``at`` are the same as before the cursor, by bisection."""
    low, high = 0, len(asked.tails)
    while high - low > 1:
        middle = (low + high) // 2
        tail = asked.tails[middle]
        if at >= len(tail) and text.startswith(tail, at - len(tail)):
            low = middle
        else:
            high = middle
    if is_word(asked.partial[-1:]) and not is_word(text[at : at + 1]):
        return low + 1
    return low


def _is_live(asked: Query, text: str, at: int, matched: int) -> bool:
    """Whether a place in this file's indexed version is the cursor's own, or still stands in the text around it."""
    if matched >= min(_OWN_PLACE, len(asked.tokens)):
        return True
    before, after = text[max(0, at - 40) : at], text[at : at + 20]
    # What led to the cursor a moment ago, when the lines above were others, says only that nothing stood here.
    if not after and asked.tails[-1].endswith(before):
        return True
    return before + after in asked.above.text or before + after in asked.below.text
