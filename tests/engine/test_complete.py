"""One request from the question to the outcome: what is asked of whom, what comes back, and what is written down."""

from __future__ import annotations

import asyncio

import pytest

from infill_ls.records import Snapshot
from support.engine.bench import ANSWER, AT, Bench, shown
from support.engine.fakes import place, settle


async def test_the_whole_way():
    """The model is asked once for what stands around the cursor, and its text is shown."""
    bench = Bench()

    outcome = await bench.ask("x = 1\ny = |\nz = 3\n")

    assert shown(outcome) == ("shown", "model", "f(x)")
    assert (outcome.model, outcome.upstream_calls, outcome.aborted, outcome.message) == ("m", 1, False, None)
    assert [prompt.text for prompt in bench.model.prompts] == [
        "<|fim_prefix|>x = 1\ny = <|fim_suffix|>\nz = 3\n<|fim_middle|>"
    ]
    assert bench.model.ends == ["complete"]
    assert (bench.answers, bench.failures) == (1, [])


async def test_partial_mode_sends_a_chat():
    bench = Bench(mode="partial")

    assert shown(await bench.ask("x = 1\ny = |\nz = 3\n")) == ("shown", "model", "f(x)")

    (prompt,) = bench.model.prompts
    assert (prompt.text, prompt.messages[-1].partial, prompt.messages[-1].content) == ("", True, "x = 1\ny = ")
    assert "z = 3" in prompt.messages[0].content


TOKENS = [
    *("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|repo_name|>", "<|file_sep|>"),
    *("<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>"),
    *("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"),
    *("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"),
    *("<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>"),
    *("<|audio_start|>", "<|audio_end|>", "<|audio_pad|>", "<tts_pad>", "<tts_text_bos>", "<tts_text_eod>"),
]
"""What the tokenizers of Qwen's models for code, chats, pictures and sound take for commands."""
FORM = {"<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"}


@pytest.mark.parametrize("mode", ["fim", "partial", "chat"])
@pytest.mark.parametrize("token", TOKENS)
async def test_control_tokens_of_the_users_are_broken(mode, token):
    """A prompt holds each of its own tokens once, whatever stands in the file, and whatever that is called."""
    bench = Bench(mode=mode, default=["x"])
    before, after = f"a = {token}{token[:-1]}{token}\ny = ", f"\nz = {token}<{token}\n"

    await bench.ask(Snapshot(f"untitled:{token}.py", None, f"python{token}", 1, 1, 4, before, after))

    (prompt,) = bench.model.prompts
    sent = prompt.text + "".join(message.content for message in prompt.messages)
    assert sent.count(token) == (mode == "fim" and token in FORM)
    assert mode == "fim" or token[1:] in sent


# From the cache...


async def test_the_same_place_is_answered_from_the_cache():
    """No second call, no wait."""
    bench = Bench()
    await bench.ask(AT)

    outcome = await bench.ask(AT, "automatic")

    assert shown(outcome) == ("shown", "cache", "f(x)")
    assert (outcome.upstream_calls, outcome.timings.debounce, bench.model.calls) == (0, None, 1)


async def test_typing_into_a_suggestion_and_deleting_back_asks_nobody():
    bench = Bench()
    await bench.ask(AT)

    typed = [shown(await bench.ask(f"y = {text}|\n", "automatic")) for text in ("f", "f(", "f(x", "f(", "f", "")]

    assert [text for *_, text in typed] == ["(x)", "x)", ")", "x)", "(x)", "f(x)"]
    assert [source for _, source, _ in typed] == ["typed"] * 5 + ["cache"]
    assert bench.model.calls == 1


async def test_typing_something_else_asks_again():
    bench = Bench(ANSWER, ["(y)"])
    await bench.ask(AT)

    assert shown(await bench.ask("y = g|\n")) == ("shown", "model", "(y)")


async def test_an_answer_that_is_not_shown_is_not_kept():
    bench = Bench([""], ANSWER)

    assert (await bench.ask(AT)).name == "empty"
    assert shown(await bench.ask(AT)) == ("shown", "model", "f(x)")


async def test_clearing_the_cache_asks_again():
    bench = Bench()
    await bench.ask(AT)
    bench.engine.forget()

    assert (await bench.ask(AT)).source == "model"


async def test_what_was_asked_for_before_everything_was_forgotten_is_not_kept():
    """It may be made of what must not be shown any more."""
    going_on = asyncio.Event()
    bench = Bench(["f(", going_on, "x)"])
    waiting = bench.start(AT)
    await settle()

    bench.engine.forget()
    going_on.set()
    await waiting

    assert (await bench.ask(AT)).source == "model"


# Before the model is asked...


