"""What nobody has to hear of, and the user's own cap."""

from datetime import UTC, datetime

from infill_ls.engine.ledger import Ledger
from infill_ls.engine.ledger_file import LedgerFile
from infill_ls.errors import Inspected
from infill_ls.records import Chunk, Usage
from support.engine_bench import ANSWER, AT, Bench, shown


async def test_a_text_that_the_service_does_not_take_is_skipped_in_silence():
    """The next place may be fine."""
    bench = Bench([Inspected("no")], ANSWER, local=["own()"])

    assert shown(await bench.ask(AT)) == ("shown", "local", "own()")
    assert bench.failures == []


async def test_past_the_cap_nothing_is_asked(tmp_path):
    """The embedded engine answers, and the user is told."""
    bench = Bench([*ANSWER, Chunk(usage=Usage(90, 0, 20))], local=["own()"], usage={"daily_tokens": 100})
    bench.engine.ledger = ledger = Ledger(LedgerFile(str(tmp_path)))

    first = await bench.ask(AT)
    second = await bench.ask("z = |\n")

    assert (first.source, second.source, bench.model.calls) == ("model", "local", 1)
    assert (ledger.tokens_today(), [error.outcome for error in bench.failures]) == (110, ["over_budget"])
    assert "usage.daily_tokens" in second.message
    ledger.close_now()


async def test_an_answer_stopped_from_here_is_counted_all_the_same(tmp_path):
    """Its count never comes, but it is paid for."""
    bench = Bench(["x = 1\n", "y" * 400], completion={"lines": "single"})
    bench.engine.ledger = ledger = Ledger(LedgerFile(str(tmp_path)))

    await bench.ask(AT)

    assert ledger.tokens_today() > 0
    (entry,) = bench.engine.ledger._pending.values()
    assert (entry.model, entry.calls, entry.day) == ("m", 1, datetime.now(UTC).astimezone().date().isoformat())
    ledger.close_now()
