"""What calls cost, by the catalogue's tiers; what is not known is never made up."""

from __future__ import annotations

import pytest

from infill_ls.accounting.prices import Cost, cost
from infill_ls.tokens import PriceTier, Usage

SMALL = PriceTier(32_000, input=1.0, output=5.0, cached=0.2, currency="USD")
LARGE = PriceTier(128_000, input=2.0, output=10.0, cached=None, currency="USD")
TIERS = (SMALL, LARGE)
FLAT = (PriceTier(None, input=0.3, output=1.5, cached=None, currency="CNY"),)

# Tiers, tokens, calls, and the money in millionths.
COSTS = {
    "in and out": (TIERS, Usage(prompt=1000, completion=100), 1, 1000 + 500),
    "cached": (TIERS, Usage(prompt=1000, cached=600, completion=100), 1, 400 + 120 + 500),
    "thoughts are output": (TIERS, Usage(prompt=1000, completion=100, reasoning=90), 1, 1000 + 500),
    "written to an explicit cache": (TIERS, Usage(prompt=2000, cache_written=1200), 1, 800 + 1500),
    "written and read": (TIERS, Usage(prompt=4000, cache_written=1200, cached=2000), 1, 800 + 1500 + 200),
    "the last of a tier": (TIERS, Usage(prompt=32_000), 1, 32_000),
    "the first of the next": (TIERS, Usage(prompt=32_001), 1, 64_002),
    "several calls": (TIERS, Usage(prompt=60_000), 2, 60_000),
    "one price for all": (FLAT, Usage(prompt=1_000_000, completion=10), 1, 300_015),
    "more cached than sent": (TIERS, Usage(prompt=10, cached=20), 1, 4),
}


@pytest.mark.parametrize(("tiers", "usage", "calls", "millionths"), COSTS.values(), ids=COSTS.keys())
def test_costs(tiers, usage, calls, millionths):
    found = cost(tiers, usage, calls)

    assert found is not None
    assert found == Cost(pytest.approx(millionths / 1e6), tiers[0].currency)


UNKNOWN = {
    "no prices": ((), Usage(prompt=10)),
    "more than any tier": (TIERS, Usage(prompt=128_001)),
    "nothing counted": (TIERS, Usage()),
}


@pytest.mark.parametrize(("tiers", "usage"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_unknown_stays_unknown(tiers, usage):
    assert cost(tiers, usage) is None


def test_cached_tokens_without_a_price_cost_at_most_the_full_one():
    assert cost((LARGE,), Usage(prompt=1000, cached=600)) == Cost(pytest.approx(0.002), "USD", at_most=True)
