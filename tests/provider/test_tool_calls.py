"""Tools, calls and results on both wires: the exact body for a prompt, and the calls that an answer's pieces make."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infill_ls.messages import Message, Tool, ToolCall, ToolResult, called, result
from infill_ls.provider.build import remote
from infill_ls.provider.dashscope import DashScope
from infill_ls.provider.openai_chat import OpenAIChat
from infill_ls.provider.payloads import as_one
from infill_ls.provider.tool_calls import MOST_CALLS, MOST_CHARACTERS
from infill_ls.records import Chunk, Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings
from support.engines.raw_server import STREAM_END, STREAM_HEAD, piece, raw_server
from support.model_studio.emulator import Emulator, Reply

CONTEXT = Context(prefix="P", suffix="S", path="a.py", language="python")
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
READ = Tool("read_file", "Reads a file.", SCHEMA)
CALL = ToolCall("call_1", "read_file", '{"path": "store.py"}')
TURNS = (
    Message("user", "go"),
    called("", (CALL,), "I need the store."),
    result(ToolResult("call_1", "class Store: ...")),
)
ASKED = Prompt("chat", CONTEXT, messages=TURNS, tools=(READ,), max_tokens=64)
AS_JSON = Prompt("chat", CONTEXT, messages=TURNS[:1], stop=("```",), as_json=True)

SAID = [
    {"role": "user", "content": "go"},
    {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {
                "id": "call_1",
                "type": "function",
                "function": {"name": "read_file", "arguments": '{"path": "store.py"}'},
            }
        ],
        "reasoning_content": "I need the store.",
    },
    {"role": "tool", "content": "class Store: ...", "tool_call_id": "call_1"},
]
OFFERED = {
    "tools": [
        {
            "type": "function",
            "function": {"name": "read_file", "description": "Reads a file.", "parameters": SCHEMA},
        }
    ],
    "parallel_tool_calls": True,
}
PLAIN = {"model": "m", "stream": True, "stream_options": {"include_usage": True}, "temperature": 0.1}
FORM = {"result_format": "message", "incremental_output": True, "temperature": 0.1}
JSON = {"response_format": {"type": "json_object"}}

BODIES = {
    "calls and results": (
        OpenAIChat(),
        ASKED,
        {**PLAIN, **OFFERED, "messages": SAID, "max_tokens": 64},
    ),
    "calls and results, natively": (
        DashScope(),
        ASKED,
        {"model": "m", "input": {"messages": SAID}, "parameters": {**FORM, **OFFERED, "max_tokens": 64}},
    ),
    "a model that has to answer": (
        OpenAIChat(),
        Prompt("chat", CONTEXT, messages=TURNS, tools=(READ,), must_answer=True),
        {**PLAIN, **OFFERED, "tool_choice": "none", "messages": SAID, "max_tokens": 256},
    ),
    "a service that has refused tools": (
        OpenAIChat((("tools", None), ("parallel_tool_calls", None))),
        ASKED,
        {**PLAIN, "messages": SAID, "max_tokens": 64},
    ),
    # It is not to be cut off: it would be no JSON then.
    "JSON": (OpenAIChat(), AS_JSON, {**PLAIN, **JSON, "messages": SAID[:1]}),
    "JSON, natively": (
        DashScope(),
        AS_JSON,
        {"model": "m", "input": {"messages": SAID[:1]}, "parameters": {**FORM, **JSON}},
    ),
}


@pytest.mark.parametrize(("wire", "prompt", "body"), BODIES.values(), ids=BODIES.keys())
def test_a_prompt_has_exactly_this_body(wire, prompt, body):
    assert wire.body(prompt, ProviderSettings(), "m") == body


def test_all_that_is_sent_is_counted():
    """The tools are part of the input, and paid for."""
    characters = len("go") + len("I need the store.") + len("read_file" + CALL.arguments) + len("class Store: ...")
    assert ASKED.n_characters == characters + len("read_file" + "Reads a file." + json.dumps(SCHEMA))


WANTED = ("read_file", {"path": "a" * 500})


def part(index=None, id_=None, name=None, arguments=None):
    """One piece of a call, as a delta has it; None leaves a field out."""
    fields = {"name": name, "arguments": arguments}
    function = {key: value for key, value in fields.items() if value is not None}
    whole = {"index": index, "id": id_, "type": "function", "function": function}
    return {key: value for key, value in whole.items() if value is not None}


def nested(levels):
    value = {}
    for _ in range(levels):
        value = {"path": value}
    return value


A, B = ToolCall("a", "read_file", '{"path": "a"}'), ToolCall("b", "outline", '{"path": "b"}')
PATHS = ('{"path": "a"}', '{"path": "b"}')
STREAMS = {
    "in one piece": ([[part(0, "a", "read_file", PATHS[0])]], (A,)),
    "arguments in pieces": (
        [[part(0, "a", "read_file", "")], *([part(0, "", None, each)] for each in ('{"pa', 'th": ', '"a"}'))],
        (A,),
    ),
    "name in pieces": ([[part(0, "a", "read_")], [part(0, None, "file")], [part(0, None, None, PATHS[0])]], (A,)),
    "name and id with every piece": (
        [[part(0, "a", "read_file", '{"path":')], [part(0, "a", "read_file", ' "a"}')]],
        (A,),
    ),
    "two, one after the other": ([[part(0, "a", "read_file", PATHS[0])], [part(1, "b", "outline", PATHS[1])]], (A, B)),
    "two at once": ([[part(0, "a", "read_file", PATHS[0]), part(1, "b", "outline", PATHS[1])]], (A, B)),
    "two, in turns": (
        [
            [part(0, "a", "read_file", '{"path":')],
            [part(1, "b", "outline", '{"path":')],
            [part(0, None, None, ' "a"}'), part(1, None, None, ' "b"}')],
        ],
        (A, B),
    ),
    "indices that jump": ([[part(7, "a", "read_file", PATHS[0])], [part(-1, "b", "outline", PATHS[1])]], (A, B)),
    "no indices": (
        [[part(None, "a", "read_file", '{"path":')], [part(None, None, None, ' "a"}')], [part(None, "b", "outline", PATHS[1])]],
        (A, B),
    ),
    "the same index for all": (
        [[part(0, "a", "read_file", PATHS[0])], [part(0, "b", "outline", '{"path":')], [part(0, None, None, ' "b"}')]],
        (A, B),
    ),
    "no ids": (
        [[part(0, None, "read_file", PATHS[0])], [part(1, "", "outline", PATHS[1])]],
        (ToolCall("unnamed_0", "read_file", PATHS[0]), ToolCall("unnamed_1", "outline", PATHS[1])),
    ),
    "one id for all": (
        [[part(0, "a", "read_file", PATHS[0]), part(1, "a", "outline", PATHS[1])]],
        (A, ToolCall("unnamed_1", "outline", PATHS[1])),
    ),
    "arguments as an object": ([[part(0, "a", "read_file", {"path": "a"})]], (A,)),
    "arguments as an object that nobody can write": (
        [[part(0, "a", "read_file", nested(50_000))]],
        (ToolCall("a", "read_file", "?"),),
    ),
    "no arguments": ([[part(0, "a", "list_files")]], (ToolCall("a", "list_files", "{}"),)),
    "no JSON": ([[part(0, "a", "read_file", "path=a")]], (ToolCall("a", "read_file", "path=a"),)),
    "no name": ([[part(0, "a", "", PATHS[0])]], ()),
    "odd types": ([[part(0, 1, ["x"], 3)], ["x"], [None], [{"function": "x"}]], ()),
    "null": ([None, []], ()),
    "as many as 10,000 pieces": (
        [[part(0, "a", "read_file", '{"path": "')], *([part(0, None, None, "a")] for _ in range(10_000)), [part(0, None, None, '"}')]],
        (ToolCall("a", "read_file", '{"path": "' + "a" * 10_000 + '"}'),),
    ),
}  # fmt: skip


def deltas(pieces, *, native, key="delta"):
    """The payloads of an answer: one for each list of pieces, and its end."""
    choices = [
        *({key: {"content": "", "tool_calls": each}, "finish_reason": None} for each in pieces),
        {key: {"content": ""}, "finish_reason": "tool_calls"},
    ]
    return [{"output": {"choices": [each]}} if native else {"choices": [each]} for each in choices]


@pytest.mark.parametrize(("pieces", "calls"), STREAMS.values(), ids=STREAMS.keys())
@pytest.mark.parametrize("native", [False, True], ids=["compatible", "native"])
def test_pieces_make_these_calls(native, pieces, calls):
    """They are told at the answer's end, not before, and the same where all of it arrives together."""
    wire = DashScope() if native else OpenAIChat()
    payloads = deltas(pieces, native=native, key="message" if native else "delta")
    read = wire.reader()
    *first, last = [read(payload) for payload in payloads]
    assert {chunk.calls for chunk in first} <= {()}
    assert (last.calls, last.finish) == (calls, "tool_calls")
    read = wire.reader()
    assert as_one([read(payload) for payload in payloads]) == Chunk(finish="tool_calls", calls=calls)


