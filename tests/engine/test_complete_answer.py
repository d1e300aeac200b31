"""What becomes of a request once the model is asked: it is superseded, answered, or the model fails."""

from __future__ import annotations

import asyncio
import json

import pytest

from infill_ls.engine.backend import Backend
from infill_ls.engine.debounce import LONGEST_S, WIDEST
from infill_ls.errors import ProviderError, RateLimited, TimedOut, Unauthorized
from infill_ls.prompt.family_rows import QWEN
from infill_ls.records import Chunk, Completion
from infill_ls.tokens import Usage
from support.engine.bench import ANSWER, AT, Bench, shown
from support.engine.fakes import HANG, ScriptedProvider, place, settle

# While the model answers...


async def test_a_newer_request_closes_the_older_ones_stream():
    """The older is answered at once, as superseded and aborted; never two streams at once."""
    bench = Bench(["f(\n", HANG], ANSWER)
    old = bench.start(AT, name="old")
    await settle()

    new = bench.start("y = g|\n", name="new")
    await settle()

    assert (old.result().name, old.result().aborted, old.result().upstream_calls) == ("superseded", True, 1)
    assert (await new).name == "shown"
    assert (bench.model.ends, bench.model.peak) == (["closed", "complete"], 1)
    assert [record["outcome"] for record in bench.records] == ["superseded", "shown"]


async def test_the_newer_one_waits_until_the_older_ones_connection_is_closed():
    gone = asyncio.Event()
    bench = Bench([HANG], ANSWER, closing=gone.wait)
    old = bench.start(AT)
    await settle()
    new = bench.start("z = |\n")
    await settle()
    assert (old.result().name, bench.model.calls, bench.model.running) == ("superseded", 1, 1)

    gone.set()

    assert (await new).name == "shown"
    assert bench.model.peak == 1


async def test_a_cached_answer_ends_the_older_request_too():
    bench = Bench(ANSWER, [HANG])
    await bench.ask(AT)
    old = bench.start("y = g|\n")
    await settle()

    assert (await bench.ask(AT)).source == "cache"
    await settle()

    assert old.result().name == "superseded"
    assert bench.model.ends == ["complete", "closed"]


async def test_an_edit_ends_the_request():
    bench = Bench(["f(", HANG])
    task = bench.start(AT)
    await settle()

    bench.engine.cancel("untitled:a")
    await settle()

    assert task.result().name == "superseded"
    assert bench.model.ends == ["closed"]


async def test_another_document_does_not():
    wait = asyncio.Event()
    bench = Bench([wait, *ANSWER], ANSWER)
    task = bench.start(AT)
    await settle()

    await bench.ask(place(AT, uri="untitled:b"))
    wait.set()

    assert (await task).name == "shown"


@pytest.mark.parametrize("script", [[HANG], ["f(", HANG]], ids=["before the text", "within the text"])
async def test_a_cancelled_request_closes_its_stream_and_is_recorded(script):
    bench = Bench(script)
    task = bench.start(AT)
    await settle()

    task.cancel()
    await settle()

    assert task.cancelled()
    assert bench.model.ends == ["closed"]
    (record,) = bench.records
    assert (record["outcome"], record["aborted"], record["upstream_calls"]) == ("cancelled", True, 1)


async def test_a_request_cancelled_while_it_waits_has_asked_nobody():
    bench = Bench(completion={"debounce_ms": 100})
    task = bench.start(AT, "automatic")
    await settle()

    task.cancel()
    await settle()

    assert task.cancelled()
    assert (bench.clock.sleeping, bench.model.calls) == ([], 0)
    assert (bench.records[0]["outcome"], bench.records[0]["aborted"]) == ("cancelled", False)


async def test_a_model_is_stopped_once_nothing_more_would_be_shown():
    """What it goes on to say is neither waited for nor paid for."""
    bench = Bench(["f(x)\n", "z = 3\n", "print(z)\n", HANG])

    outcome = await bench.ask("y = |\nz = 3\nprint(z)\n")

    assert shown(outcome) == ("shown", "model", "f(x)")
    assert (bench.model.ends, outcome.aborted) == (["closed"], True)


# What comes of the answer...


WORTHLESS = {
    "nothing": ([], ("empty", "empty")),
    "blanks": (["  ", "\n"], ("empty", "empty")),
    "an excuse": (["I'm sorry, but I cannot help with that.\n"], ("filtered", "prose")),
}


@pytest.mark.parametrize(("script", "wanted"), WORTHLESS.values(), ids=WORTHLESS.keys())
async def test_text_that_is_not_fit_to_be_shown(script, wanted):
    """The record names the rule; the call was not aborted; the service is well."""
    bench = Bench(script)

    outcome = await bench.ask(AT)

    assert (outcome.name, outcome.rule, outcome.completion) == (*wanted, None)
    assert (outcome.source, outcome.model, outcome.message) == ("model", "m", None)
    assert (bench.records[0]["outcome"], bench.records[0]["rule"]) == wanted
    assert bench.answers == 1


async def test_what_the_cursors_line_still_holds_is_replaced():
    bench = Bench(["f(x)"])

    outcome = await bench.ask("y = f(|)\n")

    assert outcome.completion is not None
    text, replaces = outcome.completion.text, outcome.completion.replaces
    assert outcome.completion == Completion(text, replaces)
    assert "y = f(" + text + ")"[replaces:] in {"y = f(f(x))", "y = f(x)"}


