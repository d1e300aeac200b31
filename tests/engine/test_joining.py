"""A generation that goes on while its text is typed: whoever asks next has it, and nobody pays twice."""

from __future__ import annotations

import asyncio

import pytest

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.engine.generation import SOFT_DEADLINE_S
from infill_ls.engine.warmth import IDLE_S
from infill_ls.errors import TimedOut
from infill_ls.records import Edit
from support.engine.bench import Bench, shown
from support.engine.fakes import HANG, place, settle

URI = "untitled:a"
AT = "x = 1\ny = |\n"
OFF = {"speculate": False, "debounce_ms": 0}


class Typist:
    """Somebody who types on one line and asks after each key, as editors do."""

    def __init__(self, *scripts, **values):
        self.bench = Bench(*scripts, completion={"debounce_ms": 0, "speculate": False}, **values)
        self.text = ""
        self.after = ""

    def ask(self, trigger="automatic"):
        return self.bench.start(f"x = 1\ny = {self.text}|{self.after}\n", trigger, name=f"at {self.text}")

    def key(self, key, *, closed="", asks=True):
        """A key, and what the editor puts behind the cursor by itself."""
        column = len("y = " + self.text)
        edit = Edit((1, column), (1, column + len(key + closed)), key + closed, "")
        self.text, self.after = self.text + key, closed + self.after
        self.bench.engine.edited(URI, [edit])
        return self.ask() if asks else None


async def test_a_key_before_the_first_token_joins():
    """The first request is answered at once, with nothing; the second gets the rest of the first one's text."""
    first = asyncio.Event()
    typist = Typist([first, "f(x)"])
    old = typist.ask()
    await settle()

    new = typist.key("f")
    await settle()
    assert (old.result().name, new.done()) == ("superseded", False)
    first.set()

    assert shown(await new) == ("shown", "inflight", "(x)")
    assert (typist.bench.model.calls, typist.bench.model.ends) == (1, ["complete"])


async def test_the_call_is_booked_to_who_got_the_answer():
    """Each request has one record, and the calls of all of them add up."""
    first = asyncio.Event()
    typist = Typist([first, "f(x)"])
    typist.ask()
    await settle()
    new = typist.key("f")
    await settle()
    first.set()
    await new
    await settle()

    told = [(each["id"], each["outcome"], each["upstream_calls"], each["aborted"]) for each in typist.bench.records]
    assert told == [("at ", "superseded", 0, False), ("at f", "shown", 1, False)]


async def test_a_call_that_nobody_takes_over_is_booked_to_who_made_it(tmp_path):
    """Its record is written as soon as it is known that it came to nothing; its tokens count at once."""
    ledger = Ledger(LedgerFile(str(tmp_path)))
    typist = Typist([HANG], ledger=ledger)
    typist.ask()
    await settle()
    typist.key("f", asks=False)
    await settle()
    assert typist.bench.records == []

    typist.bench.engine.edited(URI, None)
    await settle()

    (record,) = typist.bench.records
    assert (record["outcome"], record["upstream_calls"], record["aborted"]) == ("superseded", 1, True)
    assert ledger.tokens_today() > 0
    assert typist.bench.model.ends == ["closed"]
    ledger.close_now()


DIVERGING = {
    "another letter": lambda typist: typist.key("g", asks=False),
    "the end, and more": lambda typist: [typist.key(key, asks=False) for key in "f(x) +"],
}


@pytest.mark.parametrize("act", DIVERGING.values(), ids=DIVERGING)
async def test_a_key_against_its_text_ends_it_at_once(act):
    """Without any request: the model stops when the key comes."""
    typist = Typist(["f(x)\n", HANG])
    typist.ask()
    await settle()
    assert typist.bench.model.running == 1

    act(typist)
    await settle()

    assert (typist.bench.model.running, typist.bench.model.ends) == (0, ["closed"])


async def test_text_that_comes_to_say_something_else_is_asked_for_anew():
    """The key came before the text, and the text is against it."""
    first = asyncio.Event()
    typist = Typist([first, "g(x)\n", HANG], ["(z)"])
    typist.ask()
    await settle()
    new = typist.key("f")
    await settle()
    first.set()

    outcome = await new

    assert shown(outcome) == ("shown", "model", "(z)")
    assert typist.bench.model.ends == ["closed", "complete"]
    assert [each["upstream_calls"] for each in typist.bench.records] == [0, 2]


async def test_a_bracket_that_the_editor_closes_joins():
    """And the answer leaves the closing one where it stands."""
    first = asyncio.Event()
    typist = Typist([first, "f(x)"])
    typist.ask()
    await settle()
    typist.key("f", asks=False)
    new = typist.key("(", closed=")")
    await settle()
    first.set()

    assert shown(await new) == ("shown", "inflight", "x")


