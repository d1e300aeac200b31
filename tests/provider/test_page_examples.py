"""Every request and every answer that Model Studio's pages print: the emulator takes the one, the wires read the other.

Built anew from the pages' facts: fields, shapes, models, counts and code stand as there; prose is our own. An example
that a page prints in several languages sends one body, so it has one row.
"""

from __future__ import annotations

import json

import httpx
import pytest

from infill_ls.messages import ToolCall
from infill_ls.provider.dashscope import DashScope
from infill_ls.provider.openai_chat import OpenAIChat
from infill_ls.provider.openai_completions import OpenAICompletions
from infill_ls.provider.payloads import PayloadDecoder, as_one
from infill_ls.tokens import Usage
from support.model_studio.emulator import Emulator, Reply
from support.model_studio.page_shapes import (
    UNCACHED,
    Example,
    chat,
    counts,
    native,
    native_counts,
    native_stream,
    native_whole,
    partial,
    reasoned,
    said,
    stream,
    thought,
    user,
    whole,
)

COMPLETIONS = "/compatible-mode/v1/completions"
CHAT = "/compatible-mode/v1/chat/completions"
NATIVE = "/api/v1/services/aigc/text-generation/generation"
WIRES = {COMPLETIONS: OpenAICompletions(), CHAT: OpenAIChat(), NATIVE: DashScope()}
SSE = {"X-DashScope-SSE": "enable"}

PRIMES = "def find_prime_numbers(n):\n    return [i for i in range(2, n) if all(i % j for j in range(2, i))]"
RECURSION = "        return calculate_fibonacci(n-1) + calculate_fibonacci(n-2)"
STREAMED = {"stream": True, "stream_options": {"include_usage": True}}
INCREMENTS = {"result_format": "message", "incremental_output": True}


TOOL = {
    "type": "function",
    "function": {
        "name": "write_file",
        "description": "Writes a file.",
        "parameters": {
            "type": "object",
            "properties": {"path": {"type": "string"}, "content": {"type": "string"}},
            "required": ["path", "content"],
        },
    },
}
CALL = {
    "index": 0,
    "id": "call_0ca7505bb6e44471a40511e5",
    "type": "function",
    "function": {
        "name": "write_file",
        "arguments": '{"content": "def quick_sort(arr):\\n    ", "path": "quick_sort.py"}',
    },
}
MISPRINTED = {
    **CALL,
    "id": "call_645b149bbd274e8bb3789aae",
    # The page leaves out the quotation mark that ends the content, so this is no JSON.
    "function": {
        "name": "write_file",
        "arguments": '{"content": "def quick_sort(arr):\\n    , "path": "quick_sort.py"}',
    },
}


def read_call(call):
    return ToolCall(call["id"], call["function"]["name"], call["function"]["arguments"])


CALLED = [
    user("A script for quick sort, please."),
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": CALL["id"], "content": "Written."},
]
SYSTEM = {"role": "system", "content": "You help."}
PRIME_CHAT = (SYSTEM, user("A function that lists primes; code alone."))
PRIME_PREFIX = (user("A script that lists primes; code alone."), partial("def generate_prime_number"))
PRIME_REST = "(n):\n    primes = []\n    return primes\n\nprint(generate_prime_number(100))"
WHO = user("Who are you?")
QUEUE = (
    user("Which message queue for a large shop?"),
    {"role": "assistant", "content": "I would take one.", "reasoning_content": "They need a queue."},
    user("And why not another?"),
)
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.invalid/cafe.png"}}
THINKING = {"enable_thinking": True}
OPENING = {"content": None, "role": "assistant", "reasoning_content": ""}
NO_MORE = {"content": "", "reasoning_content": None}


WHO_STREAM = stream(OPENING, ".....", usage=counts(10, 360), end=NO_MORE)


