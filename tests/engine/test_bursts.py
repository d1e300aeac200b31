"""How often a model is asked while somebody types what it does not foresee. The clock stands, so no time is lost."""

from __future__ import annotations

import pytest

from infill_ls.records import Chunk, Edit
from support.engine.bench import Bench
from support.engine.fakes import place, settle

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


@pytest.mark.parametrize(("trigger", "calls"), [("automatic", 1), ("invoked", 2)])
async def test_who_asks_explicitly_is_not_waited_for(trigger, calls):
    """In the middle of a burst, when its early call has been made: a model is asked before any time has passed."""
    model = SlowModel(1.0)
    bench = Bench(model=model)
    model.clock = bench.clock
    await keys(bench, "x = ", 20)

    task = bench.start(place(f"x = {LINE[:20]}|\n", uri=URI), trigger, "explicit")
    await settle()

    assert model.calls == calls
    await bench.clock.advance(2.0)  # the pause
    await bench.clock.advance(2.0)  # the first token
    assert (await task).name == "shown"


async def burst(bench, before):
    """Type a line, and then wait for the last answer."""
    task = await keys(bench, before, len(LINE))
    await bench.clock.advance(2.0)
    await bench.clock.advance(2.0)
    return await task


async def keys(bench, before, n_keys):
    """Type the start of a line as fast as people do, and ask after each key; gives the last request."""
    row, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    for typed in range(1, n_keys + 1):
        end = column + typed
        bench.engine.edited(URI, [Edit((row, end - 1), (row, end), LINE[typed - 1], "")])
        at = place(f"{before}{LINE[:typed]}|\n", uri=URI, version=len(before) + typed)
        task = bench.start(at, "automatic", str(typed))
        await bench.clock.advance(KEY_S)
    return task
