"""How a prompt's length is shared out: other files have a room of their own, the text around the cursor the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infill_ls.context.window import CHARACTERS_PER_TOKEN, SUFFIX_TOKENS, window
from infill_ls.records import Snapshot
from infill_ls.settings.schema import SOURCES, ContextSettings


@dataclass(frozen=True, slots=True)
class Allowance:
    """What prompts may show of other files: how much, for which reasons, and of which files."""

    tokens: int
    sources: frozenset[str] = frozenset(SOURCES)
    readable: Callable[[str], int | None] = lambda _language: None
    """Characters of a prompt in a language that the model reads in time; None for any number."""
    is_off: Callable[[str], bool] = lambda _path: False
    """Whether the user has switched completions off in a file; nothing of it is shown then."""

    @property
    def most_characters(self) -> int:
        """What a model that reads fast is shown at most."""
        return self.tokens * CHARACTERS_PER_TOKEN

    def characters(self, language: str) -> int:
        """What the model is shown at most in a language, at the speed at which it reads now."""
        return slow_other_files(self.most_characters, self.readable(language))

    @property
    def takes_unsaved(self) -> bool:
        """Whether a document counts as it stands in the editor; else as the disk has it."""
        return "open" in self.sources


_SLOW_SHARE, _LEAST_CHARACTERS = 4, 300
"""Where a model reads slowly, other files have such a part of what it reads in time; less than that many characters
show nothing."""

_SUFFIX_SHARE = 5
"""Where little is left, the text behind the cursor has a fifth of it."""


def other_files_tokens(limits: ContextSettings, most_characters: int | None = None) -> int:
    """Tokens for other files: what the text around the cursor never needs, and no more than the user allows.

    ``most_characters`` is the longest prompt that the model takes, where that is known: in a small window the code
    around the cursor comes first.
    """
    if not limits.other_files:
        return 0
    suffix = SUFFIX_TOKENS if limits.suffix_tokens is None else limits.suffix_tokens
    budget = limits.budget_tokens
    if most_characters is not None:
        budget = min(budget, most_characters // CHARACTERS_PER_TOKEN)
    return max(0, min(limits.other_files_tokens, budget - limits.prefix_tokens - suffix))


def slow_other_files(room: int, readable: int | None) -> int:
    """Characters for other files where a model reads so many of a prompt in time; None: all."""
    if readable is None:
        return room
    return min(room, readable // _SLOW_SHARE if readable // _SLOW_SHARE >= _LEAST_CHARACTERS else 0)


def around_cursor(
    snapshot: Snapshot, limits: ContextSettings, suffix_tokens: int, taken: int
) -> tuple[str, str]:
    """Prefix and suffix that fit beside the ``taken`` characters of all else in the prompt.

    It goes by the limits alone, not by what there is: so the window stays where it is while a person types.
    """
    room = max(0, limits.budget_tokens - -(-taken // CHARACTERS_PER_TOKEN))
    if limits.prefix_tokens + suffix_tokens > room:
        suffix_tokens = min(suffix_tokens, room // _SUFFIX_SHARE)
    return window(snapshot, min(limits.prefix_tokens, room - suffix_tokens), suffix_tokens)
