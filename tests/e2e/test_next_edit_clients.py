"""Other editors' clients of textDocument/copilotInlineEdit, as far as their public protocol goes.

None of them is run here: each is a client that asks, draws, jumps, applies and tells the server in the order in which
the one that it is named after is known to.
"""

from __future__ import annotations

from types import MappingProxyType

import pytest

from support.clients.server_session import session

CALLS = "".join(f"{name} = load({name}_path)\n" for name in ("one", "two", "three", "four"))
LOCAL = {"provider": {"kind": "local"}, "local": {"installed": False}}
UTF_16 = {"capabilities": {"general": {"positionEncodings": ["utf-16"]}}}


class Client:
    """Takes the first edit of an answer for the version that it asked for, and goes there before it makes it."""

    context: MappingProxyType | None = None
    command_is_notification = False
    tells_shown = True
    applies_all = False

    def __init__(self, editor, uri):
        self.editor, self.uri = editor, uri
        self.buffer = editor.buffers[uri]

    async def next(self):
        """What would be drawn: line and text; None where there is nothing."""
        document = {"uri": self.uri, "version": self.buffer.version}
        params = {"textDocument": document, "position": self.buffer.position(self.buffer.cursor)}
        answer = await self.editor.request("textDocument/copilotInlineEdit", params | dict(self.context or {}))
        self.edits = [each for each in answer["edits"] if each["textDocument"] == document]
        if not self.edits:
            return None
        if self.tells_shown:
            self.editor.notify("textDocument/didShowInlineEdit", {"item": {"command": self.edits[0]["command"]}})
        return self.edits[0]["range"]["start"]["line"], self.edits[0]["text"]

    def jump(self):
        self.buffer.cursor = self.buffer.offset(self.edits[0]["range"]["start"])

    async def apply(self):
        for edit in self.edits if self.applies_all else self.edits[:1]:
            start, end = (self.buffer.offset(edit["range"][side]) for side in ("start", "end"))
            self.editor.change(self.uri, start, end, edit["text"])
            if self.command_is_notification:
                self.editor.notify("workspace/executeCommand", edit["command"])
            else:
                await self.editor.request("workspace/executeCommand", edit["command"])


class Sidekick(Client):
    """Asks in normal mode with a trigger, applies all edits of an answer, and says nothing of what it shows."""

    context = MappingProxyType({"context": {"triggerKind": 2}})
    tells_shown = False
    applies_all = True


class CopilotLsp(Client):
    """Takes the first edit only, and counts in UTF-16."""


class CopilotEl(Client):
    """Runs the command as a notification."""

    command_is_notification = True


@pytest.mark.parametrize("kind", [Sidekick, CopilotLsp, CopilotEl])
async def test_each_draws_jumps_applies_and_goes_on(project, uri, kind):
    """Two calls changed by hand, the others one by one; then nothing, and no error on the way."""
    async with session(project, LOCAL, client=UTF_16) as editor:
        buffer = editor.open(uri, CALLS)
        client = kind(editor, uri)
        assert await client.next() is None
        for name in ("one", "two"):
            at = buffer.text.index(f"{name}_path") + len(f"{name}_path")
            editor.change(uri, at, at, ", cache")
        for line in (2, 3):
            assert await client.next() == (line, ", cache")
            client.jump()
            await client.apply()
        assert await client.next() is None
        assert buffer.text == CALLS.replace(")", ", cache)")


@pytest.mark.parametrize("focus", [{}, {"textDocument": {"uri": "file:///elsewhere.py"}}])
async def test_who_looks_elsewhere_and_comes_back_is_offered_the_same(project, uri, focus):
    """What was said of focus changes nothing in what fits where."""
    async with session(project, LOCAL, client=UTF_16) as editor:
        buffer = editor.open(uri, CALLS)
        for name in ("one", "two"):
            at = buffer.text.index(f"{name}_path") + len(f"{name}_path")
            editor.change(uri, at, at, ", cache")
        client = CopilotLsp(editor, uri)
        said = await client.next()
        editor.notify("textDocument/didFocus", focus)
        assert await client.next() == said
