"""A real llama.cpp server behind the real process: read ahead, kept to what it reads in time, served from its cache."""

from __future__ import annotations

import asyncio
import json
import time

import httpx
import pytest

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import session
from support.engines.llama import LlamaServer

pytestmark = [pytest.mark.llama, pytest.mark.timeout(300)]

LINES = "".join(f"value_{number:03} = compute(value_{number + 1:03}, {number})\n" for number in range(5))
"""Few enough to be read in time, however busy the machine is: each byte is a token here."""


@pytest.fixture(scope="module")
def llama():
    with LlamaServer("--metrics") as server:
        yield server


def read_so_far(llama):
    """Tokens of prompts that the server has processed."""
    metrics = httpx.get(f"{llama.origin}/metrics").text
    return float(
        next(line.split()[1] for line in metrics.splitlines() if "prompt_tokens_total" in line and line[0] != "#")
    )


def wait_until_read(llama, tokens):
    give_up_at = time.monotonic() + 30
    while read_so_far(llama) < tokens or llama.busy():
        assert time.monotonic() < give_up_at, "nothing is read"


async def test_what_a_document_begins_with_is_read_when_it_is_opened(llama, project, uri, tmp_path):
    """Before anything is asked for; the first suggestion then has its prompt read nearly whole."""
    trace = tmp_path / "trace.jsonl"
    own = {"kind": "llama.cpp", "base_url": llama.url, "max_tokens": 4}
    options = {"provider": own, "context": {"other_files": False}, "completion": {"debounce_ms": 0, "speculate": False}}
    async with session(project, options, arguments=("--trace", str(trace))) as editor:
        before = await asyncio.to_thread(read_so_far, llama)
        editor.open(uri, LINES)
        await asyncio.to_thread(wait_until_read, llama, before + len(LINES))
        items_of(await editor.inline_completion(uri, 5, 0, INVOKED))
        await editor.shutdown()

    (record,) = [json.loads(line) for line in trace.read_text().splitlines()]
    prompt, cached = record["tokens"]["prompt"], record["tokens"]["cached"]
    assert prompt > 0.8 * len(LINES)
    assert cached > 0.9 * prompt
