"""A model's next edits over the wire: what is sent where, what comes back, and what ends a call."""

from __future__ import annotations

import asyncio
import json

import pytest

from support.clients.editor import items_of
from support.clients.server_session import MODEL, asking, key_of, session
from support.model_studio.emulator import Emulator, Reply

TEXT = "import os\n\n\ndef load(name):\n    return name\n\n\none = load(1)\ntwo = load(2)\nthree = 3\nfour = 4\n"
AFTER = (
    "def load(name, cache):",
    "    return name",
    "",
    "",
    "one = load(1, cache)",
    "two = load(2, cache)",
    "three = 3",
)
REGION = "\n".join(AFTER) + "\nfour = 4\n"
JSON = {"edits": [{"first": 8, "last": 9, "lines": ["one = load(1, cache)", "two = load(2, cache)"]}]}
STUDIO_KEY = "sk-emulator"


def studio_options(studio, source="both", **next_edit):
    provider = {"kind": "model-studio", "base_url": studio.base_url, "model": "qwen3-coder-flash"}
    return {"provider": provider, "next_edit": {"source": source, **next_edit}, "completion": {"debounce_ms": 0}}


async def change(editor, uri, text=TEXT):
    """Give the function another argument, which its calls lack."""
    buffer = editor.open(uri, text)
    at = buffer.text.index("name)") + 4
    editor.change(uri, at, at, ", cache")
    return buffer


def request(editor, uri, method="textDocument/copilotInlineEdit"):
    buffer = editor.buffers[uri]
    named = {"uri": uri, "version": buffer.version}
    return editor.request(method, {"textDocument": named, "position": buffer.position(buffer.cursor)})


async def ask(editor, uri, method="textDocument/copilotInlineEdit"):
    return (await request(editor, uri, method))["edits"]


def take(editor, uri, edit):
    buffer = editor.buffers[uri]
    start, end = (buffer.offset(edit["range"][each]) for each in ("start", "end"))
    editor.change(uri, start, end, edit["text"])


CASES = {
    "partial": ({}, REGION + "</region>", "/compatible-mode/v1/chat/completions"),
    "json": ({"family": "json"}, json.dumps(JSON), "/compatible-mode/v1/chat/completions"),
    "raw": (
        {"family": "zeta2"},
        "\n".join(TEXT.split("\n")[:3]) + "\n" + REGION + ">>>>>>> UPDATED\n",
        "/v1/completions",
    ),
}


@pytest.mark.parametrize("form", CASES)
async def test_what_a_model_says_is_offered_edit_by_edit(project, uri, form):
    """Asked in the form that fits it, once; what was made is what it said."""
    more, answer, path = CASES[form]
    with Emulator() as studio:
        options = studio_options(studio, **more)
        if form == "raw":
            options = asking(studio) | {"next_edit": {"source": "model", **more}}
        variables = {"DASHSCOPE_API_KEY": STUDIO_KEY} | key_of(studio)
        async with session(project, options, variables=variables) as editor:
            buffer = await change(editor, uri)
            studio.script(answer)
            made = 0
            while edits := await ask(editor, uri, "infill-ls/nextEdit"):
                assert edits[0]["data"]["source"] in {"model", "repeat"}
                take(editor, uri, edits[0])
                made += 1
            assert buffer.text == TEXT.replace("name)", "name, cache)").replace("(1)", "(1, cache)").replace(
                "(2)", "(2, cache)"
            )
            assert made == (1 if form == "json" else 2)
            (call,) = studio.requests
            assert call.path == path
            body = call.body
            assert ("response_format" in body) == (form == "json")
            assert ("max_tokens" in body) == (form != "json")
            if form == "partial":
                assert body["messages"][-1]["partial"] is True
            if form == "json":
                assert "JSON" in body["messages"][-1]["content"]
            why = await editor.request("workspace/executeCommand", {"command": "infill-ls.why", "arguments": [uri]})
            told = [each for each in why if each.get("feature") == "next_edit" and each["upstream_calls"]]
            assert [(each["source"], each["model"]) for each in told] == [("model", body["model"])]
            usage = await editor.request("workspace/executeCommand", {"command": "infill-ls.usage", "arguments": []})
            assert [(each["model"], each["calls"]) for each in usage] == [(body["model"], 1)]


