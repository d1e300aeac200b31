"""Each kind of service on the wire: what it is sent, and what its answers, as recorded from real ones, come to.

Recorded: llama.cpp's server (build 11669), Ollama (2026-08), vLLM 0.32. The others are as their pages say.
"""

from __future__ import annotations

import json

import pytest

from infill_ls.privacy.neutralise import neutralise
from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose
from infill_ls.provider.build import remote
from infill_ls.records import Context
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.services import SERVICES
from infill_ls.tokens import Usage
from support.engines.raw_server import CLOSE, STREAM_END, STREAM_HEAD, TURN, piece, raw_server, response

CONTEXT = Context(prefix="def f():\n    ", suffix="\n\nf()\n", path="a.py", language="python")
QWEN = "<|fim_prefix|>def f():\n    <|fim_suffix|>\n\nf()\n<|fim_middle|>"
COUNTED = {"include_usage": True}
EACH = {"include_usage": True, "continuous_usage_stats": True}
STOPS = ["<|endoftext|>", "<|im_end|>", "<|file_sep|>", "<|fim_pad|>"]
DRAWN = {"stream": True, "max_tokens": 256, "temperature": 0.1}


def parts(settings, context=CONTEXT):
    route = choose(settings)
    prompt = build(context, route.mode, route.family, max_tokens=settings.max_tokens, soft_switch=route.soft_switch)
    provider = remote(
        settings,
        {"INFILL_LS_API_KEY": "sk-own", **{row.key: f"sk-{kind}" for kind, row in SERVICES.items() if row.needs_key}},
        model=route.model,
        mode=route.mode,
        parameters=route.parameters,
        infill=route.infill,
    )
    return provider, prompt


async def asked(kind, script, path="", **values):
    """What a service was sent, and the chunks that came of its answer."""
    async with raw_server(script) as server:
        provider, prompt = parts(ProviderSettings(kind=kind, base_url=server.url + path, **values))
        chunks = [chunk async for chunk in provider.stream(prompt)]
        await provider.aclose()
    (request,) = server.requests
    return request, json.loads(request.body), chunks


def events(*payloads):
    return [
        STREAM_HEAD,
        *(piece(f"data: {json.dumps(each)}\n\n") for each in payloads),
        piece("data: [DONE]\n\n"),
        STREAM_END,
    ]


OPENAI = events({"choices": [{"text": "return 1", "finish_reason": "stop"}]})
CHAT = events({"choices": [{"delta": {"content": "return 1"}, "finish_reason": "stop"}]})
LINES = (
    b'{"model":"m","created_at":"2026-08-21T10:00:00Z","response":"return","done":false}\n'
    b'{"model":"m","created_at":"2026-08-21T10:00:00Z","response":" 1","done":false}\n'
    b'{"model":"m","response":"","done":true,"done_reason":"stop","context":[1,2],"total_duration":9,'
    b'"load_duration":3,"prompt_eval_count":46,"prompt_eval_duration":4,"eval_count":5,"eval_duration":6}\n'
)
NDJSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n"
OLLAMA = [NDJSON_HEAD + LINES, CLOSE]

DEEPSEEK_STOPS = [
    "<\uff5cend\u2581of\u2581sentence\uff5c>",
    "<\uff5cfim\u2581begin\uff5c>",
    "<\uff5cfim\u2581hole\uff5c>",
    "<\uff5cfim\u2581end\uff5c>",
]
CODER = {"model": "qwen2.5-coder:7b"}
RAW = {**DRAWN, **CODER, "prompt": QWEN, "stop": STOPS}
FIELDS = {"prompt": CONTEXT.prefix, "suffix": CONTEXT.suffix}
ALL_STOPS = [*STOPS, "<|repo_name|>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|im_start|>"]
OPTIONS = {"num_predict": 256, "temperature": 0.1, "stop": ALL_STOPS}
OLLAMA_BODY = {**CODER, "stream": True, "truncate": False, "keep_alive": "30m", "options": OPTIONS}

