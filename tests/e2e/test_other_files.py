"""Other files in prompts, over the protocol: what is sent of them, and what never is."""

from __future__ import annotations

import asyncio
import json

import pytest

from support.clients.editor import INVOKED
from support.clients.server_session import asking, key_of, session
from support.model_studio.emulator import Emulator, Reply

STORE = "class Store:\n    def fetch_item(self, key: str) -> bytes:\n        return b'canary-body'\n"
ASKING = "from store import Store\n\ndef use(store: Store):\n    return "


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text="42")
        yield studio


@pytest.fixture
def project(tmp_path):
    project = tmp_path / "proj"
    (project / ".git").mkdir(parents=True)
    (project / "store.py").write_text(STORE)
    return project


def configure(editor, values):
    """What the workspace says, for clients that are asked."""
    editor.configuration = {"infill-ls": values}
    editor.notify("workspace/didChangeConfiguration", {"settings": None})


async def sent(editor, studio, uri, wanted):
    """What is sent for the cursor in a document, once ``wanted`` says so, or at last."""
    for number in range(100):
        editor.type(uri, "\n    x = ")
        await editor.inline_completion(uri, trigger_kind=INVOKED)
        said = json.dumps(studio.requests[-1].body)
        if wanted(said):
            return said
        await asyncio.sleep(0.02 * min(number, 5))
    return said


async def test_a_function_of_another_file_reaches_the_model_by_its_head_alone(project, studio):
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        uri = (project / "new.py").as_uri()
        editor.open(uri, ASKING)
        said = await sent(editor, studio, uri, lambda said: "fetch_item" in said)
        assert "def fetch_item(self, key: str) -> bytes:" in said
        assert "canary-body" not in said
        assert str(project) not in said
        shown = await editor.request(
            "workspace/executeCommand",
            {"command": "infill-ls.prompt", "arguments": [uri, {"line": 0, "character": 0}]},
        )
        assert any("named near the cursor" in why for each in shown["context"]["neighbors"] for why in each["reasons"])


async def test_a_file_that_a_setting_excludes_later_is_sent_no_more(project, studio):
    """It had been read, and shown, before."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        uri = (project / "new.py").as_uri()
        editor.open(uri, ASKING)
        assert "fetch_item" in await sent(editor, studio, uri, lambda said: "fetch_item" in said)
        configure(editor, {"privacy": {"exclude": ["store.py"]}})
        said = await sent(editor, studio, uri, lambda said: "fetch_item" not in said)
        assert "fetch_item" not in said
        before = len(studio.requests)
        for _ in range(5):
            editor.type(uri, "\n    y = ")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
        assert all("fetch_item" not in json.dumps(each.body) for each in studio.requests[before:])


async def test_what_is_not_saved_reaches_no_prompt_of_another_file_where_that_is_switched_off(project, studio):
    """Whatever the workspace says."""
    options = {**asking(studio), "context": {"sources": {"open": False}}}
    async with session(project, options, variables=key_of(studio)) as editor:
        configure(editor, {"context": {"sources": {"open": True, "similar": False}}})
        uri, store = (project / "new.py").as_uri(), (project / "store.py").as_uri()
        editor.open(store, STORE)
        editor.type(store, "\n    def canary_unsaved(self): pass\n")
        editor.open(uri, ASKING)
        said = await sent(editor, studio, uri, lambda said: "fetch_item" in said)
        assert "fetch_item" in said
        await asyncio.sleep(0)
        for _ in range(5):
            editor.type(uri, "\n    y = ")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
        assert all("canary_unsaved" not in json.dumps(each.body) for each in studio.requests)


async def test_a_workspace_can_switch_other_files_off_and_not_on(project, studio):
    options = {**asking(studio), "context": {"other_files": False}}
    async with session(project, options, variables=key_of(studio)) as editor:
        uri = (project / "new.py").as_uri()
        editor.open(uri, ASKING)
        configure(editor, {"context": {"other_files": True}})
        for _ in range(5):
            editor.type(uri, "\n    y = ")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
        assert all("fetch_item" not in json.dumps(each.body) for each in studio.requests)
