"""The tests' own editor against a toy server: frames, futures, answers to the server, and the reference buffer."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.clients.buffer import Buffer
from support.clients.editor import EditorClient, ServerError, items_of, recorded_client

TOY = r"""
import json, sys
source, sink = sys.stdin.buffer, sys.stdout.buffer
def send(**message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sink.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    sink.flush()
while header := source.readline():
    source.readline()
    message = json.loads(source.read(int(header.split(b":")[1])))
    method, number, params = message.get("method"), message.get("id"), message.get("params")
    if method == "initialize":
        send(id=number, result={"capabilities": {"positionEncoding": "utf-8"}, "seen": params})
    elif method == "initialized":
        send(id=1, method="workspace/configuration", params={"items": [{"section": "toy"}, {"section": "other"}]})
        send(id=2, method="window/workDoneProgress/create", params={"token": 1})
        send(id=3, method="toy/unheard", params={})
    elif method is None:
        send(method="toy/answered", params=message)
    elif method == "textDocument/inlineCompletion":
        place = {"start": params["position"], "end": params["position"]}
        send(id=number, result={"items": [{"insertText": "ghost", "range": place}]})
    elif method == "toy/fail":
        send(id=number, error={"code": -32602, "message": "no"})
    elif method == "toy/twice":
        send(id=number, result=1)
        send(id=number, result=2)
    elif method == "toy/stray":
        sink.write(b"Hello\n")
        send(id=number, result=None)
    elif method == "toy/echo":
        send(id=number, result=params)
    elif method == "shutdown":
        print("bye", file=sys.stderr, flush=True)
        send(id=number, result=None)
    elif method == "exit":
        sys.exit(3)
"""
URI = "file:///a.py"


@pytest.fixture
async def editor():
    async with EditorClient([sys.executable, "-c", TOY], configuration={"toy": {"key": 1}}) as editor:
        yield editor


@pytest.mark.parametrize("name", ["neovim", "vscode", "helix", "emacs-eglot", "emacs-lsp-mode", "emacs28-lsp-mode"])
async def test_recorded_editors_say_hello(editor, name, tmp_path):
    """The recorded parameters go out whole, with this process and the given folder in place of the recorded ones."""
    recorded = recorded_client(name)
    seen = (await editor.initialize(recorded, tmp_path, {"status": True}))["seen"]
    assert seen["capabilities"] == recorded["capabilities"]
    assert seen["rootUri"] == tmp_path.as_uri()
    assert seen["initializationOptions"] == {"status": True}
    assert "/home/user" not in str(seen)


async def test_server_requests_are_answered(editor, tmp_path):
    """Configuration by section, null where there is nothing to say, an error for what is unknown."""
    await editor.initialize(recorded_client("neovim"), tmp_path)
    await editor.wait_for(lambda: len(editor.notifications("toy/answered")) == 3)
    configuration, progress, unheard = editor.notifications("toy/answered")
    assert configuration["result"] == [{"key": 1}, None]
    assert progress["result"] is None
    assert unheard["error"]["code"] == -32601
    assert editor.server_requests("toy/unheard") == [{}]


async def test_an_unanswered_server_request(editor, tmp_path):
    """A client may also leave a request without an answer."""
    editor.silent = {"workspace/configuration"}
    await editor.initialize(recorded_client("neovim"), tmp_path)
    await editor.wait_for(lambda: len(editor.notifications("toy/answered")) == 2)
    assert [each["id"] for each in editor.notifications("toy/answered")] == [2, 3]


async def test_errors_and_second_responses_are_told_apart(editor):
    """An error response is raised; a second response to one request is kept as unasked."""
    with pytest.raises(ServerError, match="no") as raised:
        await editor.request("toy/fail")
    assert raised.value.code == -32602
    assert await editor.request("toy/twice") == 1
    await editor.wait_for(lambda: editor.unasked)
    assert editor.unasked == [{"jsonrpc": "2.0", "id": 2, "result": 2}]


async def test_stray_output_is_noticed(editor):
    """Bytes outside of frames are kept apart, and the frame behind them is still read."""
    await editor.request("toy/stray")
    assert editor.stray == b"Hello\n"


async def test_split_and_large_messages(editor):
    """A frame may arrive in any number of pieces, and hold any character."""
    text = "é😀\u2028" * 100_000
    assert await editor.request("toy/echo", {"text": text}) == {"text": text}
    assert editor.stray == b""


async def test_ghost_text_is_accepted(editor, tmp_path):
    """Type, see, accept: the buffer is what a reader expects, in the server's encoding."""
    await editor.initialize(recorded_client("neovim"), tmp_path)
    editor.open(URI, "é = 1\nö = ")
    editor.type(URI, "ü")
    (item,) = items_of(await editor.inline_completion(URI))
    assert item["range"]["start"] == {"line": 1, "character": 7}
    assert editor.accept(URI, item) == "é = 1\nö = üghost"
    assert editor.buffers[URI].version == 3
    (item,) = items_of(await editor.inline_completion(URI, 0, 2))
    assert editor.accept(URI, item) == "éghost = 1\nö = üghost"


async def test_orderly_end(editor):
    """Shutdown and exit give the exit status and what was printed; a request to a dead server fails at once."""
    waiting = editor.request("toy/none")
    assert await editor.shutdown() == 3
    await editor.wait_for(lambda: editor.printed)
    assert editor.printed.strip() == b"bye"
    with pytest.raises(EOFError):
        await waiting


async def test_end_of_input_and_raw_bytes(editor):
    """Closing the input ends the toy; before that it takes any bytes."""
    editor.raw(b'Content-Length: 48\r\n\r\n{"jsonrpc":"2.0", "id":77, "method":"toy/echo" }')
    await editor.wait_for(lambda: editor.unasked)
    assert editor.unasked[0]["id"] == 77
    editor.end_input()
    assert await editor.exit_status() == 0


POSITIONS = {
    "utf-8": ("utf-8", 3, {"line": 0, "character": 7}),
    "utf-16": ("utf-16", 3, {"line": 0, "character": 4}),
    "utf-32": ("utf-32", 3, {"line": 0, "character": 3}),
    "after CRLF": ("utf-16", 6, {"line": 1, "character": 1}),
    "after CR": ("utf-16", 8, {"line": 2, "character": 1}),
    "no line end": ("utf-16", 10, {"line": 2, "character": 3}),
}


@pytest.mark.parametrize(("encoding", "offset", "position"), POSITIONS.values(), ids=POSITIONS.keys())
def test_positions(encoding, offset, position):
    """Offsets and positions, in the protocol's line ends and units."""
    buffer = Buffer("aé😀\r\nb\rc\u2028\fd", encoding)
    assert buffer.position(offset) == position
    assert buffer.offset(position) == offset


@given(
    st.text(alphabet="a\r\n\u2028é😀\ud800", max_size=20),
    st.sampled_from(["utf-8", "utf-16", "utf-32"]),
    st.data(),
)
def test_positions_go_there_and_back(text, encoding, data):
    """Every place between two characters has a position of its own, except the one inside CRLF."""
    offset = data.draw(st.integers(0, len(text)))
    buffer = Buffer(text, encoding)
    if text[offset - 1 : offset + 1] != "\r\n":
        assert buffer.offset(buffer.position(offset)) == offset