EXAMPLES = {
    "completions: get started, prefix (Python, Node.js, curl)": Example(
        COMPLETIONS,
        {"model": "qwen2.5-coder-32b-instruct", "prompt": "<|fim_prefix|>Quick sort in Python, def quick_sort(arr):<|fim_suffix|>"},
        # The page prints no answer, but a table of its fields.
        json.dumps(
            {
                "id": "cmpl-1",
                "choices": [{"text": "\n    return sorted(arr)", "finish_reason": "stop", "index": 0, "logprobs": None}],
                "created": 1761615592,
                "model": "qwen2.5-coder-32b-instruct",
                "system_fingerprint": None,
                "object": "text_completion",
                "usage": counts(13, 6),
            }
        ),
        "\n    return sorted(arr)",
        usage=Usage(13, 0, 6),
    ),
    "completions: get started, prefix and suffix (Python, Node.js, curl)": Example(
        COMPLETIONS,
        {"model": "qwen2.5-coder-32b-instruct", "prompt": '<|fim_prefix|>def reverse_words_with_special_chars(s):\n"""Reverses."""\n<|fim_suffix|>return result<|fim_middle|>'},
    ),
    "completions: request parameters": Example(
        COMPLETIONS,
        {"model": "qwen-coder-turbo", "prompt": "<|fim_prefix|>a<|fim_suffix|>", "max_tokens": 9, "temperature": 1.99, "top_p": 1.0, "stop": ["\n"], "seed": 2**31 - 1, "presence_penalty": -2.0, **STREAMED},
    ),
    "partial mode: how it works": Example(
        CHAT, chat("qwen3-coder-plus", user("Go on."), partial("def calculate_fibonacci(n):\n    if n <= 1:\n        return n\n    else:\n"))
    ),
    "partial mode: sample code": Example(
        CHAT,
        chat("qwen3-coder-plus", user("Go on."), partial("def calculate_fibonacci(n):\n  if n <= 1:\n    return n\n  else:\n")),
        whole({"content": RECURSION}, counts(48, 19, prompt_tokens_details={"cache_type": "implicit", "cached_tokens": 0})),
        RECURSION,
        usage=Usage(48, 0, 19),
    ),
    "partial mode: images": Example(
        CHAT,
        chat("qwen3-vl-plus", user([IMAGE, {"type": "text", "text": "A caption, please."}]), partial("Today I found a café")),
        whole({"content": "— and cake!\n\nMore?"}, counts(282, 56, **UNCACHED)),
        "— and cake!\n\nMore?",
        usage=Usage(282, 0, 56),
    ),
    "partial mode: incomplete output, first call": Example(
        CHAT,
        chat("qwen3.6-plus", user("A short story."), max_tokens=40),
        whole({"content": "Once"}, counts(12, 40), "length"),
        "Once",
        "length",
        Usage(12, 0, 40),
    ),
    "partial mode: incomplete output, second call": Example(CHAT, chat("qwen3.6-plus", user("A short story."), partial("Once"))),
    "qwen-coder: getting started (Python, Node.js, curl)": Example(
        CHAT,
        chat("qwen3-coder-plus", *PRIME_CHAT),
        whole({"content": PRIMES}, counts(96, 90, **UNCACHED)),
        PRIMES,
        usage=Usage(96, 0, 90),
    ),
    "qwen-coder: getting started, native (Python, Java, curl)": Example(
        NATIVE,
        native("qwen3-coder-plus", *PRIME_CHAT, result_format="message"),
        native_whole({"content": PRIMES}, native_counts(96, 90, **UNCACHED)),
        PRIMES,
        usage=Usage(96, 0, 90),
    ),
    "qwen-coder: streaming (Python, Node.js, curl)": Example(
        CHAT,
        chat("qwen3-coder-plus", *PRIME_CHAT, **STREAMED),
        # The page prints the events one under the other, without the blank lines that end them.
        stream(
            {"content": "", "role": "assistant"},
            *({"content": text} for text in ("def", " find_prime_numbers(n")),
            "......",
            {"content": " primes"},
            usage=counts(66, 89, **UNCACHED),
            blank="",
        ),
        "def find_prime_numbers(n primes",
        usage=Usage(66, 0, 89),
    ),
    "qwen-coder: streaming, native (Python, Java, curl)": Example(
        NATIVE,
        native("qwen3-coder-plus", *PRIME_CHAT, **INCREMENTS),
        native_stream(
            (1, {"content": "def"}, native_counts(66, 1, **UNCACHED)),
            (2, {"content": " find_prime_numbers(n"}, native_counts(66, 5, **UNCACHED)),
            (3, {"content": "):\n if n"}, native_counts(66, 9, **UNCACHED)),
            "...",
            (26, {"content": " primes"}, native_counts(66, 89, **UNCACHED)),
            (27, {"content": ""}, native_counts(66, 89, **UNCACHED)),
            blank="",
        ),
        "def find_prime_numbers(n):\n if n primes",
        usage=Usage(66, 0, 89),
        headers=SSE,
    ),
    "qwen-coder: function calling, first step (Python, Node.js, curl)": Example(
        CHAT,
        chat("qwen3-coder-plus", CALLED[0], tools=[TOOL]),
        whole({"content": "", "tool_calls": [CALL]}, counts(494, 193, **UNCACHED), "tool_calls"),
        "",
        "tool_calls",
        Usage(494, 0, 193),
        (read_call(CALL),),
    ),
    "qwen-coder: function calling, second step (Python, Node.js)": Example(CHAT, chat("qwen3-coder-plus", *CALLED, tools=[TOOL])),
    "qwen-coder: function calling, native, first step (Python, Java, curl)": Example(
        NATIVE,
        native("qwen3-coder-plus", CALLED[0], result_format="message", tools=[TOOL]),
        native_whole({"content": "", "tool_calls": [MISPRINTED]}, native_counts(491, 193, **UNCACHED), "tool_calls"),
        "",
        "tool_calls",
        Usage(491, 0, 193),
        (read_call(MISPRINTED),),
    ),
    "qwen-coder: function calling, native, second step (Python, Java)": Example(
        NATIVE, native("qwen3-coder-plus", *CALLED, result_format="message", tools=[TOOL])
    ),
    "qwen-coder: partial mode (Python, Node.js, curl)": Example(
        CHAT,
        chat("qwen3-coder-plus", *PRIME_PREFIX),
        whole({"content": PRIME_REST}, counts(38, 93, **UNCACHED)),
        PRIME_REST,
        usage=Usage(38, 0, 93),
    ),
    "qwen-coder: partial mode, native (Python, curl)": Example(
        NATIVE,
        native("qwen3-coder-plus", *PRIME_PREFIX, result_format="message"),
        native_whole({"content": PRIME_REST}, native_counts(39, 92, **UNCACHED)),
        PRIME_REST,
        usage=Usage(39, 0, 92),
    ),
    "qwen-coder: prefix completion (Python, Node.js, curl)": Example(
        COMPLETIONS, {"model": "qwen2.5-coder-32b-instruct", "prompt": "<|fim_prefix|>def quick_sort(arr):<|fim_suffix|>"}
    ),
    "qwen-coder: prefix and suffix completion (Python, Node.js, curl)": Example(
        COMPLETIONS,
        {"model": "qwen2.5-coder-32b-instruct", "prompt": '<|fim_prefix|>def reverse(s):\n"""Words."""\n<|fim_suffix|>return result<|fim_middle|>'},
    ),
    "qwen-coder: going live and FAQ": Example(
        CHAT,
        chat("qwen3-coder-flash", *PRIME_CHAT, temperature=0.3, stop=["\n# Explanation:", "Description", "Explanation:", "Note:"], **STREAMED),
    ),
    "deep thinking: usage": Example(CHAT, chat("qwen-plus", WHO, **THINKING, **STREAMED)),
    "deep thinking: usage, native": Example(NATIVE, native("qwen-plus", WHO, **THINKING, **INCREMENTS), headers=SSE),
    "deep thinking: usage, thinking-only": Example(CHAT, chat("qwen3-235b-a22b-thinking-2507", WHO, **STREAMED)),
    "deep thinking: getting started (Python, Node.js, curl)": Example(
        CHAT, chat("qwen-plus", WHO, **THINKING, **STREAMED), WHO_STREAM, "", usage=Usage(10, 0, 360)
    ),
    "deep thinking: getting started, native (Python, Java, curl)": Example(
        NATIVE,
        native("qwen-plus", WHO, **THINKING, **INCREMENTS),
        native_stream(
            *(thought(number, text) for number, text in enumerate(("Hmm", ",", "user", "asks", "“"), 1)),
            "......",
            *(said(number, text, number + 4) for number, text in enumerate(("help", ",", "Please feel free", "to", "let me know", "!"), 358)),
            said(364, "", 367),
        ),
        "help,Please feel freetolet me know!",
        usage=Usage(11, 0, 367),
        headers=SSE,
    ),
    "deep thinking: toggle (Python, Node.js, curl)": Example(
        CHAT,
        chat("qwen-plus", WHO, **THINKING, **STREAMED),
        # The page prints these counts as its programs show them.
        stream({"content": "I am Qwen."}, usage=counts(10, 221, completion_tokens_details={"reasoning_tokens": 172}, **UNCACHED)),
        "I am Qwen.",
        usage=Usage(10, 0, 221, 172),
    ),
    "deep thinking: toggle, native (Python, Java, curl)": Example(
        NATIVE,
        native("qwen-plus", WHO, **THINKING, **INCREMENTS),
        native_stream(
            *(thought(number, text) for number, text in enumerate(("Hmm", ",", "user", " asks", ' "'), 1)),
            "......",
            *(said(number, text, number + 4) for number, text in enumerate(("help", ",", " feel free", " to", " let me know", "!"), 358)),
            said(364, "", 405, **reasoned(256), **UNCACHED),
        ),
        "help, feel free to let me know!",
        usage=Usage(11, 0, 405, 256),
        headers=SSE,
    ),
    "deep thinking: off": Example(CHAT, chat("qwen-plus", WHO, enable_thinking=False, **STREAMED)),
    "deep thinking: no thoughts for a turn": Example(CHAT, chat("qwen-plus", user("Who are you? /no_think"), **THINKING, **STREAMED)),
    "deep thinking: budget (Python, Node.js, curl)": Example(
        CHAT, chat("qwen-plus", WHO, **THINKING, thinking_budget=50, **STREAMED), WHO_STREAM, "", usage=Usage(10, 0, 360)
    ),
    "deep thinking: budget, native (Python, Java, curl)": Example(
        NATIVE,
        native("qwen-plus", WHO, **THINKING, thinking_budget=50, **INCREMENTS),
        native_stream(
            thought(1, "Okay", **reasoned(1)),
            thought(2, ",", **reasoned(2)),
            "......",
            said(133, "!", 138, **reasoned(50)),
            said(134, "", 138, **reasoned(50)),
        ),
        "!",
        usage=Usage(11, 0, 138, 50),
        headers=SSE,
    ),
    "deep thinking: preserve, first turn": Example(CHAT, chat("qwen3.7-plus", QUEUE[0], **THINKING, **STREAMED)),
    "deep thinking: preserve (Python, Node.js, curl)": Example(
        CHAT,
        chat("qwen3.7-plus", *QUEUE, **THINKING, preserve_thinking=True, **STREAMED),
        stream(OPENING, ".....", usage=counts(3463, 2387), end=NO_MORE),
        "",
        usage=Usage(3463, 0, 2387),
    ),
    "deep thinking: preserve, native (Python, curl)": Example(
        NATIVE,
        native("qwen3.7-plus", *QUEUE, **THINKING, preserve_thinking=True, **INCREMENTS),
        native_stream(
            thought(1, "user", **reasoned(1)),
            thought(2, "follow-up", **reasoned(2)),
            "......",
            (200, {"content": "", "reasoning_content": ""}, native_counts(3463, 2387, **reasoned(1347))),
            misprint=True,
        ),
        "",
        usage=Usage(3463, 0, 2387, 1347),
        headers=SSE,
    ),
    "FAQ: accumulating chunks": Example(CHAT, chat("qwen-plus", WHO, **STREAMED)),
    "FAQ: accumulating chunks, native": Example(NATIVE, native("qwen-plus", WHO, **INCREMENTS), headers=SSE),
    "FAQ: streaming-only models": Example(CHAT, chat("qwq-plus", WHO, stream=True)),
    "FAQ: implicit cache": Example(
        CHAT,
        chat("qwen3-coder-plus", WHO),
        whole({"content": "x"}, counts(300, 1, prompt_tokens_details={"cached_tokens": 256})),
        "x",
        usage=Usage(300, 256, 1),
    ),
    "FAQ: explicit cache": Example(
        CHAT,
        chat("qwen3-coder-plus", user([{"type": "text", "text": "x" * 4096, "cache_control": {"type": "ephemeral"}}]), **STREAMED),
    ),
    "FAQ: calls that do not depend on each other": Example(
        CHAT, chat("qwen3-coder-plus", CALLED[0], tools=[TOOL], parallel_tool_calls=True, **STREAMED)
    ),
    "FAQ: thinking with tools, thoughts handed back": Example(
        CHAT,
        chat("qwen-plus", CALLED[0], CALLED[1] | {"reasoning_content": "A file is wanted."}, CALLED[2], tools=[TOOL], **THINKING, **STREAMED),
    ),
    "FAQ: JSON repaired by a fast model": Example(
        CHAT, chat("qwen3.5-flash", user("Repair this JSON: {'a': 1"), response_format={"type": "json_object"})
    ),
    "FAQ: JSON output": Example(CHAT, chat("qwen-plus", user("As JSON."), response_format={"type": "json_object"})),
    "FAQ: thinking off by a word": Example(CHAT, chat("qwen-plus", user("/no_think Who are you?"), **THINKING, **STREAMED)),
}  # fmt: skip
PRINTED = {name: example for name, example in EXAMPLES.items() if example.answer is not None}


