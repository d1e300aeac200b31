"""Whether an answer from the cache still counts once prompts show other files than the model saw."""

from __future__ import annotations

import pytest

from infill_ls.records import Neighbor
from support.engine.bench import AT, Bench

STORE = Neighbor("store.py", "class Store:\n    def add(self, key): ...")
ONE_MORE = Neighbor("store.py", "class Store:\n    def add(self, key): ...\n    def drop(self, key): ...")
ANOTHER = Neighbor("keys.py", "def key_of(item): ...")
SHOUTED = Neighbor("store.py", STORE.text, ("is called here",))


class Elsewhere:
    """Shows what it is told to."""

    def __init__(self, *neighbors):
        self.neighbors = neighbors

    def come_to(self, snapshot):
        pass

    async def settle(self):
        pass

    def shown(self, _snapshot):
        return self.neighbors


CASES = {
    "as before": ("invoked", (STORE,), (STORE,), 1),
    "the project has been read meanwhile": ("invoked", (), (STORE,), 2),
    "a file more": ("invoked", (STORE,), (STORE, ANOTHER), 2),
    "a line more of a file": ("invoked", (STORE,), (ONE_MORE,), 2),
    "another file": ("invoked", (STORE,), (ANOTHER,), 2),
    "less": ("invoked", (ONE_MORE, ANOTHER), (STORE,), 1),
    "in another order": ("invoked", (STORE, ANOTHER), (ANOTHER, STORE), 1),
    "for other reasons": ("invoked", (STORE,), (SHOUTED,), 1),
    "nobody has asked for it": ("automatic", (STORE,), (STORE, ANOTHER), 1),
}


@pytest.mark.parametrize(("trigger", "before", "after", "calls"), CASES.values(), ids=CASES)
async def test_who_asks_is_not_answered_by_what_was_said_knowing_less(trigger, before, after, calls):
    elsewhere = Elsewhere(*before)
    bench = Bench(other_files=elsewhere)
    await bench.ask(AT, trigger="invoked")
    elsewhere.neighbors = after

    outcome = await bench.ask(AT, trigger=trigger)
    again = await bench.ask(AT, trigger=trigger)

    assert (bench.model.calls, outcome.name) == (calls, "shown")
    assert outcome.source == ("cache" if calls == 1 else "model")
    assert again.source == "cache"
