"""What was typed since a suggestion was made, and what that leaves of it; knows no documents."""

from __future__ import annotations

from typing import NamedTuple

from infill_ls.records import Snapshot

NEAR_SUFFIX = 256
"""Characters after the cursor that must not have changed."""
MOST_CLOSED = 3
"""Brackets and quotes that an editor may have closed by itself meanwhile."""
CLOSER_OF = {"(": ")", "[": "]", "{": "}", "<": ">", '"': '"', "'": "'", "`": "`"}


class Typed(NamedTuple):
    """The text that came in at the cursor, and how many characters an editor has put behind it by itself."""

    text: str
    closed: int = 0


NOTHING = Typed("")


def left_of(suggestion: str, typed: str) -> str | None:
    """What is left of a suggestion where so much of it was typed; None where something else was."""
    return suggestion[len(typed) :] if suggestion.startswith(typed) else None


def typed_since(before: Snapshot, now: Snapshot) -> Typed | None:
    """What turns ``before`` into ``now`` by typing on at its cursor; None where nothing typed does."""
    if before.uri != now.uri or (now.line, now.column) < (before.line, before.column):
        return None
    # The text before the cursor is long, and mostly one look behind it shows that this is another place.
    near = before.suffix[:NEAR_SUFFIX]
    if not any(now.suffix.startswith(near, n_closed) for n_closed in range(MOST_CLOSED + 1)):
        return None
    old = _from_line(before, now.first_line)
    new = _from_line(now, before.first_line)
    if old is None or new is None or not new.startswith(old):
        return None
    text = new[len(old) :]
    closed = closed_behind(text, before.suffix, now.suffix)
    return None if closed is None else Typed(text, closed)


def closed_behind(typed: str, before: str, now: str) -> int | None:
    """How many closing characters stand before the old suffix that typing ``typed`` made an editor add; else None."""
    wanted = before[:NEAR_SUFFIX]
    for n_closed in range(MOST_CLOSED + 1):
        if n_closed and not _closes(typed, now[n_closed - 1 : n_closed]):
            return None
        if now[n_closed : n_closed + NEAR_SUFFIX] == wanted:
            return n_closed
    return None


def _closes(typed: str, closer: str) -> bool:
    return any(CLOSER_OF.get(opener) == closer for opener in typed)


def _from_line(snapshot: Snapshot, line: int) -> str | None:
    """The prefix from a document line on, or all of it where it begins later; None where it ends before that line."""
    text, skipped = snapshot.prefix, line - snapshot.first_line
    start = 0
    for _ in range(skipped):
        start = text.find("\n", start) + 1
        if not start:
            return None
    return text[start:]
