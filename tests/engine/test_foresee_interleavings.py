"""Edits, undoing, requests, cancellations, acceptances and dismissals in any order, with a model that is asked.

``INTERLEAVINGS=10000 python -m pytest --timeout 0 tests/engine/test_foresee_interleavings.py`` runs so many of them.
"""

from __future__ import annotations

import asyncio
import os

from hypothesis import given, settings
from hypothesis import strategies as st

from infill_ls.records import Chunk
from support.engine.fakes import settle
from support.engine.next_desk import NextDesk

EXAMPLES = int(os.environ.get("INTERLEAVINGS", "60"))
TEXT = "def load(name):\n    return name\n\n" + "".join(f"v{n} = load(n{n})\n" for n in range(6))
KINDS = ("signature", "line", "undo", "by hand", "accept", "accept", "dismiss", "cancel", "ask", "leave")


class Model:
    """Wants another argument in each call that lacks it, and counts its open streams."""

    model, paused = "wishing", False

    def __init__(self):
        self.desk, self.open, self.most = None, 0, 0

    async def stream(self, _prompt):
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            lines = self.desk.text.split("\n")[max(0, self.desk.at[0] - 10) : self.desk.at[0] + 16]
            for line in lines:
                await asyncio.sleep(0)
                yield Chunk(
                    line.replace(")", ", cache)") + "\n" if "= load(" in line and "," not in line else line + "\n"
                )
        finally:
            self.open -= 1

    async def warm(self):
        """Nothing to do."""

    async def aclose(self):
        """Nothing to do."""


def check(desk, found, dismissed):
    """Nothing after undo, nothing stale, nothing that was dismissed, nothing that takes a change back."""
    if found is None:
        return
    place = found.place
    assert not desk.changes.is_undone
    assert all(each.is_in(desk.mirror) for each in found.places)
    assert place.line != place.new_line
    assert (place.line, place.new_line) not in dismissed
    assert not any(place.new_line in each.old and place.line in each.new for each in desk.changes.latest())


async def play(steps):
    model = Model()
    desk = model.desk = NextDesk(TEXT, family="zeta2", source="model", model=model)
    dismissed, done = set(), []
    for n, (kind, row) in enumerate(steps):
        found = await desk.settled()
        check(desk, found, dismissed)
        if kind == "signature":
            text = desk.mirror.line(0)
            desk.put(0, 0, len(text), f"def load(name, cache{n}):")
            done.append((text, desk.mirror.line(0)))
        elif kind == "line":
            desk.put(row % desk.mirror.line_count, 0, 0, "# more\n")
            done.clear()
        elif kind == "undo" and done and desk.mirror.line(0) == done[-1][1]:
            desk.put(0, 0, len(desk.mirror.line(0)), done.pop()[0])
        elif kind == "by hand":
            by_hand(desk, row % desk.mirror.line_count)
        elif kind == "accept" and found is not None:
            desk.take(found)
            assert found.place.new_line in desk.text
        elif kind == "dismiss" and found is not None:
            desk.next_edits.dismiss(found.id)
            dismissed.add((found.place.line, found.place.new_line))
        elif kind == "cancel":
            await cancel(desk)
        elif kind == "leave":
            desk.bench.engine.edited("untitled:a.py", None)
    await desk.bench.engine.aclose()
    await settle()
    assert (model.open, model.most <= 1) == (0, True)


async def cancel(desk):
    asked = desk.start()
    await desk.clock.advance(0.8)
    asked.cancel()
    await settle()


def by_hand(desk, row):
    end = len(desk.mirror.line(row))
    desk.put(row, end, end, "x")


@given(steps=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), min_size=3, max_size=14))
@settings(max_examples=EXAMPLES, deadline=None)
def test_whatever_happens_no_edit_is_stale_undone_dismissed_or_a_revert(steps):
    """And no connection stays open, nor are there ever two."""
    asyncio.run(play([("signature", 0), *steps]))