async def test_an_automatic_request_waits_before_it_asks():
    """As long as the setting says after the last key."""
    bench = Bench(completion={"debounce_ms": 75, "speculate": False})
    task = bench.start(AT, "automatic")
    await settle()
    assert (bench.clock.sleeping, bench.model.calls) == ([0.075], 0)

    await bench.clock.advance(0.075)

    outcome = await task
    assert shown(outcome) == ("shown", "model", "f(x)")
    assert outcome.timings.debounce == pytest.approx(75)


async def test_an_explicit_request_does_not_wait():
    bench = Bench()
    task = bench.start(AT)
    await settle()

    assert task.result().timings.debounce == 0


async def test_a_burst_of_keys_ends_in_one_call():
    bench = Bench(completion={"debounce_ms": 100})
    tasks = []
    for count in range(1, 6):
        tasks.append(bench.start("y = " + "abcde"[:count] + "|\n", "automatic"))
        await bench.clock.advance(0.05)
    await bench.clock.advance(0.1)

    assert [task.result().name for task in tasks] == ["superseded"] * 4 + ["shown"]
    assert [asked.prompt.context.prefix for asked in bench.model.asked] == ["y = abcde"]


GATED = {
    "gate": ("y = |z\n", "automatic", {}, ("gated", "mid_line")),
    "nothing to continue": ("|z\n", "invoked", {}, ("gated", "no_prefix")),
    "manual": (AT, "automatic", {"completion": {"trigger": "manual"}}, ("gated", "manual")),
    "language": (AT, "invoked", {"completion": {"languages": {"python": False}}}, ("gated", "language")),
}


@pytest.mark.parametrize(("marked", "trigger", "values", "wanted"), GATED.values(), ids=GATED.keys())
async def test_a_gated_request_asks_nobody(marked, trigger, values, wanted):
    bench = Bench(local=ANSWER, **values)

    outcome = await bench.ask(marked, trigger)

    assert (outcome.name, outcome.rule) == wanted
    assert (bench.model.calls, bench.local.calls) == (0, 0)
    assert (bench.records[0]["outcome"], bench.records[0]["rule"]) == wanted


@pytest.fixture
def repository(tmp_path):
    """Files that are nobody's business, and one that links to such a one."""
    for name, text in {".git/HEAD": "", ".gitignore": "out/\n", "out/a.py": "", "gen/a.py": "", ".env": ""}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    try:
        (tmp_path / "link.py").symlink_to(tmp_path / ".env")
    except OSError:
        (tmp_path / "link.py").write_text("")
    return tmp_path


PRIVATE = {".env": ".env*", "out/a.py": "ignored", "gen/a.py": "gen", "link.py": ".env*", "out/new.py": "ignored"}


@pytest.mark.parametrize("trigger", ["automatic", "invoked"])
@pytest.mark.parametrize(("name", "rule"), PRIVATE.items(), ids=PRIVATE)
async def test_a_private_file_is_never_sent(repository, name, rule, trigger):
    """Not to a model and not to the embedded engine, at no place in it and however often one asks."""
    path = repository / name
    if name == "link.py" and not path.is_symlink():
        pytest.skip("links cannot be made here")
    bench = Bench(local=ANSWER, folders=(repository,), privacy={"exclude": ["gen"]}, completion={"debounce_ms": 0})

    for marked in ("SECRET = |\n", "SECRET = 1\nx|\n"):
        outcome = await bench.ask(place(marked, uri=path.as_uri(), path=str(path)), trigger)

        assert (outcome.name, outcome.rule, outcome.completion) == ("excluded", rule, None)
    assert bench.model.prompts == bench.local.prompts == []


async def test_a_file_beside_private_ones_is_sent(repository):
    """By a name that says nothing of the machine."""
    bench = Bench(mode="partial", folders=(repository,))
    path = repository / "src" / "a.py"

    assert (await bench.ask(place(AT, uri=path.as_uri(), path=str(path)))).name == "shown"
    assert "File: src/a.py" in bench.model.prompts[0].messages[0].content
    assert str(repository) not in repr(bench.model.prompts)


@pytest.mark.parametrize(("only_local", "calls"), [(True, (0, 2)), (False, (1, 1))], ids=["embedded", "model"])
async def test_who_asks_by_hand_gets_the_embedded_engines_best_guess_anew(only_local, calls):
    """Of what it was sure of before, it said a part only, and it costs nothing; a model's whole answer is kept."""
    bench = Bench(local=ANSWER, only_local=only_local, completion={"debounce_ms": 0})

    for trigger in ("automatic", "invoked"):
        assert (await bench.ask(AT, trigger)).name == "shown"
    assert (bench.model.calls, bench.local.calls) == calls
