"""When a model is asked while somebody types: early in a burst, and when it pauses."""

from __future__ import annotations

import asyncio

import pytest

from infill_ls.engine.debounce import BURST_S, HIT, LONGEST_S, SHORTEST_S, WIDER, WIDEST, Debounce
from support.engine.fakes import request

MID_LINE = "total = pri|\n"


def typed(gaps_s, *, start_s=1000.0):
    """Somebody who has typed so, and the time of the last key."""
    debounce, now_s = Debounce(), start_s
    debounce.key(now_s)
    for gap_s in gaps_s:
        now_s += gap_s
        debounce.key(now_s)
    return debounce, now_s


def asked(debounce, *, cancelled=False):
    """An early call was made and has ended."""
    loop = asyncio.new_event_loop()
    answer = loop.create_future()
    debounce.asked(early=True, answer=answer)
    answer.cancel() if cancelled else answer.set_result(None)
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def wait_s(debounce, now_s, marked=MID_LINE, *, trigger="automatic", setting_ms=None):
    return debounce.wait_s(request(marked, trigger), setting_ms, now_s)


def test_the_first_key_of_a_burst_asks_at_once():
    debounce, now_s = typed([])

    assert wait_s(debounce, now_s) == 0


def test_the_next_ones_wait_for_a_pause_that_is_longer_than_the_persons_gaps():
    for gap_s in (0.08, 0.15, 0.25):
        debounce, now_s = typed([gap_s] * 10)
        asked(debounce)

        assert gap_s < wait_s(debounce, now_s) < 2 * gap_s + SHORTEST_S


def test_what_has_passed_since_the_key_counts():
    """Neovim asks 200 ms after a key: nobody waits for the same pause twice."""
    debounce, now_s = typed([0.15] * 10)
    asked(debounce)
    pause = wait_s(debounce, now_s)

    assert wait_s(debounce, now_s + 0.1) == pytest.approx(pause - 0.1)
    assert wait_s(debounce, now_s + pause) == pytest.approx(0)


def test_a_slow_model_needs_a_surer_pause():
    waits = []
    for first_token_s in (0.05, 0.4, 2.0):
        debounce, now_s = typed([0.1] * 10)
        asked(debounce)
        for _ in range(20):
            debounce.measured(first_token_s)
        waits.append(wait_s(debounce, now_s))

    assert waits == sorted(waits)
    assert waits[0] < waits[-1] <= LONGEST_S


def test_a_pause_begins_a_new_burst():
    debounce, now_s = typed([0.1] * 5)
    asked(debounce)
    assert wait_s(debounce, now_s) > 0

    debounce.key(now_s + BURST_S + 0.1)

    assert wait_s(debounce, now_s + BURST_S + 0.1) == 0


def test_a_suggestion_that_was_right_so_far_earns_the_next_call():
    debounce, now_s = typed([0.1] * 5)
    asked(debounce)
    debounce.hit(HIT - 1)
    assert wait_s(debounce, now_s) > 0

    debounce.hit(HIT)

    assert wait_s(debounce, now_s) == 0


def test_early_calls_that_come_to_nothing_are_not_made():
    """Until something that a model says is typed."""
    debounce, now_s = typed([])
    for _ in range(8):
        asked(debounce, cancelled=True)
        now_s += BURST_S + 0.1
        debounce.key(now_s)
    assert wait_s(debounce, now_s) > 0

    for _ in range(2):
        debounce.hit(HIT)

    assert wait_s(debounce, now_s) == 0


@pytest.mark.parametrize("marked", [MID_LINE, "x = 1\n    |\n"])
def test_after_too_many_calls_pauses_are_longer_until_some_are_answered(marked):
    """A queue that is full is not the person's fault: there are fewer calls, and no word of it at each."""
    debounce, now_s = typed([0.1] * 5)
    asked(debounce)
    usual, waits = wait_s(debounce, now_s), []
    for _ in range(5):
        debounce.limited()
        waits.append(wait_s(debounce, now_s, marked))
    assert waits[0] == pytest.approx(WIDER * usual)
    assert waits[-1] == pytest.approx(WIDEST * usual)
    assert wait_s(debounce, now_s, marked, trigger="invoked") == 0
    assert wait_s(debounce, now_s, marked, setting_ms=75) == pytest.approx(0.075)

    for _ in range(10):
        debounce.measured(0.2)

    assert wait_s(debounce, now_s, marked) == pytest.approx(usual if marked == MID_LINE else 0)


NO_WAIT = {
    "at a line's start": ("x = 1\n    |\n", "automatic"),
    "an explicit request": (MID_LINE, "invoked"),
}


@pytest.mark.parametrize(("marked", "trigger"), NO_WAIT.values(), ids=NO_WAIT)
def test_there_is_no_wait(marked, trigger):
    """Whatever was typed before."""
    debounce, now_s = typed([0.1] * 5)
    asked(debounce)

    assert wait_s(debounce, now_s, marked, trigger=trigger) == 0


@pytest.mark.parametrize("setting_ms", [0, 75, 1000])
def test_the_users_own_number_counts(setting_ms):
    """From the last key, or from the request where no key is known of; not for explicit requests."""
    debounce, now_s = typed([0.1] * 5)

    assert wait_s(debounce, now_s, setting_ms=setting_ms) == pytest.approx(setting_ms / 1000)
    assert wait_s(debounce, now_s + 5, setting_ms=setting_ms) == 0
    assert wait_s(Debounce(), now_s, setting_ms=setting_ms) == pytest.approx(setting_ms / 1000)
    assert wait_s(debounce, now_s, setting_ms=setting_ms, trigger="invoked") == 0
