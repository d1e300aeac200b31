"""What follows a suggestion is asked for while it is being read, where that may be worth a call."""

from __future__ import annotations

import asyncio
import gc

import pytest

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.engine.answer import READ_AHEAD_S
from infill_ls.engine.speculate import QUIET_S, SLOW_S
from infill_ls.records import Chunk, Edit
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.tokens import Usage
from support.engine.bench import Bench, shown
from support.engine.fakes import HANG, place, settle

URI = "untitled:a"
AT = "x = 1\nif x:\n    |\n"
FIRST = "a()"
CUT = ["a()\n", "print(b)\n", "print(c)\n", "print(d)\n", "print(e)\n"]
"""Ended here after two lines: there is more to come."""
TAKEN = "x = 1\nif x:\n    a()|\n"


def reader(*scripts, **values):
    """Somebody who looks at suggestions of one line, of which the model has more."""
    completion = {"debounce_ms": 0, "lines": "single"} | values.pop("completion", {})
    return Bench([f"{FIRST}\n", HANG], *scripts, completion=completion, **values)


async def test_a_suggestion_that_stands_is_gone_on_from():
    """The call is made for the text as it is once the suggestion is accepted, and its answer is there then."""
    bench = reader(["\n    b()"])
    assert shown(await bench.ask(AT, "automatic")) == ("shown", "model", FIRST)
    assert bench.model.calls == 1

    await bench.clock.advance(QUIET_S)

    assert bench.model.prompts[1].context.prefix == TAKEN.split("|", maxsplit=1)[0]
    bench.engine.edited(URI, [Edit((2, 4), (2, 4 + len(FIRST)), FIRST, "")])
    outcome = await bench.ask(TAKEN, "automatic")
    assert outcome.source == "speculative"
    assert bench.model.calls == 2


def readings(uri):
    """What has been read of the places in a document."""
    alive = [each for each in gc.get_objects() if isinstance(each, Surroundings)]
    return {read.__name__ for here in alive if here.snapshot.uri == uri for read in here.found}


async def test_the_place_is_read_while_the_model_is_waited_for():
    """Where that takes a while; what its answer has to fit is known when it comes."""
    bench = Bench([HANG], completion={"debounce_ms": 0})
    at = place(AT, uri="untitled:read")
    bench.start(at, "automatic")
    await settle()
    assert "block_at" not in readings(at.uri)

    await bench.clock.advance(READ_AHEAD_S)

    assert "block_at" in readings(at.uri)
    await bench.engine.aclose()


async def test_who_is_quicker_than_the_model_waits_for_the_same_call():
    first = asyncio.Event()
    bench = reader([first, "\n    b()"])
    await bench.ask(AT, "automatic")
    await bench.clock.advance(QUIET_S)
    bench.engine.edited(URI, [Edit((2, 4), (2, 4 + len(FIRST)), FIRST, "")])
    task = bench.start(TAKEN, "automatic")
    await settle()
    first.set()

    assert (await task).source == "inflight"
    assert bench.model.calls == 2


@pytest.mark.parametrize("trigger", ["automatic", "invoked"])
async def test_typing_it_key_by_key_keeps_the_call(trigger):
    bench = reader([HANG])
    await bench.ask(AT, trigger)
    await bench.clock.advance(QUIET_S)

    for at, key in enumerate(FIRST):
        bench.engine.edited(URI, [Edit((2, 4 + at), (2, 5 + at), key, "")])
        await settle()

    assert bench.model.running == 1
    await bench.engine.aclose()


async def test_what_the_model_had_said_already_is_not_asked_for():
    """Its piece of text went on behind the statement that is shown."""
    bench = Bench(["a()\nif b:\n    c()\nd"], completion={"debounce_ms": 0})
    assert shown(await bench.ask("x = |\n", "automatic")) == ("shown", "model", "a()")

    await bench.clock.advance(QUIET_S)

    bench.engine.edited(URI, [Edit((0, 4), (0, 7), "a()", "")])
    assert shown(await bench.ask("x = a()|\n", "automatic")) == ("shown", "speculative", "\nif b:\n    c()")
    assert bench.model.calls == 1


@pytest.mark.parametrize("said", ["a()\nd ", "a()\n\nd "], ids=["a word of the next line", "a blank line"])
async def test_what_is_no_whole_line_is_asked_for(said):
    bench = Bench([said, HANG], ["\nd()"], completion={"debounce_ms": 0, "lines": "auto"})
    await bench.ask("x = |\n", "automatic")

    await bench.clock.advance(QUIET_S)

    assert bench.model.calls == 2


async def test_a_key_against_it_ends_the_call():
    bench = reader([HANG])
    await bench.ask(AT, "automatic")
    await bench.clock.advance(QUIET_S)
    assert bench.model.running == 1

    bench.engine.edited(URI, [Edit((2, 4), (2, 5), "z", "")])
    await settle()

    assert (bench.model.running, bench.model.ends) == (0, ["closed", "closed"])


async def test_who_types_on_before_has_not_read_it():
    bench = reader()
    await bench.ask(AT, "automatic")
    await bench.clock.advance(QUIET_S / 2)

    bench.engine.edited(URI, [Edit((2, 4), (2, 5), "a", "")])
    await bench.clock.advance(QUIET_S)

    assert bench.model.calls == 1


async def test_where_the_model_had_no_more_to_say_nobody_is_asked():
    bench = Bench([FIRST], completion={"debounce_ms": 0})
    await bench.ask(AT, "automatic")

    await bench.clock.advance(QUIET_S)

    assert bench.model.calls == 1


async def test_it_can_be_switched_off():
    bench = reader(completion={"speculate": False})
    await bench.ask(AT, "automatic")

    await bench.clock.advance(QUIET_S)

    assert bench.model.calls == 1


@pytest.mark.parametrize("trouble", ["paused", "slow"])
async def test_a_service_that_is_paused_or_slow_is_left_alone(trouble):
    first = asyncio.Event()
    bench = Bench([first, f"{FIRST}\n", HANG], completion={"debounce_ms": 0, "lines": "single"})
    asked = bench.start(AT, "automatic")
    await settle()
    await bench.clock.advance(5 * SLOW_S if trouble == "slow" else 0)
    first.set()
    await asked
    bench.model.paused = trouble == "paused"

    await bench.clock.advance(QUIET_S)

    assert bench.model.calls == 1


async def test_past_the_users_cap_nobody_is_asked(tmp_path):
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = reader(usage={"daily_tokens": 1}, ledger=ledger)
    await bench.ask(AT, "automatic")
    assert ledger.tokens_today() > 1

    await bench.clock.advance(QUIET_S)

    assert bench.model.calls == 1
    ledger.close_now()


async def test_its_tokens_are_counted(tmp_path):
    """Though no request waited for them."""
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = reader([Chunk("\n    b()"), Chunk(usage=Usage(prompt=700, completion=30))], ledger=ledger)
    await bench.ask(AT, "automatic")
    before = ledger.tokens_today()

    await bench.clock.advance(QUIET_S)

    assert ledger.tokens_today() - before == 730
    assert len(bench.records) == 1, "a record is a request's"
    ledger.close_now()
