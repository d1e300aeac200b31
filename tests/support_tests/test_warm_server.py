"""A forked server is what a started one is, but for how long it takes to start."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from support.clients.editor import INVOKED, SERVER, EditorClient, items_of, recorded_client
from support.clients.server_session import environment

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")


def leave(editor):
    editor.request("shutdown")
    editor.notify("exit")


ENDS = {
    "goodbye": leave,
    "SIGTERM": lambda editor: editor.process.send_signal(signal.SIGTERM),
    "SIGKILL": lambda editor: editor.process.kill(),
}


def ends(folder):
    """What a process has open, but for files: those come and go."""
    for each in folder.iterdir():
        with suppress(OSError):
            end = str(each.readlink())
            if not end.startswith("/") or end.startswith("/dev"):
                yield re.sub(r"\d+", "", end)


async def seen(folder, end, *, is_forked):
    """All that can be seen of a server from its first word to its end."""
    (folder.parent / "own.toml").write_text("colour = 1\n")
    own = {"XDG_STATE_HOME": str(folder.parent / "state"), "INFILL_LS_CONFIG": str(folder.parent / "own.toml")}
    home = environment(folder.parent, **own)
    async with EditorClient(SERVER, environment=home, folder=folder, is_forked=is_forked) as editor:
        result = await editor.initialize(recorded_client("neovim"), folder)
        uri = (folder / "a.py").as_uri()
        editor.open(uri, "first_name = 1\nprint(first_")
        items = items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))
        known = Path(f"/proc/{editor.process.pid}")
        status = (known / "status").read_text()
        await editor.wait_for(lambda: "colour" in str(editor.messages))
        found = {
            "result": result,
            "items": [item["insertText"] for item in items],
            "folder": (known / "cwd").readlink(),
            "limits": (known / "limits").read_text(),
            "signals": re.findall(r"Sig(?:Blk|Ign|Cgt):.*", status),
            "group": known.joinpath("stat").read_text().rpartition(")")[2].split()[2:4],
            "descriptors": sorted(ends(known / "fd")),
        }
        ENDS[end](editor)
        return found | {"code": await editor.exit_status(), "printed": editor.printed, "stray": editor.stray}


@pytest.mark.parametrize("end", ENDS)
async def test_a_forked_server_is_as_a_started_one(tmp_path, end):
    project = tmp_path / "project"
    project.mkdir()
    forked, started = await asyncio.gather(seen(project, end, is_forked=True), seen(project, end, is_forked=False))
    assert forked == started
