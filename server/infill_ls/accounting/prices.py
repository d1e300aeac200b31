"""Tokens and a price list -> what a call cost. An unknown price stays unknown."""

from __future__ import annotations

from dataclasses import dataclass

from infill_ls.tokens import PriceTier, Usage

WRITE_FACTOR, READ_FACTOR = 1.25, 0.10
"""What an explicit cache costs, as shares of the input price: writing to it, and reading in the same request."""

_PRICED_PER = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Money."""

    amount: float
    currency: str
    at_most: bool = False
    """Whether tokens were read from a cache whose price is not known, and are counted at the full input price."""


def cost(tiers: tuple[PriceTier, ...], usage: Usage, calls: int = 1) -> Cost | None:
    """What the tokens cost; None where no tier says, or nothing was counted.

    Args:
        tiers: the model's prices, smallest requests first.
        usage: the tokens of all calls together.
        calls: how many there were; a tier is chosen by the input of one.
    """
    if not usage.prompt and not usage.completion:
        return None
    tier = _tier(tiers, usage.prompt / max(calls, 1))
    if tier is None:
        return None
    plain = max(usage.prompt - usage.cached - usage.cache_written, 0)
    # A request uses either kind of cache; one that writes to the explicit one also reads from that one.
    read = tier.input * READ_FACTOR if usage.cache_written else tier.cached
    amount = (
        plain * tier.input
        + usage.cached * (tier.input if read is None else read)
        + usage.cache_written * tier.input * WRITE_FACTOR
        + usage.completion * tier.output
    )
    return Cost(amount / _PRICED_PER, tier.currency, at_most=read is None and usage.cached > 0)


def _tier(tiers: tuple[PriceTier, ...], tokens: float) -> PriceTier | None:
    """The first that reaches so far."""
    return next(
        (tier for tier in tiers if tier.up_to_tokens is None or tokens <= tier.up_to_tokens), None
    )