# kind, settings, answer: path, key, body
SENT = {
    "openai": (CODER, OPENAI, "/v1/completions", "sk-own", RAW | {"stream_options": COUNTED}),
    "llama.cpp": (
        CODER,
        OPENAI,
        "/v1/completions",
        "sk-own",
        RAW | {"stream_options": COUNTED, "timings_per_token": True, "return_progress": True},
    ),
    "vllm": (
        CODER,
        OPENAI,
        "/v1/completions",
        "sk-own",
        RAW | {"stream_options": EACH, "skip_special_tokens": False},
    ),
    "sglang": (
        CODER,
        OPENAI,
        "/v1/completions",
        "sk-own",
        RAW | {"stream_options": COUNTED, "skip_special_tokens": False},
    ),
    "lm-studio": (CODER, OPENAI, "/v1/completions", "sk-own", RAW | {"stream_options": COUNTED}),
    "litellm": (CODER, OPENAI, "/v1/completions", "sk-own", RAW | {"stream_options": COUNTED}),
    "fireworks": (CODER, OPENAI, "/inference/v1/completions", "sk-fireworks", RAW | {"stream_options": COUNTED}),
    "together": (CODER, OPENAI, "/v1/completions", "sk-together", RAW | {"stream_options": COUNTED}),
    "ollama": (CODER, OLLAMA, "/api/generate", "sk-own", {**OLLAMA_BODY, "prompt": QWEN, "raw": True}),
    "deepseek": (
        {},
        OPENAI,
        "/beta/completions",
        "sk-deepseek",
        {**DRAWN, **FIELDS, "model": "deepseek-v4-flash", "stop": DEEPSEEK_STOPS, "stream_options": COUNTED},
    ),
    "mistral": (
        {},
        CHAT,
        "/v1/fim/completions",
        "sk-mistral",
        {**DRAWN, **FIELDS, "model": "codestral-latest", "stop": ["[PREFIX]", "[SUFFIX]", "</s>", "[MIDDLE]"]},
    ),
    "inception": (
        {},
        OPENAI,
        "/v1/fim/completions",
        "sk-inception",
        {**DRAWN, **FIELDS, "model": "mercury-coder", "stop": STOPS, "stream_options": COUNTED},
    ),
    "siliconflow": (
        CODER,
        OPENAI,
        "/v1/completions",
        "sk-siliconflow",
        {**DRAWN, **CODER, **FIELDS, "stop": STOPS, "stream_options": COUNTED},
    ),
}


@pytest.mark.parametrize("kind", SENT)
async def test_each_kind_is_asked_for_the_middle_in_its_own_way(kind):
    """Byte for byte, and with the key that belongs to it."""
    values, script, path, key, body = SENT[kind]
    request, sent, chunks = await asked(kind, script, **values)

    assert request.line == f"POST {path} HTTP/1.1"
    assert request.headers["authorization"] == f"Bearer {key}"
    assert sent == body
    assert "".join(chunk.text for chunk in chunks) == "return 1"
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]


def test_every_row_has_a_golden_request():
    """But Model Studio, which has its own, and what has no completions."""
    assert set(SENT) | {"model-studio", "openrouter"} == set(SERVICES)


CONTINUED = {
    "openai": ({"partial": True}, {}),
    "llama.cpp": ({}, {"chat_template_kwargs": {"enable_thinking": False}}),
    "vllm": (
        {},
        {
            "chat_template_kwargs": {"enable_thinking": False},
            "continue_final_message": True,
            "add_generation_prompt": False,
        },
    ),
    "deepseek": ({"prefix": True}, {"thinking": {"type": "disabled"}}),
    "mistral": ({"prefix": True}, {}),
}


@pytest.mark.parametrize("kind", CONTINUED)
async def test_each_kind_is_told_in_its_own_way_to_continue_a_message(kind):
    mark, fields = CONTINUED[kind]
    _, sent, chunks = await asked(kind, CHAT, model="some-chat-model", mode="partial")

    assert sent["messages"][-1] == {"role": "assistant", "content": CONTEXT.prefix, **mark}
    assert {name: sent.get(name) for name in fields} == fields
    assert "".join(chunk.text for chunk in chunks) == "return 1"


async def test_ollama_is_asked_to_chat_at_its_other_address():
    request, sent, _ = await asked("ollama", CHAT, model="gpt-oss:20b")

    assert request.line == "POST /v1/chat/completions HTTP/1.1"
    assert sent["reasoning_effort"] == "none"


