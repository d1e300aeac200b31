"""What Model Studio's pages say of one model. Holds no rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Thinking = Literal["none", "hybrid-off", "hybrid-on", "only"]
"""Whether a model thinks before it answers: never, when told to, unless told not to, always."""


@dataclass(frozen=True, slots=True)
class Model:
    """One model, its ``-latest`` name and its dated snapshots; every one of them can be asked by plain chat."""

    name: str
    pattern: str = ""
    """For a series: what its members' lower-case names match; ``name`` is then the series' own."""
    fim: bool = False
    """Served by the completions endpoint, which exists in one region only."""
    partial: bool = False
    """Continues a partial assistant message (while it does not think)."""
    partial_since: str = ""
    """First dated snapshot with partial mode, ``YYYY-MM-DD``; empty where the page names none."""
    thinking: Thinking = "none"
    thinking_since: str = ""
    """First dated snapshot that thinks; empty where the page names none."""
    thinking_budget: bool = False
    """Takes a limit for its thoughts."""
    no_think_suffix: str = ""
    """What a user message ends with to keep a hybrid model from thinking, where its server has no parameter for it."""
    preserve_thinking: bool = False
    """Can be shown its earlier thoughts again."""
    vision: bool = False
    """Reads images."""
    multimodal: bool = False
    """The native protocol serves it under the multimodal path."""
    stream_only: bool = False
    batch: bool = False
    context_cache: bool = False
    """Named as one that supports the context cache; others may support it, too."""
    context: int | None = None
    """Context window in tokens, up to so many; None where the pages do not say."""
    regions: tuple[str, ...] = ()
    """Where the pages say or show that chat and partial mode are served; empty where they do not say."""
    open_weights: bool = False
    """Other servers serve the same weights under this name, so the name says nothing of the server's routes."""
