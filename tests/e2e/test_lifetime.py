"""The process ends within a second of every reason to end, also while a model hangs, with the right exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time

import pytest
from platformdirs import user_state_path

from infill_ls.accounting.ledger_file import LedgerFile
from support.clients.editor import INVOKED, SERVER, EditorClient, ServerError, items_of, recorded_client
from support.clients.server_session import asking, environment, frame, key_of, session
from support.model_studio.emulator import Emulator, Reply

SOON_S = 1.0
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(trouble="hang")
        yield studio


async def hanging(editor, studio, uri):
    """A request that the model will never answer, once it has reached the model."""
    editor.open(uri, "x = ")
    waiting = editor.inline_completion(uri, trigger_kind=INVOKED)
    await studio.until(lambda: studio.requests)
    return waiting


def goodbye(editor):
    editor.request("shutdown")
    editor.notify("exit")


def rude_goodbye(editor):
    editor.notify("exit")


def end_of_input(editor):
    editor.end_input()


def end_of_input_after_shutdown(editor):
    editor.request("shutdown")
    editor.end_input()


def terminate(editor):
    editor.process.send_signal(signal.SIGTERM)


def interrupt(editor):
    editor.process.send_signal(signal.SIGINT)


REASONS = [
    pytest.param(goodbye, 0, id="shutdown and exit"),
    pytest.param(rude_goodbye, 1, id="exit without shutdown"),
    pytest.param(end_of_input, 1, id="end of input"),
    pytest.param(end_of_input_after_shutdown, 0, id="end of input after shutdown"),
    pytest.param(terminate, 128 + 15, id="SIGTERM", marks=posix),
    pytest.param(interrupt, 128 + 2, id="SIGINT", marks=posix),
]


async def check_end(editor, leave, code):
    started = time.monotonic()
    leave(editor)
    assert await editor.exit_status() == code
    assert time.monotonic() - started < SOON_S
    assert b"Traceback" not in editor.printed


@pytest.mark.parametrize(("leave", "code"), REASONS)
async def test_an_idle_server_ends(project, uri, leave, code):
    """Nothing is under way."""
    async with session(project) as editor:
        editor.open(uri, "x = ")
        await editor.inline_completion(uri)
        await check_end(editor, leave, code)


@pytest.mark.parametrize(("leave", "code"), REASONS)
async def test_a_server_whose_model_hangs_ends(project, uri, studio, leave, code):
    """The connection to the model is closed, not waited for."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        await hanging(editor, studio, uri)
        await check_end(editor, leave, code)
        await studio.until(lambda: studio.requests[0].over)
        assert studio.requests[0].closed_by_client


@pytest.mark.parametrize(("leave", "code"), REASONS)
async def test_a_server_nobody_spoke_to_ends(project, leave, code):
    """Before ``initialize`` there is as little reason to stay."""
    if leave in (goodbye, end_of_input_after_shutdown):
        code = 1  # a shutdown before initialize is refused
    async with EditorClient(environment=environment(project)) as editor:
        editor.raw(frame({"jsonrpc": "2.0", "id": 1, "method": "test/early"}))
        await editor.wait_for(lambda: editor.messages)
        await check_end(editor, leave, code)


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_before_the_first_word(project, number):
    """It ends a server that still waits for its client."""
    async with EditorClient(environment=environment(project)) as editor:
        started = time.monotonic()
        while editor.process.returncode is None and time.monotonic() - started < 10:
            # The interpreter itself may not have started yet, and then SIGINT means what Python makes of it.
            await asyncio.sleep(0.3)
            if editor.process.returncode is None:
                editor.process.send_signal(number)
        assert await editor.exit_status() in (-number, 128 + number)