BASES = {
    "llama.cpp": (
        "/v1/completions",
        ["", "/", "/v1", "/v1/", "/v1/completions", "/infill", "/completion", "/v1/models"],
    ),
    "ollama": (
        "/api/generate",
        ["", "/", "/v1", "/api", "/api/", "/api/generate", "/api/chat", "/api/tags", "/v1/completions"],
    ),
    "openai": ("/v1/completions", ["", "/v1", "/infill", "/completion", "/api/generate", "/v1/chat/completions"]),
    "deepseek": ("/beta/completions", ["", "/beta", "/v1", "/beta/completions", "/chat/completions"]),
    "mistral": ("/v1/fim/completions", ["", "/v1", "/v1/fim/completions", "/v1/chat/completions"]),
    "fireworks": ("/inference/v1/completions", ["", "/inference/v1", "/inference/v1/completions"]),
    "lm-studio": ("/v1/completions", ["", "/v1", "/api/v0", "/v1/chat/completions"]),
    "vllm": ("/llm/v1/completions", ["/llm", "/llm/v1", "/llm/v1/completions"]),
}


@pytest.mark.parametrize(("kind", "form"), [(kind, form) for kind, (_, forms) in BASES.items() for form in forms])
async def test_an_address_may_be_written_as_people_do(kind, form):
    script = OLLAMA if kind == "ollama" else CHAT if kind == "mistral" else OPENAI
    request, _, _ = await asked(kind, script, path=form, **CODER)

    assert request.line == f"POST {BASES[kind][0]} HTTP/1.1"


@pytest.mark.parametrize("kind", [kind for kind, row in SERVICES.items() if row.address])
def test_an_address_may_be_left_out(kind):
    provider, _ = parts(ProviderSettings(kind=kind, **CODER))
    assert provider.model


OLLAMA_ANSWERS = {
    "in one piece": [NDJSON_HEAD + LINES, CLOSE],
    "byte by byte": [
        NDJSON_HEAD,
        *(step for byte in range(len(LINES)) for step in (LINES[byte : byte + 1], TURN)),
        CLOSE,
    ],
    "in one piece, without the last line end": [NDJSON_HEAD + LINES.rstrip(), CLOSE],
    "not streamed": [
        response(
            "200 OK", b'{"response":"return 1","done":true,"done_reason":"stop","prompt_eval_count":46,"eval_count":5}'
        )
    ],
}


@pytest.mark.parametrize("script", OLLAMA_ANSWERS.values(), ids=OLLAMA_ANSWERS)
async def test_ollamas_lines_may_arrive_in_any_pieces(script):
    _, _, chunks = await asked("ollama", script, **CODER)

    assert "".join(chunk.text for chunk in chunks) == "return 1"
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]
    assert [chunk.usage for chunk in chunks if chunk.usage] == [Usage(46, 0, 5)]


async def test_an_answer_that_ollama_breaks_off_at_a_repetition_is_one():
    """After thirty equal tokens the stream ends: no line says so."""
    _, _, chunks = await asked("ollama", [NDJSON_HEAD + LINES.splitlines(keepends=True)[0], CLOSE], **CODER)

    assert "".join(chunk.text for chunk in chunks) == "return"


OLLAMA_PLACES = {
    "text on both sides": (CONTEXT, {"prompt": "def f():\n    ", "suffix": "\n\nf()\n"}),
    "nothing follows": (Context("x = ", "\n", "a.py", "python"), {"prompt": "x = ", "raw": True}),
    "nothing precedes": (Context("", "x = 1\n", "a.py", "python"), {"prompt": "", "raw": True}),
}


@pytest.mark.parametrize(("context", "fields"), OLLAMA_PLACES.values(), ids=OLLAMA_PLACES)
def test_a_model_that_nobody_knows_is_asked_by_ollamas_own_template(context, fields):
    """Without text on both sides that template would be the one for chats."""
    settings = ProviderSettings(kind="ollama", model="mine", warm="off")
    provider, prompt = parts(settings, context)
    body = provider.endpoint.wire.body(prompt, settings, "mine")

    assert {name: body.get(name) for name in ("prompt", "suffix", "raw") if name in body} == fields
    assert "keep_alive" not in body


async def test_llama_cpps_counts_come_with_every_piece():
    """So a stream that is cut early is counted, too."""
    script = events(
        {
            "choices": [{"text": "return 1", "finish_reason": None}],
            "timings": {"cache_n": 30, "prompt_n": 16, "predicted_n": 2},
        },
        {"choices": [{"text": "", "finish_reason": "stop"}]},
    )
    _, _, chunks = await asked("llama.cpp", script, **CODER)

    assert next(chunk.usage for chunk in chunks if chunk.usage) == Usage(46, 30, 2)


def test_text_that_goes_out_in_a_field_is_neutral_as_well():
    """The service puts it between the model's own tokens."""
    settings = ProviderSettings(kind="deepseek")
    tokens = choose(settings).family.control_tokens
    assert neutralise(tokens[0], tokens) != tokens[0]
