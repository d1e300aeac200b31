"""Kind, region, protocol, mode and thinking -> the exact address and body of the request, from the settings down."""

from __future__ import annotations

import pytest

from infill_ls.errors import Unsupported
from infill_ls.messages import Message
from infill_ls.prompt.choose import choose, thinking_route
from infill_ls.provider.build import in_force, remote
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings

CONTEXT = Context(prefix="P", suffix="S", path="a.py", language="python")
PROMPTS = {
    "fim": Prompt("fim", CONTEXT, text="<p>P<s>S<m>", stop=("E",), max_tokens=64),
    "partial": Prompt(
        "partial",
        CONTEXT,
        messages=(Message("user", "go"), Message("assistant", "P", partial=True)),
        stop=("E",),
        max_tokens=64,
    ),
    "chat": Prompt("chat", CONTEXT, messages=(Message("user", "go"),), stop=("E",), max_tokens=64),
}

COMPATIBLE = {
    "stream": True,
    "stream_options": {"include_usage": True},
    "max_tokens": 64,
    "stop": ["E"],
    "temperature": 0.1,
}
NATIVE = {
    "result_format": "message",
    "incremental_output": True,
    "max_tokens": 64,
    "stop": ["E"],
    "temperature": 0.1,
}
CONTINUED = [{"role": "user", "content": "go"}, {"role": "assistant", "content": "P", "partial": True}]
PARTS = [
    {"role": "user", "content": [{"text": "go"}]},
    {"role": "assistant", "content": [{"text": "P"}], "partial": True},
]
ASKED = [{"role": "user", "content": "go"}]

STUDIO = {"kind": "model-studio"}
DASHSCOPE = {**STUDIO, "protocol": "dashscope"}
OWN = {"kind": "openai", "base_url": "http://localhost:8080"}
SINGAPORE = "https://dashscope-intl.aliyuncs.com"
BEIJING = "https://dashscope.aliyuncs.com"
TEXT = "/api/v1/services/aigc/text-generation/generation"
MULTIMODAL = "/api/v1/services/aigc/multimodal-generation/generation"
CHAT = "/compatible-mode/v1/chat/completions"


def native(model, messages, **parameters):
    return {"model": model, "input": {"messages": messages}, "parameters": {**NATIVE, **parameters}}


def compatible(model, messages, **parameters):
    return {"model": model, "messages": messages, **COMPATIBLE, **parameters}


REQUESTS = {
    "a coder": ({**STUDIO, "model": "qwen3-coder-plus"}, SINGAPORE + CHAT, compatible("qwen3-coder-plus", CONTINUED)),
    "a coder, natively": ({**DASHSCOPE, "model": "qwen3-coder-plus"}, SINGAPORE + TEXT, native("qwen3-coder-plus", CONTINUED)),
    "FIM in Beijing": (
        {**STUDIO, "region": "beijing", "mode": "fim", "model": "qwen2.5-coder-32b-instruct"},
        BEIJING + "/compatible-mode/v1/completions",
        {"model": "qwen2.5-coder-32b-instruct", "prompt": "<p>P<s>S<m>", **COMPATIBLE},
    ),
    "a FIM model elsewhere": ({**STUDIO, "model": "qwen-coder-turbo"}, SINGAPORE + CHAT, compatible("qwen-coder-turbo", CONTINUED)),
    "hybrid, off by default": (
        {**STUDIO, "model": "qwen-plus"},
        SINGAPORE + CHAT,
        compatible("qwen-plus", CONTINUED, enable_thinking=False),
    ),
    "hybrid, off by default, natively": (
        {**DASHSCOPE, "model": "qwen-plus"},
        SINGAPORE + TEXT,
        native("qwen-plus", CONTINUED, enable_thinking=False),
    ),
    "hybrid, on by default": (
        {**STUDIO, "model": "qwen3.6-plus"},
        SINGAPORE + CHAT,
        compatible("qwen3.6-plus", CONTINUED, enable_thinking=False),
    ),
    "hybrid, on by default, natively": (
        {**DASHSCOPE, "model": "qwen3.6-plus"},
        SINGAPORE + MULTIMODAL,
        native("qwen3.6-plus", PARTS, enable_thinking=False),
    ),
    "vision": (
        {**STUDIO, "model": "qwen3-vl-flash"},
        SINGAPORE + CHAT,
        compatible("qwen3-vl-flash", CONTINUED, enable_thinking=False),
    ),
    "vision, natively": (
        {**DASHSCOPE, "model": "qwen3-vl-flash"},
        SINGAPORE + MULTIMODAL,
        native("qwen3-vl-flash", PARTS, enable_thinking=False),
    ),
    "a model that no page knows": ({**STUDIO, "model": "new"}, SINGAPORE + CHAT, compatible("new", CONTINUED)),
    "plain chat, no thoughts": (
        {**STUDIO, "model": "qwen-plus", "mode": "chat"},
        SINGAPORE + CHAT,
        compatible("qwen-plus", ASKED, enable_thinking=False),
    ),
    "an own server, FIM": (
        {**OWN, "model": "qwen2.5-coder-7b-instruct"},
        "http://localhost:8080/v1/completions",
        {"model": "qwen2.5-coder-7b-instruct", "prompt": "<p>P<s>S<m>", **COMPATIBLE},
    ),
    "an own server of one model": (
        {**OWN, "protocol": "dashscope"},
        "http://localhost:8080/v1/completions",
        {"prompt": "<p>P<s>S<m>", **COMPATIBLE},
    ),
    "an own server, partial": (
        {**OWN, "model": "qwen-plus", "mode": "partial"},
        "http://localhost:8080/v1/chat/completions",
        compatible("qwen-plus", CONTINUED),
    ),
}  # fmt: skip

