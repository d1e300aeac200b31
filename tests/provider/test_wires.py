"""Both OpenAI-shaped wires, and usage on all of them: the exact body for a prompt, the exact chunk for a payload."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.messages import Message
from infill_ls.provider.dashscope import DashScope
from infill_ls.provider.openai_chat import OpenAIChat
from infill_ls.provider.openai_completions import OpenAICompletions
from infill_ls.records import Chunk, Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.tokens import Usage

CONTEXT = Context(prefix="P", suffix="S", path="a.py", language="python")
FIM = Prompt("fim", CONTEXT, text="<p>P<s>S<m>", stop=("1", "2", "3", "4", "5"), max_tokens=64)
PARTIAL = Prompt("partial", CONTEXT, messages=(Message("user", "go"), Message("assistant", "P", partial=True)))
COMPLETIONS, CHAT = OpenAICompletions(), OpenAIChat()
CACHED = replace(PARTIAL, messages=(Message("system", "long", cache=True), *PARTIAL.messages))
CHATTING = Prompt("chat", CONTEXT, messages=(Message("user", "go"),))
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
    "a parameter that is None is taken out": (
        (OpenAICompletions((("stream_options", None), ("top_k", 5))), replace(FIM, stop=()), PLAIN, "m"),
        {"stream": True, "model": "m", "prompt": "<p>P<s>S<m>", "max_tokens": 64, "temperature": 0.1, "top_k": 5},
    ),
    "a message worth caching is sent in parts": (
        (OpenAIChat(cache_marks=True), CACHED, PLAIN, "m"),
        {
            **STREAMING,
            "model": "m",
            "messages": [
                {
                    "role": "system",
                    "content": [{"type": "text", "text": "long", "cache_control": {"type": "ephemeral"}}],
                },
                *MESSAGES,
            ],
            "max_tokens": 256,
            "temperature": 0.1,
        },
    ),
    "an image stands before its text": (
        (
            CHAT,
            Prompt("partial", CONTEXT, messages=(Message("user", "go", images=("data:image/png;base64,AA==",)),)),
            PLAIN,
            "m",
        ),
        {
            **STREAMING,
            "model": "m",
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
                        {"type": "text", "text": "go"},
                    ],
                }
            ],
            "max_tokens": 256,
            "temperature": 0.1,
        },
    ),
    "other servers get it as it is": (
        (CHAT, CACHED, PLAIN, "m"),
        {
            **STREAMING,
            "model": "m",
            "messages": [{"role": "system", "content": "long"}, *MESSAGES],
            "max_tokens": 256,
            "temperature": 0.1,
        },
    ),
    "plain chat thinks": (
        (OpenAIChat((("enable_thinking", True), ("thinking_budget", 50))), CHATTING, PLAIN, "m"),
        {
            **STREAMING,
            "model": "m",
            "messages": [{"role": "user", "content": "go"}],
            "max_tokens": 256,
            "temperature": 0.1,
            "enable_thinking": True,
            "thinking_budget": 50,
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
    "thoughts are not text": (CHAT, delta(content=None, reasoning_content="hm"), Chunk(reasoning="hm")),
    "thoughts beside text": (CHAT, delta(content="a", reasoning_content="hm"), Chunk("a", reasoning="hm")),
    "thoughts by their other name": (CHAT, delta(content=None, reasoning="hm"), Chunk(reasoning="hm")),
    "thoughts of no text": (CHAT, delta(content="a", reasoning_content=[1]), Chunk("a")),
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


USAGES = {
    "OpenAI": (
        {"prompt_tokens": 9, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 3}},
        Usage(9, 4, 5, 3),
    ),
    "OpenAI, written to its cache": (
        {"prompt_tokens": 9, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2}},
        Usage(9, 4, 5, 0, 2),
    ),
    "Model Studio, implicit cache": (
        {"prompt_tokens": 48, "completion_tokens": 19, "total_tokens": 67, "prompt_tokens_details": {"cache_type": "implicit", "cached_tokens": 30}},
        Usage(48, 30, 19),
    ),
    "Model Studio, explicit cache": (
        {"prompt_tokens": 1500, "completion_tokens": 9, "prompt_tokens_details": {"cache_type": "ephemeral", "cached_tokens": 0, "cache_creation_input_tokens": 1400, "cache_creation": {"ephemeral_5m_input_tokens": 1400}}},
        Usage(1500, 0, 9, 0, 1400),
    ),
    "Model Studio, written beside the details": (
        {"prompt_tokens": 1500, "completion_tokens": 9, "cache_creation_input_tokens": 1400, "cached_tokens": 7},
        Usage(1500, 7, 9, 0, 1400),
    ),
    "Model Studio, native": (
        {"input_tokens": 11, "output_tokens": 405, "total_tokens": 416, "output_tokens_details": {"reasoning_tokens": 256}, "prompt_tokens_details": {"cached_tokens": 2}},
        Usage(11, 2, 405, 256),
    ),
    "input details": (
        {"input_tokens": 11, "output_tokens": 4, "input_tokens_details": {"cached_tokens": 3}},
        Usage(11, 3, 4),
    ),
    "DeepSeek": (
        {"prompt_tokens": 10, "completion_tokens": 2, "prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 2},
        Usage(10, 8, 2),
    ),
    "Anthropic, whose input leaves the cache out": (
        {"input_tokens": 10, "output_tokens": 2, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 30},
        Usage(140, 100, 2, 0, 30),
    ),
    "nonsense": ({"prompt_tokens": "9", "completion_tokens": None, "prompt_tokens_details": 3}, Usage()),
}  # fmt: skip


@pytest.mark.parametrize(("counts", "usage"), USAGES.values(), ids=USAGES.keys())
@pytest.mark.parametrize("wire", [COMPLETIONS, CHAT, DashScope()], ids=["completions", "chat", "native"])
def test_usage_is_read_in_every_shape(wire, counts, usage):
    assert wire.reader()({"usage": counts}).usage == usage
