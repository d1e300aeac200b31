"""How often a model is asked while somebody types what it does not foresee. The clock stands, so no time is lost."""

from __future__ import annotations

import pytest

from infill_ls.records import Chunk
from support.engine_bench import Bench
from support.fakes import place

URI = "untitled:a"
LINE = "total_price(items, tax_rate, discount) + shipping_costs(order)"[:60]
KEY_S = 0.08
MOST_CALLS = 2
"""One early in the burst, one when it pauses."""


class SlowModel:
    """Says after a while what nobody types."""

    model = "slow"
    paused = False

    def __init__(self, first_token_s):
        self.first_token_s = first_token_s
        self.calls = 0
        self.clock = None

    async def stream(self, prompt):
        self.calls += 1
        await self.clock.sleep(self.first_token_s)
        yield Chunk("zebra")
        yield Chunk(finish="stop")

    async def warm(self):
        """Nothing to do."""

    async def aclose(self):
        """Nothing to do."""


@pytest.mark.parametrize("first_token_s", [0.0, 0.05, 0.3, 1.0])
@pytest.mark.parametrize("warm", [False, True], ids=["first burst", "after others"])
async def test_sixty_keys_cost_two_calls_at_most(first_token_s, warm):
    """And when the typing pauses, the last place has its suggestion."""
    model = SlowModel(first_token_s)
    bench = Bench(model=model)
    model.clock = bench.clock
    text = ""
    for number in range(3 if warm else 0):
        text += f"before{number} = "
        await burst(bench, text)
        text += LINE + "\n"
    calls = model.calls

    last = await burst(bench, text + "x = ")

    assert last.completion is not None
    assert last.completion.text == "zebra"
    assert model.calls - calls <= MOST_CALLS


async def burst(bench, before):
    """Type a line as fast as people do, ask after each key, and then wait for the last answer."""
    for typed in range(1, len(LINE) + 1):
        bench.engine.inflight.supersede(URI)
        task = bench.start(
            place(f"{before}{LINE[:typed]}|\n", uri=URI, version=len(before) + typed), "automatic", str(typed)
        )
        await bench.clock.advance(KEY_S)
    await bench.clock.advance(2.0)
    await bench.clock.advance(2.0)
    return await task
