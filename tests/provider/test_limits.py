"""A service that fails is asked seldom, and as before once it answers."""

from __future__ import annotations

import asyncio
import traceback

import pytest

from infill_ls.errors import (
    BadRequest,
    ConnectionRefused,
    ModelNotFound,
    ProviderError,
    RateLimited,
    ServiceFailed,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unsupported,
    WrongAddress,
)
from infill_ls.provider.limits import Limited
from infill_ls.records import Chunk, Context, Prompt
from support.fakes import HANG, FakeClock, ScriptedProvider, settle

PROMPT = Prompt("fim", Context("a", "b", "a.py", "python"), text="a")


def limited(*scripts, default=None):
    """A scripted provider behind a circuit, and its clock."""
    clock = FakeClock()
    inner = ScriptedProvider(*scripts, default=default)
    return Limited(inner, clock.now), inner, clock


async def ask(provider):
    """The text, or what was raised."""
    try:
        return "".join([chunk.text async for chunk in provider.stream(PROMPT)])
    except ProviderError as error:
        return error


async def type_for(seconds, provider, clock, *, per_second=5):
    """A person types on: a request every fifth of a second. Gives the seconds at which a call was made."""
    made, before = [], provider._provider.calls
    for tick in range(int(seconds * per_second)):
        await ask(provider)
        if provider._provider.calls > before:
            made.append(tick / per_second)
        before = provider._provider.calls
        clock.pass_by(1 / per_second)
    return made


DOUBLING = [0, 1, 3, 7, 15, 31]

CALLS_IN_A_MINUTE = {
    "a wrong key": (Unauthorized("x"), [0]),
    "an unknown model": (ModelNotFound("x"), [0]),
    "a model that cannot": (Unsupported("x"), [0]),
    "too many requests": (RateLimited("x"), DOUBLING),
    "too many requests, wait 10 s": (RateLimited("x", retry_after_s=10), [0, 10, 20, 30, 40, 56]),
    "too many requests, wait 45 s": (RateLimited("x", retry_after_s=45), [0, 45]),
    "too many requests, wait 0 s": (RateLimited("x", retry_after_s=0), DOUBLING),
    "too many requests, wait for ever": (RateLimited("x", retry_after_s=float("inf")), [0]),
    "a failing service": (ServiceFailed("x"), DOUBLING),
    "a failing service, wait 25 s": (ServiceFailed("x", retry_after_s=25), [0, 25, 50]),
    "no connection": (ConnectionRefused("x"), DOUBLING),
    "no such host": (WrongAddress("x"), DOUBLING),
    "no trust": (TlsFailed("x"), DOUBLING),
    "time-outs": (TimedOut("x"), [0, 0.2, 0.4, 4.4, 12.4, 28.4, 58.4]),
}


@pytest.mark.parametrize(("error", "wanted"), CALLS_IN_A_MINUTE.values(), ids=CALLS_IN_A_MINUTE.keys())
async def test_calls_in_a_minute_of_typing(error, wanted):
    """300 requests, and the seconds at which one reached the service."""
    provider, _, clock = limited(default=[error])

    assert await type_for(60, provider, clock) == pytest.approx(wanted, abs=0.21)


async def test_a_single_bad_request_says_nothing_about_the_next():
    provider, inner, clock = limited(default=[BadRequest("x")])

    await type_for(60, provider, clock)

    assert inner.calls == 300


@pytest.mark.parametrize("error", [Unauthorized("x"), ServiceFailed("x")], ids=["a wrong key", "a failing service"])
async def test_meanwhile_the_same_error_comes_without_a_call(error):
    provider, inner, _ = limited(default=[error])

    assert [await ask(provider) for _ in range(3)] == [error] * 3
    assert inner.calls == 1


async def test_an_error_that_is_raised_again_does_not_grow():
    """Its traceback would hold all that the requests since then have held."""
    provider, _, _ = limited(default=[Unauthorized("x")])

    depths = [len(traceback.extract_tb((await ask(provider)).__traceback__)) for _ in range(5)]

    assert depths[1:] == [depths[1]] * 4


async def test_a_service_that_answers_again_is_asked_as_before():
    """The count begins anew: the next failure costs a second, not what the last one would have."""
    provider, inner, clock = limited(*[[ServiceFailed("x")]] * 4, ["fine"], default=[ServiceFailed("x")])
    assert await type_for(15.2, provider, clock) == pytest.approx([0, 1, 3, 7, 15], abs=0.21)

    assert inner.ends == ["failed"] * 4 + ["complete"]
    assert await type_for(4, provider, clock) == pytest.approx([0, 1, 3], abs=0.21)


async def test_one_time_out_among_answers_is_no_failure():
    """A hard prompt now and then opens nothing."""
    provider, inner, _ = limited(*[["fine"], [TimedOut("x")], [TimedOut("x")]] * 5)

    for _ in range(15):
        await ask(provider)

    assert inner.calls == 15


async def test_an_error_after_some_text_counts_too():
    """The first piece closes the circuit, the error opens it again."""
    provider, inner, _ = limited(default=["text", ServiceFailed("x")])

    await ask(provider)
    await ask(provider)

    assert inner.calls == 1


async def test_chunks_pass_as_they_are():
    chunks = [Chunk("a"), Chunk("b", "stop"), Chunk()]
    provider, inner, _ = limited(chunks)

    assert [chunk async for chunk in provider.stream(PROMPT)] == chunks
    assert inner.prompts == [PROMPT]
    assert provider.model == inner.model


async def test_closing_the_stream_closes_the_one_behind_it():
    """So the model stops, and nobody takes it for a failure."""
    provider, inner, _ = limited(["text", HANG], ["fine"])
    stream = provider.stream(PROMPT)
    await anext(stream)

    await stream.aclose()

    assert inner.ends == ["closed"]
    assert await ask(provider) == "fine"


async def test_cancelling_is_no_failure():
    provider, inner, _ = limited([HANG], ["fine"])
    task = asyncio.create_task(ask(provider))
    await settle()
    task.cancel()
    await settle()

    assert task.cancelled()
    assert inner.ends == ["closed"]
    assert await ask(provider) == "fine"


async def test_the_rest_is_handed_on():
    provider, inner, _ = limited()

    await provider.warm()
    await provider.aclose()

    assert (inner.warmed, inner.ended) == (1, 1)
