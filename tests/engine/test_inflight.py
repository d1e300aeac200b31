"""At most one generation per document runs, and two in all; what is newer ends it, unless it goes on with it."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.accounting.meter import Tally
from infill_ls.engine.generation import Generation
from infill_ls.engine.inflight import LINGER_S, MOST_RUNNING, Inflight
from infill_ls.records import Completion, Edit, Outcome
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.typed import NOTHING
from support.engine.fakes import FakeClock, place, settle

SUPERSEDED = Outcome("superseded")
PATIENT_S = 60.0
"""However slow the machine: what a test does not close counts as open."""


class Work:
    """Requests whose connections a test opens and closes by hand."""

    def __init__(self, inflight):
        self.inflight = inflight
        self.log = []
        self.open = set()
        self.peak = 0
        self.most = 0
        self.answers = {}
        self.tallies = {}
        self.closers = {}
        self.struck = 0

    async def do(self, uri, name):
        """What an engine does: let a model work, and wait for what it says."""
        self.tallies[name] = Tally()
        generation = Generation(
            Surroundings.of(place("|", uri=uri)), "route", Completion, FakeClock(), tally=self.tallies[name]
        )
        self.inflight.start(uri, generation, lambda: self.work(uri, name))
        return await generation.outcome_at(NOTHING)

    async def work(self, uri, name):
        """What a model does: open a connection, and close it in the end."""
        self.open.add((uri, name))
        self.peak = max(self.peak, sum(where == uri for where, _ in self.open))
        self.most = max(self.most, len(self.open))
        self.log.append(f"open {name}")
        self.answers[name] = asyncio.get_running_loop().create_future()
        self.closers[name] = asyncio.get_running_loop().create_future()
        try:
            return await self.answers[name]
        except asyncio.CancelledError:
            try:
                await self.closers[name]
            except asyncio.CancelledError:
                self.struck += 1
            raise
        finally:
            self.open.discard((uri, name))
            self.log.append(f"close {name}")

    async def ask(self, uri, name):
        """A request as the engine puts it, and its outcome in the log."""
        self.inflight.supersede(uri)
        outcome = await self.inflight.run(uri, self.do(uri, name))
        self.log.append(f"{outcome.name} {name}")
        return outcome

    def start(self, name, uri="a"):
        return asyncio.create_task(self.ask(uri, name))

    def answer(self, name):
        self.answers[name].set_result(Outcome("empty"))

    def close(self, name):
        self.closers[name].set_result(None)


@pytest.fixture
def work():
    return Work(Inflight(PATIENT_S))


async def test_a_request_alone_runs_to_its_end(work):
    task = work.start("1")
    await settle()
    work.answer("1")

    assert await task == Outcome("empty")
    assert work.log == ["open 1", "close 1", "empty 1"]


async def test_a_newer_request_ends_the_older_at_once(work):
    """The older is answered before its connection is closed, and the newer starts after that."""
    old = work.start("1")
    await settle()
    new = work.start("2")
    await settle()
    assert old.result() == SUPERSEDED
    assert work.log == ["open 1", "superseded 1"]

    work.close("1")
    await settle()
    work.answer("2")

    assert await new == Outcome("empty")
    assert work.log == ["open 1", "superseded 1", "close 1", "open 2", "close 2", "empty 2"]


async def test_one_that_never_started_is_not_forgotten_over_it(work):
    """The second request waits for the first one's connection and is superseded meanwhile: the third waits on."""
    first = work.start("1")
    await settle()
    second = work.start("2")
    await settle()
    third = work.start("3")
    await settle()
    assert [first.result(), second.result()] == [SUPERSEDED, SUPERSEDED]
    assert "open 3" not in work.log

    work.close("1")
    await settle()
    work.answer("3")
    await third

    assert work.peak == 1
    assert work.log[-3:] == ["open 3", "close 3", "empty 3"]


