"""Messages a little off the specification, as clients in use send them: the text is right and there is an answer."""

from __future__ import annotations

import asyncio

import pytest

from support.clients.editor import items_of
from support.clients.server_session import asking, key_of, session
from support.model_studio.emulator import Emulator, Reply

MISSING = object()
AT = {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}}
SELECTED = {"text": "x = ", "range": None}

OPENED = [
    {},
    {"languageId": MISSING},
    {"languageId": None},
    {"version": MISSING},
    {"version": None},
    {"version": "1"},
    {"languageId": MISSING, "version": MISSING},
]
"""What stands otherwise in the document that is opened."""

VERSIONS = [{}, {"version": MISSING}, {"version": None}, {"version": 0}, {"version": 2.0}]

CHANGES = [
    {"range": AT, "text": " "},
    {"range": AT, "rangeLength": None, "text": " "},
    {"range": AT, "rangeLength": -1, "text": " "},
    {"range": None, "text": "x = "},
    {"range": None, "rangeLength": None, "text": "x = "},
    {"text": "x = "},
]

INLINE = [
    {"context": {"triggerKind": 2}},
    {},
    {"context": None},
    {"context": {}},
    {"context": {"triggerKind": None, "selectedCompletionInfo": None}},
    {"context": {"triggerKind": 2, "selectedCompletionInfo": SELECTED}},
    {"context": {"triggerKind": 2, "selectedCompletionInfo": SELECTED | {"text": None}}},
    {"context": {"triggerKind": 2, "selectedCompletionInfo": {}}},
]

POPUP = [
    {"context": {"triggerKind": 1}},
    {},
    {"context": None},
    {"context": {}},
    {"context": {"triggerKind": None, "triggerCharacter": None}},
]

METHODS = {"neovim": ("textDocument/inlineCompletion", INLINE), "helix": ("textDocument/completion", POPUP)}
"""A client for either way of asking, and what it may send for a context."""


def with_(value, other):
    return {key: each for key, each in (value | other).items() if each is not MISSING}


@pytest.mark.parametrize("client", METHODS)
async def test_the_text_is_right_and_there_is_an_answer(project, client):
    """Each deviation by itself: ``x =`` is opened, a space is typed, and the model is asked for what follows it."""
    method, contexts = METHODS[client]
    variants = [
        *((opened, {}, CHANGES[0], contexts[0]) for opened in OPENED),
        *(({}, version, change, contexts[0]) for version in VERSIONS for change in CHANGES),
        *(({}, {}, CHANGES[0], context) for context in contexts),
    ]
    with Emulator() as studio:
        studio.default = Reply(text="42")
        async with session(project, asking(studio), variables=key_of(studio), client=client) as editor:
            for n, (opened, version, change, context) in enumerate(variants):
                uri = (project / f"a{n}.py").as_uri()
                document = {"uri": uri, "languageId": "python", "version": 1, "text": "x ="}
                editor.notify("textDocument/didOpen", {"textDocument": with_(document, opened)})
                versioned = with_({"uri": uri, "version": 2}, version)
                editor.notify("textDocument/didChange", {"textDocument": versioned, "contentChanges": [change]})
                place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 4}}

                items = items_of(await asyncio.wait_for(editor.request(method, place | context), 10))

                (item,) = items or pytest.fail(f"nothing for {variants[n]}")
                span = item.get("range") or item["textEdit"]["range"]
                assert span == {"start": place["position"], "end": place["position"]}, variants[n]
            assert [call.question.prefix for call in studio.requests] == ["x = "] * len(variants)


async def test_edits_go_on_after_one_without_a_version(project):
    """And an answer to what was asked before an edit is not shown after it."""
    with Emulator() as studio:
        studio.default = Reply(text="42")
        async with session(project, asking(studio), variables=key_of(studio)) as editor:
            for n, version in enumerate(VERSIONS):
                uri = (project / f"a{n}.py").as_uri()
                document = {"uri": uri, "languageId": "python", "version": 1, "text": ""}
                editor.notify("textDocument/didOpen", {"textDocument": document})

                def type_key(index, key, uri=uri, version=version):
                    at = {"line": 0, "character": index}
                    versioned = with_({"uri": uri, "version": index + 2}, version)
                    change = {"range": {"start": at, "end": at}, "text": key}
                    editor.notify("textDocument/didChange", {"textDocument": versioned, "contentChanges": [change]})

                for index, key in enumerate("x = "):
                    type_key(index, key)
                place = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 4}}
                waiting = editor.request("textDocument/inlineCompletion", place)
                type_key(4, "y")
                assert items_of(await asyncio.wait_for(waiting, 10)) == []
