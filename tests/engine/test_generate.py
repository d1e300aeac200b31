"""An answer that a limit cut off is continued in partial mode, seamlessly and not for ever."""

from __future__ import annotations

import pytest

from infill_ls.engine.generate import MOST_CALLS
from infill_ls.records import Chunk
from infill_ls.tokens import Usage
from support.engine.bench import Bench

CUT = Chunk(finish="length")
END = Chunk(finish="stop")
AT = "def f():\n    |\n"


def asked_for(bench):
    return [prompt.messages[-1].content if prompt.messages else prompt.text for prompt in bench.model.prompts]


async def test_the_prefix_grows_by_what_came():
    """The joint shows nowhere: not even in the middle of a word."""
    bench = Bench(["a = fi", CUT], ["rst()\n    b = sec", CUT], ["ond()", END], mode="partial")

    outcome = await bench.ask(AT)

    assert outcome.completion.text == "a = first()\n    b = second()"
    assert asked_for(bench) == ["def f():\n    ", "def f():\n    a = fi", "def f():\n    a = first()\n    b = sec"]
    assert outcome.upstream_calls == 3


@pytest.mark.parametrize(
    ("scripts", "settings", "calls"),
    [
        pytest.param([["a = 1", END]], {}, 1, id="an answer that ended"),
        pytest.param([["a = 1", CUT], [CUT]], {}, 2, id="a model with nothing to add"),
        pytest.param([["a\n    b\n    c\n", CUT], ["d", END]], {"completion": {"max_lines": 2}}, 1, id="enough lines"),
        pytest.param([["a = 1\n", CUT], ["b", END]], {"completion": {"lines": "single"}}, 1, id="one line was wanted"),
        pytest.param(
            [["x" * 1200, CUT], ["y", END]],
            {"context": {"budget_tokens": 256, "prefix_tokens": 32, "suffix_tokens": 0}},
            1,
            id="the budget is full",
        ),
    ],
)
async def test_when_it_stops(scripts, settings, calls):
    bench = Bench(*scripts, mode="partial", **settings)

    await bench.ask(AT)

    assert bench.model.calls == calls


async def test_it_does_not_go_on_for_ever():
    bench = Bench(default=["a", CUT], mode="partial")

    await bench.ask(AT)

    assert bench.model.calls == MOST_CALLS


async def test_a_completions_prompt_is_not_continued():
    bench = Bench(["a = fi", CUT], ["rst()", END], mode="fim")

    outcome = await bench.ask(AT)

    assert (outcome.completion.text, bench.model.calls) == ("a = fi", 1)


async def test_the_tokens_of_all_calls_count():
    first, second = Usage(10, 2, 3), Usage(13, 8, 4, 1, 5)
    bench = Bench(["a = fi", CUT, Chunk(usage=first)], ["rst()", END, Chunk(usage=second)], mode="partial")

    outcome = await bench.ask(AT)

    assert outcome.usage == Usage(23, 10, 7, 1, 5)