async def test_a_connection_that_does_not_close_stops_nobody_for_ever():
    """After a while the newer request starts all the same."""
    work = Work(Inflight(close_timeout_s=0.0))
    work.start("1")
    await settle()
    new = work.start("2")
    while "open 2" not in work.log:
        await settle()
    assert work.peak == 2

    work.answer("2")
    assert await new == Outcome("empty")
    work.close("1")
    await settle()


async def test_closing_a_connection_is_not_cancelled(work):
    """One cancellation closes it; a second one would leave it open for ever."""
    tasks = [work.start("1")]
    await settle()
    for name in "23":
        tasks.append(work.start(name))
        await settle()
    tasks[0].cancel()
    work.inflight.supersede("a")
    await settle()

    work.close("1")
    await settle()

    assert work.struck == 0
    assert work.open == set()
    assert all(task.done() for task in tasks)


async def test_an_edit_ends_the_request(work):
    task = work.start("1")
    await settle()

    work.inflight.supersede("a")
    await settle()

    assert task.result() == SUPERSEDED
    work.close("1")
    await settle()
    assert work.open == set()


async def test_an_edit_where_nothing_runs_is_no_mistake(work):
    work.inflight.supersede("a")

    task = work.start("1")
    await settle()
    work.answer("1")
    await task
    work.inflight.supersede("a")

    assert work.log == ["open 1", "close 1", "empty 1"]


KEY = Edit((0, 0), (0, 1), "a", "")
"""What the generations of these tests foresee, who have said nothing yet."""

DISAGREEING = {
    "a key elsewhere": [Edit((1, 0), (1, 1), "a", "")],
    "a deletion": [Edit((0, 0), (0, 0), "", "a")],
    "a key, and one elsewhere": [KEY, Edit((3, 0), (3, 1), "a", "")],
    "another document": None,
}


@pytest.mark.parametrize("edits", DISAGREEING.values(), ids=DISAGREEING)
async def test_an_edit_that_is_not_foreseen_ends_all(work, edits):
    task = work.start("1")
    await settle()

    work.inflight.edited("a", edits)
    await settle()
    work.close("1")
    await settle()

    assert (task.result(), work.open) == (SUPERSEDED, set())


async def test_a_key_that_may_be_foreseen_ends_the_request_alone(work):
    """The request is answered at once; the model works on, and who asks next finds it."""
    task = work.start("1")
    await settle()

    work.inflight.edited("a", [KEY])
    await settle()

    assert (task.result(), work.log) == (SUPERSEDED, ["open 1", "superseded 1"])
    assert work.inflight.take_over("a") is not None
    work.inflight.supersede("a")
    work.close("1")
    await settle()
    assert work.open == set()


async def test_a_generation_that_nobody_asks_for_any_more_ends():
    work = Work(Inflight(PATIENT_S, linger_s=0.0))
    work.start("1")
    await settle()

    work.inflight.edited("a", [KEY])
    while work.closers and "superseded 1" not in work.log:
        await settle()
    while work.inflight.running("a"):  # noqa: ASYNC110  # a timer of no length tells nobody that it is over
        await asyncio.sleep(0)
    work.close("1")
    await settle()

    assert work.open == set()
    assert LINGER_S > 0.2, "Neovim asks 200 ms after a key"


async def test_never_more_run_than_may(work):
    """The document that was left first gives way."""
    tasks = []
    for name, uri in (("1", "a"), ("2", "b"), ("3", "c")):
        tasks.append(work.start(name, uri))
        await settle()
    assert work.open == {("a", "1"), ("b", "2")}, "the third waits for the first one's connection to close"

    work.close("1")
    await settle()

    assert tasks[0].result() == SUPERSEDED
    assert work.open == {("b", "2"), ("c", "3")}
    assert work.most == MOST_RUNNING
    await end(work, tasks)


async def test_documents_do_not_disturb_each_other(work):
    one, other = work.start("1", "a"), work.start("2", "b")
    await settle()
    work.inflight.supersede("c")
    work.answer("1")
    work.answer("2")

    assert await one == await other == Outcome("empty")


