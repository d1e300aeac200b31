"""The wish for a deep suggestion, and what the user's first one says."""

from __future__ import annotations

import asyncio

import pytest

from infill_ls.accounting.entries import Entry
from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.lsp.deep import WANTED_S, Deep
from infill_ls.lsp.progress import Progress
from infill_ls.records import Outcome


class Wire:
    """What goes to the client."""

    def __init__(self):
        self.said = []
        self.cancellable = {}

    def notify(self, _method, params):
        self.said.append(getattr(params.value, "message", None))

    def send_request(self, _method, _params): ...


def made(tmp_path, *entries):
    file = LedgerFile(tmp_path / "ledger")
    if entries:
        file.append(entries)
    now, told = [0.0], []
    return Deep(Ledger(file), told.append, lambda: now[0]), now, told


async def run(deep, uri="file:///a.py", notice="may read this"):
    ticks = iter([0.0, 5.0, 6.0, 7.0])
    wire = Wire()
    progress = Progress(wire, "infill-ls", supported=True, now=lambda: next(ticks))

    async def work():
        deep.looked(uri, "reading a.py")
        deep.looked("file:///other.py", "reading b.py")
        return Outcome("empty")

    await deep.run(uri, work(), notice, progress)
    return wire.said


WISHES = {
    "at once": ([("want", 0)], "off", True),
    "in time": ([("want", 0), ("pass", WANTED_S - 1)], "off", True),
    "too late": ([("want", 0), ("pass", WANTED_S + 1)], "off", False),
    "nobody wished for it": ([], "off", False),
    "by the setting": ([], "on", True),
    "used up": ([("want", 0), ("ask", 0)], "off", False),
    "an automatic request uses nothing up": ([("want", 0), ("type", 0)], "off", True),
}


@pytest.mark.parametrize(("before", "setting", "wanted"), WISHES.values(), ids=WISHES)
def test_a_wish_is_meant_by_the_next_explicit_request(tmp_path, before, setting, wanted):
    deep, now, _ = made(tmp_path)
    for what, seconds in before:
        match what:
            case "want":
                deep.want()
            case "pass":
                now[0] += seconds
            case "ask":
                deep.is_wanted("invoked", "off")
            case "type":
                assert not deep.is_wanted("automatic", "on")

    assert deep.is_wanted("invoked", setting) is wanted


async def test_the_first_one_says_what_it_may_do_and_no_other_does(tmp_path):
    deep, _, told = made(tmp_path)
    await run(deep)
    await run(deep)

    assert told == ["may read this"]


async def test_who_had_one_before_is_told_nothing(tmp_path):
    """In another session, by what the ledger says."""
    deep, _, told = made(tmp_path, Entry("2026-01-01", "m", calls=3, deep=1))
    await run(deep)

    assert told == []


async def test_the_steps_of_a_document_are_its_own(tmp_path):
    deep, _, _ = made(tmp_path)
    await asyncio.sleep(0)

    assert await run(deep) == ["reading a.py", None]
