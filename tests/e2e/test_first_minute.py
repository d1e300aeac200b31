"""The first minute in an empty project: something is suggested all the same, and where nothing is, it is said why."""

from __future__ import annotations

import asyncio

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import session

SEEN = 'def load(path):\n    with open(path, encoding="utf-8") as file:\n        return parse(file.read())\n'


async def why(editor, uri):
    """The last request in words."""
    records = await editor.request("workspace/executeCommand", {"command": "infill-ls.why", "arguments": [uri]})
    return records[0]["sentence"]


async def test_an_empty_project_learns_from_what_is_installed(project, uri):
    """The packages of its own environment, here, as soon as a document of the language is open."""
    packages = project / ".venv" / "lib" / "python3.12" / "site-packages"
    packages.mkdir(parents=True)
    (project / ".venv" / "pyvenv.cfg").touch()
    for name in "abc":
        (packages / f"{name}.py").write_text(SEEN)
    async with session(project) as editor, asyncio.timeout(60):
        editor.open(uri, "def read(path):\n    with open(path, enc")
        items = []
        while not items:
            items = items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))

        assert items[0]["insertText"] == 'oding="utf-8") as file:'


async def test_where_nothing_is_suggested_it_is_said_what_is_known(project, uri):
    async with session(project, {"local": {"installed": False}}) as editor:
        editor.open(uri, "alpha = 1\nzzzq = qqqz(")
        assert items_of(await editor.inline_completion(uri)) == []
        async with asyncio.timeout(20):
            while "in 0 files" in await why(editor, uri):
                pass  # the document is being read
        assert await why(editor, uri) == (
            "No match in this project that the embedded engine is sure enough of. "
            "The project has 2 indexed lines in 1 file."
        )


async def test_text_after_the_cursor_is_a_reason_of_its_own(project, uri):
    async with session(project, {"local": {"installed": False}}) as editor:
        editor.open(uri, "zzzq = qqqz(a)\n")
        assert items_of(await editor.inline_completion(uri, 0, 7, trigger_kind=INVOKED)) == []
        assert (await why(editor, uri)).startswith(
            "No match in this project leads up to what follows the cursor; ask at the end of an unfinished line."
        )
