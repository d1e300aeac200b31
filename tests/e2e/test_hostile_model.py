"""A model's server that means harm, against the real process: it lives, answers at once, and shows what is sound."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from pathlib import Path

import pytest

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import is_alive, session
from support.engines.raw_server import STREAM_END, STREAM_HEAD, piece, raw_server, response

DOCUMENT = "first_value = 1\nsecond_value = \n"


def options(server, **provider):
    own = {"kind": "openai", "base_url": server.url, "model": "m", "mode": "fim"}
    # What is asked ahead would be answered by the script that is for the next request.
    return {"provider": own | provider, "completion": {"debounce_ms": 0, "speculate": False}}


def said(text, **more):
    return json.dumps({"choices": [{"text": text, "finish_reason": "stop"}]} | more).encode()


def peak_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def bomb(layers):
    """A good answer behind 100 MB of spaces, in a few kilobytes."""
    packed = gzip.compress(b" " * 100_000_000 + said("first_value"), 1)
    for _ in range(layers - 1):
        packed = gzip.compress(packed)
    return response("200 OK", packed, "Content-Encoding: " + ", ".join(["gzip"] * layers))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_a_compressed_answer_is_not_unpacked(project, uri):
    """It was not asked for: neither memory nor time goes into it, and the engine that needs no model answers."""
    async with raw_server([bomb(2)]) as server, session(project, options(server)) as editor:
        editor.open(uri, DOCUMENT)
        assert await is_alive(editor)
        before = peak_mb(editor.process.pid)
        asked = asyncio.ensure_future(editor.inline_completion(uri, 1, 15, INVOKED))
        async with asyncio.timeout(20):
            assert await is_alive(editor)
            await asked
        assert server.requests
        assert peak_mb(editor.process.pid) - before < 80


HALVES = {
    "alone": (["bad\\ud800value"], "bad"),
    "one by one": (["'\\ud83d", "\\ude00'"], "'😀'"),
    "the wrong way round": (["'\\ude00\\ud83d'"], "'"),
    "at the end": (["bad\\udbff"], "bad"),
}


async def test_half_a_character_reaches_no_editor(project, uri):
    """Helix ends its server for one; some servers send an emoji's halves one by one."""
    scripts = [
        [STREAM_HEAD, *(piece(f'data: {{"choices": [{{"text": "{half}"}}]}}\n\n') for half in halves), STREAM_END]
        for halves, _ in HALVES.values()
    ]
    refusal = [response("400 Bad", b'{"error": {"message": "no \\ud83d"}}')]
    async with raw_server(*scripts, refusal) as server, session(project, options(server)) as editor:
        for number, (case, (_, expected)) in enumerate(HALVES.items()):
            here = uri.replace("a.py", f"{number}.py")
            editor.open(here, DOCUMENT)
            items = items_of(await editor.inline_completion(here, 1, 15, INVOKED))
            assert [item["insertText"] for item in items] == [expected], case
        editor.open(uri, DOCUMENT)
        await editor.inline_completion(uri, 1, 15, INVOKED)
        await editor.wait_for(lambda: editor.notifications("window/showMessage"))
        (popup,) = editor.notifications("window/showMessage")
        popup["message"].encode()


FLOODS = {
    "one line": "ab(" * 1_700_000,
    "blank lines": "\n" * 3_000_000,
    "lines": "ab(\n" * 1_300_000,
}


@pytest.mark.parametrize("text", FLOODS.values(), ids=FLOODS.keys())
async def test_what_was_not_asked_for_is_neither_read_nor_shown(project, uri, text):
    """Five megabytes in one piece where 256 tokens were wanted."""
    event = f"data: {said(text).decode()}\n\n"
    script = [STREAM_HEAD, piece(event), STREAM_END]
    async with raw_server(script) as server, session(project, options(server)) as editor:
        editor.open(uri, DOCUMENT)
        asked = asyncio.ensure_future(editor.inline_completion(uri, 1, 15, INVOKED))
        async with asyncio.timeout(20):
            assert await is_alive(editor)
            items = items_of(await asked)
    assert all(len(item["insertText"]) < 6_000 for item in items)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_a_body_without_measure_takes_no_memory(project, uri):
    """Sixty megabytes of short values would be fifty times as many in memory."""
    body = b'{"choices": [' + b"[]," * 20_000_000 + b"0]}"
    async with raw_server([response("200 OK", body)]) as server, session(project, options(server)) as editor:
        editor.open(uri, DOCUMENT)
        assert await is_alive(editor)
        before = peak_mb(editor.process.pid)
        async with asyncio.timeout(20):
            await editor.inline_completion(uri, 1, 15, INVOKED)
        assert server.requests
        assert peak_mb(editor.process.pid) - before < 80


LIES = {
    "thousands of digits": {"prompt_tokens": 10**3_999, "completion_tokens": 1},
    "far too many": {"prompt_tokens": 10**15, "completion_tokens": 10**15},
    "none": {"prompt_tokens": 0, "completion_tokens": 0},
    "negative": {"prompt_tokens": -(10**6), "completion_tokens": -5},
}


@pytest.mark.parametrize("counts", LIES.values(), ids=LIES.keys())
async def test_counts_that_lie(project, uri, counts):
    """What was asked for is shown, and the user's cap holds: it is neither used up by a word nor passed by one."""
    own = {"usage": {"daily_tokens": 100}}
    script = [response("200 OK", said("first_value", usage=counts))]
    async with raw_server(script) as server, session(project, options(server) | own) as editor:
        for number in range(6):
            here = uri.replace("a.py", f"{number}.py")
            editor.open(here, DOCUMENT.replace("second", f"other_{number}"))
            items = items_of(await editor.inline_completion(here, 1, 16, INVOKED))
            assert number or [item["insertText"] for item in items] == ["first_value"]
        assert 1 < len(server.requests) < 6


UNREADABLE = {
    "text that is nested": ("200 OK", {"choices": [{"text": "@"}]}),
    "a number of 5,000 digits": (
        "400 Bad",
        {"code": "X", "message": "thinking_budget is not greater than " + "9" * 5_000},
    ),
    "a code of 5,000 digits": ("400 Bad", {"error": {"code": "9" * 5_000, "message": "no"}}),
    "a message that is nested": ("400 Bad", {"error": {"message": "@"}}),
}


@pytest.mark.parametrize(("status", "payload"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_what_cannot_be_read_is_an_outcome(project, uri, status, payload):
    """Nothing is logged as a fault of the server's own, and the embedded engine answers where the model does not."""
    nest = '[{"text": ' * 400 + "0" + "}]" * 400
    script = [response(status, json.dumps(payload).replace('"@"', nest).encode())]
    line = "total_price(items, tax_rate, discount)\n"
    async with raw_server(script) as server, session(project, options(server)) as editor:
        editor.open(uri, f"first = {line}second = {line}third = total_price(items, ")
        items = items_of(await editor.inline_completion(uri, 2, 27, INVOKED))
        assert server.requests
        assert [item["insertText"] for item in items] == ([] if status == "200 OK" else ["tax_rate, discount)"])
    assert b"Traceback" not in editor.printed