THOUGHTS = {
    "a hybrid model": (
        {**STUDIO, "model": "qwen-plus"},
        SINGAPORE + CHAT,
        compatible("qwen-plus", ASKED, enable_thinking=True),
    ),
    "a hybrid model with a budget": (
        {**STUDIO, "model": "qwen-plus", "thinking_budget": 50},
        SINGAPORE + CHAT,
        compatible("qwen-plus", ASKED, enable_thinking=True, thinking_budget=50),
    ),
    "a hybrid model with a budget, natively": (
        {**DASHSCOPE, "model": "qwen-plus", "thinking_budget": 50},
        SINGAPORE + TEXT,
        native("qwen-plus", ASKED, enable_thinking=True, thinking_budget=50),
    ),
    "a hybrid model of the other path": (
        {**DASHSCOPE, "model": "qwen3.6-plus"},
        SINGAPORE + MULTIMODAL,
        native("qwen3.6-plus", PARTS[:1], enable_thinking=True),
    ),
    "a model that only thinks": ({**STUDIO, "model": "qwq-plus"}, SINGAPORE + CHAT, compatible("qwq-plus", ASKED)),
    "a model that only thinks, natively": ({**DASHSCOPE, "model": "qwq-plus"}, SINGAPORE + TEXT, native("qwq-plus", ASKED)),
    "an own server": (
        {**OWN, "model": "qwen3-8b"},
        "http://localhost:8080/v1/chat/completions",
        compatible("qwen3-8b", ASKED),
    ),
}  # fmt: skip


def request(values, find_route):
    """Address and body, the whole way from the settings."""
    settings = in_force(ProviderSettings(**values), {})
    route = find_route(settings)
    provider = remote(
        settings, {}, model=route.model, mode=route.mode, parameters=route.parameters, multimodal=route.multimodal
    )
    endpoint = provider.endpoint
    body = endpoint.wire.body(PROMPTS[route.mode], settings, route.model)
    return endpoint.address.base + endpoint.wire.path, body


@pytest.mark.parametrize(("values", "url", "body"), REQUESTS.values(), ids=REQUESTS.keys())
def test_settings_make_exactly_this_request(values, url, body):
    assert request(values, choose) == (url, body)


@pytest.mark.parametrize(("values", "url", "body"), THOUGHTS.values(), ids=THOUGHTS.keys())
def test_settings_that_want_thoughts_make_exactly_this_request(values, url, body):
    assert request({**values, "thinking": "on"}, thinking_route) == (url, body)


HOSTS = {
    "beijing": "dashscope.aliyuncs.com",
    "singapore": "dashscope-intl.aliyuncs.com",
    "virginia": "dashscope-us.aliyuncs.com",
    "hongkong": "cn-hongkong.dashscope.aliyuncs.com",
}
WORKSPACES = {
    "beijing": "cn-beijing",
    "singapore": "ap-southeast-1",
    "virginia": "us-east-1",
    "hongkong": "cn-hongkong",
    "frankfurt": "eu-central-1",
    "tokyo": "ap-northeast-1",
}
ADDRESSES = [(region, None, host) for region, host in HOSTS.items()] + [
    (region, "ws-1", f"ws-1.{name}.maas.aliyuncs.com") for region, name in WORKSPACES.items()
]


@pytest.mark.parametrize(("region", "workspace", "host"), ADDRESSES)
@pytest.mark.parametrize(("protocol", "path"), [("openai", CHAT), ("dashscope", TEXT)])
def test_the_region_changes_the_host_and_nothing_else(region, workspace, host, protocol, path):
    values = {**STUDIO, "protocol": protocol, "region": region, "workspace_id": workspace, "model": "qwen3-coder-plus"}
    url, body = request(values, choose)

    assert url == f"https://{host}{path}"
    assert body == (native if protocol == "dashscope" else compatible)("qwen3-coder-plus", CONTINUED)


def test_fim_by_the_native_protocol_is_refused():
    values = {**DASHSCOPE, "region": "beijing", "mode": "fim", "model": "qwen-coder-turbo"}
    with pytest.raises(Unsupported, match=r'provider\.protocol to "openai"'):
        request(values, choose)
