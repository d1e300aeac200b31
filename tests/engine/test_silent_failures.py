"""What nobody has to hear of, and the user's own cap."""

import asyncio
from datetime import UTC, datetime

import pytest

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.engine.backend import Backend
from infill_ls.errors import Inspected, KeyPending, Unauthorized
from infill_ls.prompt.family_rows import QWEN
from infill_ls.records import Chunk
from infill_ls.tokens import Usage
from support.engine.bench import ANSWER, AT, Bench, shown
from support.engine.fakes import HANG, ScriptedProvider, settle


async def test_a_text_that_the_service_does_not_take_is_skipped_in_silence():
    """The next place may be fine."""
    bench = Bench([Inspected("no")], ANSWER, local=["own()"])

    assert shown(await bench.ask(AT)) == ("shown", "local", "own()")
    assert bench.failures == []


async def test_a_key_that_is_still_to_come_keeps_nobody_waiting(tmp_path):
    """The embedded engine answers; nobody is told, nothing counts as a call, and the next key asks again."""
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = Bench([KeyPending("still running")], ANSWER, local=["own()"], ledger=ledger)

    first = await bench.ask(AT)
    assert (shown(first), first.upstream_calls, bench.failures) == (("shown", "local", "own()"), 0, [])
    assert shown(await bench.ask("z = |\n"))[1] == "model"
    ledger.close_now()


async def test_past_the_cap_nothing_is_asked(tmp_path):
    """The embedded engine answers, and the user is told."""
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = Bench([*ANSWER, Chunk(usage=Usage(90, 0, 20))], local=["own()"], usage={"daily_tokens": 100}, ledger=ledger)

    first = await bench.ask(AT)
    second = await bench.ask("z = |\n")

    assert (first.source, second.source, bench.model.calls) == ("model", "local", 1)
    assert (ledger.tokens_today(), [error.outcome for error in bench.failures]) == (110, ["over_budget"])
    assert "usage.daily_tokens" in second.message
    ledger.close_now()


async def test_an_answer_stopped_from_here_is_counted_all_the_same(tmp_path):
    """Its count never comes, but it is paid for."""
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = Bench(["x = 1\n", "y" * 400], completion={"lines": "single"}, ledger=ledger)

    await bench.ask(AT)

    assert ledger.tokens_today() > 0
    ledger.close_now()
    (entry,) = ledger.entries()
    assert (entry.model, entry.calls, entry.day) == ("m", 1, datetime.now(UTC).astimezone().date().isoformat())


async def test_past_the_cap_no_other_model_stands_in_for_the_one_that_thinks(tmp_path):
    thinker = ScriptedProvider(default=ANSWER, model="t")
    thinking = Backend(thinker, "chat", QWEN, "model", "thinking")
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = Bench(local=["own()"], usage={"daily_tokens": 0}, thinking=thinking, ledger=ledger)

    assert shown(await bench.ask(AT, "invoked")) == ("shown", "local", "own()")
    assert (thinker.calls, bench.model.calls) == (0, 0)


@pytest.mark.parametrize("said", [[], ["x = 1"]], ids=["before it said anything", "while it spoke"])
async def test_a_call_that_is_superseded_is_counted_all_the_same(tmp_path, said):
    """At once, though its connection takes its time to close."""
    gone = asyncio.Event()
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = Bench([*said, HANG], [Chunk("y", usage=Usage(7, 0, 1))], closing=gone.wait, ledger=ledger)
    first = bench.start(AT)
    await settle()

    second = bench.start("z = |\n")
    await first

    sent = len(bench.model.prompts[0].text) + len("".join(said))
    assert ledger.tokens_today() == sent // CHARACTERS_PER_TOKEN
    gone.set()
    await second
    assert ledger.tokens_today() == sent // CHARACTERS_PER_TOKEN + 8
    ledger.close_now()


async def test_a_call_that_is_refused_costs_nothing(tmp_path):
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = Bench([Unauthorized("no")], ledger=ledger)

    await bench.ask(AT)

    assert ledger.tokens_today() == 0
    ledger.close_now()
