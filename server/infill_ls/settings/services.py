"""The kinds of server that can be asked, as rows of data: what each is called, where it is, how it is asked.

What a row says is all that the code knows of a kind: a new one that speaks a known wire is a row here, a choice of
``provider.kind`` in ``schema.py``, and a page of the docs. It stands below the stages, since the prompt's mode and the
request's body both depend on it. Asks nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

Infill = Literal["tokens", "suffix", "none"]
"""How the middle is asked for: by the model's own tokens in the prompt, by a field for the suffix, or not at all."""

Prefill = Literal["partial", "prefix", "continue", "last", "none"]
"""How a chat says that its last message is to be continued: a mark on the message (two spellings), fields of the body,
by that message being the last; or the service cannot."""

Body = tuple[tuple[str, Any], ...]
"""Fields of a request's body; None takes one out that would stand there otherwise."""

OWN_KEY = "INFILL_LS_API_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One kind of server."""

    kind: str
    """What ``provider.kind`` calls it."""
    name: str
    """What people call it."""
    address: str | None = None
    """Where it is asked if ``provider.base_url`` does not say; None where that has to be set."""
    root: str | None = "/v1"
    """Path on its host or behind a gateway's prefix that all others hang on; None: as the address says, else /v1."""
    hosts: tuple[str, ...] = ()
    """Ends of host names that belong to it, so that ``auto`` knows it by its address."""
    ports: tuple[int, ...] = ()
    """Where one on this machine usually listens, the first being its own: ``auto`` knows it by that, too."""
    key: str = OWN_KEY
    """The environment variable that holds its key."""
    needs_key: bool = False
    regional: bool = False
    """Whether keys and addresses belong to regions, and there is a native protocol beside: Model Studio alone."""
    catalogued: bool = False
    """Whether the catalogue says which of its models is asked by which route."""
    model: str = ""
    """The model that is asked if ``provider.model`` does not say; empty where the server has its own."""
    infill: Infill = "tokens"
    knows_templates: bool = False
    """Whether it can also be asked by a field for the suffix, for models whose tokens are not known here."""
    infill_wire: Literal["completions", "ollama"] = "completions"
    infill_path: str = "/completions"
    infill_body: Body = ()
    """What a request for the middle has in its body beyond what every service gets."""
    prefill: Prefill = "partial"
    chat_path: str = "/chat/completions"
    chat_body: Body = ()
    no_thoughts: Body = ()
    """What keeps a chat model from thinking first; one that does not think takes no notice."""
    scores: bool = False
    """Whether it may be asked how likely an answer was; strict services refuse what they do not document."""
    cache_marks: bool = False
    """Whether it has an explicit context cache; others are not sure to take a message in parts."""
    start: str = "start the server"
    """What helps where nothing listens, as half a sentence."""
    loads_alone: bool = False
    """Whether it gives up loading a model when the request that wanted it is given up."""
    get_model: str = ""
    """The command that gets a ``{model}`` which the server does not have."""
    larger_window: str = ""
    """What makes the window larger, as half a sentence."""
    words: tuple[tuple[int, str, str], ...] = ()
    """HTTP status, what the message matches, and what is said to the user: ``{host}``, ``{model}``."""


_NOT_THINKING: Body = (("chat_template_kwargs", {"enable_thinking": False}),)
_COUNTING: Body = (("stream_options", {"include_usage": True, "continuous_usage_stats": True}),)
"""Counts in every piece, so that they are known also where the model is stopped."""
_SEEN: Body = (*_COUNTING, ("skip_special_tokens", False))
"""Tokens that the engine would leave out of the text are no stops to it: the model writes on behind them, unseen."""

