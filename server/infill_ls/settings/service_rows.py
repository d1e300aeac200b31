"""The kinds of server, a row each: what each is called, where it is, how it is asked. The columns: ``service.py``.

A new one that speaks a known wire is a row here, a choice of ``provider.kind``, and a page of the docs.
"""

from __future__ import annotations

from infill_ls.settings.service import Body, Service

_NOT_THINKING: Body = (("chat_template_kwargs", {"enable_thinking": False}),)
_COUNTING: Body = (("stream_options", {"include_usage": True, "continuous_usage_stats": True}),)
"""Counts in every piece, so that they are known also where the model is stopped."""
_SEEN: Body = (*_COUNTING, ("skip_special_tokens", False))
"""Tokens that the engine would leave out of the text are no stops to it: the model writes on behind them, unseen."""

ROWS = (
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
        routed=True,
        primes=0,
        health="/health",
        larger_window="a larger `-c` of llama-server",
        faster="`llama-server --cache-reuse 256 -b 512 -ub 512`, a smaller model, or 4-bit weights",
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
        primes=1,
        get_model="ollama pull {model}",
        larger_window="OLLAMA_CONTEXT_LENGTH, where Ollama is started",
        faster="a smaller model, such as `qwen2.5-coder:1.5b-base`",
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
        routed=True,
        priority="x-vllm-priority",
        salted=True,
        primes=1,
        larger_window="a larger `--max-model-len` of vLLM",
        tells_cached="`vllm serve --enable-prompt-tokens-details`",
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
        routed=True,
        primes=1,
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
        routed=True,
    ),
    Service(kind="openai", name="an OpenAI-compatible API", root=None, scores=True, routed=True),
)
