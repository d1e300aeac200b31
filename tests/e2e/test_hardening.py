"""The process is safe from the folder that it is started in, and from what it inherits."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from pathlib import Path

import pytest

from support.clients.command_line import CommandLine
from support.clients.editor import INVOKED, SERVER, EditorClient, items_of, recorded_client
from support.clients.server_session import asking, environment, frame, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Reply

posix = pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
linux = pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")


def started_by(script):
    """The server, by a line of shell that begins it with ``exec "$@"``."""
    return ("sh", "-c", script, "sh", *SERVER)


def process(editor, name):
    """What Linux knows of the server."""
    return Path(f"/proc/{editor.process.pid}/{name}")


async def hello(editor, project):
    await editor.initialize(recorded_client("neovim"), project)
    assert await is_alive(editor)


@linux
async def test_the_server_works_in_a_folder_of_its_own(project):
    """Whatever is looked for by a relative name is not looked for in the repository."""
    async with session(project, is_started_anew=True) as editor:
        folder = process(editor, "cwd").resolve()

        assert not folder.is_relative_to(project)
        assert folder.stat().st_mode & 0o777 == 0o700


@posix
async def test_a_state_folder_that_cannot_be(project, tmp_path):
    """Nobody is left without a server."""
    (tmp_path / "file").touch()
    variables = {"XDG_STATE_HOME": str(tmp_path / "file"), "HOME": str(tmp_path / "file")}
    async with session(project, variables=variables, is_started_anew=True) as editor:
        assert await is_alive(editor)
        assert editor.printed == b""


@posix
async def test_log_and_trace_are_for_the_user_alone(project, uri):
    """And lie where the user said, seen from where the server was started."""
    command = (*started_by('umask 0; exec "$@"'), "--log-file", "the.log", "--trace", "the.trace")
    variables = environment(project.parent)
    async with EditorClient(command, environment=variables, folder=project) as editor:
        await hello(editor, project)
        editor.open(uri, "x = ")
        await editor.inline_completion(uri)
        await editor.shutdown()
    for name in ("the.log", "the.trace"):
        assert stat.S_IMODE((project / name).stat().st_mode) == 0o600


@linux
@pytest.mark.parametrize("most", ["unlimited", "0"])
async def test_a_crash_leaves_no_core_file(project, most):
    async with EditorClient(
        started_by(f'ulimit -c {most}; exec "$@"'), environment=environment(project.parent), folder=project
    ) as editor:
        await hello(editor, project)
        limits = process(editor, "limits").read_text(encoding="ascii")
        (line,) = [line for line in limits.splitlines() if line.startswith("Max core file size")]
        assert line.split()[4] == ("1" if most == "unlimited" else "0")


LIBRARIES = ["httpx", "pygls", "lsprotocol", "platformdirs", "json", "logging", "asyncio", "argparse", "cachetools"]


@pytest.mark.parametrize("python_path", [None, f"/nowhere{os.pathsep}", "."])
async def test_no_module_of_the_repository_is_imported(project, uri, python_path):
    """Neither where Python itself looks in the current folder first."""
    (project.parent / "own").mkdir()
    for name in LIBRARIES:
        (project / f"{name}.py").write_text(
            f"raise SystemExit(open({str(project / 'IMPORTED')!r}, 'a').write('{name}\\n'))"
        )
    variables = environment(project.parent) | {"PYTHONSAFEPATH": ""}
    if python_path is not None:
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, [python_path, os.environ.get("PYTHONPATH")]))
    async with EditorClient(environment=variables, folder=project) as editor:
        await hello(editor, project)
        editor.open(uri, "x = ")
        await editor.inline_completion(uri)
        assert await editor.shutdown() == 0
    assert not (project / "IMPORTED").exists()


@linux
@pytest.mark.parametrize(("kilobytes", "works"), [(100_000, False), (400_000, False), (1_000_000, True)])
async def test_too_little_memory(project, uri, kilobytes, works):
    """It is said, rather than that something hangs."""
    command = started_by(f'ulimit -v {kilobytes}; exec "$@"')
    async with EditorClient(command, environment=environment(project), folder=project) as editor:
        if works:
            await hello(editor, project)
            editor.open(uri, "x = ")
            await editor.inline_completion(uri)
            assert await editor.shutdown() == 0
        else:
            assert await editor.exit_status() == 2
    assert editor.printed.startswith(b"" if works else b"infill-ls: the limit of ")


@posix
async def test_a_locale_that_knows_no_letters_beyond_ascii(project):
    """Files are found by their names all the same, and what is ignored is."""
    (project / "café").mkdir()
    (project / ".git").mkdir()
    (project / ".gitignore").write_bytes("café/geheim*\n".encode())
    variables = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with Emulator() as studio:
        studio.default = Reply(text="42")
        async with session(project, asking(studio), variables=key_of(studio) | variables) as editor:
            for name, shown in [("a.py", ["42"]), ("geheim.py", [])]:
                uri = (project / "café" / name).as_uri()
                editor.open(uri, "x = ")
                items = items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))
                assert [item["insertText"] for item in items] == shown
                command = {"command": "infill-ls.prompt", "arguments": [uri, {"line": 0, "character": 4}]}
                assert await editor.request("workspace/executeCommand", command)
                editor.close(uri)


@posix
async def test_standard_error_is_closed(project, uri):
    """An orderly end is one, and nothing else took the descriptor's place."""
    command = started_by('exec "$@" --log-level debug 2>&-')
    async with EditorClient(command, environment=environment(project), folder=project) as editor:
        await hello(editor, project)
        editor.open(uri, "x = ")
        await editor.inline_completion(uri)
        assert await editor.shutdown() == 0
        assert editor.stray == b""


@posix
@pytest.mark.parametrize("closed", ["<&-", ">&-", "<&- >&-", "<&- >&- 2>&-"])
async def test_input_or_output_is_closed(project, closed):
    """There is nobody to serve, and nothing to complain of."""
    command = started_by(f'exec "$@" {closed}')
    async with EditorClient(command, environment=environment(project), folder=project) as editor:
        if "<" not in closed:
            editor.raw(frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}))
            await asyncio.sleep(0)
            editor.end_input()
        assert await editor.exit_status() in (0, 1)
        assert b"Traceback" not in editor.printed


@posix
def test_a_command_says_nothing_where_standard_error_is_closed(tmp_path):
    """Least of all on standard output, which others read."""
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "a.py").write_text("x = ")
    line = CommandLine(tmp_path)
    line.settings("no.such = 1")

    ran = line.run("complete", "a.py:1:5", started_by='exec "$@" 2>&-')
    assert ran.status in (0, 1)
    assert ("infill-ls" in ran.out, ran.err) == (False, "")