_ROWS = (
    Service(
        kind="model-studio",
        name="Model Studio",
        hosts=(".aliyuncs.com",),
        key="DASHSCOPE_API_KEY",
        needs_key=True,
        regional=True,
        catalogued=True,
        cache_marks=True,
    ),
    Service(
        kind="llama.cpp",
        name="llama.cpp",
        address="http://127.0.0.1:8080",
        ports=(8080, 8012),
        infill_body=(("timings_per_token", True), ("return_progress", True)),
        prefill="last",
        no_thoughts=_NOT_THINKING,
        scores=True,
        start="start it (`llama-server -m MODEL.gguf`)",
        larger_window="a larger `-c` of llama-server",
    ),
    Service(
        kind="ollama",
        name="Ollama",
        address="http://127.0.0.1:11434",
        root="",
        ports=(11434,),
        # Its OpenAI-compatible address puts every prompt into the model's chat template.
        infill_wire="ollama",
        infill_path="/api/generate",
        knows_templates=True,
        chat_path="/v1/chat/completions",
        # Whether a last message of the assistant's is continued is for each model's template to say.
        prefill="none",
        no_thoughts=(("reasoning_effort", "none"),),
        start="start it (`ollama serve`)",
        loads_alone=True,
        get_model="ollama pull {model}",
        larger_window="OLLAMA_CONTEXT_LENGTH, where Ollama is started",
        words=(
            (
                403,
                r"^$",
                (
                    "Ollama at {host} refuses requests that name another host than its own: start it with "
                    "OLLAMA_HOST=0.0.0.0, or let the gateway send `Host: localhost`."
                ),
            ),
            (
                400,
                r"does not support insert",
                (
                    "Ollama at {host} has no template of {model} that fills in the middle: set provider.family if you "
                    "know how its tokens are spelled, or use a model such as qwen2.5-coder."
                ),
            ),
        ),
    ),
    Service(
        kind="vllm",
        name="vLLM",
        address="http://127.0.0.1:8000",
        ports=(8000,),
        infill_body=_SEEN,
        prefill="continue",
        chat_body=_COUNTING,
        no_thoughts=_NOT_THINKING,
        scores=True,
        start="start it (`vllm serve MODEL`)",
        larger_window="a larger `--max-model-len` of vLLM",
    ),
    Service(
        kind="sglang",
        name="SGLang",
        address="http://127.0.0.1:30000",
        ports=(30000,),
        infill_body=(("skip_special_tokens", False),),
        prefill="continue",
        no_thoughts=_NOT_THINKING,
        start="start it (`python -m sglang.launch_server --model-path MODEL`)",
        larger_window="a larger `--context-length` of SGLang",
    ),
    Service(
        kind="lm-studio",
        name="LM Studio",
        address="http://127.0.0.1:1234",
        ports=(1234,),
        prefill="none",
        start="start its server (`lms server start`)",
        larger_window="a larger context length where LM Studio loads the model",
    ),
    Service(
        kind="deepseek",
        name="DeepSeek",
        address="https://api.deepseek.com",
        root="/beta",
        hosts=("api.deepseek.com",),
        key="DEEPSEEK_API_KEY",
        needs_key=True,
        model="deepseek-v4-flash",
        infill="suffix",
        prefill="prefix",
        no_thoughts=(("thinking", {"type": "disabled"}),),
    ),
    Service(
        kind="mistral",
        name="Mistral",
        address="https://codestral.mistral.ai",
        hosts=("codestral.mistral.ai", "api.mistral.ai"),
        key="MISTRAL_API_KEY",
        needs_key=True,
        model="codestral-latest",
        infill="suffix",
        infill_path="/fim/completions",
        infill_body=(("stream_options", None),),
        prefill="prefix",
        chat_body=(("stream_options", None),),
    ),
    Service(
        kind="inception",
        name="Inception",
        address="https://api.inceptionlabs.ai",
        hosts=("api.inceptionlabs.ai",),
        key="INCEPTION_API_KEY",
        needs_key=True,
        model="mercury-coder",
        infill="suffix",
        infill_path="/fim/completions",
        prefill="none",
    ),
    Service(
        kind="siliconflow",
        name="SiliconFlow",
        address="https://api.siliconflow.cn",
        hosts=("api.siliconflow.cn", "api.siliconflow.com"),
        key="SILICONFLOW_API_KEY",
        needs_key=True,
        infill="suffix",
        prefill="none",
    ),
    Service(
        kind="fireworks",
        name="Fireworks",
        address="https://api.fireworks.ai",
        root="/inference/v1",
        hosts=("api.fireworks.ai",),
        key="FIREWORKS_API_KEY",
        needs_key=True,
        prefill="none",
    ),
    Service(
        kind="together",
        name="Together",
        address="https://api.together.xyz",
        hosts=("api.together.xyz", "api.together.ai"),
        key="TOGETHER_API_KEY",
        needs_key=True,
        prefill="none",
    ),
    Service(
        kind="openrouter",
        name="OpenRouter",
        address="https://openrouter.ai",
        root="/api/v1",
        hosts=("openrouter.ai",),
        key="OPENROUTER_API_KEY",
        needs_key=True,
        infill="none",
        prefill="none",
        no_thoughts=(("reasoning", {"effort": "none"}),),
    ),
    Service(
        kind="litellm",
        name="LiteLLM",
        address="http://127.0.0.1:4000",
        ports=(4000,),
        prefill="none",
        start="start it (`litellm --config CONFIG`)",
    ),
    Service(kind="openai", name="an OpenAI-compatible API", root=None, scores=True),
)

SERVICES = {row.kind: row for row in _ROWS}


def service_of(kind: str) -> Service:
    """The row of a kind that is in force."""
    return SERVICES[kind]


def by_address(url: str) -> Service:
    """The kind of server that an address belongs to; the one for any OpenAI-compatible API where it tells none.

    A port alone tells Ollama's only: the others are everybody's.
    """
    url = url.strip()
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return SERVICES["openai"]
    for row in _ROWS:
        if any(host.endswith(end) if end.startswith(".") else host == end for end in row.hosts):
            return row
    is_ollama = port in SERVICES["ollama"].ports or _OLLAMA_PATH.search(parts.path)
    return SERVICES["ollama" if is_ollama else "openai"]


_OLLAMA_PATH = re.compile(r"/api/(?:generate|chat|tags|show|ps)/?$")
