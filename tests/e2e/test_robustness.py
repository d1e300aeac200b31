"""Bad input over real pipes: a clear error or an empty answer, the server lives on, and only frames come out."""

from __future__ import annotations

import asyncio
import json
import os
import sys

import pytest

from support.clients.editor import INVOKED, EditorClient, ServerError, items_of, recorded_client
from support.clients.server_session import asking, environment, frame, is_alive, key_of, resident_kb, session
from support.model_studio.emulator import Emulator, Reply

PARSE, INVALID, UNKNOWN, PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED = -32002
INLINE = "textDocument/inlineCompletion"


def request(method, identity="r", **more):
    return {"jsonrpc": "2.0", "id": identity, "method": method, **more}


def place(line=0, character=0, uri="file:///nowhere/a.py"):
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


RUDE = {
    "malformed JSON": (frame(b'{"jsonrpc":'), None, PARSE),
    "no UTF-8": (frame(b'{"jsonrpc":"2.0","id":1,"method":"\xff"}'), None, PARSE),
    "batch": (frame([request("shutdown")]), None, INVALID),
    "no jsonrpc": (frame({"id": "r", "method": "shutdown"}), "r", INVALID),
    "second initialize": (frame(request("initialize", params={"capabilities": {}})), "r", INVALID),
    "unknown request": (frame(request("textDocument/hover", params=place())), "r", UNKNOWN),
    "no parameters": (frame(request(INLINE)), "r", PARAMS),
    "missing position": (frame(request(INLINE, params={"textDocument": {"uri": "x"}})), "r", PARAMS),
    "negative line": (frame(request(INLINE, params=place(-1) | {"context": {"triggerKind": 1}})), "r", PARAMS),
    "unknown command": (frame(request("workspace/executeCommand", params={"command": "rm"})), "r", PARAMS),
    "length too short": (b"Content-Length: 9\r\n\r\n" + frame(request("shutdown"))[22:], None, PARSE),
    "length too long": (b"Content-Length: 20\r\n\r\n{}", None, PARSE),
}


async def test_rude_messages(project, uri):
    """Each is answered with its error under its id, and the message behind it is served as if nothing had been."""
    async with session(project) as editor:
        editor.open(uri, "x = 1\n")
        for case, (data, identity, code) in RUDE.items():
            before = len(editor.unasked)
            editor.raw(data)
            assert await is_alive(editor), case
            await editor.wait_for(lambda before=before: len(editor.unasked) > before)
            answers = [(answer["id"], answer["error"]["code"]) for answer in editor.unasked[before:]]
            assert answers == [(identity, code)], case
        assert editor.notifications("window/showMessage") == []


async def test_messages_that_ask_for_nothing(project, uri):
    """Unknown notifications, cancels of nothing, answers to nothing, edits of closed files: no answer and no popup."""
    async with session(project) as editor:
        for method, params in [
            ("test/unknown", {"jsonrpc": "1.0"}),
            ("$/cancelRequest", {"id": 12345}),
            ("$/cancelRequest", {"id": "nothing"}),
            ("$/cancelRequest", {}),
            ("$/setTrace", {"value": "loud"}),
            ("textDocument/didOpen", {}),
            ("textDocument/didClose", {"textDocument": {"uri": "file:///never/opened.py"}}),
            ("textDocument/didSave", {"textDocument": {"uri": "file:///never/opened.py"}}),
            (
                "textDocument/didChange",
                {"textDocument": {"uri": uri, "version": 3}, "contentChanges": [{"text": "closed"}]},
            ),
            ("workspace/didChangeConfiguration", {"settings": None}),
            ("workspace/didChangeConfiguration", {"settings": ["infill-ls"]}),
        ]:
            editor.notify(method, params)
        editor.raw(frame({"jsonrpc": "2.0", "id": "nobody's", "result": None}))
        editor.raw(frame({"jsonrpc": "2.0", "id": ["odd"], "result": None}))
        assert await is_alive(editor)
        assert items_of(await editor.inline_completion(uri, 0, 0)) == []
        assert (editor.unasked, editor.notifications("window/showMessage")) == ([], [])


async def test_headers_in_any_form(project):
    """Lower case, no space, a content type, and garbage before them."""
    async with session(project) as editor:
        body = json.dumps(request("test/unknown")).encode()
        size = str(len(body)).encode()
        kind = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
        for header in (b"content-length: " + size, b"Content-Length:" + size, kind + b"CONTENT-LENGTH:  " + size):
            editor.raw(b"some noise" + header + b"\r\n\r\n" + body)
        assert await is_alive(editor)
        assert [answer["error"]["code"] for answer in editor.unasked] == [UNKNOWN] * 3


