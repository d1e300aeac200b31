"""Use is counted at once and written later, in nobody's way; what cannot be written costs nobody a completion."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infill_ls.accounting.entries import merged
from infill_ls.accounting.ledger import Ledger, cap_sentence, day_of, over_cap
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.records import Completion, Outcome
from infill_ls.settings.schema import UsageSettings
from infill_ls.tokens import PriceTier, Usage

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)
DAY = day_of(NOW)
ANSWER = Outcome(
    "shown", Completion("x"), source="model", model="m", usage=Usage(prompt=100, completion=10), upstream_calls=1
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


def ledger(folder, **known):
    """One server's ledger."""
    return Ledger(LedgerFile(str(folder)), today=lambda: DAY, **known)


def on_disk(folder):
    """Calls, tokens and suggestions of each model."""
    entries = merged(LedgerFile(str(folder)).entries(), key=lambda entry: entry.model)
    return {model: (entry.calls, entry.tokens, entry.shown, entry.accepted) for model, entry in entries.items()}


async def test_recording_touches_no_disk(folder):
    counted = ledger(folder)

    counted.record(ANSWER, NOW)

    assert (counted.tokens_today(), folder.exists()) == (110, False)
    counted.close_now()


async def test_what_was_written_in_parts_is_told_as_one(folder):
    """An entry for each day and model, however often it was written."""
    counted = ledger(folder)
    for model in ("m", "n", "m"):
        counted.record(replace(ANSWER, model=model), NOW)
        await counted.flush()

    assert [(entry.day, entry.model, entry.calls) for entry in counted.entries()] == [(DAY, "m", 2), (DAY, "n", 1)]
    counted.close_now()


async def test_what_nobody_sees_costs_and_is_not_shown(folder):
    """As in an evaluation, whose suggestions would spoil the share that is accepted."""
    counted = ledger(folder, is_seen=False)
    for outcome in (ANSWER, replace(ANSWER, upstream_calls=0, source="local", model="local")):
        counted.record(outcome, NOW)

    await counted.flush()

    assert on_disk(folder) == {"m": (1, 110, 0, 0)}
    counted.close_now()


async def test_a_flush_writes_what_was_counted(folder):
    counted = ledger(folder, prices=lambda model: (PriceTier(None, 1.0, 2.0, None, "USD"),) if model == "m" else ())
    counted.record(ANSWER, NOW)
    counted.record(Outcome("superseded", upstream_calls=1, aborted=True), NOW, asked="m", estimated=50)
    counted.accepted("m", NOW)

    await counted.flush()
    await counted.flush()

    assert on_disk(folder) == {"m": (2, 160, 1, 1)}
    assert counted.tokens_today() == 160
    (entry,) = LedgerFile(str(folder)).entries()
    assert dict(entry.cost) == {"USD": pytest.approx(0.00012)}
    counted.close_now()


async def test_it_is_written_by_itself(folder):
    """Some seconds after it was counted, and once for all that was counted by then."""
    counted = ledger(folder, flush_s=0.01)
    for _ in range(100):
        counted.record(ANSWER, NOW)

    async with asyncio.timeout(5):
        while not on_disk(folder):  # noqa: ASYNC110  # a file tells nobody that it is there
            await asyncio.sleep(0.01)

    assert on_disk(folder) == {"m": (100, 11_000, 100, 0)}


async def test_calls_are_written_soon(folder):
    """Whoever kills the server loses the call that runs, and no cap. What cost no call waits for its time."""
    counted = ledger(folder, flush_s=1000)
    counted.record(replace(ANSWER, upstream_calls=0, usage=Usage()), NOW)
    await asyncio.sleep(0.05)
    assert not folder.exists()

    for number in range(1, 4):
        counted.record(ANSWER, NOW)
        async with asyncio.timeout(5):
            while on_disk(folder).get("m", (0,))[0] < number:  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.001)
    for _ in range(100):
        counted.record(ANSWER, NOW)
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while on_disk(folder)["m"][0] < 103:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0.001)
    assert len(list(LedgerFile(str(folder)).entries())) < 20, "what comes together is written together"


async def test_days_and_months_are_kept_apart(folder):
    counted = ledger(folder)
    for days in (0, 1, 40):
        counted.record(ANSWER, NOW + timedelta(days))

    assert counted.tokens_today() == 110
    await counted.flush()

    assert counted.tokens_today() == 110
    assert len(list(folder.glob("*.jsonl"))) == 2
    assert on_disk(folder) == {"m": (3, 330, 3, 0)}
    counted.close_now()


# The cap...


async def test_all_of_a_users_servers_count(folder):
    """What others have written is known after ``load``, and after each flush."""
    one, other = ledger(folder), ledger(folder)
    one.record(ANSWER, NOW)
    await one.flush()

    await other.load()
    assert other.tokens_today() == 110
    other.record(ANSWER, NOW)
    assert (one.tokens_today(), other.tokens_today()) == (110, 220)

    await other.flush()
    await one.flush()
    assert (one.tokens_today(), other.tokens_today()) == (220, 220)
    one.close_now()
    other.close_now()


