"""Tools and JSON against a llama.cpp server: it takes what we send, or says that it was started without."""

from __future__ import annotations

import json

import pytest

from infill_ls.errors import Unsupported
from infill_ls.messages import Message, Tool, ToolCall, ToolResult, called, result
from infill_ls.provider.build import remote
from infill_ls.provider.payloads import as_one
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from support.engines.llama import LlamaServer

pytestmark = [
    pytest.mark.llama,
    # The first one may have to install the server.
    pytest.mark.timeout(300),
]

CONTEXT = Context(prefix="P", suffix="S", path="a.py", language="python")
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
TURNS = (
    Message("user", "go"),
    called("", (ToolCall("a", "read_file", '{"path": "store.py"}'), ToolCall("b", "read_file", "{}")), "Hm."),
    result(ToolResult("a", "x = 1")),
    result(ToolResult("b", "Error: a path is needed.")),
)
ASKED = Prompt("chat", CONTEXT, messages=TURNS, tools=(Tool("read_file", "Reads a file.", SCHEMA),), max_tokens=12)


async def ask(server, *prompts):
    """The answers to prompts, one after the other."""
    own = ProviderSettings(
        kind="llama.cpp", base_url=server.origin, temperature=0, timeout_s=Timeouts(first_token=30, total=60)
    )
    provider = remote(own, {}, model="", mode="chat")
    try:
        return [as_one([chunk async for chunk in provider.stream(prompt)]) for prompt in prompts]
    finally:
        await provider.aclose()


async def test_a_server_takes_tools_calls_and_results():
    """What a random model says to that is nobody's business, but it says something, and counts what it has read."""
    with LlamaServer("--jinja") as server:
        said, bare = await ask(server, ASKED, Prompt("chat", CONTEXT, messages=TURNS[:1], max_tokens=12))
    assert said.text
    assert said.usage.prompt > bare.usage.prompt


async def test_a_server_that_takes_no_tools_says_so():
    with LlamaServer("--no-jinja") as server:
        with pytest.raises(Unsupported, match="takes no tools"):
            await ask(server, ASKED)
        (said,) = await ask(server, Prompt("chat", CONTEXT, messages=TURNS[:1], max_tokens=12))
    assert said.text


async def test_a_server_holds_a_model_to_json():
    """Even one that says anything."""
    with LlamaServer() as server:
        prompt = Prompt("chat", CONTEXT, messages=(Message("user", "An object of JSON."),), as_json=True)
        (said,) = await ask(server, prompt)
    assert isinstance(json.loads(said.text), dict)
