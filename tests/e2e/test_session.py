"""What a session does between requests: gets ready, is switched off and on, and takes over other settings."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Reply

SEEN = "def total_price(items, tax_rate, discount):\n    return sum_of(items, tax_rate, discount)\n"


@pytest.fixture
def project(tmp_path):
    project = tmp_path / "proj"
    (project / ".git").mkdir(parents=True)
    return project


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text="42")
        yield studio


async def test_what_the_first_request_needs_is_made_ready_before_it(project, studio):
    """The key is looked up as soon as the editor is ready, for a password manager takes its time."""
    flag = project.parent / "key-was-asked-for"
    command = [sys.executable, "-c", f"open({str(flag)!r}, 'w').close(); print('sk-x')"]
    async with session(project, asking(studio, api_key_command=command)) as editor:
        async with asyncio.timeout(20):
            while not flag.exists():
                await is_alive(editor)
        assert studio.requests == ()


WAITS = """
import pathlib, sys, time
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.01)
print("sk-emulator")
"""


async def test_no_completion_waits_for_the_key(project, uri, studio):
    """The embedded engine answers while a password manager waits for its user, and then the model does."""
    flag = project.parent / "key"
    options = asking(studio, api_key_command=[sys.executable, "-c", WAITS, str(flag)])
    async with session(project, options) as editor:
        line = "result = total_price(items, tax_rate, discount)\n"
        editor.open(uri, f"{line * 3}print()\nresult = total_price(items")
        (item,) = items_of(await asyncio.wait_for(editor.inline_completion(uri, trigger_kind=INVOKED), 5))
        assert item["insertText"].startswith(", tax_rate")
        assert studio.requests == ()

        flag.touch()
        editor.change(uri, 0, len(editor.buffers[uri].text), "x = ")
        async with asyncio.timeout(10):
            while not studio.requests:
                editor.type(uri, "1 + ")
                await editor.inline_completion(uri, trigger_kind=INVOKED)
        assert editor.notifications("window/showMessage") == []


async def test_a_key_that_anyone_on_the_way_can_read(project, uri, studio):
    """It is told once, at the start."""
    options = asking(studio, base_url="http://no-such-host.invalid")
    async with session(project, options, variables=key_of(studio), client="vscode") as editor:
        await is_alive(editor)
        (message,) = editor.notifications("window/showMessage")
        assert "plain http" in message["message"]


async def check_suggested(editor, uri, wanted):
    """Whether the place has a suggestion; each time another one, so that no cache answers."""
    editor.type(uri, "1 + ")
    assert bool(items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))) is wanted


@pytest.mark.parametrize("arguments", [[[], []], [[False], [True]]], ids=["over and back", "off and on"])
async def test_completions_are_switched_off_and_on(project, uri, studio, arguments):
    """Nobody is asked in between."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, "x = ")
        await check_suggested(editor, uri, wanted=True)
        for words, on in zip(arguments, [False, True], strict=True):
            command = {"command": "infill-ls.toggle", "arguments": words}
            assert await editor.request("workspace/executeCommand", command) is on
            await check_suggested(editor, uri, wanted=on)
        assert len(studio.requests) == 2


@pytest.mark.parametrize(("key", "cause"), [("sk-emulator", None), ("sk-wrong", "key")])
async def test_the_doctor_looks_at_the_editor_s_own_settings(project, studio, key, cause):
    """What the editor sent along is tried out, with one completion of nobody's code."""
    async with session(project, asking(studio), variables={"INFILL_LS_API_KEY": key}) as editor:
        checks = await editor.request("workspace/executeCommand", {"command": "infill-ls.doctor"})
        assert await is_alive(editor)
    (completion,) = [check for check in checks if check["name"] == "completion"]
    assert (completion["ok"], completion["cause"]) == (cause is None, cause)
    assert len(studio.requests) == 1
    assert key not in json.dumps(checks)


async def knows(editor, uri):
    """Whether the embedded engine knows how the line goes on; no cache answers for it."""
    await editor.request("workspace/executeCommand", {"command": "infill-ls.clear"})
    text = editor.buffers[uri].text
    line, column = text.count("\n"), len(text.rpartition("\n")[2])
    items = items_of(await editor.inline_completion(uri, line, column, trigger_kind=INVOKED))
    return any("tax_rate" in item["insertText"] for item in items)


async def test_what_was_read_is_forgotten_where_it_may_no_longer_be_read(project, uri):
    """A file that the configuration now excludes tells the embedded engine nothing."""
    (project / "b.py").write_text(SEEN * 3)
    async with session(project, client={"capabilities": {}, "rootUri": project.as_uri()}) as editor:
        editor.open(uri, "def total_price(items")
        async with asyncio.timeout(20):
            while not await knows(editor, uri):
                pass

        settings = {"infill-ls": {"privacy": {"exclude": ["b.py"]}}}
        editor.notify("workspace/didChangeConfiguration", {"settings": settings})

        assert await is_alive(editor)
        assert not await knows(editor, uri)
