"""What the service says about parameters, and how the request is asked again: once, and rightly ever after."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from infill_ls import errors
from infill_ls.messages import Message, Tool
from infill_ls.prompt.build import build
from infill_ls.prompt.family_rows import QWEN
from infill_ls.provider.build import remote
from infill_ls.provider.dashscope import DashScope
from infill_ls.provider.negotiate import Form, mend
from infill_ls.provider.openai_chat import OpenAIChat
from infill_ls.provider.openai_completions import OpenAICompletions
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings
from support.model_studio.emulator import Emulator, Failure, Reply
from support.model_studio.failures import bad_parameter

CONTEXT = Context(prefix="one\ntwo\nthree", suffix="S", path="a.py", language="python")
PARTIAL = Prompt(
    "partial", CONTEXT, messages=(Message("user", "go"), Message("assistant", "one\ntwo\nthree", partial=True))
)
CHATTING = Prompt("chat", CONTEXT, messages=(Message("user", "go: one\ntwo\nthree"),))
FIM = Prompt("fim", CONTEXT, text="<|p|>one\ntwo\nthree<|s|>S<|m|>")
CALLING = replace(CHATTING, tools=(Tool("read_file", "Reads a file.", {"type": "object"}),))
AS_JSON = replace(CHATTING, messages=(Message("user", "As JSON, please."),), as_json=True)
THINKING = (("enable_thinking", True), ("thinking_budget", 90_000))

MENDED = {
    "no thoughts unless streamed": ("parameter.enable_thinking must be set to false for non-streaming calls", THINKING, {"enable_thinking": False, "thinking_budget": None}),
    "increments": ('The incremental_output parameter must be "true" when enable_thinking is true', (("incremental_output", False),), {"incremental_output": True}),
    "no increments": ("The incremental_output parameter is not supported by this model", (), {"incremental_output": False}),
    "message format": ('The result_format parameter must be "message" when enable_thinking is true', (("result_format", "text"),), {"result_format": "message"}),
    "shorter thoughts": ("The thinking_budget parameter must be a positive integer and not greater than 38912", THINKING, {"enable_thinking": True, "thinking_budget": 38912}),
    "no thoughts at all": ("The thinking_budget parameter must be a positive integer and not greater than 0", (), {"enable_thinking": False, "thinking_budget": None}),
    "only thinks": ("The value of the enable_thinking parameter is restricted to True.", (("enable_thinking", False),), {"enable_thinking": True}),
    "partial thinks": ("Partial mode is not supported when enable_thinking is true", (), {"enable_thinking": False, "thinking_budget": None}),
    "stream options": ("Unknown parameter: 'stream_options'.", (), {"stream_options": None}),
    "calls at once": ("Unknown parameter: 'parallel_tool_calls'.", (), {"parallel_tool_calls": None}),
    "choice of tools": ("tool_choice is not supported", (), {"tool_choice": None}),
    "JSON, as LM Studio says it": ("'response_format.type' must be 'json_schema' or 'text'", (), {"response_format": None}),
    "JSON while thinking": ("Json mode response is not supported when enable_thinking is true", (), {"response_format": None}),
    "longer words around it": ("<400> InternalError.Algo.InvalidParameter: parameter.enable_thinking must be set to false for non-streaming calls", (), {"enable_thinking": False, "thinking_budget": None}),
}  # fmt: skip


@pytest.mark.parametrize(("message", "before", "after"), MENDED.values(), ids=MENDED.keys())
@pytest.mark.parametrize("wire", [OpenAIChat, DashScope], ids=["compatible", "native"])
def test_a_message_changes_parameters(wire, message, before, after):
    form = mend(Form(wire(before)), "InvalidParameter", message, CHATTING)

    assert dict(form.wire.parameters) == dict(before) | after
    assert mend(form, "InvalidParameter", message, CHATTING) is None


def test_a_code_may_say_it_too():
    form = mend(Form(OpenAIChat(THINKING)), "InvalidParameter.NotSupportEnableThinking", "No.", CHATTING)
    assert "enable_thinking" not in form.wire.body(CHATTING, ProviderSettings(), "m")
    assert "thinking_budget" not in form.wire.body(CHATTING, ProviderSettings(), "m")


def test_a_model_that_only_thinks_cannot_continue_a_message():
    with pytest.raises(errors.Unsupported, match=r"provider\.model"):
        mend(Form(OpenAIChat()), "", "The value of the enable_thinking parameter is restricted to True.", PARTIAL)


TOOLLESS = {
    "as Model Studio says it": "The tool call is not supported.",
    "as Ollama says it": "registry.ollama.ai/library/codellama:7b does not support tools",
    "as llama.cpp says it": "tools param requires --jinja flag",
    "as vLLM says it": '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
    "as OpenRouter says it": "No endpoints found that support tool use.",
    "as a strict server says it": "Unknown parameter: 'tools'.",
}


@pytest.mark.parametrize("message", TOOLLESS.values(), ids=TOOLLESS.keys())
def test_a_model_that_takes_no_tools_cannot_look_anything_up(message):
    """Who offered it none asks as before, and is told what the service says."""
    with pytest.raises(errors.Unsupported, match="takes no tools"):
        mend(Form(OpenAIChat()), "", message, CALLING)
    assert mend(Form(OpenAIChat()), "", message, CHATTING).wire == OpenAIChat()


@pytest.mark.parametrize(
    "message", ["", "Temperature should be in [0.0, 2.0)", "max_tokens is too large", "Range of top_p should be (0, 1]"]
)
def test_what_cannot_be_mended_is_left(message):
    assert mend(Form(OpenAIChat()), "InvalidParameter", message, PARTIAL) is None


def test_the_path_changes_only_where_there_are_two():
    message = "url error, please check url!"
    assert mend(Form(DashScope()), "InvalidParameter", message, PARTIAL).wire == DashScope(multimodal=True)
    assert mend(Form(DashScope(multimodal=True)), "InvalidParameter", message, PARTIAL).wire == DashScope()
    assert mend(Form(OpenAIChat()), "InvalidParameter", message, PARTIAL).wire == OpenAIChat()


def test_answers_are_asked_for_no_longer_than_may_be():
    form = mend(Form(OpenAIChat()), "", "Range of max_tokens should be [1, 100]", PARTIAL)
    assert [form.fit(replace(PARTIAL, max_tokens=asked)).max_tokens for asked in (99, 100, 101)] == [99, 100, 100]


CUT = {
    "partial": (PARTIAL, "two\nthree"),
    "chat": (CHATTING, "three"),
    "FIM": (FIM, ""),
}


@pytest.mark.parametrize(("prompt", "kept"), CUT.values(), ids=CUT.keys())
def test_prompts_lose_their_first_lines_and_keep_the_rest(prompt, kept):
    form = mend(Form(OpenAIChat()), "", "Range of input length should be [1, 6]", prompt)
    fitted = form.fit(prompt)

    assert fitted.context.prefix == kept
    before, after = (prompt.context.suffix, fitted.context.suffix)
    assert before.startswith(after)
    text = prompt.text.replace("one\ntwo\nthree", kept)
    assert fitted.text == (text.replace(before, after) if before else text)
    contents = [message.content for message in prompt.messages]
    assert [message.content for message in fitted.messages] == [
        each.replace("one\ntwo\nthree", kept) for each in contents
    ]


# As each server says it: the model's window, and what a prompt of 6,000 characters came to.
OVERFLOWS = {
    "llama.cpp": "request (2000 tokens) exceeds the available context size (1024 tokens), try increasing it",
    "Ollama": '{"error":{"code":400,"message":"request (2000 tokens) exceeds the available context size '
    '(1024 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":2000,"n_ctx":1024}}',
    "vLLM": "This model's maximum context length is 1024 tokens. However, your prompt contains at least 2000 input "
    "tokens, please shorten it",
    "vLLM before": "This model's maximum context length is 1024 tokens. However, you requested 2000 tokens (1744 in "
    "the messages, 256 in the completion).",
    "SGLang": "The input (2000 tokens) is longer than the model's context length (1024 tokens).",
}
LONG = "".join(f"x{number:03} = {number}\n" for number in range(600))[:5500] + "y = "


def long_prompt(prefix, suffix="\nafter()\n" * 50):
    context = Context(prefix, suffix, "a.py", "python")
    return build(context, "fim", QWEN, max_tokens=256)


@pytest.mark.parametrize("message", OVERFLOWS.values(), ids=OVERFLOWS.keys())
def test_a_prompt_is_cut_to_the_window_that_the_server_names(message):
    """By what it came to there, with room for the answer; the text at the cursor stays, on both sides."""
    prompt = long_prompt(LONG)
    form = mend(Form(OpenAICompletions()), "exceed_context_size_error", message, prompt)
    fitted = form.fit(prompt)

    assert form.window == 1024
    assert len(fitted.text) / (len(prompt.text) / 2000) <= 1024 - 256
    assert len(fitted.text) > 1000
    assert LONG.endswith(fitted.context.prefix)
    assert fitted.context.prefix.endswith("y = ")
    assert fitted.context.suffix.startswith("\nafter()\n")
    assert fitted.text.startswith("<|fim_prefix|>" + fitted.context.prefix + "<|fim_suffix|>")


def test_a_window_is_heeded_again_where_the_next_text_has_more_tokens():
    """But not for ever: an error that does not go away is the user's to see."""
    form, prompts = Form(OpenAICompletions()), 0
    while form is not None and prompts < 40:
        counted = len(form.fit(long_prompt(LONG)).text)
        message = f"request ({counted} tokens) exceeds the available context size (1024 tokens), try increasing it"
        form, prompts = mend(form, "", message, long_prompt(LONG)), prompts + 1

    assert 1 < prompts < 10


