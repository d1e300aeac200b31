"""Next edits that are offered and not made: until when, and what is kept of them."""

from __future__ import annotations

import asyncio
import gc

import pytest

from infill_ls.records import Change
from support.engine.fakes import HANG, place, settle
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


async def test_what_was_passed_over_is_not_offered_before_another_example():
    """A change of something else is enough for what repeats."""
    desk = await desk_after_two()
    assert (await desk.ask()).place.row == 2
    desk.change("e = 5", "e = 55")
    assert await desk.ask() is None
    desk.change("three)", "three, cache)")
    assert (await desk.ask()).place.row == 3


async def test_what_an_editor_says_was_ignored_twice_is_dismissed():
    """Said twice of the same offer, it counts once."""
    desk = await desk_after_two()
    for _ in range(2):
        found = await desk.ask()
        assert found.place.row == 2
        for _ in range(2):
            desk.next_edits.pass_over(found.id)
    assert await desk.ask() is None
    desk.change("three)", "three, cache)")
    assert (await desk.ask()).place.row == 3


def functions(n_changed, n_made):
    """Three functions, so many of which have got an argument, and three equal lines, so many of which use it."""
    heads = "".join(f"def f{n}(name{', cache' * (n < n_changed)}):\n    return name\n" for n in range(3))
    return heads + "".join(f"load(name{', cache' * (n < n_made)})\nx{n} = {n}\n" for n in range(3))


@pytest.mark.parametrize(("is_made", "rows"), [(False, [6, 6, None]), (True, [6, 8, 10])], ids=["passed over", "made"])
async def test_a_models_edit_that_was_passed_over_twice_is_not_offered_again(is_made, rows):
    """Though the model says so anew. To ask again for the same change is not to pass over, nor is an equal edit made."""
    answers = [functions(n + 1, (n if is_made else 0) + 1) for n in range(3)]
    desk = NextDesk(functions(0, 0), *([text, ">>>>>>> UPDATED\n"] for text in answers), source="model")
    for n, row in enumerate(rows):
        desk.change(f"f{n}(name)", f"f{n}(name, cache)")
        for _ in range(2):
            found = await desk.settled(trigger="invoked")
            assert (found and found.place.row) == row
        if is_made:
            desk.take(found)
    assert desk.model.calls == 3
    assert is_made or desk.rules[-1] == ("filtered", "rejected")


async def test_a_next_edit_waits_for_a_completion_that_runs():
    """In the same document; once that has ended, or after three seconds, the model is asked."""
    for ends, seconds in ((True, 0.2), (False, 3.0)):
        desk = NextDesk(functions(0, 0), [functions(1, 1), ">>>>>>> UPDATED\n"], source="model")
        desk.bench.model.default = [HANG]
        desk.change("f0(name)", "f0(name, cache)")
        completing = desk.bench.start(place("x = |\n", uri=URI))
        await settle()
        assert desk.bench.model.running == 1
        asked = desk.start(trigger="invoked")
        await desk.clock.advance(2.0)
        assert (desk.model.calls, asked.done()) == (0, False)
        if ends:
            desk.bench.engine.cancel(URI)
        await desk.clock.advance(seconds)
        assert (await asked).place.row == 6
        assert desk.model.calls == 1
        assert completing.done() == ends
        await desk.bench.engine.aclose()
        await asyncio.wait({completing})


@pytest.mark.parametrize("is_calling", [False, True], ids=["pause", "call"])
async def test_who_looks_at_another_document_waits_for_nothing(is_calling):
    """At once, and no connection stays open; to look at the same document ends nothing."""
    desk = NextDesk(functions(0, 0), [HANG], source="model")
    desk.change("f0(name)", "f0(name, cache)")
    asked = desk.start(trigger="invoked")
    await desk.clock.advance(1 if is_calling else 0.1)
    assert desk.model.running == is_calling
    for uri in (None, URI):
        desk.bench.engine.focused(uri)
        await settle()
        assert not asked.done()
    desk.bench.engine.focused("untitled:b.py")
    await settle()
    assert asked.done()
    assert await asked is None
    assert (desk.model.running, desk.rules) == (0, [("superseded", None)])


WORDS = ("timeout", "retry=3", "cache", "self.items[0]", '"text"', "f(1, 2)", "*args", "None", "x -> y", "😀")
DONE = {
    f"{kind} {word}": (before, now)
    for word in WORDS
    for kind, before, now in (
        ("insertion of", "send()", f"send({word})"),
        ("deletion of", f"send({word})", "send()"),
        ("replacement around", f"read({word})", f"send({word})"),
    )
}
"""Thirty changes of a user's: the line before and after."""


@pytest.mark.parametrize(("before", "now"), DONE.values(), ids=DONE)
async def test_a_model_takes_nothing_back_that_the_user_has_just_done(before, now):
    """Neither where he did it nor in an equal line, and not by a line more or less either."""
    rest = f"\nx = 1\n{now}\ny = 2\n"
    here, there = before + rest, (now + rest).replace(f"1\n{now}", f"1\n{before}")
    for text in (here, there, f"{before}\n{now}{rest}", rest[1:]):
        desk = NextDesk(before + rest, [text, ">>>>>>> UPDATED\n"], source="model")
        desk.put(0, 0, len(before), now)
        found = await desk.settled(trigger="invoked")
        assert (found, desk.rules) == (None, [("gated", "revert")]), text
        assert desk.model.calls == 1


async def test_all_places_are_judged_while_the_loop_goes_on_and_for_the_text_as_it_was():
    """Each is parsed, and there may be a hundred: others get their turn, and who types meanwhile gets none."""
    desk = NextDesk("".join(f"v{n} = load(p{n}_path)\n" for n in range(40)), source="repeats")
    for n in range(6):
        desk.change(f"p{n}_path)", f"p{n}_path, cache)")
    found = await desk.ask()
    turns = 0

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    places = await desk.next_edits.everywhere(found.id, desk.mirror, desk.changes)
    assert [place.row for place in places] == list(range(6, 40))
    assert turns >= len(places)
    judging = asyncio.create_task(desk.next_edits.everywhere(found.id, desk.mirror, desk.changes))
    await asyncio.sleep(0)
    desk.change("p39_path", "p39_paths")
    assert await judging == ()
    task.cancel()
