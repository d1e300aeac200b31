"""Every setting: its key, type, unit, default, who may set it, and the sentence that explains it.

Each group of keys is one frozen record; a stage is handed its own group, never the whole. ``provider`` and
``next_edit`` have files of their own. Reading the settings from files, environment and editors is ``resolve.py``'s job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infill_ls.records import Lines
from infill_ls.settings.next_edit_settings import NextEditSettings
from infill_ls.settings.outcomes import RULES
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.setting import setting
from infill_ls.tokens import PriceTier


@dataclass(frozen=True, slots=True)
class CompletionSettings:
    """When completions are offered and how long they may be."""

    trigger: str = setting(
        "auto",
        "choice",
        "`auto`, or `manual` (only explicit requests).",
        choices=("auto", "manual"),
    )
    lines: Lines = setting(
        "auto",
        "choice",
        "One line, several, or as the place suggests.",
        choices=("single", "multi", "auto"),
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
    deep: str = setting(
        "off",
        "choice",
        "`on` lets the model look things up in your project before it answers an explicit request: files that are not "
        "private, where names are defined and used. It takes seconds and several requests. With `off`, your editor's "
        "command for a deep suggestion still asks for one.",
        choices=("off", "on"),
    )
    deep_seconds: int = setting(
        30,
        "integer",
        "For so long a deep suggestion may look things up; then the model has to answer.",
        unit="seconds",
        low=1,
        high=600,
    )
    deep_tokens: int = setting(
        40_000,
        "integer",
        "Most that one deep suggestion may take in all its requests.",
        unit="tokens",
        low=2_000,
        high=10_000_000,
    )
    comments: bool = setting(
        default=True,
        kind="bool",
        sentence="Suggestions in comments; explicit requests always get them.",
    )
    strings: bool = setting(
        default=True,
        kind="bool",
        sentence="Suggestions in strings; explicit requests always get them.",
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
        "switches",
        "Rules applied to a model's text, on or off by name (see below), for example `{dedent = false}`.",
        choices=RULES,
    )

    @property
    def rules_off(self) -> frozenset[str]:
        """Names of the rules that are switched off."""
        return frozenset(name for name, is_on in self.rules if not is_on)


SOURCES: Final[Mapping[str, str]] = {
    "definitions": "what is named near the cursor or imported",
    "similar": "what code like that at the cursor names",
    "edits": "what your last changes name",
    "open": "what stands in your open files and is not saved yet",
}
"""What prompts may show of other files."""


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
    prefix_tokens: int = setting(
        2048, "integer", "Text before the cursor.", unit="tokens", low=16, high=65536
    )
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
    sources: tuple[tuple[str, bool], ...] = setting(
        (),
        "switches",
        "What of other files may be shown, on or off by name: "
        + ", ".join(f"`{name}` ({what})" for name, what in SOURCES.items())
        + "; for example `{edits = false}`.",
        choices=SOURCES,
    )
    max_files: int = setting(
        5000,
        "integer",
        "Files of the project that are read for it, those near the open ones first.",
        unit="files",
        low=0,
    )
    max_total_mb: int = setting(
        20,
        "integer",
        "Text that is read for it in all; it takes three times as much memory.",
        unit="MiB",
        low=0,
    )
    max_seconds: int = setting(
        20, "integer", "Reading for it ends after this long.", unit="seconds", low=0
    )

    @property
    def sources_on(self) -> frozenset[str]:
        """Names of the sources that are not switched off."""
        off = {name for name, is_on in self.sources if not is_on}
        return frozenset(SOURCES.keys() - off)


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """What never leaves the machine."""

    redact: bool = setting(
        default=True,
        kind="bool",
        sentence="Blank what looks like a secret in the code that is sent: keys of services, private keys, passwords.",
    )
    exclude: tuple[str, ...] = setting(
        (),
        "strings",
        "Globs of files that are never read as context and never sent, added to the built-in list.",
    )


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """How long earlier answers are remembered."""

    size: int = setting(500, "integer", "Answers kept.", unit="entries", low=0, high=100000)
    ttl_s: int = setting(600, "integer", "How long an answer is kept.", unit="seconds", low=0)


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """What the embedded engine reads of the workspace, and how it answers."""

    max_files: int = setting(2000, "integer", "Files indexed.", unit="files", low=0)
    max_file_kb: int = setting(256, "integer", "Larger files are skipped.", unit="KiB", low=1)
    max_total_mb: int = setting(16, "integer", "Text indexed in all.", unit="MiB", low=0)
    max_seconds: int = setting(
        20, "integer", "Indexing ends after this long.", unit="seconds", low=0
    )
    installed: bool = setting(
        default=True,
        kind="bool",
        sentence="In a small project, learn also from what is installed for the language: its standard library and the "
        "project's dependencies.",
    )
    eagerness: str = setting(
        "calm",
        "choice",
        "How readily the embedded engine offers something: `calm`, or `lively` for a little more help and a tenth more "
        "suggestions that turn out wrong.",
        choices=("calm", "lively"),
    )
    spare_calls: bool = setting(
        default=True,
        kind="bool",
        sentence="Send no request to the model where the embedded engine is all but sure of the rest of the line.",
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

    level: str = setting(
        "warning", "choice", "Minimum log level.", choices=("debug", "info", "warning", "error")
    )


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
