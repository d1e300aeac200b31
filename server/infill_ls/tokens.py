"""What tokens were used, and what they cost: frozen values that travel between the rooms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call, as the service counted them."""

    prompt: int = 0
    cached: int = 0
    """Those of ``prompt`` that the service read from its prefix cache."""
    completion: int = 0
    reasoning: int = 0
    """Those of ``completion`` that were thoughts."""
    cache_written: int = 0
    """Those of ``prompt`` that the service wrote to an explicit cache, which costs more than reading them."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.completion + other.completion,
            self.reasoning + other.reasoning,
            self.cache_written + other.cache_written,
        )


@dataclass(frozen=True, slots=True)
class PriceTier:
    """What tokens cost, per million, in requests of up to so many input tokens."""

    up_to_tokens: int | None
    """None for any number."""
    input: float
    output: float
    cached: float | None
    """Input read from an implicit cache; None where no page says."""
    currency: str
