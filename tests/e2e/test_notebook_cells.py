"""Cells of one notebook, as editors open them: each is a document of its own, and those before it are in its prompt."""

from __future__ import annotations

import asyncio
from itertools import count

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Reply

CELLS = (
    "import pandas as pd\r\n",
    "frame = pd.read_csv(source, sep=separator, index_col=0)\n",
    "frame.plot(kind='bar', stacked=True)\n",
)


def cells_of(project):
    return [f"vscode-notebook-cell:{(project / 'a.ipynb').as_uri()[7:]}#W{n}sZmlsZQ%3D%3D" for n in range(5)]


async def test_the_cells_before_are_in_the_prompt(project):
    """And its beginning stays the same from key to key."""
    *uris, here, after = cells_of(project)
    with Emulator() as studio:
        studio.default = Reply(text="zz")
        async with session(project, asking(studio), variables=key_of(studio), client="vscode") as editor:
            for uri, text in zip(uris, CELLS, strict=True):
                editor.open(uri, text)
            editor.open(here, "x = 1\n")
            editor.open(after, "not_yet = 1\n")
            editor.buffers[here].cursor = len("x = 1\n")
            for key in "frame.":
                editor.type(here, key)
                await asyncio.wait_for(editor.inline_completion(here, trigger_kind=INVOKED), 10)
            prefixes = [call.question.prefix for call in studio.requests]

    above = "\n\n".join(text.strip() for text in CELLS) + "\n\nx = 1\n"
    assert len(prefixes) >= 3
    assert [prefix[: len(above)] for prefix in prefixes] == [above] * len(prefixes)
    assert prefixes[-1] == f"{above}frame."


async def test_without_a_model_each_cell_says_what_it_holds(project):
    """Whichever were opened or edited last; what was closed is not known any more."""
    first, second, third, *_ = cells_of(project)
    turns = count()
    (project / "a.ipynb").write_text('{"cells": []}')
    async with session(project, {"local": {"installed": False}}) as editor:
        for uri, text in zip((first, second, third), CELLS, strict=True):
            editor.open(uri, text * 3)
        other = (project / "b.py").as_uri()
        editor.open(other, "")

        async def said(text):
            turn = next(turns)  # each is at another place, which no answer is known for
            text = "".join(f"value_{turn}_{number} = {number}\n" for number in range(10)) + text
            editor.change(other, 0, len(editor.buffers[other].text), text)
            return [
                item["insertText"] for item in items_of(await editor.inline_completion(other, trigger_kind=INVOKED))
            ]

        async with asyncio.timeout(20):
            while not (await said("frame = pd.read_csv(source, ") and await said("frame.plot(kind='bar', ")):
                await is_alive(editor)
        editor.close(third)
        async with asyncio.timeout(20):
            while await said("frame.plot(kind='bar', "):
                await is_alive(editor)
        assert await said("frame = pd.read_csv(source, ")
