"""Windows that are smaller than prompts, against a real llama.cpp server: one refusal, one note, and a prompt that stays."""

from __future__ import annotations

import json

import pytest

from support.clients.editor import INVOKED
from support.clients.server_session import session
from support.engines.llama import LlamaServer, model_that_says

pytestmark = [pytest.mark.llama, pytest.mark.timeout(300)]

CALLS = 12


@pytest.mark.parametrize("window", [2048, 1024, 512])
async def test_somebody_who_types_is_answered_in_a_small_window(window, tmp_path):
    """Not known before, the prompt being several times as long; each byte is a token of this model's."""
    folder, trace = tmp_path / "proj", tmp_path / "trace.jsonl"
    folder.mkdir()
    uri = (folder / "a.py").as_uri()
    text = "".join(f"value_{number:03} = {number}\n" for number in range(800))
    with LlamaServer("-c", str(window), model=model_that_says("count\n")) as llama:
        # A kind that nobody finds out about, so that nothing but the refusal tells.
        own = {"kind": "litellm", "base_url": llama.url, "model": "qwen2.5-coder", "max_tokens": 8}
        options = {"provider": own, "context": {"other_files": False, "suffix_tokens": 16}}
        options["completion"] = {"debounce_ms": 0, "speculate": False}
        async with session(folder, options, arguments=("--trace", str(trace))) as editor:
            buffer = editor.open(uri, text)
            buffer.cursor = len(text)
            for number in range(CALLS):
                editor.type(uri, f"x{number} = ")
                await editor.inline_completion(uri, trigger_kind=INVOKED)
                editor.type(uri, f"{number}\n")
            assert len(editor.notifications("window/showMessage")) <= 1
            await editor.shutdown()

    records = [json.loads(line) for line in trace.read_text().splitlines()]
    assert [record["outcome"] for record in records[1:]] == ["shown"] * (CALLS - 1)
    told = [record["tokens"] for record in records[2:]]
    assert all(window / 4 < each["prompt"] <= window for each in told)
    assert sum(each["cached"] for each in told) >= 0.7 * sum(each["prompt"] for each in told)
