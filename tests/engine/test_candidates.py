"""Several suggestions where they are asked for: without duplicates, best first, and never more calls than that."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.engine.candidates import best_first
from infill_ls.engine.generation import SOFT_DEADLINE_S
from infill_ls.errors import TimedOut
from infill_ls.records import Chunk, Completion
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.tokens import Usage
from support.engine.bench import Bench
from support.engine.fakes import HANG, place, request, settle

AT = "x = 1\ny = |\n"


async def ask(bench, n_candidates, trigger="invoked"):
    outcome = await bench.engine.complete(replace(request(AT, trigger), candidates=n_candidates))
    return [each.text for each in (outcome.completion, *outcome.others) if each]


async def test_as_many_are_asked_for_as_are_wanted():
    """Each differently: the first as ever, the others as other answers to the same prompt."""
    bench = Bench(["f(x)"], ["g(x)"], ["h(x)"])

    assert sorted(await ask(bench, 3)) == ["f(x)", "g(x)", "h(x)"]
    assert [prompt.variant for prompt in bench.model.prompts] == [0, 1, 2]
    assert len({prompt.text for prompt in bench.model.prompts}) == 1


async def test_what_comes_twice_is_shown_once():
    assert await ask(Bench(["f(x)"], ["f(x)\n"], ["g"]), 3) == ["f(x)", "g"]


async def test_text_that_is_not_fit_is_no_candidate():
    assert await ask(Bench(["f(x)"], ["  "], ["I'm sorry, but I cannot help."]), 3) == ["f(x)"]


async def test_one_is_better_than_none_where_the_service_fails_meanwhile():
    bench = Bench(["f(x)"], [TimedOut("Too slow.")])

    assert await ask(bench, 3) == ["f(x)"]
    assert bench.model.calls == 2


# Tokens of each call, the user's cap, and how many of three candidates are asked for.
CAPS = {
    "no cap": (60, None, 3),
    "enough for all": (60, 200, 3),
    "reached by two": (60, 120, 2),
    "reached by the first": (60, 50, 1),
}


@pytest.mark.parametrize(("tokens", "cap", "calls"), CAPS.values(), ids=CAPS)
async def test_the_users_cap_counts_between_candidates_too(tokens, cap, calls, tmp_path):
    """What the request itself has used counts, though it is booked only at its end; what there is, is shown."""
    scripts = [[text, Chunk(usage=Usage(tokens - 10, 0, 10))] for text in ("f(x)", "g(x)", "h(x)")]
    ledger = Ledger(LedgerFile(str(tmp_path)))
    bench = Bench(*scripts, usage={} if cap is None else {"daily_tokens": cap}, ledger=ledger)

    assert len(await ask(bench, 3)) == calls
    assert bench.model.calls == calls
    ledger.close_now()


async def test_one_call_at_most_runs_though_several_candidates_are_wanted():
    """Whole lines are shown after a moment without the rest, but not while other candidates are still to be asked for."""
    rest = asyncio.Event()
    bench = Bench(["f(x)\n", rest, "f(y)"], ["g(x)"], completion={"lines": "multi"})
    asked = asyncio.create_task(ask(bench, 2))
    await settle()
    await bench.clock.advance(2 * SOFT_DEADLINE_S)

    assert (bench.model.calls, asked.done()) == (1, False)

    rest.set()
    assert await asked == ["f(x)\nf(y)", "g(x)"]
    assert bench.model.calls == 2


async def test_a_known_answer_is_not_enough_where_several_are_wanted():
    bench = Bench(["f(x)"], ["f(x)"], ["g"])
    assert await ask(bench, 1) == ["f(x)"]

    assert await ask(bench, 2) == ["f(x)", "g"]
    assert bench.model.calls == 3


async def test_a_request_has_one_record_whatever_it_took():
    bench = Bench(["f(x)"], ["g"])
    await ask(bench, 2)

    assert [each["upstream_calls"] for each in bench.records] == [2]


async def test_the_likelier_comes_first():
    """Where the server tells how likely each token was."""
    bench = Bench([Chunk("f(x)", logprobs=(-1.0, -2.0))], [Chunk("g", logprobs=(-0.5,))])

    assert await ask(bench, 2) == ["g", "f(x)"]
    assert all(prompt.scored for prompt in bench.model.prompts)


async def test_a_newer_request_waits_until_a_further_candidates_connection_is_closed():
    """Never two calls for a document, whatever they are for."""
    gone = asyncio.Event()
    bench = Bench(["f(x)"], [HANG], ["z"], closing=gone.wait)
    old = asyncio.create_task(bench.engine.complete(replace(request(AT, "invoked"), candidates=2)))
    await settle()
    new = bench.start("z = |\n")
    await settle()
    assert (bench.model.calls, bench.model.running) == (2, 1)

    gone.set()

    assert ((await old).name, (await new).name) == ("superseded", "shown")
    assert bench.model.peak == 1


ORDERS = {
    "the longer first": ([Completion("a"), Completion("a(b)")], ["a(b)", "a"]),
    "what parses first": ([Completion("a(b"), Completion("c")], ["c", "a(b"]),
    "what parses before what is likelier": (
        [Completion("a(b", logprob=-0.1), Completion("c", logprob=-3.0)],
        ["c", "a(b"],
    ),
    "the likelier before the longer": (
        [Completion("abc", logprob=-2.0), Completion("a", logprob=-1.0)],
        ["a", "abc"],
    ),
    "likelihoods of some count nothing": (
        [Completion("a", logprob=-0.1), Completion("abc")],
        ["abc", "a"],
    ),
    "the first of equals": ([Completion("ab"), Completion("cd")], ["ab", "cd"]),
}


@pytest.mark.parametrize(("candidates", "texts"), ORDERS.values(), ids=ORDERS)
def test_the_best_comes_first(candidates, texts):
    assert [each.text for each in best_first(candidates, Surroundings.of(place(AT)))] == texts