def read(example: Example, *pieces: bytes) -> tuple[str, list[str], Usage | None, tuple[ToolCall, ...]]:
    """Text, reasons for the end, last counts and calls, as our wire reads the pieces."""
    answer, reader = PayloadDecoder(), WIRES[example.path].reader()
    payloads = [payload for piece in pieces for payload in answer.feed(piece)] + answer.flush()
    chunks = [reader(payload) for payload in payloads]
    counted = [chunk.usage for chunk in chunks if chunk.usage]
    return (
        "".join(chunk.text for chunk in chunks),
        [chunk.finish for chunk in chunks if chunk.finish],
        counted[-1] if counted else None,
        as_one(chunks).calls,
    )


@pytest.fixture(scope="module")
def studio():
    with Emulator(api_key=None) as emulator:
        yield emulator


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_printed_request_is_answered_and_the_answer_read(studio, example):
    studio.script(Reply("def f():\n    返回", reasoning="hm", chunk_size=3))
    response = httpx.post(studio.origin + example.path, json=example.body, headers=example.headers)

    assert response.status_code == 200, response.text
    text, finish, usage, _ = read(example, response.content)
    assert (text[: len("def f():")], finish) == ("def f():", ["stop"])
    streamed_without_counts = example.body.get("stream") and "stream_options" not in example.body
    assert usage is None if streamed_without_counts else usage.completion > 0


