"""The text around the cursor, cut to budget so that its start stays put while a person types. Reads nothing else."""

from __future__ import annotations

from infill_ls.records import Snapshot

CHARACTERS_PER_TOKEN = 4
"""What code in Latin letters comes to with Qwen's tokenizer; a budget, not a count."""

SUFFIX_TOKENS, LAST_SUFFIX_TOKENS = 512, 128
"""What follows the cursor, where the user does not say how much: the latter where it stands at a prompt's end, of which
a prefix cache then serves nine tenths at the next key."""

STEPS = (64, 16, 4, 1)
"""Lines by which the window's start moves: the largest that leaves enough text. Seldom moves, so that a service can
reuse what it computed for the prompt before."""


def window(snapshot: Snapshot, prefix_tokens: int, suffix_tokens: int) -> tuple[str, str]:
    """Prefix and suffix in whole lines; only a line longer than the whole budget is cut."""
    return (
        _prefix(snapshot, prefix_tokens * CHARACTERS_PER_TOKEN),
        _suffix(snapshot.suffix, suffix_tokens * CHARACTERS_PER_TOKEN),
    )


def _prefix(snapshot: Snapshot, budget: int) -> str:
    if len(snapshot.prefix) <= budget and snapshot.first_line == 0:
        return snapshot.prefix
    lines = snapshot.prefix.split("\n")
    size, first = 0, len(lines)
    while first > 0 and size + len(lines[first - 1]) + 1 <= budget + 1:
        first -= 1
        size += len(lines[first]) + 1
    if first == len(lines):
        return snapshot.prefix[-budget:] if budget else ""
    for step in STEPS:
        start = -(-(snapshot.first_line + first) // step) * step - snapshot.first_line
        kept = "\n".join(lines[start:])
        if start < len(lines) and 2 * len(kept) >= min(size, budget):
            return kept
    return "\n".join(lines[first:])


def _suffix(suffix: str, budget: int) -> str:
    if len(suffix) <= budget:
        return suffix
    end = suffix.rfind("\n", 0, budget)
    return suffix[:budget] if end < 0 else suffix[: end + 1]