async def test_what_runs_at_shutdown_is_cancelled(project, uri, studio):
    """The running request is answered at once, and so is the shutdown."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        waiting = await hanging(editor, studio, uri)
        assert await asyncio.wait_for(editor.request("shutdown"), SOON_S) is None
        with pytest.raises(ServerError) as cancelled:
            await asyncio.wait_for(waiting, SOON_S)
        assert cancelled.value.code == -32800
        editor.notify("exit")
        assert await editor.exit_status() == 0


@pytest.mark.parametrize("client", ["neovim", "vscode"])
async def test_cancelling_reaches_the_model(project, uri, studio, client):
    """``$/cancelRequest`` gets one answer, and the model's connection is closed within 100 ms."""
    async with session(project, asking(studio), variables=key_of(studio), client=client) as editor:
        await hanging(editor, studio, uri)
        delays = []
        for number in range(1, 6):
            editor.change(uri, 0, 1, "y")  # so that the call before is not taken over
            waiting = editor.inline_completion(uri, trigger_kind=INVOKED)
            await studio.until(lambda number=number: len(studio.requests) > number)
            cancelled_at = time.monotonic()
            editor.cancel(waiting)
            with pytest.raises(ServerError) as cancelled:
                await waiting
            assert cancelled.value.code == -32800
            await studio.until(lambda number=number: studio.requests[number].over)
            delays.append(studio.requests[number].closed_at - cancelled_at)
        # The machine may be busy for once; the server may not be slow.
        assert sorted(delays)[len(delays) // 2] < 0.1
        assert editor.unasked == []


@pytest.mark.parametrize(("sent", "cancelled"), [("5", "5"), (5, "5"), ("5", 5)], ids=["same", "5-'5'", "'5'-5"])
async def test_ids_are_numbers_or_strings(project, uri, studio, sent, cancelled):
    """A cancel ends the request of exactly that id."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, "x = ")
        params = {
            "textDocument": {"uri": uri},
            "position": {"line": 0, "character": 4},
            "context": {"triggerKind": 1},
        }
        method = "textDocument/inlineCompletion"
        editor.raw(frame({"jsonrpc": "2.0", "id": sent, "method": method, "params": params}))
        await studio.until(lambda: studio.requests)
        editor.notify("$/cancelRequest", {"id": cancelled})
        if sent == cancelled:
            await editor.wait_for(lambda: editor.unasked)
            assert (editor.unasked[0]["id"], editor.unasked[0]["error"]["code"]) == (sent, -32800)
        else:
            editor.type(uri, "y")
            await editor.wait_for(lambda: editor.unasked)
            assert (editor.unasked[0]["id"], items_of(editor.unasked[0]["result"])) == (sent, [])


async def test_the_editor_died(project, tmp_path):
    """The process that ``processId`` names is gone, while somebody else holds the pipes open."""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)
    async with EditorClient(environment=environment(tmp_path)) as editor:
        params = recorded_client("neovim") | {"processId": parent.pid, "workspaceFolders": None, "rootUri": None}
        await editor.request("initialize", params)
        editor.notify("initialized", {})
        await asyncio.wait([editor.request("test/unknown")])
        parent.kill()
        await parent.wait()
        started = time.monotonic()
        assert await editor.exit_status() == 1
        assert time.monotonic() - started < SOON_S


async def test_the_editor_was_dead_already(project, tmp_path):
    """There is nobody to serve."""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await parent.wait()
    async with EditorClient(environment=environment(tmp_path)) as editor:
        await editor.request("initialize", {"processId": parent.pid, "capabilities": {}})
        assert await editor.exit_status() == 1


@posix
async def test_nobody_reads_the_answers(project, uri):
    """Standard output is closed, standard input is not."""
    read_end, write_end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *SERVER, stdin=asyncio.subprocess.PIPE, stdout=write_end, env=os.environ | environment(project)
    )
    os.close(write_end)
    process.stdin.write(frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}))
    process.stdin.write(frame({"jsonrpc": "2.0", "id": 2, "method": "test/unknown"}))
    answers = b""
    while b'"id":2' not in answers:
        answers += await asyncio.to_thread(os.read, read_end, 65536)
    os.close(read_end)
    assert await asyncio.wait_for(process.wait(), 10) == 1


@posix
async def test_a_server_that_is_killed_has_written_down_its_calls(project, uri, studio):
    """All but the last: whoever kills servers does not pass the user's cap on tokens."""
    studio.default = Reply(text="42", first_token_s=0.2)
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, "x = ")
        for _ in range(6):
            editor.type(uri, "1 + ")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
        editor.process.kill()
        await editor.exit_status()
    state = user_state_path("infill-ls", appauthor=False)
    home = project.parent / f"{project.name}-home"
    written = LedgerFile(str(home / state.relative_to(state.home())))
    assert sum(entry.calls for entry in written.entries()) >= 5