async def test_whole_lines_do_not_wait_for_ever_for_the_rest():
    """They are shown after a while; the rest is there for who asks later, and extends what was shown."""
    rest = asyncio.Event()
    typist = Typist(["if a:\n    b()\n", rest, "    c()"])
    typist.text = ""
    task = typist.bench.start("x = 1\n|\n", "automatic")
    await settle()
    assert not task.done()

    await typist.bench.clock.advance(SOFT_DEADLINE_S)

    assert shown(await task)[2].startswith("if a:\n    b()")
    part = task.result().completion.text
    rest.set()
    await settle()
    again = await typist.bench.ask("x = 1\n|\n", "automatic")
    assert again.completion.text.startswith(part)
    assert "c()" in again.completion.text
    assert typist.bench.model.calls == 1


async def test_a_model_that_fails_fails_for_who_waits():
    wrong = asyncio.Event()
    typist = Typist([wrong, TimedOut("Too slow.")])
    typist.ask()
    await settle()
    new = typist.key("f")
    await settle()
    wrong.set()

    assert (await new).name == "timeout"
    assert typist.bench.model.calls == 1


@pytest.mark.parametrize("text", ["f(x)", "for a in b:\n    c(a)\n    d(a)"])
async def test_typing_a_suggestion_through_asks_nobody(text):
    """To its end, over its lines; and there, where the model had no more to say, nobody is asked either."""
    bench = Bench([text], completion={"speculate": False})
    marked = "x = 1\n|\n"
    await bench.ask(marked, "automatic")

    left = []
    for typed in range(1, len(text) + 1):
        outcome = await bench.ask(marked.replace("|", text[:typed] + "|"), "automatic")
        left.append(outcome.completion.text if outcome.completion else outcome.rule)

    assert left == [text[typed:] for typed in range(1, len(text))] + ["complete"]
    assert bench.model.calls == 1


async def test_who_asks_explicitly_where_all_was_said_gets_an_answer():
    bench = Bench(["f(x)"], [" + 1"], completion={"speculate": False})
    await bench.ask(AT)

    assert shown(await bench.ask("x = 1\ny = f(x)|\n", "invoked")) == ("shown", "model", " + 1")


async def test_a_key_of_another_document_ends_nothing():
    typist = Typist([HANG])
    typist.ask()
    await settle()

    typist.bench.engine.edited("untitled:b", [Edit((0, 0), (0, 1), "x", "")])
    await settle()

    assert typist.bench.model.running == 1
    await typist.bench.engine.aclose()


async def test_the_place_in_another_document_has_its_own():
    typist = Typist([HANG], ["f(x)"])
    typist.ask()
    await settle()

    assert (await typist.bench.ask(place(AT, uri="untitled:b"))).name == "shown"
    assert typist.bench.model.peak == 2
    await typist.bench.engine.aclose()


CUT = ["f(x)\nz = 3\n", HANG]


async def test_who_asks_explicitly_is_not_content_with_the_start_that_was_shown_unasked():
    """The automatic answer ended with its statement; the model is asked for more."""
    bench = Bench(CUT, ["f(x)\nz = 3"], completion={"speculate": False})
    assert shown(await bench.ask(AT, "automatic")) == ("shown", "model", "f(x)")

    assert shown(await bench.ask(AT, "invoked"))[1] == "model"
    assert bench.model.calls == 2


async def test_an_explicit_request_takes_over_no_automatic_call():
    """But an automatic one takes over an explicit one's."""
    for first, second, calls in (("automatic", "invoked", 2), ("invoked", "automatic", 1)):
        said = asyncio.Event()
        bench = Bench([said, "f(x)"], ["f(x)"], completion={"speculate": False, "debounce_ms": 0})
        bench.start(AT, first)
        await settle()
        task = bench.start(AT, second)
        await settle()
        said.set()

        assert (await task).name == "shown"
        assert bench.model.calls == calls


async def test_a_long_pause_lets_go_of_connections_and_the_next_key_opens_one():
    """Once, and not while calls are made; the start has warmed what the first request needs."""
    bench = Bench(completion={"speculate": False})
    bench.engine.edited(URI, None)
    await settle()
    assert bench.model.warmed == 0

    await bench.clock.advance(IDLE_S + 1)
    for _ in range(3):
        bench.engine.edited(URI, [Edit((1, 4), (1, 5), "f", "")])
        await settle()
    assert bench.model.warmed == 1

    await bench.clock.advance(IDLE_S - 1)
    await bench.ask(AT)
    await bench.clock.advance(2)
    bench.engine.keep_warm()
    await settle()
    assert bench.model.warmed == 1