def test_events_that_repeat_the_answer_are_read_to_the_same():
    """Where the native protocol's increments are off, each event has the calls and thoughts from their start."""
    read = DashScope((("incremental_output", False),)).reader()
    events = [
        ({"content": "", "reasoning_content": "I ne"}, "null"),
        ({"content": "", "reasoning_content": "I need", "tool_calls": [part(0, "a", "read_", "")]}, "null"),
        ({"content": "", "reasoning_content": "I need", "tool_calls": [part(0, "a", "read_file", PATHS[0])]}, "null"),
        ({"content": "", "reasoning_content": "I need", "tool_calls": [part(0, "a", "read_file", PATHS[0])]}, "tool_calls"),
    ]  # fmt: skip
    chunks = [read({"output": {"choices": [{"message": said, "finish_reason": why}]}}) for said, why in events]
    assert ("".join(chunk.reasoning for chunk in chunks), chunks[-1].calls) == ("I need", (A,))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["index", "id", "function"]), inner),
    max_leaves=6,
)
PIECES = st.fixed_dictionaries(
    {},
    optional={
        "index": st.integers(-2, 3) | JSON_VALUES,
        "id": st.sampled_from(["", "a", "b", "x" * 500]) | JSON_VALUES,
        "function": st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["", "read_file", "y" * 500]) | JSON_VALUES,
                "arguments": st.text(max_size=20) | JSON_VALUES,
            },
        )
        | JSON_VALUES,
    },
)