@pytest.mark.parametrize("example", PRINTED.values(), ids=PRINTED.keys())
def test_a_printed_answer_is_read_to_the_text_that_the_page_shows(example):
    """Also when it is cut at any byte."""
    data = example.answer.encode()
    shown = (example.text, [example.finish], example.usage, example.calls)
    assert read(example, data) == shown
    assert read(example, *(data[i : i + 1] for i in range(len(data)))) == shown
    for cut in range(1, len(data)):
        assert read(example, data[:cut], data[cut:]) == shown, cut


def test_the_path_that_the_page_warns_of_gives_the_error_that_it_names(studio):
    body = native("qwen3.5-plus", WHO, **THINKING, **INCREMENTS)
    response = httpx.post(studio.origin + NATIVE, json=body, headers=SSE)
    assert (response.status_code, "url error" in response.text) == (400, True)


def test_the_path_that_serves_it_instead(studio):
    studio.script("I am Qwen.")
    body = native("qwen3.5-plus", user([{"text": "Who are you?"}]), **THINKING, **INCREMENTS)
    path = NATIVE.replace("text-generation", "multimodal-generation")
    response = httpx.post(studio.origin + path, json=body, headers=SSE)
    answer, reader = PayloadDecoder(), DashScope(multimodal=True).reader()
    assert "".join(reader(payload).text for payload in answer.feed(response.content)) == "I am Qwen."
