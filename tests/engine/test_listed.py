"""Several suggestions from one request, as JSON: as many as are wanted, each as fit to be shown as one that came alone."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.engine.backend import Backend
from infill_ls.errors import TimedOut
from infill_ls.prompt.family_rows import QWEN
from infill_ls.prompt.several import answers_in
from infill_ls.records import Chunk
from infill_ls.tokens import Usage
from support.engine.bench import Bench
from support.engine.fakes import HANG, ScriptedProvider, request, settle

AT = "x = 1\ny = |\n"


def listing(*answers, name="answers"):
    return [json.dumps({name: answers})]


async def ask(bench, n_candidates=3, at=AT):
    outcome = await bench.engine.complete(replace(request(at, "invoked"), candidates=n_candidates))
    return [each.text for each in (outcome.completion, *outcome.others) if each]


async def test_the_first_comes_as_ever_and_the_others_in_one_request():
    """A chat about the code on both sides, which has the word JSON in it and no room for one answer alone."""
    bench = Bench(["f(x)"], listing("g(x)", "h(x)", "i(x)"), mode="partial", lists="held", provider={"max_tokens": 64})

    assert await ask(bench) == ["f(x)", "g(x)", "h(x)"]
    first, second = bench.model.prompts
    assert (first.mode, first.as_json, first.max_tokens) == ("partial", False, 64)
    assert (second.mode, second.as_json, second.max_tokens) == ("chat", True, 3 * 64)
    (message,) = second.messages
    assert "JSON" in message.content
    assert "Give 3 answers" in message.content
    assert "<prefix>x = 1\ny = </prefix>" in message.content


FIT = {
    "as it is": ("g(x)", ["f(x)", "g(x)"]),
    "the same as the first": ("f(x)\n", ["f(x)"]),
    "nothing": ("  ", ["f(x)"]),
    "a refusal": ("I'm sorry, but I cannot help.", ["f(x)"]),
    "in a fence": ("```python\ng(x)\n```", ["f(x)", "g(x)"]),
    "with thoughts": ("<think>hm</think>g(x)", ["f(x)", "g(x)"]),
    "with a stop of the model's": ("g(x)<|endoftext|>rest", ["f(x)", "g(x)"]),
    "half of a pair": ("g(x)\ud83d", ["f(x)", "g(x)"]),
    "what stands there already": ("y = g(x)", ["f(x)", "g(x)"]),
}


@pytest.mark.parametrize(("answer", "texts"), FIT.values(), ids=FIT.keys())
async def test_each_goes_through_the_filters(answer, texts):
    assert await ask(Bench(["f(x)"], listing(answer), lists="held"), 2) == texts


ODD = {
    "another name": (listing("g(x)", name="suggestions"), ["f(x)", "g(x)"]),
    "words around it": (['Here it is:\n```json\n{"answers": ["g(x)"]}\n```'], ["f(x)", "g(x)"]),
    "in pieces": (['{"answ', 'ers": ["g(', 'x)"]}'], ["f(x)", "g(x)"]),
    "answers that are no text": (['{"answers": [1, null, ["g(x)"], {"text": "g(x)"}, "h(x)"]}'], ["f(x)", "h(x)"]),
    "no list": (['{"answers": "g(x)"}'], ["f(x)"]),
    "a list at the top": (['["g(x)"]'], ["f(x)"]),
    "cut off": (['{"answers": ["g(x)", "h('], ["f(x)"]),
    "nothing": ([""], ["f(x)"]),
    "no JSON": (["g(x)"], ["f(x)"]),
    "as deep as can be": (['{"a": ' * 100_000], ["f(x)"]),
    "longer than all may be together": (['{"answers": ["' + "g" * 1_000_000 + '"]}'], ["f(x)"]),
    "more than are wanted": (listing(*(f"g{i}(x)" for i in range(50))), ["f(x)", "g0(x)", "g1(x)"]),
    "the service fails": ([TimedOut("Too slow.")], ["f(x)"]),
}


@pytest.mark.parametrize(("script", "texts"), ODD.values(), ids=ODD.keys())
async def test_whatever_comes_there_is_one_at_least_and_no_third_request(script, texts):
    bench = Bench(["f(x)"], script, lists="held")
    assert sorted(await ask(bench)) == texts
    assert bench.model.calls == 2


@given(
    st.text()
    | st.recursive(st.none() | st.text(), lambda each: st.lists(each) | st.dictionaries(st.text(), each)).map(
        json.dumps
    )
)
def test_any_text_has_answers_or_none(text):
    found = answers_in(text)
    assert found is None or all(isinstance(each, str) for each in found)


def thinking_bench(*scripts, lists="held"):
    """One who thinks, and one who does not and can be held to JSON."""
    thinker = ScriptedProvider(["```\nf(x)\n```"], *scripts[:1], model="t")
    thinking = Backend(thinker, "chat", QWEN, "model", "thinking", lists="asked")
    return Bench(*scripts[1:], thinking=thinking, lists=lists), thinker


async def test_one_who_thinks_is_asked_for_json_but_not_held_to_it():
    """Services refuse that."""
    bench, thinker = thinking_bench(listing("g(x)"))
    assert await ask(bench, 2) == ["f(x)", "g(x)"]
    assert [prompt.as_json for prompt in thinker.prompts] == [False, False]
    assert bench.model.calls == 0


async def test_what_one_who_thinks_has_spoilt_is_repaired_by_one_who_does_not():
    """It sees the text, and nothing of the code."""
    bench, _ = thinking_bench(["{'answers': ['g(x)']}"], listing("g(x)"))
    assert await ask(bench, 2) == ["f(x)", "g(x)"]
    (prompt,) = bench.model.prompts
    assert prompt.as_json
    (message,) = prompt.messages
    assert message.content.endswith("\n\n{'answers': ['g(x)']}")
    assert "JSON" in message.content
    assert "x = 1" not in message.content


async def test_nobody_repairs_where_nobody_can_be_held_to_json():
    bench, thinker = thinking_bench(["{'answers': ['g(x)']}"], listing("g(x)"), lists="none")
    assert await ask(bench, 2) == ["f(x)"]
    assert (thinker.calls, bench.model.calls) == (2, 0)


@pytest.mark.parametrize(("cap", "calls"), [(None, 2), (200, 2), (50, 1)], ids=["no cap", "enough", "reached"])
async def test_the_users_cap_holds_and_all_of_it_is_counted(cap, calls, tmp_path):
    scripts = [["f(x)", Chunk(usage=Usage(50, 0, 10))], [*listing("g(x)"), Chunk(usage=Usage(60, 0, 20))]]
    ledger = Ledger(LedgerFile(str(tmp_path)))
    usage = {} if cap is None else {"daily_tokens": cap}
    bench = Bench(*scripts, lists="held", usage=usage, ledger=ledger)

    assert len(await ask(bench)) == calls
    (record,) = bench.records
    assert (record["upstream_calls"], record["tokens"]["prompt"]) == (calls, 50 if calls == 1 else 110)
    ledger.close_now()


async def test_never_two_calls_for_a_document():
    """A newer request waits until the connection of the one that lists is closed."""
    gone = asyncio.Event()
    bench = Bench(["f(x)"], ['{"answers": [', HANG], ["z"], lists="held", closing=gone.wait)
    old = asyncio.create_task(bench.engine.complete(replace(request(AT, "invoked"), candidates=2)))
    await settle()
    new = bench.start("z = |\n")
    await settle()
    assert (bench.model.calls, bench.model.running) == (2, 1)

    gone.set()

    assert ((await old).name, (await new).name) == ("superseded", "shown")
    assert bench.model.peak == 1
