"""Reading projects never keeps a completion waiting, however often there is something new to read."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Reply

WORDS = [f"word{number}" for number in range(400)]


def furnish(folder, files):
    """A folder of files that take their time, some 60 KB each."""
    folder.mkdir(exist_ok=True)
    for number in range(files):
        starts = ((number * 31 + line * 7) % 388 for line in range(800))
        (folder / f"f{number}.py").write_text("\n".join(" ".join(WORDS[start : start + 12]) for start in starts))
    return folder


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text="42")
        yield studio


async def folders_come(editor, parent):
    added = [furnish(parent / f"added{number}", 60) for number in range(5)]
    for folder in added:
        entry = {"uri": folder.as_uri(), "name": folder.name}
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [entry], "removed": []}})


async def folders_come_and_go(editor, parent):
    entry = {"uri": furnish(parent / "added", 60).as_uri(), "name": "added"}
    for _ in range(400):
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [entry], "removed": []}})
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [entry]}})


async def settings_change(editor, parent):
    furnish(parent / "proj", 150)
    for number in range(30):
        settings = {"infill-ls": {"privacy": {"exclude": [f"none{number}"]}}}
        editor.notify("workspace/didChangeConfiguration", {"settings": settings})


@pytest.mark.parametrize("busy", [folders_come, folders_come_and_go, settings_change], ids=lambda each: each.__name__)
async def test_a_completion_comes_while_much_is_read(project, uri, studio, busy):
    """In less time than the reading takes; and nothing goes wrong behind the scenes."""
    tells = {"capabilities": {}, "rootUri": project.as_uri()}  # rather than being asked what has changed
    async with session(project, asking(studio), variables=key_of(studio), client=tells) as editor:
        editor.open(uri, "x = ")
        await is_alive(editor)
        await busy(editor, project.parent)
        async with asyncio.timeout(5):
            while not items_of(await editor.inline_completion(uri, trigger_kind=INVOKED)):
                editor.type(uri, "1 + ")  # other settings end what is under way
        assert await is_alive(editor)
        await editor.shutdown()
        assert b"Traceback" not in editor.printed, editor.printed.decode()
    shutil.rmtree(project.parent, ignore_errors=True)
