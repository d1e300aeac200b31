"""Where the embedded engine is all but sure of the rest of the line, no model is asked (cursor: |)."""

from __future__ import annotations

from math import log

import pytest

from infill_ls.engine.speculate import QUIET_S
from infill_ls.records import Chunk
from support.engine.bench import AT, Bench, shown
from support.engine.fakes import place

SURE = [Chunk("g(zebra)", finish="stop", logprobs=(log(0.95),))]
CERTAIN = [Chunk("g(zebra)", finish="stop", logprobs=(0.0,))]
UNSURE = [Chunk("g(zebra)", finish="stop", logprobs=(log(0.92),))]
UNSCORED = [Chunk("g(zebra)", finish="stop")]


@pytest.mark.parametrize("said", [SURE, CERTAIN], ids=["sure", "certain"])
async def test_a_sure_line_saves_a_call(said):
    """It is there at once, and is written down as one that did."""
    bench = Bench(local=said)

    outcome = await bench.ask(AT, "automatic")

    assert shown(outcome) == ("shown", "local", "g(zebra)")
    assert (outcome.spared, outcome.upstream_calls, bench.model.calls) == (True, 0, 0)


@pytest.mark.parametrize(
    ("local", "at", "trigger", "is_on"),
    [
        pytest.param(UNSURE, AT, "automatic", True, id="not sure enough"),
        pytest.param(UNSCORED, AT, "automatic", True, id="nobody knows how sure"),
        pytest.param([], AT, "automatic", True, id="nothing to say"),
        pytest.param(None, AT, "automatic", True, id="no embedded engine"),
        pytest.param(SURE, AT, "invoked", True, id="an explicit request"),
        pytest.param(SURE, "x = 1\n    |\n", "automatic", True, id="nothing typed on the line"),
        pytest.param(SURE, AT, "automatic", False, id="switched off"),
    ],
)
async def test_otherwise_the_model_is_asked(local, at, trigger, is_on):
    bench = Bench(local=local, completion={"debounce_ms": 0}, **{"local.spare_calls": is_on})

    outcome = await bench.ask(at, trigger)

    assert shown(outcome)[:2] == ("shown", "model")
    assert (outcome.spared, bench.model.calls) == (False, 1)


@pytest.mark.parametrize(
    ("at", "text", "replaces"),
    [
        pytest.param("y = f(|)\nb\n", "a);", 1, id="a bracket"),
        pytest.param('y = f("|")\nb\n', 'a");', 2, id="a quote and a bracket"),
    ],
)
async def test_what_an_editor_has_closed_is_missing_too(at, text, replaces):
    """The engine is asked for the whole rest of the line; what it says of closers replaces those that stand there."""
    bench = Bench(local=[Chunk(text, finish="stop", logprobs=(0.0,))])

    outcome = await bench.ask(place(at, language="javascript"), "automatic")

    assert bench.local.prompts[0].context.suffix == "\nb\n"
    assert outcome.completion is not None
    assert (outcome.spared, outcome.completion.text, outcome.completion.replaces) == (True, text, replaces)


async def test_a_sure_line_stays_while_it_is_typed():
    """The next key asks nobody; an explicit request asks the model all the same."""
    bench = Bench(local=SURE)
    await bench.ask(AT, "automatic")

    outcome = await bench.ask("y = g(z|\n", "automatic", "2")

    assert outcome.completion is not None
    assert (outcome.completion.text, bench.local.calls, bench.model.calls) == ("ebra)", 1, 0)
    assert shown(await bench.ask(AT, "invoked", "3"))[:2] == ("shown", "model")


async def test_the_model_goes_on_from_a_sure_line_that_is_read():
    """Who stops to read it sees more of it at the next key, and nothing else in its place."""
    bench = Bench(["\nh(x)\n"], local=SURE)
    await bench.ask(AT, "automatic")
    await bench.clock.advance(QUIET_S)
    assert bench.model.prompts[0].context.prefix.endswith("y = g(zebra)")

    outcome = await bench.ask("y = g(zebra)|\n", "automatic", "2")

    assert shown(outcome) == ("shown", "speculative", "\nh(x)")
    assert bench.model.calls == 1


async def test_a_file_that_is_left_out_gets_none(tmp_path):
    """What the repository ignores is not completed, however sure the engine is."""
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("own.py\n", encoding="utf-8")
    bench = Bench(local=SURE, folders=[tmp_path])
    path = str(tmp_path / "own.py")

    outcome = await bench.ask(place(AT, uri=f"file://{path}", path=path), "automatic")

    assert (outcome.name, bench.local.calls, bench.model.calls) == ("excluded", 0, 0)
