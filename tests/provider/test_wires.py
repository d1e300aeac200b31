"""Both OpenAI-shaped wires: the exact body for a prompt, the exact chunk for a payload."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.provider.openai_chat import OpenAIChat
from infill_ls.provider.openai_completions import OpenAICompletions
from infill_ls.records import Chunk, Context, Message, Prompt, Usage
from infill_ls.settings.schema import ProviderSettings

CONTEXT = Context(prefix="P", suffix="S", path="a.py", language="python")
FIM = Prompt("fim", CONTEXT, text="<p>P<s>S<m>", stop=("1", "2", "3", "4", "5"), max_tokens=64)
PARTIAL = Prompt("partial", CONTEXT, messages=(Message("user", "go"), Message("assistant", "P", partial=True)))
COMPLETIONS, CHAT = OpenAICompletions(), OpenAIChat()
PLAIN = ProviderSettings()

STREAMING = {"stream": True, "stream_options": {"include_usage": True}}
MESSAGES = [{"role": "user", "content": "go"}, {"role": "assistant", "content": "P", "partial": True}]

BODIES = {
    "FIM sends at most four stops and no suffix": (
        (COMPLETIONS, FIM, PLAIN, "m"),
        {
            **STREAMING,
            "model": "m",
            "prompt": "<p>P<s>S<m>",
            "max_tokens": 64,
            "stop": ["1", "2", "3", "4"],
            "temperature": 0.1,
        },
    ),
    "partial marks the last message alone": (
        (CHAT, PARTIAL, PLAIN, "m"),
        {**STREAMING, "model": "m", "messages": MESSAGES, "max_tokens": 256, "temperature": 0.1},
    ),
    "a hybrid model is told not to think": (
        (OpenAIChat(parameters=(("enable_thinking", False),)), PARTIAL, PLAIN, "m"),
        {
            **STREAMING,
            "model": "m",
            "messages": MESSAGES,
            "max_tokens": 256,
            "temperature": 0.1,
            "enable_thinking": False,
        },
    ),
    "top_p goes instead of the temperature": (
        (COMPLETIONS, replace(FIM, stop=()), replace(PLAIN, top_p=0.5), "m"),
        {**STREAMING, "model": "m", "prompt": "<p>P<s>S<m>", "max_tokens": 64, "top_p": 0.5},
    ),
    "seed and penalty go when set, a nameless model does not": (
        (COMPLETIONS, replace(FIM, stop=()), replace(PLAIN, temperature=None, seed=0, presence_penalty=-1.0), ""),
        {**STREAMING, "prompt": "<p>P<s>S<m>", "max_tokens": 64, "seed": 0, "presence_penalty": -1.0},
    ),
}


@pytest.mark.parametrize(("asked", "body"), BODIES.values(), ids=BODIES.keys())
def test_a_prompt_has_exactly_this_body(asked, body):
    wire, *rest = asked
    assert wire.body(*rest) == body


def delta(**fields):
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": None}]}


COUNTS = {"prompt_tokens": 48, "completion_tokens": 19, "total_tokens": 67}

CHUNKS = {
    "a piece": (COMPLETIONS, {"choices": [{"text": "a", "index": 0, "finish_reason": None}]}, Chunk("a")),
    "its end": (COMPLETIONS, {"choices": [{"text": "", "finish_reason": "length"}]}, Chunk("", "length")),
    "text null": (COMPLETIONS, {"choices": [{"text": None, "finish_reason": "stop"}]}, Chunk("", "stop")),
    "usage alone": (COMPLETIONS, {"choices": [], "usage": COUNTS}, Chunk(usage=Usage(48, 0, 19))),
    "usage null": (COMPLETIONS, {"choices": [{"text": "a"}], "usage": None}, Chunk("a")),
    "choices null": (COMPLETIONS, {"choices": None}, Chunk()),
    "nothing": (COMPLETIONS, {}, Chunk()),
    "opening chunk": (CHAT, delta(role="assistant", content=""), Chunk()),
    "content null": (CHAT, delta(content=None), Chunk()),
    "delta": (CHAT, delta(content="a"), Chunk("a")),
    "content in parts": (CHAT, delta(content=[{"text": "a"}, {"type": "x"}, {"text": "b"}]), Chunk("ab")),
    "thoughts are not text": (CHAT, delta(content=None, reasoning_content="hm"), Chunk()),
    "thoughts beside text": (CHAT, delta(content="a", reasoning_content="hm"), Chunk("a")),
    "finish as the string null": (CHAT, {"choices": [{"delta": {"content": "a"}, "finish_reason": "null"}]}, Chunk("a")),
    "finish without delta": (CHAT, {"choices": [{"delta": {}, "finish_reason": "stop"}]}, Chunk("", "stop")),
    "not streamed": (
        CHAT,
        {
            "choices": [{"message": {"content": "a", "role": "assistant"}, "finish_reason": "stop"}],
            "usage": {**COUNTS, "prompt_tokens_details": {"cache_type": "implicit", "cached_tokens": 7}},
        },
        Chunk("a", "stop", Usage(48, 7, 19)),
    ),
    "details null": (CHAT, {"choices": [], "usage": {**COUNTS, "prompt_tokens_details": None}}, Chunk(usage=Usage(48, 0, 19))),
    "cached count null": (
        CHAT,
        {"choices": [], "usage": {"prompt_tokens": 3, "prompt_tokens_details": {"cached_tokens": None}}},
        Chunk(usage=Usage(3, 0, 0)),
    ),
    "cache hits beside": (
        CHAT,
        {"choices": [], "usage": {**COUNTS, "prompt_cache_hit_tokens": 9}},
        Chunk(usage=Usage(48, 9, 19)),
    ),
    "odd types": (CHAT, {"choices": ["x"], "usage": "none"}, Chunk()),
}  # fmt: skip


@pytest.mark.parametrize(("wire", "payload", "chunk"), CHUNKS.values(), ids=CHUNKS.keys())
def test_a_payload_says_exactly_this(wire, payload, chunk):
    assert wire.reader()(payload) == chunk
