"""One source of completions: who is asked, in which form, and what its answers depend on. Asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from infill_ls.engine.prompt_cache import ExplicitCache
from infill_ls.prompt.family import Family
from infill_ls.provider.base import Provider
from infill_ls.records import Mode, Source

Lists = Literal["held", "asked", "none"]
"""As JSON that the model is held to; as JSON that it is only asked for, since it thinks; or not at all."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One source of completions. ``id`` stands for all that its answers depend on besides the text."""

    provider: Provider
    mode: Mode
    family: Family | None
    """None for the embedded engine, which reads the context as it is."""
    source: Source
    id: str
    debounce_ms: int | None = None
    """The user's setting; None for the default."""
    soft_switch: str = ""
    """Word by which an open model is told to think or not."""
    thoughts: int = 0
    """Tokens that an answer may take besides its text, where the server counts thoughts among them."""
    lists: Lists = "none"
    """How it gives several answers at once."""
    sees: bool = False
    """Whether the model takes images."""
    room: Callable[[str], int | None] = lambda _language: None
    """Characters of a prompt in a language that are read in time; None for any number."""
    primes: int | None = None
    """Tokens to ask for where it is only to read a prompt in advance; None where that costs more than its own time."""
    cache: ExplicitCache | None = None
    """Where the service has an explicit context cache."""
