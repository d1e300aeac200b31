"""Tools, calls and JSON on the emulator: the official SDKs go through the pages' loops, and refusals are the pages' words."""

from __future__ import annotations

import json
from typing import Any

import httpx
import openai
import pytest

from support.model_studio.emulator import Caller, Emulator, Reply

USER = {"role": "user", "content": "Write a Python script for quick sort and name it quick_sort.py."}
CODER = "qwen3-coder-plus"
WRITE = {
    "type": "function",
    "function": {
        "name": "write_file",
        "description": "Writes a file.",
        "parameters": {
            "type": "object",
            "properties": {"path": {"type": "string"}, "content": {"type": "string"}},
            "required": ["path", "content"],
        },
    },
}
WANTED = ("write_file", {"path": "quick_sort.py", "content": "def quick_sort(arr): ..."})
WRITTEN = "Success: The file 'quick_sort.py' has been written."


@pytest.fixture
def studio():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(studio):
    with openai.OpenAI(api_key=studio.api_key, base_url=studio.base_url, max_retries=0) as client:
        yield client


@pytest.fixture
def generation(studio):
    import dashscope
    from dashscope.api_entities.http_request import close_shared_sync_session

    def ask(messages: list[Any], model: str = CODER, **options: Any):
        options = {"result_format": "message", "api_key": studio.api_key, **options}
        return dashscope.Generation.call(model, messages=messages, base_address=studio.native_url, **options)

    yield ask
    close_shared_sync_session()


def answered(call: Any) -> dict[str, Any]:
    assert json.loads(call["function"]["arguments"]) == WANTED[1]
    return {"role": "tool", "tool_call_id": call["id"], "content": WRITTEN}


def test_the_pages_loop(studio, client):
    """Call, result, answer, as the page's program for the compatible mode has it."""
    studio.caller = Caller([WANTED], then=lambda results: f"Done: {results[0]}")
    messages: list[Any] = [USER]
    message = client.chat.completions.create(model=CODER, messages=messages, tools=[WRITE]).choices[0].message
    assert message.content == ""
    while message.tool_calls is not None:
        messages.append(message)
        messages += [answered(call.model_dump()) for call in message.tool_calls]
        completion = client.chat.completions.create(model=CODER, messages=messages, tools=[WRITE])
        message = completion.choices[0].message
    assert message.content == f"Done: {WRITTEN}"
    assert [call.status for call in studio.requests] == [200, 200]


def test_the_pages_loop_natively(studio, generation):
    """The same, as the page's program for the native protocol has it."""
    studio.caller = Caller([WANTED], then="Done.")
    messages: list[Any] = [USER]
    choice = generation(messages, tools=[WRITE]).output.choices[0]
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", "")
    message = choice.message
    while message.get("tool_calls"):
        messages.append(message)
        messages += [answered(call) for call in message["tool_calls"]]
        message = generation(messages, tools=[WRITE]).output.choices[0].message
    assert message.content == "Done."