def test_the_start_of_a_cut_prompt_stays_put_while_a_person_types():
    """So a prefix cache has most of it."""
    form = Form(OpenAICompletions(), most_characters=2000)
    starts = [form.fit(long_prompt(LONG + "z" * typed)).context.prefix[:20] for typed in range(200)]

    assert len(set(starts)) <= 3


def test_a_prompt_that_fits_is_left():
    form = Form(OpenAIChat(), most_characters=1000, most_tokens=1000)
    assert form.fit(PARTIAL) is PARTIAL


def provider_for(studio, protocol, **values):
    settings = ProviderSettings(kind="model-studio", protocol=protocol, base_url=studio.base_url, max_tokens=256)
    return remote(
        settings, {"DASHSCOPE_API_KEY": studio.api_key}, **{"model": "qwen3-coder-plus", "mode": "partial", **values}
    )


async def text(provider, prompt):
    return "".join([chunk.text async for chunk in provider.stream(prompt)])


ASKED = {
    "a longer answer than there is": ("openai", {}, replace(PARTIAL, max_tokens=9000)),
    "natively": ("dashscope", {}, replace(PARTIAL, max_tokens=9000)),
    "by the wrong path": ("dashscope", {"model": "qwen3.6-plus", "parameters": (("enable_thinking", False),)}, PARTIAL),
    "more thoughts than there are": ("openai", {"model": "qwen-plus", "mode": "chat", "parameters": THINKING}, CHATTING),
    "a partial message with thoughts": ("openai", {"model": "qwen-plus", "parameters": (("enable_thinking", True),)}, PARTIAL),
    "whole texts with thoughts": ("dashscope", {"model": "qwen-plus", "mode": "chat", "parameters": (("enable_thinking", True), ("incremental_output", False))}, CHATTING),
    "JSON from a model that is not held to it": ("openai", {"model": "qwen-coder-turbo", "mode": "chat"}, AS_JSON),
    "JSON with thoughts": ("dashscope", {"model": "qwen-plus", "mode": "chat", "parameters": (("enable_thinking", True),)}, AS_JSON),
    "a thinker told not to": ("openai", {"model": "qwq-plus", "mode": "chat", "parameters": (("enable_thinking", False),)}, CHATTING),
}  # fmt: skip


