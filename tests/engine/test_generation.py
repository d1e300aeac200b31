"""What a running answer takes for its own text, while it is still arriving."""

from __future__ import annotations

import asyncio

import pytest

from infill_ls.accounting.meter import Tally
from infill_ls.engine.generation import Generation
from infill_ls.engine.postprocess import draft_at
from infill_ls.records import Edit, Outcome
from infill_ls.settings.schema import CompletionSettings
from infill_ls.syntax.surroundings import Surroundings
from support.engine.fakes import FakeClock, place

AT = "y = |\n"

# What the model has said so far, and what was typed since.
AGREES = {
    "nothing was typed": ("f(x)", ""),
    "nothing was said": ("", "g"),
    "a part of it": ("f(x)", "f("),
    "all of it": ("f(x)", "f(x)"),
    "more than was said so far": ("f(", "f(x)"),
}
DIFFERS = {
    "another letter": ("f(x)", "g"),
    "another end": ("f(x)", "f(y"),
    "more than was said, but not that": ("f(x", "g(x)"),
}


def running(said):
    here = Surroundings.of(place(AT))
    generation = Generation(here, "m", draft_at(here, CompletionSettings()), FakeClock(), tally=Tally())
    generation.grow(said)
    return generation


async def check(said, typed, *, agrees):
    """A key, a request at the new place, and one that waits: all three see it alike."""
    edit = Edit((0, 4), (0, 4 + len(typed)), typed, "")
    assert running(said).follow([edit] if typed else []) is agrees

    here = running(said).typed_at(place(AT.replace("|", typed + "|")), "m")
    assert (here is not None) is agrees

    generation = running(said)
    work = generation.start(asyncio.sleep(3600, Outcome("empty")))
    waiting = asyncio.ensure_future(
        generation.outcome_at(running("").typed_at(place(AT.replace("|", typed + "|")), "m"))
    )
    await asyncio.sleep(0)
    assert waiting.done() is not agrees
    for task in (waiting, work):
        task.cancel()


@pytest.mark.parametrize(("said", "typed"), AGREES.values(), ids=AGREES)
async def test_what_is_typed_of_it_is_followed(said, typed):
    await check(said, typed, agrees=True)


@pytest.mark.parametrize(("said", "typed"), DIFFERS.values(), ids=DIFFERS)
async def test_what_is_typed_against_it_is_not(said, typed):
    await check(said, typed, agrees=False)
