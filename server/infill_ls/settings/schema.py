"""Every setting: its key, type, unit, default, who may set it, and the sentence that explains it.

Each group of keys is one frozen record; a stage is handed its own group, never the whole. Reading the settings from
files, environment and editors is ``resolve.py``'s job.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

from infill_ls.records import FimForm, Lines, PriceTier

Kind = Literal[
    "string",
    "variable",
    "strings",
    "table",
    "choice",
    "bool",
    "integer",
    "number",
    "debounce",
    "languages",
    "timeouts",
    "prices",
    "rules",
]


def setting(  # noqa: PLR0913  # one row of a table, whose columns are all named
    default: Any,
    kind: Kind,
    sentence: str,
    *,
    unit: str = "",
    choices: tuple[str, ...] = (),
    low: float | None = None,
    high: float | None = None,
) -> Any:
    """One key: its default (or a tuple, table or record of them) and what ``resolve`` and the docs need to know."""
    return dataclasses.field(
        default=default,
        metadata={"kind": kind, "sentence": sentence, "unit": unit, "choices": choices, "low": low, "high": high},
    )


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
    *("auto", "local", "model-studio", "openai", "llama.cpp", "ollama", "vllm", "sglang", "lm-studio", "litellm"),
    *("deepseek", "mistral", "inception", "siliconflow", "fireworks", "together", "openrouter"),
)
"""Two that are no service, and the rows of ``services.py``, which most starts can do without."""

FAMILIES = (
    *("auto", "qwen-coder", "qwen", "starcoder2", "starcoder", "stable-code", "granite4", "codellama", "deepseek"),
    *("codestral", "codegemma", "seed-coder", "mellum", "glm", "none"),
)
"""The rows of ``prompt/families.py``."""


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
    model: str | None = setting(None, "string", "Model name; by default one that suits the kind and the mode.")
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
    workspace_id: str | None = setting(None, "string", "Model Studio only: the workspace whose own host is used.")
    api_key_env: str | None = setting(
        None,
        "variable",
        "Name of the environment variable that holds the key; by default the service's own, such as "
        "`DASHSCOPE_API_KEY` or `MISTRAL_API_KEY`, and `INFILL_LS_API_KEY` for your own servers.",
    )
    api_key_command: tuple[str, ...] = setting(
        (), "strings", "Program and arguments whose standard output is the key, for example a password manager."
    )
    headers: tuple[tuple[str, str], ...] = setting((), "table", "Further HTTP headers to send.")
    proxy: str | None = setting(None, "string", "HTTP proxy; by default what `HTTPS_PROXY` and `NO_PROXY` say.")
    ca_bundle: str | None = setting(
        None, "string", "File of CA certificates to trust; by default `SSL_CERT_FILE`, else the system's."
    )
    temperature: float | None = setting(
        0.1, "number", "Sampling temperature; not sent when `provider.top_p` is set.", low=0, high=2
    )
    top_p: float | None = setting(None, "number", "Nucleus sampling; sent instead of the temperature.", low=0, high=1)
    seed: int | None = setting(None, "integer", "Seed for repeatable answers.", low=0, high=2**31 - 1)
    presence_penalty: float | None = setting(None, "number", "Positive values repeat less.", low=-2, high=2)
    max_tokens: int = setting(256, "integer", "Longest answer to request.", unit="tokens", low=1, high=8192)
    stop: tuple[str, ...] = setting((), "strings", "Further strings that end an answer.")
    thinking: str = setting(
        "off", "choice", "Whether a hybrid model may think before it answers.", choices=("off", "on")
    )
    thinking_budget: int | None = setting(
        None, "integer", "Most tokens that a thinking model may spend on thoughts.", unit="tokens", low=1
    )
    timeout_s: Timeouts = setting(
        _TIMEOUTS, "timeouts", "Timeouts: `connect`, `first_token` and `total`.", unit="seconds"
    )


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """When completions are offered and how long they may be."""

    trigger: str = setting(
        "auto", "choice", "`auto`, or `manual` (only explicit requests).", choices=("auto", "manual")
    )
    lines: Lines = setting(
        "auto", "choice", "One line, several, or as the place suggests.", choices=("single", "multi", "auto")
    )
    debounce_ms: int | None = setting(
        None,
        "debounce",
        "Delay after the last keystroke before a model is called: `adaptive` or a number.",
        unit="ms",
        low=0,
    )
    fallback: str = setting(
        "auto",
        "choice",
        "Serve `textDocument/completion` too: `auto` (editors known to lack inline completion), `on`, `off`.",
        choices=("auto", "on", "off"),
    )
    max_lines: int = setting(40, "integer", "Longest suggestion.", unit="lines", low=1, high=1000)
    candidates: int = setting(1, "integer", "Suggestions per explicit request.", low=1, high=5)
    comments: bool = setting(
        default=True, kind="bool", sentence="Suggestions in comments; explicit requests always get them."
    )
    strings: bool = setting(
        default=True, kind="bool", sentence="Suggestions in strings; explicit requests always get them."
    )
    speculate: bool = setting(
        default=True,
        kind="bool",
        sentence="Request in advance, while you read a suggestion, what would follow it.",
    )
    languages: tuple[tuple[tuple[str, bool], ...], ...] = setting(
        (), "languages", "On or off by language id or file glob, for example `{markdown = false}`."
    )
    """A table of the user's, and one of each untrusted layer: all of them have to agree."""
    rules: tuple[tuple[str, bool], ...] = setting(
        (),
        "rules",
        "Rules applied to a model's text, on or off by name (see below), for example `{dedent = false}`.",
    )

    @property
    def rules_off(self) -> frozenset[str]:
        """Names of the rules that are switched off."""
        return frozenset(name for name, is_on in self.rules if not is_on)


