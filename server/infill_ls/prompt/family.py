"""What is known of one model family: how it spells a fill-in-the-middle prompt. Holds no rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tier = Literal["trained", "some", "none"]
"""Whether members fill in the middle: they were trained to; they have the tokens, and some do; they cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family's spelling. Templates are filled by ``str.format``, which never looks inside what it fills in."""

    name: str
    """What ``provider.family`` calls it."""
    patterns: tuple[str, ...]
    """What lower-case names of members contain; the first row that finds one in a name has it."""
    tier: Tier = "trained"
    middle: str = ""
    """The prompt: ``{files}``, ``{prefix}``, ``{suffix}``."""
    prefix_only: str = ""
    """The prompt where nothing follows the cursor, if that is not the same with an empty suffix."""
    repository: str = ""
    """Opens what shows other files: ``{name}``."""
    file: str = ""
    """One other file: ``{path}``, ``{text}``; empty where the family knows no such form."""
    current: str = ""
    """Stands between the other files and the text around the cursor: ``{path}``."""
    control_tokens: tuple[str, ...]
    """Strings that the tokenizer takes for commands; in user text they are to be neutralised."""
    stop: tuple[str, ...]
    """Strings that end an answer, most telling first."""
    vocabulary: str = ""
    """The token by which a tokenizer shows that it has this spelling."""