@pytest.mark.parametrize("source", ["repeats", "off"])
async def test_without_the_users_wish_nothing_is_sent(project, uri, source):
    with Emulator() as studio:
        options = studio_options(studio, source)
        async with session(project, options, variables={"DASHSCOPE_API_KEY": STUDIO_KEY}) as editor:
            await change(editor, uri)
            assert await ask(editor, uri) == []
            await asyncio.sleep(0.9)
            assert studio.requests == ()


async def test_a_repository_can_neither_ask_a_model_nor_say_where_it_is(project, uri):
    with Emulator() as studio:
        options = {"provider": {"kind": "local"}}
        hostile = {"next_edit": {"source": "model", "base_url": studio.own_url, "model": MODEL, "family": "zeta2"}}
        configuration = {"infill-ls": hostile}
        more = {"configuration": configuration, "trusted": False, "client": "vscode"}
        async with session(project, options | hostile, **more) as editor:
            await change(editor, uri)
            assert await ask(editor, uri) == []
            await asyncio.sleep(0.9)
            assert studio.requests == ()


async def test_a_model_of_its_own_gets_none_of_the_others_keys(project, uri):
    """Neither key nor headers, nor does it complete; and the one that completes is not asked for next edits."""
    with Emulator() as studio, Emulator(api_key=None) as own:
        options = studio_options(studio, base_url=own.own_url, model="own-coder", family="zeta2")
        options["provider"]["headers"] = {"x-secret": "hush"}
        own.script(CASES["raw"][1])
        async with session(project, options, variables={"DASHSCOPE_API_KEY": STUDIO_KEY}) as editor:
            await change(editor, uri)
            assert len(await ask(editor, uri)) == 1
            (call,) = own.requests
            assert {"authorization", "x-secret"}.isdisjoint(call.headers)
            assert call.path == "/v1/completions"
            assert studio.requests == ()
            items_of(await editor.inline_completion(uri))
            await studio.until(lambda: studio.requests)
            assert len(own.requests) == 1


@pytest.mark.parametrize("how", ["edit", "cancel", "focus"])
async def test_what_is_no_longer_wanted_is_stopped_for_real(project, uri, how):
    """The connection closes, and the answer is an empty list at once, or that it was cancelled."""
    with Emulator() as studio:
        async with session(project, studio_options(studio), variables={"DASHSCOPE_API_KEY": STUDIO_KEY}) as editor:
            await change(editor, uri)
            studio.script(Reply(text=REGION, trouble="hang", after=30))
            asked = request(editor, uri)
            await studio.until(lambda: studio.requests and studio.requests[0].sent)
            if how == "edit":
                editor.change(uri, 0, 0, "#")
                assert (await asked)["edits"] == []
            elif how == "focus":
                editor.notify("textDocument/didFocus", {"textDocument": {"uri": "file:///elsewhere.py"}})
                assert (await asked)["edits"] == []
            else:
                editor.cancel(asked)
            await studio.until(lambda: studio.requests[0].closed_by_client)


async def test_a_secret_in_what_was_changed_is_not_sent(project, uri):
    """Neither in the region nor among the changes."""
    key = "sk-proj-" + "a1b2C3d4" * 5
    with Emulator() as studio:
        async with session(project, studio_options(studio), variables={"DASHSCOPE_API_KEY": STUDIO_KEY}) as editor:
            buffer = await change(editor, uri, TEXT.replace("three = 3", f'api_key = "{key}"'))
            at = buffer.text.index(key)
            editor.change(uri, at, at + len(key), "none")
            at = buffer.text.index("name, cache") + 4
            editor.change(uri, at, at, ", more")
            await ask(editor, uri)
            (call,) = studio.requests
            assert key not in json.dumps(call.body)
            assert "REDACTED" in json.dumps(call.body)


async def test_an_excluded_file_is_never_sent(project):
    with Emulator() as studio:
        options = studio_options(studio) | {"privacy": {"exclude": ["secret*"]}}
        async with session(project, options, variables={"DASHSCOPE_API_KEY": STUDIO_KEY}) as editor:
            uri = (project / "secret.py").as_uri()
            await change(editor, uri)
            assert await ask(editor, uri) == []
            other = (project / "b.py").as_uri()
            await change(editor, other, TEXT.replace("load", "fetch"))
            await ask(editor, other)
            (call,) = studio.requests
            assert "load" not in json.dumps(call.body)
