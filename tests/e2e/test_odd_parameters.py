"""Parameters of every method with something odd in every place: an answer, and nothing in the log but a line."""

from __future__ import annotations

import copy

import pytest

from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Reply

ODD = [
    None,
    True,
    -1,
    0,
    2**31,
    2**70,
    1.5,
    "",
    "x",
    "\ud800",
    "file:///\0",
    [],
    [1],
    [None],
    {},
    {"a": [1]},
    "[" * 1000,
]


def messages(uri):
    """Each method with parameters that are as they should be."""
    document, place = {"uri": uri}, {"line": 0, "character": 4}
    span = {"start": {"line": 0, "character": 0}, "end": place}
    item = {"insertText": "42", "command": {"title": "", "command": "infill-ls.accept", "arguments": ["1"]}}
    folder = {"uri": uri, "name": "a"}
    at = {"textDocument": document, "position": place}
    selected = {"text": "x = 1", "range": span}
    return {
        "textDocument/didOpen": {"textDocument": document | {"languageId": "python", "version": 1, "text": "x = "}},
        "textDocument/didChange": {
            "textDocument": document | {"version": 2},
            "contentChanges": [{"range": span, "text": "x = "}, {"text": "x = "}],
        },
        "textDocument/didSave": {"textDocument": document, "text": "x = "},
        "textDocument/inlineCompletion": at | {"context": {"triggerKind": 1, "selectedCompletionInfo": selected}},
        "textDocument/completion": at | {"context": {"triggerKind": 1, "triggerCharacter": "."}},
        "textDocument/didClose": {"textDocument": document},
        "textDocument/didFocus": {"textDocument": document},
        "textDocument/didShowCompletion": {"item": item},
        "textDocument/didPartiallyAcceptCompletion": {"item": item, "acceptedLength": 1},
        "workspace/didChangeConfiguration": {"settings": {"infill-ls": {"completion": {"max_lines": 5}}}},
        "workspace/didChangeWorkspaceFolders": {"event": {"added": [folder], "removed": [folder]}},
        "workspace/executeCommand": {"command": "infill-ls.prompt", "arguments": [uri, place]},
        "workspace/executeCommand ": {"command": "infill-ls.why", "arguments": [uri]},
        "workspace/executeCommand  ": {"command": "infill-ls.toggle", "arguments": [True]},
        "window/workDoneProgress/cancel": {"token": "1"},
        "$/cancelRequest": {"id": 1},
        "$/setTrace": {"value": "off"},
        "initialized": {},
    }


def variants(value):
    """The value with one of ``ODD`` in each of its places, one at a time."""
    yield from ODD
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for odd in variants(value[key]):
            other = copy.copy(value)
            other[key] = odd
            yield other


REQUESTS = ("textDocument/inlineCompletion", "textDocument/completion", "workspace/executeCommand")


@pytest.mark.parametrize("client", ["neovim", "helix"])
async def test_something_odd_in_every_place(project, uri, client):
    (project / "a.py").write_text("x = ")
    with Emulator() as studio:
        studio.default = Reply(text="42")
        async with session(project, asking(studio), variables=key_of(studio), client=client) as editor:
            for method, params in messages(uri).items():
                for odd in variants(params):
                    (editor.request if method.strip() in REQUESTS else editor.notify)(method.strip(), odd)
                assert await is_alive(editor), method