PLACES = {
    "far below": (10**6, 0),
    "far right": (0, 10**6),
    "largest number": (2**31 - 1, 2**31 - 1),
    "inside a character": (1, 1),
    "last empty line": (2, 0),
}


async def test_positions_outside_the_text(project, uri):
    """They mean the nearest place in it; the range of an answer is one that the text has."""
    with Emulator() as studio:
        studio.default = Reply(text="1")
        async with session(project, asking(studio), variables=key_of(studio)) as editor:
            editor.open(uri, "x = \n😀 = \n")
            for case, (line, character) in PLACES.items():
                for item in items_of(await editor.inline_completion(uri, line, character, INVOKED)):
                    buffer = editor.buffers[uri]
                    assert buffer.offset(item["range"]["start"]) <= buffer.offset(item["range"]["end"]), case
            assert await is_alive(editor)


CONTEXTS = {
    "older client's invoked": {"triggerKind": 0},
    "unknown": {"triggerKind": 7},
    "none": {},
    "popup with a pair": {
        "triggerKind": 1,
        "selectedCompletionInfo": {"text": "x", "range": [{"line": 0, "character": 0}, {"line": 0, "character": 1}]},
    },
}


async def test_contexts_of_older_clients(project, uri):
    """Trigger kinds 0 and 7, and ranges as pairs, are served."""
    with Emulator() as studio:
        studio.default = Reply(text="42")
        async with session(project, asking(studio), variables=key_of(studio)) as editor:
            editor.open(uri, "x = ")
            for case, context in CONTEXTS.items():
                result = await editor.request(INLINE, place(0, 4, uri) | {"context": context})
                assert [item["insertText"] for item in items_of(result)] == ["42"], case


async def test_a_key_named_jsonrpc(project, uri):
    """A nested key of that name is a key."""
    async with session(project) as editor:
        editor.open(uri, "x = 1\n")
        params = place(0, 0, uri) | {"context": {"triggerKind": 1, "jsonrpc": "2.0"}, "jsonrpc": "1.0", "id": 1}
        assert items_of(await editor.request(INLINE, params)) == []


async def test_a_huge_document(project, uri):
    """20 MB are opened, edited and asked about; other messages do not wait long."""
    text = "value = 'some text that fills a line'\n" * 550_000
    async with session(project) as editor:
        editor.notify(
            "textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": text}}
        )
        span = {"start": {"line": 500_000, "character": 0}, "end": {"line": 500_000, "character": 0}}
        editor.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"range": span, "text": "v"}]},
        )
        async with asyncio.timeout(20):
            await editor.inline_completion(uri, 500_000, 1, INVOKED)
        assert await is_alive(editor)


async def test_one_id_twice(project, uri):
    """Both are answered."""
    with Emulator() as studio:
        studio.script(Reply(text="42", first_token_s=0.5))
        async with session(project, asking(studio), variables=key_of(studio)) as editor:
            editor.open(uri, "x = ")
            ask = frame(request(INLINE, params=place(0, 4, uri) | {"context": {"triggerKind": 1}}))
            editor.raw(ask)
            await studio.until(lambda: studio.requests)
            editor.raw(ask)
            await editor.wait_for(lambda: len(editor.unasked) == 2)
            assert [len(items_of(answer["result"])) for answer in editor.unasked] == [0, 1]


@pytest.mark.parametrize(
    "first", [frame(b"{"), frame(b"[" * 100_000), frame(request(INLINE, "early"))], ids=["", "[", "ask"]
)
async def test_before_initialize(project, first):
    """What comes too early is refused, and the introduction that follows is as good as any."""
    variables = environment(project)
    async with EditorClient(environment=variables) as editor:
        editor.raw(first)
        await editor.initialize(recorded_client("emacs-eglot"), project)
        assert editor.capabilities["positionEncoding"] == "utf-32"
        assert "completionProvider" in editor.capabilities
        (answer,) = editor.unasked
        assert answer["error"]["code"] == (NOT_INITIALIZED if answer["id"] else PARSE)


