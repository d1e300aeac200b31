"""The settings of ``provider``: where a model is, how it is asked, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass

from infill_ls.records import FimForm
from infill_ls.settings.setting import setting


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for the model."""

    connect: float = 3.0
    """For the connection, TLS included."""
    first_token: float = 5.0
    """From the request to the first piece of text."""
    total: float = 15.0
    """For the whole answer."""


_TIMEOUTS = Timeouts()


KINDS = (
    *(
        "auto",
        "local",
        "model-studio",
        "openai",
        "llama.cpp",
        "ollama",
        "vllm",
        "sglang",
        "lm-studio",
        "litellm",
    ),
    *("deepseek", "mistral", "inception", "siliconflow", "fireworks", "together", "openrouter"),
)
"""Two that are no service, and the rows of ``service_rows.py``, which most starts can do without."""


FAMILIES = (
    *(
        "auto",
        "qwen-coder",
        "qwen",
        "starcoder2",
        "starcoder",
        "stable-code",
        "granite4",
        "codellama",
        "deepseek",
    ),
    *("codestral", "codegemma", "seed-coder", "mellum", "glm", "none"),
)
"""The rows of ``prompt/family_rows.py``."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Where completions come from."""

    kind: str = setting(
        "auto",
        "choice",
        "Where completions come from: `auto` (the server of `provider.base_url` if that is set, Model Studio if a key "
        "is found, else `local`), `local` (the embedded engine: no key, no network), a service by name, or `openai` "
        "(any other server with an OpenAI-compatible API).",
        choices=KINDS,
    )
    base_url: str | None = setting(
        None,
        "string",
        "Address of the server, with or without `/v1`, slash or full path; by default the usual one of the kind.",
    )
    model: str | None = setting(
        None, "string", "Model name; by default one that suits the kind and the mode."
    )
    mode: str = setting(
        "auto",
        "choice",
        "How the model is called: `fim` (fill-in-the-middle tokens in a completions prompt), `partial` (a chat whose "
        "last message the model continues), `chat` (a plain chat, the last resort), or `auto` by model, engine and "
        "region.",
        choices=("auto", "fim", "partial", "chat"),
    )
    family: str = setting(
        "auto",
        "choice",
        "How the model spells a fill-in-the-middle prompt: `auto` (as its name says), or the name of a family, for "
        "fine-tunes whose name says nothing; `none` is a model without such tokens.",
        choices=FAMILIES,
    )
    context_tokens: int | None = setting(
        None,
        "integer",
        "How much the model reads at once, prompt and answer together; by default what the server says.",
        unit="tokens",
        low=256,
    )
    warm: str = setting(
        "30m",
        "string",
        "Ollama only: how long it keeps the model loaded after each request, for example `10m` or `1h`; `off` leaves "
        "that to Ollama.",
    )
    session: str = setting(
        "auto",
        "string",
        "Your own servers only: what is sent as `X-Session-ID`, by which a router in front of several engines finds "
        "the one that has your prompts cached: `auto` (a random number for each machine and workspace, which names "
        "nobody), `off`, or a text.",
    )
    cache_salt: str | None = setting(
        None,
        "string",
        "vLLM only: requests with different salts share no cache, so that nobody can tell by the time of an answer "
        "what others have sent.",
    )
    fim_form: FimForm = setting(
        "documented",
        "choice",
        "In mode `fim`: `documented` (prefix, suffix, middle, as the models were trained), or `typed-last` (what you "
        "have typed of the cursor's line follows the middle token, so that a prefix cache serves nearly all of the "
        "prompt at the next key; untried with real weights).",
        choices=("documented", "typed-last"),
    )
    protocol: str = setting(
        "openai",
        "choice",
        "Model Studio only: `openai` (compatible mode) or `dashscope` (native).",
        choices=("openai", "dashscope"),
    )
    region: str = setting(
        "singapore",
        "choice",
        "Model Studio only: the region that the key belongs to.",
        choices=("beijing", "singapore", "virginia", "hongkong", "frankfurt", "tokyo"),
    )
    workspace_id: str | None = setting(
        None, "string", "Model Studio only: the workspace whose own host is used."
    )
    api_key_env: str | None = setting(
        None,
        "variable",
        "Name of the environment variable that holds the key; by default the service's own, such as "
        "`DASHSCOPE_API_KEY` or `MISTRAL_API_KEY`, and `INFILL_LS_API_KEY` for your own servers.",
    )
    api_key_command: tuple[str, ...] = setting(
        (),
        "strings",
        "Program and arguments whose standard output is the key, for example a password manager.",
    )
    headers: tuple[tuple[str, str], ...] = setting((), "table", "Further HTTP headers to send.")
    proxy: str | None = setting(
        None, "string", "HTTP proxy; by default what `HTTPS_PROXY` and `NO_PROXY` say."
    )
    ca_bundle: str | None = setting(
        None,
        "string",
        "File of CA certificates to trust; by default `SSL_CERT_FILE`, else the system's.",
    )
    temperature: float | None = setting(
        0.1, "number", "Sampling temperature; not sent when `provider.top_p` is set.", low=0, high=2
    )
    top_p: float | None = setting(
        None, "number", "Nucleus sampling; sent instead of the temperature.", low=0, high=1
    )
    seed: int | None = setting(
        None, "integer", "Seed for repeatable answers.", low=0, high=2**31 - 1
    )
    presence_penalty: float | None = setting(
        None, "number", "Positive values repeat less.", low=-2, high=2
    )
    max_tokens: int = setting(
        256, "integer", "Longest answer to request.", unit="tokens", low=1, high=8192
    )
    stop: tuple[str, ...] = setting((), "strings", "Further strings that end an answer.")
    thinking: str = setting(
        "off",
        "choice",
        "Whether a hybrid model may think before it answers.",
        choices=("off", "on"),
    )
    thinking_budget: int | None = setting(
        None,
        "integer",
        "Most tokens that a thinking model may spend on thoughts.",
        unit="tokens",
        low=1,
    )
    timeout_s: Timeouts = setting(
        _TIMEOUTS, "timeouts", "Timeouts: `connect`, `first_token` and `total`.", unit="seconds"
    )