@dataclass(frozen=True, slots=True)
class NextEditSettings:
    """What is offered after a change, here or further on."""

    source: str = setting(
        "repeats",
        "choice",
        "Next edits: `repeats` (what you have changed twice is offered at the next place; nothing is sent) or `off`.",
        choices=("repeats", "off"),
    )
    reach_lines: int = setting(
        60, "integer", "How far from the last change a next edit may be.", unit="lines", low=1, high=100000
    )
    eagerness: str = setting(
        "medium",
        "choice",
        "`low` takes three examples instead of two and half the reach; `high` reaches through the whole file.",
        choices=("low", "medium", "high"),
    )
    languages: tuple[tuple[tuple[str, bool], ...], ...] = setting(
        (), "languages", "Next edits on or off by language id or file glob, for example `{markdown = false}`."
    )
    """A table of the user's, and one of each untrusted layer: all of them have to agree."""


@dataclass(frozen=True, slots=True)
class ContextSettings:
    """How much text a model is shown."""

    budget_tokens: int = setting(
        4096,
        "integer",
        "Longest prompt, other files included; a token counts as four characters.",
        unit="tokens",
        low=256,
        high=131072,
    )
    prefix_tokens: int = setting(2048, "integer", "Text before the cursor.", unit="tokens", low=16, high=65536)
    suffix_tokens: int | None = setting(
        None,
        "integer",
        "Text after the cursor; by default 512, but 128 in a `documented` fill-in-the-middle prompt, where it comes "
        "last, so that no prefix cache helps with it.",
        unit="tokens",
        low=0,
        high=65536,
    )
    other_files: bool = setting(
        default=True,
        kind="bool",
        sentence="Show the model what your other files define: the lines by which functions and classes are called, as "
        "far as the code at the cursor seems to need them.",
    )
    other_files_tokens: int = setting(
        1536,
        "integer",
        "Most text of other files; what `context.budget_tokens` leaves beside the text around the cursor, at most.",
        unit="tokens",
        low=0,
        high=65536,
    )
    max_files: int = setting(
        5000,
        "integer",
        "Files of the project that are read for it, those near the open ones first.",
        unit="files",
        low=0,
    )
    max_total_mb: int = setting(
        20, "integer", "Text that is read for it in all; it takes three times as much memory.", unit="MiB", low=0
    )
    max_seconds: int = setting(20, "integer", "Reading for it ends after this long.", unit="seconds", low=0)


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What never leaves the machine."""

    redact: bool = setting(
        default=True,
        kind="bool",
        sentence="Blank what looks like a secret in the code that is sent: keys of services, private keys, passwords.",
    )
    exclude: tuple[str, ...] = setting(
        (), "strings", "Globs of files that are never read as context and never sent, added to the built-in list."
    )


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """How long earlier answers are remembered."""

    size: int = setting(500, "integer", "Answers kept.", unit="entries", low=0, high=100000)
    ttl_s: int = setting(600, "integer", "How long an answer is kept.", unit="seconds", low=0)


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """What the embedded engine reads of the workspace."""

    max_files: int = setting(2000, "integer", "Files indexed.", unit="files", low=0)
    max_file_kb: int = setting(256, "integer", "Larger files are skipped.", unit="KiB", low=1)
    max_total_mb: int = setting(16, "integer", "Text indexed in all.", unit="MiB", low=0)
    max_seconds: int = setting(20, "integer", "Indexing ends after this long.", unit="seconds", low=0)
    installed: bool = setting(
        default=True,
        kind="bool",
        sentence="In a small project, learn also from what is installed for the language: its standard library and the "
        "project's dependencies.",
    )


@dataclass(frozen=True, slots=True)
class UsageSettings:
    """What may be spent."""

    daily_tokens: int | None = setting(
        None, "integer", "Daily cap; beyond it only cached and local answers.", unit="tokens", low=0
    )
    prices: tuple[tuple[str, PriceTier], ...] = setting(
        (),
        "prices",
        "What models cost per million tokens, for `infill-ls usage`, for example "
        '`{qwen3-coder-flash = {input = 0.3, output = 1.5, currency = "USD"}}`; `cached` may be given, too.',
    )


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is written to the log."""

    level: str = setting("warning", "choice", "Minimum log level.", choices=("debug", "info", "warning", "error"))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings in force."""

    provider: ProviderSettings = ProviderSettings()
    completion: CompletionSettings = CompletionSettings()
    next_edit: NextEditSettings = NextEditSettings()
    context: ContextSettings = ContextSettings()
    privacy: PrivacySettings = PrivacySettings()
    cache: CacheSettings = CacheSettings()
    local: LocalSettings = LocalSettings()
    usage: UsageSettings = UsageSettings()
    log: LogSettings = LogSettings()
