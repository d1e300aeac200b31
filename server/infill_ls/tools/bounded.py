"""Lines -> one answer of bounded length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MOST_BYTES: Final = 12_000
"""Bytes of one answer: about 3,000 tokens, which each later round sends again."""
LONGEST_LINE: Final = 400
"""Characters of one line; what is longer is seldom written by hand."""


def bounded(title: str, lines: Sequence[str]) -> str:
    """A title and the lines below it, as many as there is room for; it is said where some are left out."""
    kept, room = [title[:LONGEST_LINE]], MOST_BYTES
    for line in lines:
        shown = line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"
        room -= len(shown.encode("utf-8", "replace")) + 1
        if room < 0:
            left = len(lines) - len(kept) + 1
            return "\n".join([*kept, f"({left} more lines are left out: ask for less)"])
        kept.append(shown)
    return "\n".join(kept)