async def test_a_new_day_begins_at_nothing(folder):
    today = [DAY]
    counted = Ledger(LedgerFile(str(folder)), today=lambda: today[0])
    counted.record(ANSWER, NOW)
    await counted.flush()
    assert counted.tokens_today() == 110

    today[0] = day_of(NOW + timedelta(1))

    assert counted.tokens_today() == 0
    await counted.flush()
    assert counted.tokens_today() == 0
    counted.close_now()


@pytest.mark.parametrize(("cap", "wanted"), [(None, False), (111, False), (110, True), (1, True), (0, True)])
async def test_the_cap(folder, cap, wanted):
    counted = ledger(folder)
    counted.record(ANSWER, NOW)

    assert over_cap(UsageSettings(cap), counted) is wanted
    counted.close_now()


def test_the_sentence_names_the_setting():
    assert "usage.daily_tokens (5)" in cap_sentence(UsageSettings(5))


# Disks that cannot...


class BadDisk(LedgerFile):
    """Fails as often as it is told to."""

    failures = 1

    def append(self, entries):
        if self.failures:
            self.failures -= 1
            raise OSError(28, "No space left on device")
        super().append(entries)


async def test_a_full_disk_is_told_once_and_tried_again(folder):
    """What was counted is kept, and written together with what came later."""
    told = []
    disk = BadDisk(str(folder))
    disk.failures = 2
    counted = Ledger(disk, today=lambda: DAY, note=told.append)

    for _ in range(3):
        counted.record(ANSWER, NOW)
        await counted.flush()

    assert on_disk(folder) == {"m": (3, 330, 3, 0)}
    assert counted.tokens_today() == 330
    (sentence,) = told
    assert "No space left on device" in sentence
    counted.close_now()


async def test_one_month_of_two_fails(folder):
    """Neither is written twice."""
    disk = BadDisk(str(folder))
    counted = Ledger(disk, today=lambda: DAY)
    disk.failures = 0
    counted.record(ANSWER, NOW)
    counted.record(ANSWER, NOW + timedelta(40))
    appended = LedgerFile.append

    def fails_for_march(entries):
        if entries[0].day.startswith("2026-03"):
            raise OSError(5, "Input/output error")
        appended(disk, entries)

    disk.append = fails_for_march
    await counted.flush()
    assert on_disk(folder) == {"m": (1, 110, 1, 0)}

    del disk.append
    await counted.flush()
    assert on_disk(folder) == {"m": (2, 220, 2, 0)}
    counted.close_now()


async def test_a_folder_that_is_a_file(tmp_path):
    """Nothing is raised, at the end neither."""
    (tmp_path / "state").write_text("")
    told = []
    counted = ledger(tmp_path / "state", note=told.append)
    counted.record(ANSWER, NOW)

    await counted.flush()
    counted.close_now()

    assert (counted.tokens_today(), len(told)) == (110, 1)


class SlowDisk(LedgerFile):
    """Answers when it is allowed to."""

    def __init__(self, folder):
        super().__init__(folder)
        self.go, self.busy = threading.Event(), threading.Event()

    def append(self, entries):
        self.busy.set()
        assert self.go.wait(10)
        super().append(entries)


async def test_nobody_waits_for_a_slow_disk(folder):
    """Meanwhile requests are counted, and none is lost or counted twice."""
    disk = SlowDisk(str(folder))
    counted = Ledger(disk, today=lambda: DAY)
    counted.record(ANSWER, NOW)
    flushing = asyncio.create_task(counted.flush())
    await asyncio.to_thread(disk.busy.wait, 10)

    counted.record(ANSWER, NOW)
    assert counted.tokens_today() == 220

    disk.go.set()
    await flushing
    assert counted.tokens_today() == 220
    counted.close_now()
    assert on_disk(folder) == {"m": (2, 220, 2, 0)}


async def test_a_flush_that_is_cancelled_is_finished(folder):
    disk = SlowDisk(str(folder))
    counted = Ledger(disk, today=lambda: DAY)
    counted.record(ANSWER, NOW)
    flushing = asyncio.create_task(counted.flush())
    await asyncio.to_thread(disk.busy.wait, 10)
    flushing.cancel()
    disk.go.set()

    counted.close_now()

    assert on_disk(folder) == {"m": (1, 110, 1, 0)}


def test_without_a_loop_the_end_writes(folder):
    counted = ledger(folder)
    counted.record(ANSWER, NOW)

    counted.close_now()

    assert on_disk(folder) == {"m": (1, 110, 1, 0)}


KILLED = textwrap.dedent(
    """
    import asyncio, os, sys
    from datetime import UTC, datetime
    from infill_ls.accounting.ledger import Ledger
    from infill_ls.accounting.ledger_file import LedgerFile
    from infill_ls.records import Outcome
    from infill_ls.tokens import Usage

    async def main():
        counted = Ledger(LedgerFile(sys.argv[1]))
        answer = Outcome("empty", source="model", model="m", usage=Usage(prompt=1), upstream_calls=1)
        counted.record(answer, datetime.now(UTC))
        await counted.flush()
        counted.record(answer, datetime.now(UTC))
        os.kill(os.getpid(), 9)

    asyncio.run(main())
    """
)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_a_kill_costs_what_was_not_flushed(folder):
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)

    assert on_disk(folder) == {"m": (1, 1, 0, 0)}
