"""Deep completions, edits, requests, cancellations, answers and failures in any order: nothing is left over or private.

``INTERLEAVINGS=10000 python -m pytest --timeout 0 tests/engine/test_deep_interleavings.py`` runs so many of them.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.errors import RateLimited, Unreachable
from infill_ls.records import Chunk, Edit, Request
from support.engine.deep import ANSWER, HERE, DeepBench, calls, sent
from support.engine.fakes import settle
from support.ground.small_project import CANARY, TOKEN, write

RUNS = int(os.environ.get("INTERLEAVINGS", "100"))
STEPS = 12
PATHS = ("src/store.py", "src/keys.py", ".env", "../outside.py", "src/env_link.py", "src/away/outside.py", "private.py", "src/new.py")  # fmt: skip
WORDS = ("Store", "open_store", "ANARY", TOKEN[:14])


class Whimsical:
    """A model that at each word does what chance says: speaks, calls, errs, ends; or waits until it is let go on."""

    model = "whimsical"
    paused = False

    def __init__(self, chance):
        self.chance = chance
        self.prompts = []
        self.open = 0
        self.peak = 0
        self.gate = asyncio.Event()

    async def stream(self, prompt):
        self.prompts.append(prompt)
        self.open += 1
        self.peak = max(self.peak, self.open)
        try:
            for _ in range(self.chance.randrange(3)):
                if self.chance.random() < 0.5:
                    await self.gate.wait()
                yield Chunk(self.chance.choice(["let me see", "```python\nadd", " \n"]))
            end = self.chance.random()
            if end < 0.1:
                raise self.chance.choice([Unreachable("gone"), RateLimited("slow down")])
            if end < 0.7:
                for step in calls(*(self._call() for _ in range(self.chance.randrange(1, 4)))):
                    yield step
            else:
                yield Chunk(ANSWER, "stop")
        finally:
            self.open -= 1

    def _call(self):
        name = self.chance.choice(
            ["read_file", "outline", "search_text", "find_uses", "find_definition", "list_files", "x"]
        )
        if name in ("read_file", "outline"):
            return name, {"path": self.chance.choice(PATHS)}
        word = self.chance.choice(WORDS)
        return name, {"search_text": {"text": word}, "list_files": {}}.get(name, {"name": word})

    async def warm(self): ...

    async def aclose(self): ...


async def play(root, chance, ledger):
    """A little history of one or two documents."""
    model = Whimsical(chance)
    bench = DeepBench(root, model=model, ledger=ledger, **{"completion.speculate": False})
    places = [bench.snapshot(), bench.snapshot(HERE + "a", "src/other.py")]
    tasks = []
    for _ in range(STEPS):
        place = chance.choice(places)
        match chance.randrange(6):
            case 0 | 1:
                request = Request("1", place, "invoked", deep=True)
                tasks.append(asyncio.create_task(bench.engine.complete(request)))
            case 2:
                request = Request("1", place, chance.choice(["automatic", "invoked"]))
                tasks.append(asyncio.create_task(bench.engine.complete(request)))
            case 3:
                at = (place.line, place.column)
                bench.engine.edited(place.uri, [Edit(at, (at[0], at[1] + 1), "a", "")])
            case 4 if tasks:
                chance.choice(tasks).cancel()
            case _:
                model.gate.set()
                model.gate.clear()
        for _ in range(chance.choice([0, 1, 3, 8])):
            await asyncio.sleep(0)
        if chance.random() < 0.3:
            await asyncio.sleep(0.0005)  # threads come to something
        bench.clock.pass_by(0.1)
    await settle()  # what was asked last has begun
    await bench.engine.cancel_all()
    async with asyncio.timeout(10):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    await bench.engine.aclose()
    await settle()
    return bench, model, results


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write(tmp_path_factory.mktemp("deep"))


async def test_whatever_the_order_nothing_leaks(root, tmp_path):
    """No connection stays open, at most two were, no task is left, no word is private, and all is booked once."""
    before = asyncio.all_tasks()
    for number in range(RUNS):
        ledger = Ledger(LedgerFile(tmp_path / f"{number % 8}"))
        bench, model, results = await play(root, random.Random(number), ledger)
        said = f"number {number}"
        faults = [each for each in results if isinstance(each, Exception)]
        assert faults == [], said
        assert model.open == bench.plain.running == 0, said
        assert model.peak <= 2, said
        words = sent(model.prompts)
        assert CANARY not in words, said
        assert TOKEN not in words, said
        for each in results:
            if not isinstance(each, BaseException) and each.completion is not None:
                assert CANARY not in each.completion.text, said
        assert sum(each["upstream_calls"] for each in bench.records) == len(model.prompts) + bench.plain.calls, said
        await ledger.flush()
        async with asyncio.timeout(20):  # a ranking or the ledger may still be in its thread
            while left := asyncio.all_tasks() - before:
                await asyncio.wait(left)
