"""What a service says that it counted -> the count, where it can be true of what was sent and came; knows no prices."""

from __future__ import annotations

from dataclasses import replace

from infill_ls.tokens import Usage

_CHARACTERS_PER_TOKEN = 100
"""More than any run of tokens has on average."""
_TOKENS_PER_CHARACTER = 4
"""As many as a character has bytes."""
_TOKENS_BESIDE = 32_768
"""More than a gateway or an image adds to a prompt, or thoughts to an answer in the time that it may take."""


def believed(usage: Usage, sent: int, received: int, max_tokens: int) -> Usage | None:
    """The count; None where it is none that this call can have, so that whoever pays is left with an estimate.

    Args:
        usage: what the service says.
        sent: characters of the prompt.
        received: characters of the answer's text.
        max_tokens: the longest answer asked for.
    """
    most_in = _TOKENS_PER_CHARACTER * sent + _TOKENS_BESIDE
    most_out = 2 * max_tokens + _TOKENS_BESIDE
    # What falls below is no count either: a zero would let every request pass the user's cap.
    if usage.prompt * _CHARACTERS_PER_TOKEN < sent or usage.prompt > most_in:
        return None
    if usage.completion * _CHARACTERS_PER_TOKEN < received or usage.completion > most_out:
        return None
    return replace(
        usage,
        cached=min(max(usage.cached, 0), usage.prompt),
        cache_written=min(max(usage.cache_written, 0), usage.prompt),
        reasoning=min(max(usage.reasoning, 0), usage.completion),
    )