def test_streamed_calls_are_put_together_by_the_sdk(studio, client):
    """Text, two calls and their arguments in pieces; thoughts come before, and all of it is counted."""
    studio.script(Reply("Wait.", reasoning="Hm.", calls=(WANTED, ("write_file", "no JSON")), chunk_size=5))
    with client.chat.completions.stream(
        model="qwen-plus",
        messages=[USER],
        tools=[WRITE],
        parallel_tool_calls=True,
        stream_options={"include_usage": True},
        extra_body={"enable_thinking": True},
    ) as stream:
        final = stream.get_final_completion()
    choice = final.choices[0]
    assert (choice.message.content, choice.finish_reason) == ("Wait.", "tool_calls")
    first, second = choice.message.tool_calls
    assert (first.function.name, json.loads(first.function.arguments)) == WANTED
    assert second.function.arguments == "no JSON"
    assert first.id != second.id
    characters = len("Wait.") + 2 * len("write_file") + len(json.dumps(WANTED[1])) + len("no JSON")
    assert final.usage.completion_tokens == -(-characters // 4) + 1


@pytest.mark.parametrize("increments", [True, False], ids=["increments", "whole events"])
def test_streamed_calls_natively(studio, generation, increments):
    """The native SDK puts the pieces together where they are increments, too."""
    studio.script(Reply("", calls=(WANTED,), chunk_size=5))
    responses = list(generation([USER], tools=[WRITE], stream=True, incremental_output=increments))
    called = [response.output.choices[0].message.get("tool_calls") for response in responses]
    pieces = [calls[0]["function"]["arguments"] for calls in called if calls]
    assert json.loads("".join(pieces) if increments else pieces[-1]) == WANTED[1]
    assert responses[-1].output.choices[0].finish_reason == "tool_calls"


SILENT = {
    "no tools": ({}, 0),
    "tools": ({"tools": [WRITE]}, 1),
    "several at once": ({"tools": [WRITE], "parallel_tool_calls": True}, 2),
    "not to be called": ({"tools": [WRITE], "tool_choice": "none"}, 0),
}


@pytest.mark.parametrize(("options", "n_calls"), SILENT.values(), ids=SILENT.keys())
def test_calls_are_made_where_they_are_allowed(studio, client, options, n_calls):
    studio.script(Reply("", calls=(WANTED, WANTED)))
    message = client.chat.completions.create(model=CODER, messages=[USER], **options).choices[0].message
    assert len(message.tool_calls or ()) == n_calls


def test_tools_and_earlier_calls_are_input(client):
    """Their descriptions are counted as part of the prompt."""
    bare = client.chat.completions.create(model=CODER, messages=[USER]).usage
    with_tools = client.chat.completions.create(model=CODER, messages=[USER], tools=[WRITE]).usage
    assert with_tools.prompt_tokens - bare.prompt_tokens == -(-len(json.dumps([[WRITE]])) // 4)


def test_json_mode(studio, client, generation):
    studio.script('{"name": "x"}', '{"name": "y"}')
    ask = {"role": "user", "content": "A name, as JSON."}
    form: Any = {"type": "json_object"}
    completion = client.chat.completions.create(model=CODER, messages=[ask], response_format=form)
    assert json.loads(completion.choices[0].message.content) == {"name": "x"}
    response = generation([ask], response_format=form)
    assert json.loads(response.output.choices[0].message.content) == {"name": "y"}


def called(*ids: str) -> dict[str, Any]:
    function = {"name": "write_file", "arguments": "{}"}
    return {
        "role": "assistant",
        "content": "",
        "tool_calls": [{"id": id_, "type": "function", "function": function} for id_ in ids],
    }


def done(id_: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id_, "content": "x"}


def named(name: str) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name}}


JSON_OBJECT = {"response_format": {"type": "json_object"}}
AS_JSON = {"role": "user", "content": "A name, as json."}
REFUSED: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "no tool at all": ([USER], {"tools": []}, "[] is too short - 'tools'"),
    "a model without tools": ([USER], {"tools": [WRITE], "model": "qwen-coder-turbo"}, "The tool call is not supported."),
    "a tool of no form": ([USER], {"tools": [{"name": "x"}]}, "Required parameter(tools) missing or invalid"),
    "a name that is taken": ([USER], {"tools": [named("search")]}, "Tool names are not allowed to be [search]"),
    "a choice that there is not": ([USER], {"tools": [WRITE], "tool_choice": "required"}, 'tool_choice is one of the strings that should be ["none", "auto"]'),
    "a choice while thinking": ([USER], {"tools": [WRITE], "tool_choice": named("write_file"), "model": "qwen-plus", "enable_thinking": True}, "in thinking mode"),
    "a call without a result": ([USER, called("a", "b"), done("a"), USER], {}, 'must be followed by tool messages responding to each "tool_call_id". The following tool_call_ids did not have response messages: message[3].role'),
    "a call without a result, at the end": ([USER, called("a", "b"), done("a")], {}, "message[3].role"),
    "a result without a call": ([USER, done("a")], {}, 'messages with role "tool" must be a response to a preceeding message with "tool_calls".'),
    "a result of another call": ([USER, called("a"), done("b")], {}, "preceeding message"),
    "the same result twice": ([USER, called("a"), done("a"), done("a")], {}, "preceeding message"),
    "no calls, said with an empty list": ([USER, {"role": "assistant", "content": "x", "tool_calls": []}, USER], {}, "[] is too short"),
    "JSON without the word": ([USER], JSON_OBJECT, "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."),
    "JSON while thinking": ([AS_JSON], {**JSON_OBJECT, "model": "qwen-plus", "enable_thinking": True}, "Json mode response is not supported when enable_thinking is true"),
    "JSON from a model that always thinks": ([AS_JSON], {**JSON_OBJECT, "model": "qwq-plus"}, "Json mode response is not supported"),
    "JSON from a model that has none": ([AS_JSON], {**JSON_OBJECT, "model": "qwen-coder-turbo"}, "is not supported"),
    "a form that is no object": ([AS_JSON], {"response_format": "json"}, "Unknown format of response_format"),
}  # fmt: skip