async def test_who_cancels_the_request_cancels_the_work(work):
    task = work.start("1")
    await settle()

    task.cancel()
    await settle()

    assert task.cancelled()
    work.close("1")
    await settle()
    assert work.log == ["open 1", "close 1"]


async def test_after_a_cancelled_request_the_next_one_waits_too(work):
    task = work.start("1")
    await settle()
    task.cancel()
    await settle()
    new = work.start("2")
    await settle()
    assert "open 2" not in work.log

    work.close("1")
    await settle()
    work.answer("2")
    await new

    assert work.peak == 1


async def test_what_goes_wrong_reaches_who_asked(work):
    task = work.start("1")
    await settle()
    work.answers["1"].set_exception(ValueError("wrong"))

    with pytest.raises(ValueError, match="wrong"):
        await task


async def test_what_goes_wrong_after_that_reaches_nobody(work):
    """Nobody waits for it any more, and the loop does not complain."""
    task = work.start("1")
    await settle()
    work.inflight.supersede("a")
    await settle()

    work.closers["1"].set_exception(ValueError("wrong"))
    await settle()

    assert task.result() == SUPERSEDED


async def test_what_goes_wrong_while_something_newer_comes_is_no_complaint(work):
    """The work fails and is superseded in the same turn of the loop: the loop has nothing to say to that."""
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context["message"]))
    task = work.start("1")
    await settle()
    work.answers["1"].set_exception(ValueError("wrong"))
    await asyncio.sleep(0)
    work.inflight.supersede("a")
    await settle()
    assert task.result() == SUPERSEDED

    work.answers.clear()
    del task
    gc.collect()

    assert complaints == []


async def test_stopping_ends_all_and_waits_for_their_connections(work):
    tasks = [work.start("1", "a"), work.start("2", "b")]
    await settle()

    stopping = asyncio.create_task(work.inflight.stop())
    await settle()
    assert not stopping.done()
    work.close("1")
    work.close("2")
    await stopping

    assert [task.result() for task in tasks] == [SUPERSEDED, SUPERSEDED]
    assert work.open == set()


STEP = st.tuples(st.sampled_from(["ask", "edit", "cancel", "answer", "close", "turn"]), st.integers(0, 3))


@given(st.lists(STEP, max_size=30))
def test_whatever_happens_never_two_at_once(steps):
    """Requests, edits, cancellations, answers and slow connections in any order: each request ends exactly once."""
    asyncio.run(play(steps))


async def play(steps):
    work, tasks = Work(Inflight(PATIENT_S)), []
    for action, number in steps:
        if action == "ask":
            tasks.append(work.start(str(len(tasks))))
        elif action == "edit":
            work.inflight.supersede("a")
        elif action == "cancel" and tasks:
            tasks[-1 - number % len(tasks)].cancel()
        elif action in ("answer", "close"):
            futures = work.answers if action == "answer" else work.closers
            waiting = [name for name, future in futures.items() if not future.done() and ("a", name) in work.open]
            with suppress(IndexError):
                futures[waiting[number]].set_result(Outcome("empty"))
        await asyncio.sleep(0)
    await end(work, tasks)

    assert work.peak <= 1
    assert work.struck == 0
    assert work.open == set()
    assert all(task.cancelled() or task.result() in (SUPERSEDED, Outcome("empty")) for task in tasks)


async def end(work, tasks):
    """Let every connection close and every request be answered."""
    for _ in range(2 * len(tasks) + 2):
        await settle()
        for future in (*work.closers.values(), *work.answers.values()):
            if not future.done():
                future.set_result(Outcome("empty"))
    await settle()
    assert all(task.done() for task in tasks)


async def test_work_that_is_cancelled_from_within_is_answered_all_the_same():
    """Nobody cancelled the request, so it must not end as if somebody had."""

    async def work():
        raise asyncio.CancelledError

    assert (await Inflight().run("a", work())).name == "superseded"
