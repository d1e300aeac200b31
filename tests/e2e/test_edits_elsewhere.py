"""Edits that an editor makes by itself beside what a person types: the model is asked all the same."""

from __future__ import annotations

import asyncio

import pytest

from support.clients.editor import items_of
from support.clients.server_session import asking, key_of, session
from support.model_studio.emulator import Emulator, Reply

TEXT = 'import { a } from "a";\nimport { b } from "b";\n\nfunction f() {\n    g(a,b)\n    x = \n}\n'


def edit(start, end, text):
    ends = ({"line": line, "character": character} for line, character in (start, end))
    return {"range": dict(zip(("start", "end"), ends, strict=True)), "text": text}


ELSEWHERE = {
    "an import that comes in": ([edit((0, 0), (0, 0), 'import { c } from "c";\n')], (6, 9)),
    "an import that goes": ([edit((0, 0), (1, 0), "")], (4, 9)),
    "another name in an import": ([edit((0, 10), (0, 10), ", c")], (5, 9)),
    "blanks further up": ([edit((4, 8), (4, 8), " ")], (5, 9)),
    "the typed line indented": ([edit((5, 0), (5, 4), "\t")], (5, 6)),
    "a blank put in on the line": ([edit((5, 5), (5, 5), "  ")], (5, 11)),
    "the line written anew": ([edit((5, 0), (5, 9), "  x  = y")], (5, 8)),
    "another cursor on the line": ([edit((5, 4), (5, 4), "y")], (5, 10)),
    "several at once": ([edit((5, 5), (5, 5), " "), edit((4, 8), (4, 8), "\n"), edit((1, 0), (2, 0), "")], (5, 10)),
}
"""What the editor does after ``y`` was typed, and where the cursor is then."""


@pytest.mark.parametrize("apart", [True, False], ids=["in a message of its own", "in the same message"])
async def test_what_is_typed_is_answered(project, apart):
    """A completion's import, a formatter that runs while somebody types, a second cursor."""
    with Emulator() as studio:
        studio.default = Reply(text="(42);")
        async with session(project, asking(studio), variables=key_of(studio)) as editor:
            for n, (name, (edits, place)) in enumerate(ELSEWHERE.items()):
                uri = (project / f"a{n}.ts").as_uri()
                editor.open(uri, TEXT, "typescript")
                typed = [edit((5, 8), (5, 8), "y")]
                for version, changes in enumerate([typed, edits] if apart else [typed + edits], 2):
                    versioned = {"uri": uri, "version": version}
                    editor.notify("textDocument/didChange", {"textDocument": versioned, "contentChanges": changes})
                at = {"line": place[0], "character": place[1]}
                request = {"textDocument": {"uri": uri}, "position": at, "context": {"triggerKind": 2}}

                items = items_of(await asyncio.wait_for(editor.request("textDocument/inlineCompletion", request), 10))

                assert [each["insertText"] for each in items] == ["(42);"], name
