"""An explicit cache is asked for only where the rate of calls makes it the cheaper one."""

import pytest

from infill_ls.engine.prompt_cache import KEPT_S, SHORTEST_TOKENS, ExplicitCache, pays
from infill_ls.messages import Message
from infill_ls.records import Context, Prompt

LONG = "x" * (SHORTEST_TOKENS * 4)


def marked(times, text=LONG):
    """For calls at these seconds: whether each one's first message is marked."""
    cache = ExplicitCache()
    prompt = Prompt("partial", Context("", "", "", ""), messages=(Message("user", text), Message("assistant", "a")))
    return [cache.mark(prompt, time).messages[0].cache for time in times]


@pytest.mark.parametrize(
    ("times", "text", "expected"),
    [
        pytest.param([0, 60, 120, 180], LONG, [False, False, False, True], id="after three calls in five minutes"),
        pytest.param([0, 200, 400, 600, 800], LONG, [False] * 5, id="too seldom"),
        pytest.param([0, 1, 2, 3, 4 + KEPT_S], LONG, [False, False, False, True, False], id="a pause"),
        pytest.param([0, 1, 2, 3], LONG[1:], [False] * 4, id="too short to be cached"),
    ],
)
def test_when_a_prompt_is_marked(times, text, expected):
    """The measured rate decides."""
    assert marked(times, text) == expected


def test_the_prices_decide():
    """Writing at 125 % and reading at 10 % beats reading at 20 % from the third further call on."""
    assert [pays(calls) for calls in (0, 1, 2, 3, 10)] == [False, False, False, True, True]


def test_a_completions_prompt_has_nothing_to_mark():
    """FIM has no explicit cache."""
    prompt = Prompt("fim", Context("", "", "", ""), text=LONG)

    assert [ExplicitCache().mark(prompt, now) for now in range(5)] == [prompt] * 5


def test_other_text_is_no_reason_to_mark():
    """Each call writes a cache that none of the next ones reads."""
    cache, context = ExplicitCache(), Context("", "", "", "")
    prompts = [Prompt("partial", context, messages=(Message("user", f"{LONG}{number}"),)) for number in range(9)]

    assert [cache.mark(prompt, 0.0) for prompt in prompts] == prompts
