"""Answers that mean harm, in generated variants: what is shown, asked again and counted stays within bounds."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.engine.generate import MOST_BESIDE, MOST_PER_TOKEN
from infill_ls.records import Chunk
from infill_ls.tokens import PriceTier, Usage
from support.engine.bench import Bench, shown

AT = "def f():\n    |\n"
HALVES = st.sampled_from(["\ud83d", "\ude00", "\ud800", "😀", "a = ", "é", "\n    b"])
CALLS = st.lists(st.lists(HALVES, max_size=4), min_size=1, max_size=3)


def answered(*calls, mode="partial", ledger=None, **values):
    """The outcome where a model says this, call by call, and what it was asked."""

    async def asked():
        bench = Bench(*calls, mode=mode, ledger=ledger, **values)
        try:
            return await bench.ask(AT), bench
        finally:
            await bench.engine.aclose()

    return asyncio.run(asked())


@given(CALLS)
def test_half_a_character_is_neither_shown_nor_sent(calls) -> None:
    """Halves are joined over the ends of pieces and of calls."""
    cut = [[*pieces, Chunk(finish="length")] for pieces in calls]
    outcome, bench = answered(*cut, [Chunk(finish="stop")])
    (outcome.completion.text if outcome.completion else "").encode()
    for prompt in bench.model.prompts:
        prompt.messages[-1].content.encode()


def test_halves_make_a_whole() -> None:
    outcome, _ = answered(["a = '\ud83d", "", "\ude00", Chunk(finish="length")], ["'\ud83d", Chunk(finish="stop")])
    assert shown(outcome)[2] == "a = '😀'"


BROKEN = {
    "a half alone": ["a = 1\n", "b = '\ud83d", "x'\nc = 2\n"],
    "the halves the wrong way round": ["a = 1\nb = '\ude00", "\ud83d'"],
    "a half at the end": ["a = 1\nb = '\ud83d"],
    "what stands for one": ["a = 1\nb = '\ufffd", "'\nc = 2\n"],
}


@pytest.mark.parametrize("pieces", BROKEN.values(), ids=list(BROKEN))
def test_an_answer_ends_before_half_a_character(pieces) -> None:
    """Nobody means it: a limit has cut it, or the model is noise."""
    outcome, _ = answered([*pieces, Chunk(finish="stop")])
    assert "\ufffd" not in shown(outcome)[2]
    assert "c = 2" not in shown(outcome)[2]
    assert shown(outcome)[2].startswith("a = 1")


PIECES = st.lists(st.tuples(st.sampled_from(["ab(", "x", "é\n", "foo = 1\n", " "]), st.integers(1, 9_000)), max_size=4)


@given(PIECES, st.integers(1, 600), st.sampled_from(["fim", "partial", "chat"]), st.sampled_from(["length", "stop"]))
def test_an_answer_is_as_long_as_was_asked_for(pieces, max_tokens, mode, finish) -> None:
    """Whatever the server sends, in however many calls: the rest is not waited for, and not counted."""
    said = [unit * times for unit, times in pieces]
    calls = [[*said, Chunk(finish=finish)] for _ in range(3)]
    off = dict.fromkeys(["repetition", "whitespace", "block", "statement", "closer"], False)
    outcome, bench = answered(*calls, mode=mode, provider={"max_tokens": max_tokens}, completion={"rules": off})
    most = MOST_PER_TOKEN * max_tokens + MOST_BESIDE + len(AT)
    assert len(outcome.completion.text if outcome.completion else "") <= most
    assert bench.model.calls == 1 or sum(map(len, said)) <= most
    assert bench.records[-1]["characters"] <= most
    assert outcome.upstream_calls == bench.model.calls


COUNTS = st.sampled_from([10**3_999, 10**15, -1, -(10**15), 0, 1, 7, 40])
PRICES = (PriceTier(1_000, 1.0, 2.0, 0.1, "USD"), PriceTier(None, 2.0, 4.0, None, "USD"))


@given(st.lists(st.builds(Usage, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS), min_size=1, max_size=3))
def test_counts_that_lie_change_neither_the_suggestion_nor_the_cap(tmp_path_factory, counts) -> None:
    """What cannot be true of a call counts as no count, and the estimate holds; nothing overflows."""
    ledger = Ledger(LedgerFile(tmp_path_factory.mktemp("usage")), prices=lambda _model: PRICES)
    said = ["foo(", "x)", *(Chunk(usage=usage) for usage in counts), Chunk(finish="stop")]
    outcome, _ = answered(said, mode="fim", ledger=ledger)
    assert shown(outcome)[2] == "foo(x)"
    assert 0 < ledger.tokens_today() < 200_000
    ledger.close_now()
    (entry,) = ledger.entries()
    assert entry.completion + entry.estimated > 0
    assert entry.prompt + entry.estimated > 0
    assert 0 <= entry.reasoning <= entry.completion
    assert 0 <= min(entry.cached, entry.cache_written) <= max(entry.cached, entry.cache_written) <= entry.prompt
