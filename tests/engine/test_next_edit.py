"""Next edits as an editor meets them: what is kept of a document that was closed."""

from __future__ import annotations

import gc

from infill_ls.records import Change
from support.engine.next_desk import URI, NextDesk

TEXT = "a = load(one)\nb = load(two)\nc = load(three)\nd = load(four)\ne = 5\n"


async def desk_after_two(**more):
    """A desk after an argument was added to two calls."""
    desk = NextDesk(TEXT, source="repeats", **more)
    for name in ("one", "two"):
        desk.change(f"{name})", f"{name}, cache)")
    return desk


async def test_nothing_of_a_closed_document_is_kept():
    """Not even by what is remembered so that lines need not be read again at every key."""
    desk = await desk_after_two()
    assert (await desk.ask()).place.row == 2

    def kept():
        return [each for each in gc.get_objects() if isinstance(each, Change) and "a = load(one)" in each.old]

    assert kept() != []
    desk.next_edits.forget(URI)
    del desk
    assert kept() == []
