"""An explicit request may think; one while typing never does."""

from infill_ls.engine.backend import Backend
from infill_ls.errors import TimedOut
from infill_ls.prompt.family_rows import QWEN
from support.engine.bench import AT, Bench, shown
from support.engine.fakes import ScriptedProvider


def bench_with(thinker, **settings):
    thinking = Backend(thinker, "chat", QWEN, "model", "thinking", soft_switch="/think")
    return Bench(local=["local()"], thinking=thinking, **settings)


async def test_the_one_who_thinks_is_asked_for_explicit_requests_alone():
    """By plain chat, with the code on both sides; the fence around the answer goes."""
    thinker = ScriptedProvider(["```python\n", "f(x)\n```\n"], model="t")
    bench = bench_with(thinker, completion={"debounce_ms": 0})

    asked = await bench.ask(AT, "invoked")
    typed = await bench.ask("z = |\n", "automatic")

    assert (shown(asked), asked.model) == (("shown", "model", "f(x)"), "t")
    assert (shown(typed), typed.model) == (("shown", "model", "f(x)"), "m")
    (prompt,) = thinker.prompts
    assert (prompt.mode, len(prompt.messages), prompt.messages[0].partial) == ("chat", 1, False)
    assert "<prefix>y = </prefix>" in prompt.messages[0].content
    assert prompt.messages[0].content.endswith("/think")


async def test_its_answer_is_remembered_apart():
    """Asked again at the same place, it need not think again."""
    thinker = ScriptedProvider(["f(x)"], model="t")
    bench = bench_with(thinker)

    await bench.ask(AT, "invoked")

    assert (await bench.ask(AT, "invoked")).source == "cache"
    assert thinker.calls == 1


async def test_where_it_fails_the_others_stand_in():
    """First the model that does not think."""
    bench = bench_with(ScriptedProvider([TimedOut("too long")]))

    outcome = await bench.ask(AT, "invoked")

    assert (shown(outcome), outcome.message) == (("shown", "model", "f(x)"), "too long")


async def test_where_all_models_fail_the_embedded_engine_answers():
    """What the first of them said is what the user hears."""
    bench = bench_with(ScriptedProvider([TimedOut("too long")]))
    bench.model.default = [TimedOut("this, too")]

    outcome = await bench.ask(AT, "invoked")

    assert (shown(outcome), outcome.message) == (("shown", "local", "local()"), "too long")