@settings(max_examples=60)
@given(st.lists(st.lists(PIECES, max_size=4) | JSON_VALUES, max_size=12), st.booleans())
def test_whatever_arrives_each_call_has_a_name_and_an_id_of_its_own(pieces, native):
    wire = DashScope() if native else OpenAIChat()
    read = wire.reader()
    chunks = [read(payload) for payload in deltas(pieces, native=native, key="message" if native else "delta")]
    calls = chunks[-1].calls
    assert len({call.id for call in calls}) == len(calls) <= MOST_CALLS
    assert all(call.name and len(call.name) <= 128 and isinstance(call.arguments, str) for call in calls)


def ask(*payloads):
    """What a provider gives for a server's events."""

    async def asked():
        events = [piece(f"data: {json.dumps(payload)}\n\n") for payload in payloads]
        async with raw_server([STREAM_HEAD, *events, STREAM_END]) as server:
            own = ProviderSettings(kind="openai", base_url=server.url)
            provider = remote(own, {}, model="m", mode="chat")
            try:
                return as_one([chunk async for chunk in provider.stream(ASKED)])
            finally:
                await provider.aclose()

    return asyncio.run(asked())


HOSTILE = {
    "huge arguments": (
        deltas([[part(0, "a", "read_file", "x" * 200_000)]], native=False),
        (ToolCall("a", "read_file", "x" * MOST_CHARACTERS),),
    ),
    "a thousand calls": (
        deltas([[part(index, f"i{index}", "read_file", "{}") for index in range(1_000)]], native=False),
        tuple(ToolCall(f"i{index}", "read_file", "{}") for index in range(MOST_CALLS)),
    ),
    "half of a pair in the arguments": (
        deltas([[part(0, "a", "read_file", "\ud800")]], native=False),
        (ToolCall("a", "read_file", "\ud800"),),
    ),
    "after the answer": (
        [{"choices": [{"delta": {"content": "x"}, "finish_reason": "stop"}]}, *deltas([[part(0, "a", "read_file", "{}")]], native=False)],
        (ToolCall("a", "read_file", "{}"),),
    ),
    "no end": (deltas([[part(0, "a", "read_file", PATHS[0])]], native=False)[:-1], ()),
}  # fmt: skip


@pytest.mark.parametrize(("payloads", "calls"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_server_gives_bounded_calls(payloads, calls):
    assert ask(*payloads).calls == calls


LEFT = {
    "before anything": (Reply(first_token_s=60), lambda call: call.status is None),
    "while it thinks": (Reply("x", reasoning="hm" * 500, chunk_s=60), lambda call: call.reasoning_tokens),
    "while it names what it wants": (Reply("", calls=(WANTED,), chunk_s=0.2), lambda call: call.called),
    "among the arguments": (Reply("", calls=(WANTED,), chunk_s=0.01, chunk_size=1), lambda call: len(call.called) > 40),
    "in the answer after the calls": (Reply("x" * 500, chunk_s=60), lambda call: call.sent),
}


@pytest.mark.parametrize(("reply", "reached"), LEFT.values(), ids=LEFT.keys())
@pytest.mark.parametrize("protocol", ["openai", "dashscope"])
async def test_who_stops_reading_closes_the_connection_at_every_step(protocol, reply, reached):
    with Emulator() as studio:
        studio.script(reply)
        own = ProviderSettings(kind="model-studio", protocol=protocol, base_url=studio.base_url)
        provider = remote(own, {"DASHSCOPE_API_KEY": studio.api_key}, model="qwen-plus", mode="chat")
        reading = asyncio.ensure_future(anext(finished(provider.stream(ASKED))))
        await studio.until(lambda: studio.requests and reached(studio.requests[0]))
        reading.cancel()
        await studio.until(lambda: studio.requests[0].closed_by_client)
        await provider.aclose()
    assert len(studio.requests) == 1


async def finished(chunks):
    """The end of an answer."""
    async with aclosing(chunks):
        async for chunk in chunks:
            if chunk.finish:
                yield chunk


def test_text_and_thoughts_come_beside_the_calls():
    said = ask(
        {"choices": [{"delta": {"content": None, "reasoning_content": "I need "}}]},
        {"choices": [{"delta": {"content": None, "reasoning_content": "a."}}]},
        {"choices": [{"delta": {"content": "Let me look."}}]},
        *deltas([[part(0, "a", "read_file", PATHS[0])]], native=False),
        {"choices": [], "usage": {"prompt_tokens": 50, "completion_tokens": 20}},
    )
    assert (said.text, said.reasoning, said.calls, said.finish) == ("Let me look.", "I need a.", (A,), "tool_calls")
    assert (said.usage.prompt, said.usage.completion) == (50, 20)