async def test_ordering_in_a_burst(project, uri):
    """200 pairs of edit and request, all at once: each is answered once, and no answer is for an older text."""
    with Emulator() as studio:
        studio.default = Reply(text="0")
        async with session(project, asking(studio), variables=key_of(studio)) as editor:
            editor.open(uri, "x = \n")
            editor.buffers[uri].cursor = 4
            waiting = []
            for number in range(200):
                editor.type(uri, f"{number} + ")
                waiting.append(editor.inline_completion(uri))
            results = [items_of(each) for each in await asyncio.gather(*waiting)]
            end = editor.buffers[uri].position(editor.buffers[uri].cursor)
            assert all(results[number] == [] for number in range(199))
            assert [item["range"]["end"] for item in results[-1]] == [end]
            assert editor.unasked == []
            assert studio.requests[-1].question.prefix.endswith("199 + ")


NOISY = """
import sys
from infill_ls.engine import gate
sys.argv = ["infill-ls", "--stdio"]
refuse = gate.refuse
def noisy(request, settings):
    import os, subprocess
    print("a library prints")
    sys.stdout.write("and again")
    os.write(1, b"and so does C")
    subprocess.run([sys.executable, "-c", "print('and a child')"])
    return refuse(request, settings)
gate.refuse = noisy
from infill_ls.__main__ import main
sys.exit(main())
"""


async def test_only_frames_on_standard_output(project, uri):
    """Whatever prints, in the process or below it, prints to standard error."""
    async with EditorClient([sys.executable, "-c", NOISY], environment=environment(project)) as editor:
        await editor.initialize(recorded_client("neovim"), project)
        editor.open(uri, "x = ")
        await editor.inline_completion(uri)
        assert await editor.shutdown() == 0
        assert editor.stray == b""
        for said in (b"a library prints", b"and again", b"and so does C", b"and a child"):
            assert said in editor.printed


@pytest.mark.parametrize("last", ["exit", "end of file"])
async def test_files_in_place_of_pipes(project, uri, last):
    """Input from a regular file and output to one: all is answered before the end."""
    document = {"uri": uri, "languageId": "python", "version": 1, "text": "x = 1\n"}
    messages = [
        request("initialize", 1, params=recorded_client("neovim") | {"processId": None}),
        {"jsonrpc": "2.0", "method": "initialized", "params": {}},
        {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}},
        request("test/unknown", 2),
        request("shutdown", 3),
    ]
    if last == "exit":
        messages.append({"jsonrpc": "2.0", "method": "exit"})
    (project / "input").write_bytes(b"".join(map(frame, messages)))
    with (project / "input").open("rb") as source, (project / "output").open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "infill_ls", stdin=source, stdout=sink, env=os.environ | environment(project)
        )
        assert await asyncio.wait_for(process.wait(), 10) == 0
    output = (project / "output").read_bytes()
    assert [b'"id":%d' % number in output for number in (1, 2, 3)] == [True] * 3


async def test_nothing_to_read(project):
    """``/dev/null`` as input is an end, not a wait for ever."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "infill_ls",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | environment(project),
    )
    output, _ = await asyncio.wait_for(process.communicate(), 10)
    assert (process.returncode, output) == (1, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_keystrokes_cost_no_memory(project, uri):
    """5,000 edits leave less than 5 MB behind."""
    # What is installed is read meanwhile, which takes memory of its own.
    async with session(project, {"local": {"installed": False}}) as editor:
        editor.open(uri, "x = 1\n" * 100)
        span = {"start": {"line": 50, "character": 0}, "end": {"line": 50, "character": 1}}

        async def type_on(first, last):
            for version in range(first, last):
                change = {"range": span, "text": "abcdefghij"[version % 10]}
                document = {"uri": uri, "version": version}
                editor.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
            assert await is_alive(editor)

        await type_on(2, 1002)
        before = resident_kb(editor.process.pid)
        await type_on(1002, 6002)
        assert resident_kb(editor.process.pid) - before < 5 * 1024


@pytest.mark.parametrize("client", ["neovim", "vscode", "helix", "emacs-eglot", "emacs-lsp-mode"])
async def test_requests_after_shutdown(project, client):
    """They are refused, whoever asks."""
    async with session(project, client=client) as editor:
        await editor.request("shutdown")
        with pytest.raises(ServerError) as refused:
            await editor.request(INLINE, place() | {"context": {"triggerKind": 1}})
        assert refused.value.code == INVALID
        editor.notify("exit")
        assert await editor.exit_status() == 0
