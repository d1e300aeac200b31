"""What Model Studio's models cost, row by row, exactly as the pages print it; computes nothing.

The pages say that prices come in tiers by the number of input tokens and differ by region, and print none of them:
the figures stand in the console's model list, which changes. So the table is empty until a page prints a figure.
"""

from __future__ import annotations

from infill_ls.tokens import PriceTier

PRICES: dict[tuple[str, str], tuple[PriceTier, ...]] = {}
"""By model and region; tiers from the smallest up, and a request is billed as a whole by the first that holds it."""
