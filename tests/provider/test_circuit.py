"""A service that fails is asked seldom, and as before once it answers."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import replace

import pytest

from infill_ls.errors import (
    BadRequest,
    BurstLimited,
    ConnectionRefused,
    KeyPending,
    ModelNotFound,
    ProviderError,
    QuotaLimited,
    RateLimited,
    ServiceFailed,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unsupported,
    WrongAddress,
)
from infill_ls.provider.circuit import REMEMBERED, Limited
from infill_ls.records import Chunk, Context, Prompt
from support.engine.fakes import HANG, FakeClock, ScriptedProvider, settle

PROMPT = Prompt("fim", Context("a", "b", "a.py", "python"), text="a")


def limited(*scripts, default=None, jitter=lambda: 0.0):
    """A scripted provider behind a circuit, and its clock."""
    clock = FakeClock()
    inner = ScriptedProvider(*scripts, default=default)
    return Limited(inner, clock.now, jitter), inner, clock


async def ask(provider, prompt=PROMPT):
    """The text, or what was raised."""
    try:
        return "".join([chunk.text async for chunk in provider.stream(prompt)])
    except ProviderError as error:
        return error


async def type_for(seconds, provider, clock, *, per_second=5):
    """A person types on: a request every fifth of a second. Gives the seconds at which a call was made."""
    made, before = [], provider.provider.calls
    for tick in range(int(seconds * per_second)):
        await ask(provider, replace(PROMPT, text=f"a{tick}"))
        if provider.provider.calls > before:
            made.append(tick / per_second)
        before = provider.provider.calls
        clock.pass_by(1 / per_second)
    return made


DOUBLING = [0, 1, 3, 7, 15, 31]
PATIENT = [0, 0.2, 0.4, 4.4, 12.4, 28.4, 58.4]
BURST = [0, 5, 15, 35]

CALLS_IN_A_MINUTE = {
    "a wrong key": (Unauthorized("x"), [0]),
    "an unknown model": (ModelNotFound("x"), [0]),
    "a model that cannot": (Unsupported("x"), [0]),
    "too many requests": (RateLimited("x"), DOUBLING),
    "too many requests, wait 10 s": (RateLimited("x", retry_after_s=10), [0, 10, 20, 30, 40, 56]),
    "too many requests, wait 45 s": (RateLimited("x", retry_after_s=45), [0, 45]),
    "too many requests, wait 0 s": (RateLimited("x", retry_after_s=0), DOUBLING),
    "too many requests, wait for ever": (RateLimited("x", retry_after_s=float("inf")), [0]),
    "too sudden": (BurstLimited("x"), BURST),
    "too sudden, wait 20 s": (BurstLimited("x", retry_after_s=20), [0, 20, 40]),
    "a used up quota": (QuotaLimited("x"), DOUBLING),
    "a failing service": (ServiceFailed("x"), DOUBLING),
    "a failing service, wait 25 s": (ServiceFailed("x", retry_after_s=25), [0, 25, 50]),
    "no connection": (ConnectionRefused("x"), DOUBLING),
    "no such host": (WrongAddress("x"), DOUBLING),
    "no trust": (TlsFailed("x"), DOUBLING),
    "time-outs": (TimedOut("x"), PATIENT),
    "requests that are not taken": (BadRequest("x"), PATIENT),
}


@pytest.mark.parametrize(("error", "wanted"), CALLS_IN_A_MINUTE.values(), ids=CALLS_IN_A_MINUTE.keys())
async def test_calls_in_a_minute_of_typing(error, wanted):
    """300 requests, and the seconds at which one reached the service."""
    provider, _, clock = limited(default=[error])

    assert await type_for(60, provider, clock) == pytest.approx(wanted, abs=0.21)


async def test_a_single_bad_request_says_nothing_about_the_next():
    provider, inner, clock = limited(*[[BadRequest("x")], [BadRequest("x")], ["fine"]] * 20)

    await type_for(12, provider, clock)

    assert inner.calls == 60


async def test_what_was_refused_is_not_asked_again():
    """The same place, and so the same prompt, comes up again and again; others are asked as ever."""
    provider, inner, _ = limited([BadRequest("refused")], default=["fine"])

    said = [str(await ask(provider)) for _ in range(3)]

    assert (said, inner.calls) == (["refused"] * 3, 1)
    assert await ask(provider, replace(PROMPT, text="b")) == "fine"


async def test_only_the_last_refusals_are_remembered():
    provider, inner, _ = limited(*[[BadRequest("x")], ["fine"]] * (REMEMBERED + 1), default=["fine"])
    for number in range(2 * (REMEMBERED + 1)):
        await ask(provider, replace(PROMPT, text=str(number)))

    assert await ask(provider, replace(PROMPT, text="0")) == "fine"
    assert isinstance(await ask(provider, replace(PROMPT, text="2")), BadRequest)
    assert inner.calls == 2 * (REMEMBERED + 1) + 1


async def test_after_a_burst_the_rate_grows_slowly():
    """Five seconds of silence, then a call after ever shorter times, until they come as they like."""
    provider, _, clock = limited([BurstLimited("x")], default=["fine"])

    calls = await type_for(15, provider, clock)

    assert calls[:6] == pytest.approx([0, 5, 7, 8, 8.6, 9], abs=0.21)
    assert calls[6:] == pytest.approx([9 + tick / 5 for tick in range(1, 30)], abs=0.01)


async def test_a_burst_while_the_rate_grows_begins_anew():
    provider, _, clock = limited([BurstLimited("x")], ["fine"], ["fine"], [BurstLimited("x")], default=["fine"])

    assert (await type_for(17, provider, clock))[:7] == pytest.approx([0, 5, 7, 8, 13, 15, 16], abs=0.21)


async def test_a_quota_that_stays_used_up_is_told():
    """At first it may be one by the minute; after a while it is not, and the sentence says so."""
    provider, _, clock = limited(default=[QuotaLimited("no quota")])
    await type_for(80, provider, clock)
    assert str(await ask(provider)) == "no quota"

    await type_for(60, provider, clock)

    assert "seems to be used up" in str(await ask(provider))
    assert isinstance(await ask(provider), QuotaLimited)


async def test_a_quota_by_the_minute_is_not():
    provider, _, clock = limited(*[*[[QuotaLimited("x")]] * 6, ["fine"]] * 3, default=[QuotaLimited("x")])

    for _ in range(600):
        assert "seems" not in str(await ask(provider))
        clock.pass_by(0.2)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
async def test_pauses_are_longer_by_chance(share):
    """Never shorter than what the service asked for."""
    provider, inner, clock = limited([RateLimited("x", retry_after_s=8)], default=["fine"], jitter=lambda: share)
    await ask(provider)

    clock.pass_by(8 * (1 + share / 4) - 0.01)
    await ask(provider)
    assert (inner.calls, provider.paused) == (1, True)

    clock.pass_by(0.02)
    assert (provider.paused, await ask(provider)) == (False, "fine")


# One call finds out...


async def test_one_call_at_a_time_finds_out():
    """Several documents ask at once; one of them learns whether the service is back."""
    go = asyncio.Event()
    provider, inner, clock = limited([ServiceFailed("x")], [go, "fine"], default=["fine"])
    await ask(provider)
    clock.pass_by(1)
    first = asyncio.create_task(ask(provider))
    await settle()

    assert (provider.paused, str(await ask(provider)), inner.calls) == (True, "x", 2)

    go.set()
    assert (await first, await ask(provider), provider.paused) == ("fine", "fine", False)


async def test_a_key_that_is_still_to_come_is_no_failure():
    """The service was not asked, so it is asked as soon as there is a key."""
    provider, inner, _ = limited([KeyPending("x")], [KeyPending("x")], ["fine"])

    assert [str(await ask(provider)) for _ in range(3)] == ["x", "x", "fine"]
    assert (inner.calls, provider.paused) == (3, False)


async def test_a_try_that_is_given_up_costs_a_second():
    """Otherwise each keystroke would try, and end the try of the one before."""
    provider, inner, clock = limited([ServiceFailed("x")], default=[HANG])
    await ask(provider)
    clock.pass_by(1)
    for _ in range(50):
        task = asyncio.create_task(ask(provider))
        await settle()
        task.cancel()
        await settle()
        clock.pass_by(0.2)

    assert inner.calls == pytest.approx(1 + 10, abs=1)


async def test_an_empty_answer_is_an_answer():
    provider, inner, clock = limited([ServiceFailed("x")], [], default=["fine"])
    await ask(provider)
    clock.pass_by(1)

    assert [await ask(provider), await ask(provider)] == ["", "fine"]
    assert inner.calls == 3


# The same error, without a call...


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
