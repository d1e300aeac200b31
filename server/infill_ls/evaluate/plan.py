"""What a run will take, before any model is called: calls, tokens, and money where prices are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from infill_ls.accounting.prices import cost
from infill_ls.assembly import prices
from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.evaluate.asker import Asker
from infill_ls.evaluate.holes import Hole
from infill_ls.tokens import Usage

SAMPLE = 100
"""Prompts that are built to reckon the length of all of them."""
SLACK = 1.5
"""Models say more than was hidden, until they are stopped."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one candidate will take."""

    name: str
    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """None where no price is known."""
    currency: str


async def plan(asker: Asker, holes: Sequence[Hole], share: float = 1.0) -> Plan:
    """What asking about these holes takes; ``share`` is that of the price which is paid."""
    sample = holes[:: max(1, len(holes) // SAMPLE)][:SAMPLE]
    prompts = [prompt for hole in sample if (prompt := await asker.prompt(hole)) is not None]
    calls = round(len(holes) * len(prompts) / max(1, len(sample)))
    mean_in = (
        sum(prompt.n_characters for prompt in prompts) / max(1, len(prompts)) / CHARACTERS_PER_TOKEN
    )
    mean_out = (
        SLACK * sum(len(hole.truth) for hole in sample) / max(1, len(sample)) / CHARACTERS_PER_TOKEN
    )
    usage = Usage(prompt=round(calls * mean_in), completion=round(calls * mean_out))
    model = asker.backend.provider.model
    price = cost(prices(asker.candidate.settings, model), usage, max(1, calls))
    return Plan(
        asker.candidate.name,
        model,
        calls,
        usage.prompt,
        usage.completion,
        None if price is None else share * price.amount,
        "" if price is None else price.currency,
    )
