"""What is offered where something was done before: a pattern and its places, and how far they may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from infill_ls.repeat.examples import Example
from infill_ls.repeat.pattern import Pattern
from infill_ls.repeat.places import Place

MOST_PLACES: Final = 20
"""A pattern with more places takes one more example to be believed."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many examples places take, by how far they are from the last edit."""

    lines: int = 60
    """Two examples reach two thirds of it."""
    examples: int = 2
    examples_beyond: int = 5


@dataclass(frozen=True, slots=True)
class Chain:
    """A pattern's places, the one to go to first at the beginning."""

    pattern: Pattern
    examples: tuple[Example, ...]
    """Those that the pattern explains, the newest last."""
    places: tuple[Place, ...]


Unwanted = Callable[[Pattern, Sequence[Example], Place], bool]
"""Whether the user did not want this at this place."""