async def test_time_and_tokens_are_recorded():
    """By phase, in milliseconds; the last count of tokens counts."""
    first, last = asyncio.Event(), asyncio.Event()
    bench = Bench(
        [first, "f(x", last, Chunk(")", "stop"), Chunk(usage=Usage(prompt=20, cached=10, completion=3))],
        completion={"debounce_ms": 100},
    )
    task = bench.start(AT, "automatic", name="7")
    await bench.clock.advance(0.1)
    await bench.clock.advance(0.3)
    first.set()
    await settle()
    await bench.clock.advance(0.2)
    last.set()
    outcome = await task

    assert outcome.usage == Usage(prompt=20, cached=10, completion=3)
    record = bench.records[0]
    assert (record["id"], record["trigger"], record["characters"], record["lines"]) == ("7", "automatic", 4, 1)
    assert record["tokens"] == {"prompt": 20, "cached": 10, "completion": 3}
    assert record["ms"] == {
        "total": 600.0,
        "debounce": 100.0,
        "context": 0.0,
        "first_token": 300.0,
        "upstream": 500.0,
        "post": 0.0,
    }


# When the model fails...


ERRORS = [Unauthorized("The key is wrong."), TimedOut("Too slow."), RateLimited("Too often."), ProviderError("Broken.")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("before", [[], ["f("]], ids=["before the text", "within the text"])
async def test_the_embedded_engine_stands_in(error, before):
    """Its answer comes with the sentence that says what is wrong; the failure is told once."""
    bench = Bench([*before, error], local=["g(z)"])

    outcome = await bench.ask(AT)

    assert shown(outcome) == ("shown", "local", "g(z)")
    assert (outcome.message, outcome.model) == (str(error), "embedded")
    assert (outcome.upstream_calls, outcome.aborted) == (1, False)
    assert (bench.failures, bench.answers) == ([error], 0)
    assert bench.model.ends == ["failed"]


@pytest.mark.parametrize("local", [None, [], ["  "]], ids=["nobody", "silent", "blank"])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
async def test_where_nobody_can_stand_in_the_outcome_is_the_error(error, local):
    bench = Bench([error], local=local)

    outcome = await bench.ask(AT)

    assert (outcome.name, outcome.message, outcome.completion) == (error.outcome, str(error), None)
    assert (outcome.model, outcome.aborted) == ("m", False)
    assert bench.records[0]["outcome"] == error.outcome
    assert bench.failures == [error]


async def test_after_too_many_calls_even_the_first_of_a_line_waits():
    """Which is made at once, as long as the service takes them."""
    bench = Bench([RateLimited("Too often.")], ANSWER, completion={"speculate": False})
    refused = bench.start("x = 1\n|\n", "automatic")
    await settle()
    task = bench.start("x = 2\n|\n", "automatic")
    await settle()
    assert (refused.done(), bench.model.calls, len(bench.clock.sleeping)) == (True, 1, 1)

    await bench.clock.advance(WIDEST * LONGEST_S)

    assert (await task).name == "shown"


async def test_an_answer_clears_a_failure():
    """And what stood in for the model is not taken for its answer later."""
    bench = Bench([ERRORS[1]], ANSWER, local=["g(z)"])
    await bench.ask(AT)
    assert bench.answers == 0

    outcome = await bench.ask(AT)

    assert shown(outcome) == ("shown", "model", "f(x)")
    assert (bench.answers, outcome.message) == (1, None)


async def test_the_embedded_engine_is_not_asked_while_the_model_answers():
    bench = Bench([], local=["g(z)"])

    assert (await bench.ask(AT)).name == "empty"
    assert bench.local.calls == 0


async def test_the_embedded_engine_alone_reads_plain_text():
    """It is shown the context and no prompt; its answers are no calls."""
    bench = Bench(local=["g(z)"], only_local=True)

    outcome = await bench.ask("t = '<|fim_middle|>'\ny = |\n")

    assert shown(outcome) == ("shown", "local", "g(z)")
    assert (outcome.upstream_calls, outcome.aborted) == (0, False)
    (prompt,) = bench.local.prompts
    assert (prompt.text, prompt.messages, prompt.context.prefix) == ("", (), "t = '<|fim_middle|>'\ny = ")


# For people, and in the end...


async def test_the_prompt_that_people_are_shown_is_the_one_that_is_sent():
    bench = Bench()
    await bench.ask("x = 1\ny = |\nz = 3\n")

    shown_prompt = bench.engine.shown_prompt(place("x = 1\ny = |\nz = 3\n"))

    assert (shown_prompt["model"], shown_prompt["text"]) == ("m", bench.model.prompts[0].text)
    assert json.dumps(shown_prompt)


async def test_the_prompt_that_people_are_shown_is_the_thinking_models_where_there_is_one():
    """It is an explicit request that people look into."""
    thinker = ScriptedProvider(["f(x)"], model="t")
    bench = Bench(thinking=Backend(thinker, "chat", QWEN, "model", "thinking"))
    await bench.ask(AT, "invoked")

    shown_prompt = bench.engine.shown_prompt(place(AT))

    (message,) = thinker.prompts[0].messages
    assert (shown_prompt["model"], shown_prompt["messages"][0]["content"]) == ("t", message.content)


async def test_closing_ends_what_runs():
    bench = Bench([HANG], local=[])
    task = bench.start(AT)
    await settle()

    await bench.engine.aclose()
    await settle()

    assert task.result().name == "superseded"
    assert bench.model.ends == ["closed"]
    assert (bench.model.ended, bench.local.ended) == (1, 1)