@pytest.mark.parametrize(("protocol", "values", "prompt"), ASKED.values(), ids=ASKED.keys())
async def test_a_request_is_mended_once_and_for_good(protocol, values, prompt):
    with Emulator() as studio:
        studio.script("one", "two")
        provider = provider_for(studio, protocol, **values)
        texts = [await text(provider, prompt), await text(provider, prompt)]
        await provider.aclose()

    assert texts == ["one", "two"]
    assert [call.status for call in studio.requests] == [400, 200, 200]


@pytest.mark.parametrize("protocol", ["openai", "dashscope"])
async def test_a_model_that_takes_no_tools_is_asked_once(protocol):
    with Emulator() as studio:
        provider = provider_for(studio, protocol, model="qwen-coder-turbo", mode="chat")
        with pytest.raises(errors.Unsupported, match="takes no tools"):
            await text(provider, CALLING)
        await provider.aclose()

    assert len(studio.requests) == 1


async def test_what_stays_wrong_is_asked_twice_and_then_told():
    refused = Reply(trouble=bad_parameter("Range of input length should be [1, 100]"))
    with Emulator() as studio:
        studio.script(refused, refused, refused)
        provider = provider_for(studio, "openai")
        for calls in (2, 3):
            with pytest.raises(errors.BadRequest, match="input length"):
                await text(provider, PARTIAL)
            assert len(studio.requests) == calls
        await provider.aclose()


async def test_two_things_wrong_are_mended_one_after_the_other():
    with Emulator() as studio:
        studio.script("one")
        provider = provider_for(studio, "openai", model="qwen-plus", parameters=(("enable_thinking", True),))
        assert await text(provider, replace(PARTIAL, max_tokens=9000)) == "one"
        await provider.aclose()

    assert [call.status for call in studio.requests] == [400, 400, 200]


async def test_requests_at_the_same_time_are_all_mended():
    with Emulator() as studio:
        studio.default = Reply("one")
        provider = provider_for(studio, "openai")
        asked = replace(PARTIAL, max_tokens=9000)
        assert await asyncio.gather(*(text(provider, asked) for _ in range(3))) == ["one"] * 3
        await provider.aclose()


async def test_an_answer_that_has_begun_is_not_asked_again():
    late = Failure(400, "InvalidParameter", "Range of max_tokens should be [1, 10]")
    with Emulator() as studio:
        studio.script(Reply("one two three", trouble=late, after=4))
        provider = provider_for(studio, "openai")
        with pytest.raises(errors.BadRequest):
            await text(provider, PARTIAL)
        await provider.aclose()

    assert len(studio.requests) == 1


async def test_an_error_in_the_stream_before_any_text_is_mended_too():
    late = Failure(400, "InvalidParameter", "Range of max_tokens should be [1, 10]")
    with Emulator() as studio:
        studio.script(Reply("one", trouble=late, after=0), "one")
        provider = provider_for(studio, "dashscope")
        assert await text(provider, PARTIAL) == "one"
        await provider.aclose()
