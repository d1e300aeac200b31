"""What was taken away, deleted or newly ignored is suggested no more."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import session

KNOWN = "def reveal(one, two, three):\n    return open_sesame(one, two, canary_of_the_other_file)\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "proj" / "d").mkdir(parents=True)
    (tmp_path / "proj" / ".git").mkdir()
    (tmp_path / "proj" / "d" / "other.py").write_text(KNOWN * 3)
    return tmp_path / "proj"


async def is_suggested(editor, uri, turn):
    """Whether the other file's text is, where its lines break off; each turn is at another place."""
    text = "".join(f"value_{turn}_{number} = {number}\n" for number in range(10)) + KNOWN.partition(" canary")[0]
    editor.change(uri, 0, len(editor.buffers[uri].text), text)
    items = items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))
    return any("canary" in item["insertText"] for item in items)


def folder_goes(editor, project):
    entry = {"uri": project.as_uri(), "name": "proj"}
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [entry]}})


def file_goes(editor, project):
    (project / "d" / "other.py").unlink()
    uri = (project / "d" / "other.py").as_uri()
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})


def folder_is_deleted(editor, project):
    (project / "d" / "other.py").unlink()
    (project / "d").rmdir()
    editor.notify("workspace/didDeleteFiles", {"files": [{"uri": (project / "d").as_uri()}]})


def file_is_renamed(editor, project):
    (project / "d" / "other.py").rename(project / ".env")
    names = {"oldUri": (project / "d" / "other.py").as_uri(), "newUri": (project / ".env").as_uri()}
    editor.notify("workspace/didRenameFiles", {"files": [names]})


def name_is_ignored(editor, project):
    (project / ".gitignore").write_text("other.py\n")
    uri = (project / ".gitignore").as_uri()
    editor.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 1}]})


def nobody_says_so(_editor, project):
    (project / "d" / "other.py").unlink()


@pytest.mark.parametrize(
    "change",
    [folder_goes, file_goes, folder_is_deleted, file_is_renamed, name_is_ignored, nobody_says_so],
    ids=lambda each: each.__name__,
)
async def test_it_is_suggested_no_more(project, change):
    """Also at the place where it was suggested before, and in an editor that says nothing of files."""
    uri = (project / "a.py").as_uri()
    async with session(project) as editor:
        editor.open(uri, "")
        turns = count()
        async with asyncio.timeout(20):
            while not await is_suggested(editor, uri, turn := next(turns)):
                pass
        change(editor, project)
        async with asyncio.timeout(20):
            while await is_suggested(editor, uri, turn):  # the disk is looked at every few seconds at most
                pass
        assert not await is_suggested(editor, uri, next(turns))
