"""What a client can send, by fault or by intent: each request gets one answer, and the server goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from support.clients.attacks import (
    HOSTILE,
    LONGEST_S,
    Ground,
    Tried,
    attacked,
    broken,
    client,
    mutated,
    outcome_of,
    processor_s,
    settled,
    still_serves,
    traceback_in,
)
from support.clients.server_session import frame

TEXT = "import os\n\n\ndef load(path):\n    return os.open(path)\n\n\ndef store(path):\n    return os."


def messages(uri: str) -> dict[str, tuple[dict[str, object], bool]]:
    """What an editor sends, by method, and whether it is a request."""
    document, versioned = {"uri": uri}, {"uri": uri, "version": 2}
    place = {"line": 2, "character": 0}
    span = {"start": place, "end": place}
    folder = {"uri": uri.rpartition("/")[0], "name": "x"}
    there = {"textDocument": document, "position": place}
    notes = {
        "textDocument/didOpen": {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": TEXT}},
        "textDocument/didChange": {"textDocument": versioned, "contentChanges": [{"range": span, "text": "x"}]},
        "textDocument/didSave": {"textDocument": document, "text": TEXT},
        "textDocument/didClose": {"textDocument": document},
        "textDocument/didFocus": {"textDocument": document},
        "textDocument/didPartiallyAcceptCompletion": {
            "item": {"insertText": "x", "command": {"arguments": ["1"]}},
            "acceptedLength": 1,
        },
        "textDocument/didShowCompletion": {"item": {"insertText": "x"}},
        "workspace/didChangeConfiguration": {"settings": {"infill-ls": {"completion": {"max_lines": 3}}}},
        "workspace/didChangeWorkspaceFolders": {"event": {"added": [folder], "removed": []}},
        "workspace/didChangeWatchedFiles": {"changes": [{"uri": uri, "type": 1}]},
        "workspace/didDeleteFiles": {"files": [{"uri": uri}]},
        "window/workDoneProgress/cancel": {"token": "x"},
        "$/cancelRequest": {"id": 1},
        "$/setTrace": {"value": "verbose"},
        "$/progress": {"token": 1, "value": {"kind": "end"}},
        "initialized": {},
    }
    requests = {
        "textDocument/inlineCompletion": there
        | {"context": {"triggerKind": 1, "selectedCompletionInfo": {"range": span, "text": "x"}}},
        "textDocument/completion": there | {"context": {"triggerKind": 1}},
        "workspace/executeCommand": {"command": "infill-ls.prompt", "arguments": [uri, place]},
        "initialize": client(),
        "unknown/method": there,
    }
    return {name: (params, False) for name, params in notes.items()} | {
        name: (params, True) for name, params in requests.items()
    }


async def parameters_that_are_none(ground: Ground) -> AsyncIterator[Tried]:
    """Each message with something in it replaced, taken away or doubled: one answer, no traceback, and on it goes."""
    left = iter(ground.several(1300, 150))
    while True:
        project = ground.project()
        known = sorted(messages((project / "a.py").as_uri()).items())
        async with attacked(project, client=client(), options={"completion.fallback": "on"}) as editor:
            for number in left:
                method, (params, is_request) = ground.random.choice(known)
                params = mutated(ground.random, params)
                identity = f"r{number}" if is_request else None
                body = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": identity} if identity else {})
                failed = await outcome_of(_answered(editor, json.dumps(body).encode(), identity))
                yield Tried(f"{method}: {json.dumps(params)[:400]}", failed)
                if failed:
                    break  # what it has left behind is not the next one's fault
            else:
                return


async def _answered(editor, body: bytes, identity: str | None) -> str:
    printed, heard = len(editor.printed), len(editor.unasked)
    editor.raw(frame(body))
    failed = await traceback_in(editor, printed)
    if failed or identity is None:
        return failed
    with suppress(TimeoutError):
        await editor.wait_for(lambda: any(each.get("id") == identity for each in editor.unasked[heard:]), LONGEST_S)
    answers = [each for each in editor.unasked[heard:] if each.get("id") == identity]
    return "" if len(answers) == 1 else f"{len(answers)} answers"


async def bytes_that_are_none(ground: Ground) -> AsyncIterator[Tried]:
    """Frames whose bodies are cut, doubled or spoiled: the message behind them is served."""
    project = ground.project()
    known = sorted(messages((project / "a.py").as_uri()).items())
    async with attacked(project, client=client()) as editor:
        for number in ground.several(800, 100):
            method, (params, is_request) = ground.random.choice(known)
            body = {"jsonrpc": "2.0", "method": method, "params": params} | ({"id": number} if is_request else {})
            spoiled = broken(ground.random, json.dumps(body).encode())
            if b"exit" in spoiled or b"shutdown" in spoiled:
                continue
            failed = await outcome_of(_answered(editor, spoiled, None))
            yield Tried(f"{spoiled[:150]!r}", failed)
            if failed and await still_serves(editor):
                return


def _request(name: str = "test/unknown") -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": name, "method": name}).encode()


HEADERS = {
    "lower case": b"content-length: %d\r\n\r\n",
    "no space": b"Content-Length:%d\r\n\r\n",
    "spaces": b"Content-Length  :   %d   \r\n\r\n",
    "a type": b"Content-Type: x\r\nContent-Length: %d\r\n\r\n",
    "a type behind": b"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf8\r\n\r\n",
    "twice": b"Content-Length: 3\r\nContent-Length: %d\r\n\r\n",
    "noise": b"\xff\x00noise Content-Length: %d\r\n\r\n",
    "noise of 100 KB": b"x" * 100_000 + b"Content-Length: %d\r\n\r\n",
    "a zero in front": b"Content-Length: 00%d\r\n\r\n",
    "a broken header before": b"Content-Length: x\r\n\r\nContent-Length: %d\r\n\r\n",
    "a negative one before": b"Content-Length: -5\r\n\r\nContent-Length: %d\r\n\r\n",
    "a huge one before": b"Content-Length: 99999999999999999999\r\n\r\nContent-Length: %d\r\n\r\n",
    "an empty one before": b"Content-Length: 0\r\n\r\nContent-Length: %d\r\n\r\n",
    "line ends before": b"\r\n\r\n\r\n\r\nContent-Length: %d\r\n\r\n",
    "a line feed before": b"\nContent-Length: %d\r\n\r\n",
    "a short one before": b"Content-Length: 2\r\n\r\n{}Content-Length: %d\r\n\r\n",
}


async def headers_of_any_form(ground: Ground) -> AsyncIterator[Tried]:
    """Whatever stands before a message, and however it is cut into pieces, the message is answered."""
    project = ground.project()
    async with attacked(project, client=client()) as editor:
        for number in ground.several(200, 30):
            name, header = ground.random.choice(sorted(HEADERS.items()))
            body = json.dumps({"jsonrpc": "2.0", "id": f"h{number}", "method": "test/unknown"}).encode()
            data = header % len(body) + body
            heard = len(editor.unasked)
            cuts = sorted(ground.random.sample(range(len(data)), min(len(data) - 1, ground.random.randrange(4))))
            for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
                editor.raw(data[start:end])
                await asyncio.sleep(0)
            failed = ""
            try:
                await editor.wait_for(lambda h=heard, n=number: any(each.get("id") == f"h{n}" for each in editor.unasked[h:]), LONGEST_S)  # fmt: skip
            except TimeoutError:
                failed = "no answer"
            yield Tried(f"{name}, cut at {cuts}", failed or await outcome_of(traceback_in(editor)))
            if failed and await still_serves(editor):
                return


ODD_MESSAGES = {
    "a number": b"1",
    "null": b"null",
    "a list": b"[]",
    "an empty object": b"{}",
    "a deep list": b"[" * 100_000,
    "a deep object": b'{"a":' * 100_000,
    "an id that is a list": b'{"jsonrpc":"2.0","id":[1],"method":"test/unknown"}',
    "an id that is an object": b'{"jsonrpc":"2.0","id":{},"method":"test/unknown"}',
    "an id that is true": b'{"jsonrpc":"2.0","id":true,"method":"test/unknown"}',
    "an id of 5,000 digits": b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"method":"test/unknown"}',
    "an id that is 1e400": b'{"jsonrpc":"2.0","id":1e400,"method":"test/unknown"}',
    "an id of a megabyte": b'{"jsonrpc":"2.0","id":"' + b"x" * 1_000_000 + b'","method":"test/unknown"}',
    "NaN": b'{"jsonrpc":"2.0","id":1,"method":"textDocument/inlineCompletion","params":NaN}',
    "a method that is none": b'{"jsonrpc":"2.0","id":1,"method":7}',
    "a method of a megabyte": b'{"jsonrpc":"2.0","id":1,"method":"' + b"x" * 1_000_000 + b'"}',
    "an answer to nothing": b'{"jsonrpc":"2.0","id":1,"result":{}}',
    "an answer of two kinds": b'{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}}',
    "an error that is none": b'{"jsonrpc":"2.0","id":1,"error":7}',
    "an error for nothing": b'{"jsonrpc":"2.0","id":null,"error":{"code":"x","message":[]}}',
    "half a pair": b'{"jsonrpc":"2.0","id":"\\ud800","method":"test/\\udc00"}',
    "UTF-16": '{"jsonrpc":"2.0","id":1,"method":"x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"jsonrpc":"2.0","id":1,"method":"x"}',
    "keys twice": b'{"jsonrpc":"2.0","id":1,"id":2,"method":"x","method":"y"}',
    "10 MB of white space": b" " * 10_000_000 + b'{"jsonrpc":"2.0","id":1,"method":"x"}',
    "cancelling a list": b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":[1]}}',
    "cancelling an object": b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{"a":[]}}}',
    "cancelling null": b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}',
    "cancelling without parameters": b'{"jsonrpc":"2.0","method":"$/cancelRequest"}',
}


async def odd_messages(ground: Ground) -> AsyncIterator[Tried]:
    """Messages that are none, in whole frames: at most an error, no traceback, and the next one is served."""
    project = ground.project()
    async with attacked(project, client=client()) as editor:
        rows = ODD_MESSAGES | {
            f"cancelling {value!r:.30}": json.dumps(
                {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": value}}
            ).encode()
            for value in HOSTILE
        }
        for name, body in rows.items() if ground.long else [*ODD_MESSAGES.items()]:
            yield Tried(name, await outcome_of(_answered(editor, body, None)))


async def a_header_without_end(ground: Ground) -> AsyncIterator[Tried]:
    """Bytes that never become a message take no processor in proportion to their square."""
    size = 40 if ground.long else 12
    async with attacked(ground.project(), client=client(), memory_mb=2000) as editor:
        await settled(editor)
        before = processor_s(editor)
        for _ in range(size * 16):
            editor.raw(b"x" * 65_536)
            with suppress(ConnectionError):
                await editor.process.stdin.drain()
        editor.raw(b"\r\n\r\n")
        with suppress(TimeoutError, EOFError):
            await settled(editor)
        used = processor_s(editor) - before
        yield Tried(f"{size} MB", f"{used:.1f} s of a processor" if used > size / 20 + 0.5 else "")


async def orders_of_life(ground: Ground) -> AsyncIterator[Tried]:
    """Messages before the introduction, after the goodbye, twice, or in the middle: no crash but an orderly end."""
    names = ("initialize", "initialized", "shutdown", "exit", "open", "ask", "configure", "end")
    for _ in ground.several(40, 2):
        order = [ground.random.choice(names) for _ in range(ground.random.randint(2, 7))]
        project = ground.project()
        async with attacked(project, client=client()) as editor:
            yield Tried(", ".join(order), await outcome_of(_played(editor, order, (project / "a.py").as_uri())))


async def _played(editor, order, uri) -> str:
    known = messages(uri)
    for number, name in enumerate(order):
        method = {"open": "textDocument/didOpen", "ask": "textDocument/inlineCompletion", "configure": "workspace/didChangeConfiguration"}.get(name, name)  # fmt: skip
        if name == "end":
            editor.end_input()
            break
        params, is_request = known.get(method, ({}, name == "shutdown"))
        editor.raw(frame({"jsonrpc": "2.0", "method": method, "params": params} | ({"id": f"o{number}"} if is_request else {})))  # fmt: skip
        if name == "exit":
            break
    ends = order[min((order.index(each) for each in ("exit", "end") if each in order), default=-1)] in ("exit", "end")
    if ends:
        status = await editor.exit_status(10)
        return f"status {status}" if status not in (0, 1) else _has_traceback(editor)
    if "shutdown" in order:
        return _has_traceback(editor)
    return await still_serves(editor) or _has_traceback(editor)


def _has_traceback(editor) -> str:
    return "a traceback" if b"Traceback" in editor.printed else ""


CASES = (
    parameters_that_are_none,
    bytes_that_are_none,
    headers_of_any_form,
    odd_messages,
    a_header_without_end,
    orders_of_life,
)