@pytest.mark.parametrize(("messages", "options", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_by_both_protocols(studio, messages, options, words):
    options = {"stream": True, "result_format": "message", "incremental_output": True, **options}
    model = options.pop("model", CODER)
    key = {"authorization": f"Bearer {studio.api_key}"}
    body = {"model": model, "messages": messages, **options}
    compatible = httpx.post(f"{studio.base_url}/chat/completions", json=body, headers=key)
    error = compatible.json()["error"]
    assert (compatible.status_code, error["code"]) == (400, "invalid_parameter_error")
    assert words in error["message"]
    options.pop("stream")
    body = {"model": model, "input": {"messages": messages}, "parameters": options}
    native = httpx.post(
        f"{studio.native_url}/services/aigc/text-generation/generation",
        json=body,
        headers=key | {"X-DashScope-SSE": "enable"},
    )
    assert native.status_code == 400
    assert json.dumps(words)[1:-1] in native.text


TAKEN: dict[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "results in any order": ([USER, called("a", "b"), done("b"), done("a")], {"tools": [WRITE]}),
    "results without tools any more": ([USER, called("a"), done("a")], {}),
    "thoughts handed back": ([USER, called("a") | {"reasoning_content": "hm"}, done("a")], {"tools": [WRITE]}),
    "rounds, and another question": ([USER, called("a"), done("a"), called("b"), done("b"), USER], {"tools": [WRITE]}),
    "thinking with tools": ([USER], {"tools": [WRITE], "model": "qwen-plus", "enable_thinking": True, "stream": True}),
    "JSON, the word in the system's message": ([{"role": "system", "content": "JSON"}, USER], JSON_OBJECT),
    "JSON, thinking on by default and nothing said": ([AS_JSON], {**JSON_OBJECT, "model": "qwen3.5-flash"}),
    "JSON, thoughts off": ([AS_JSON], {**JSON_OBJECT, "model": "qwen3.5-flash", "enable_thinking": False}),
    "text as the form": ([USER], {"response_format": {"type": "text"}}),
}


@pytest.mark.parametrize(("messages", "options"), TAKEN.values(), ids=TAKEN.keys())
def test_taken(studio, messages, options):
    body = {"model": CODER, "messages": messages, **options}
    key = {"authorization": f"Bearer {studio.api_key}"}
    response = httpx.post(f"{studio.base_url}/chat/completions", json=body, headers=key)
    assert response.status_code == 200, response.text


def test_a_caller_goes_by_the_rounds_and_the_results(studio, client):
    """It asks for what follows from the results, and answers from them; asked again, it says the same."""
    studio.caller = Caller([("write_file", {"path": "a"})], lambda results: [("write_file", results[0])], then="".join)
    turns: list[Any] = [USER, called("a"), {**done("a"), "content": "no JSON"}]
    for _ in range(2):
        message = client.chat.completions.create(model=CODER, messages=turns, tools=[WRITE]).choices[0].message
        assert message.tool_calls[0].function.arguments == "no JSON"
    turns += [called("b"), done("b")]
    message = client.chat.completions.create(model=CODER, messages=turns, tools=[WRITE]).choices[0].message
    assert (message.content, message.tool_calls) == ("no JSONx", None)
