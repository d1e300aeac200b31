"""The page ``server/docs/configuration.md``, made from the settings' schema; writes nothing."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from infill_ls.settings.outcomes import EMPTY, ENDED, GATES, RULES
from infill_ls.settings.provider_settings import Timeouts
from infill_ls.settings.resolve import ENVIRONMENT, keys
from infill_ls.settings.schema import Settings
from infill_ls.settings.services import SERVICES
from infill_ls.settings.trust import MOST_GLOBS, SHAPING_RULES, WORKSPACE, scope_of

INTRO = """# Settings

*Made by `editors/make_settings/page.py`, from `server/infill_ls/settings/schema.py`; `UPDATE=1 pytest tests/settings` writes it anew.*

infill-ls works without any setting: the embedded engine answers, with no key and no network. Where the environment
holds a `DASHSCOPE_API_KEY`, Model Studio is used instead.

`infill-ls config` shows each setting in effect and where it comes from; `infill-ls doctor` tries them out.

## Where settings come from

From lowest to highest; a higher one wins, key by key:

1. the defaults on this page;
2. your file: `config.toml` in your configuration folder (`infill-ls config path` prints its name), or the file that
   `--config` or `INFILL_LS_CONFIG` names;
3. the environment (see below);
4. the editor: `initializationOptions` (see *Trust*);
5. the workspace: what the editor answers to `workspace/configuration`, section `infill-ls`;
6. the command line.

Keys are written with dots or as tables, which is the same thing:

```toml
provider.kind = "openai"
provider.base_url = "http://localhost:8080"

[completion]
max_lines = 10
languages = {markdown = false, "*.lock" = false}
```

A wrong key or value is reported once, by name, with what is allowed; everything else still works.

## Trust

A repository can bring settings: in `.vscode/settings.json`, and in some editors (Kate's `.kateproject`, Sublime Text's
project files, `.vim/coc-settings.json`, `.helix/languages.toml`) also in what the editor sends as
`initializationOptions`. So settings count as yours only where no repository can have written them: your file, the
environment, the command line, and `initializationOptions` if the server was started with `--trust-editor`. The
extensions for VS Code, Neovim and Emacs that come with infill-ls pass that flag, because they send your own settings
and nothing else. Do not pass it in an editor that mixes in a repository's settings.

From anywhere else a setting can only narrow what is sent, spent and shown. The column *scope* says how: *user only* is
never taken from there; *lower*, *fewer*, *off* and *`manual`* only in that direction; `privacy.exclude` is additive: any
layer can add globs, none can remove them. Rules that can be switched off there are those that only give a suggestion its shape: SHAPING. At
most GLOBS languages or globs can be switched off there, and a list of exclusions that is too long to be compared with
excludes everything. `--config` and `INFILL_LS_CONFIG` take absolute paths only, since a relative
one would name a file of whatever folder is open.

## Environment

| variable | meaning |
|---|---|
"""

OUTCOMES = """
## Outcomes

Every request ends in one outcome, which `infill-ls.why` (a command in each editor) and `--trace` name. Where nothing is
shown, `rule` says why:

| outcome | rule | meaning |
|---|---|---|
"""

AFTERWORD = """
## Rules

A model's text goes through these rules while it arrives and when it is complete. `infill-ls.why` and `--trace` name the
rule that left nothing of it (`rule`), or those that changed what is shown (`changed`). `completion.rules` switches each
off, in case it removes what you want.

| rule | removes or repairs |
|---|---|
"""

OTHER_VARIABLES = {
    "INFILL_LS_CONFIG": "path of your settings file",
    "INFILL_LS_API_KEY": "key for your own server",
    "DASHSCOPE_API_KEY": "key for Model Studio; if it is set, Model Studio is the default",
    **{
        row.key: f"key for {row.name}"
        for row in SERVICES.values()
        if row.needs_key and not row.regional
    },
    "HTTPS_PROXY`, `NO_PROXY": "proxy, if `provider.proxy` is not set",
    "SSL_CERT_FILE": "CA certificates to trust, if `provider.ca_bundle` is not set",
}

TYPES = {
    "string": "text",
    "variable": "name of a variable",
    "strings": "list of texts",
    "table": "table of texts",
    "bool": "`true` or `false`",
    "integer": "whole number",
    "number": "number",
    "debounce": "`adaptive` or whole number",
    "languages": "table of `true` and `false`",
    "switches": "table of `true` and `false`",
    "timeouts": "table of numbers",
    "prices": "table of tables",
}


def render() -> str:
    """The whole page."""
    variables = {name: f"`{key}`" for name, key in ENVIRONMENT.items()} | OTHER_VARIABLES
    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in variables.items())
    names = "".join(f"| `{name}` | {what} |\n" for name, what in RULES.items())
    intro = INTRO.replace("SHAPING", ", ".join(f"`{name}`" for name in sorted(SHAPING_RULES)))
    return (
        intro.replace("GLOBS", str(MOST_GLOBS))
        + rows
        + "".join(_group(field) for field in dataclasses.fields(Settings))
        + OUTCOMES
        + "".join(f"| `{outcome}` | {rule} | {words} |\n" for outcome, rule, words in _outcomes())
        + AFTERWORD
        + names
    )


def _outcomes() -> Iterator[tuple[str, str, str]]:
    """Outcome, rule and meaning of each that is no suggestion."""
    for rule, words in EMPTY.items():
        yield "empty", f"`{'empty' if rule == 'embedded' else rule}`", words
    for rule, words in GATES.items():
        outcome = {"rejected": "filtered", "ignored": "excluded", "excluded": "excluded"}.get(
            rule, "gated"
        )
        yield outcome, "the glob" if rule == "excluded" else f"`{rule}`", words.format(rule="GLOB")
    yield "filtered", "a rule", "the model's text was held back by one of the rules below"
    for name, words in ENDED.items():
        yield name, "", words


def _group(group: dataclasses.Field[Any]) -> str:
    mine = [key for key in keys() if key.startswith(f"{group.name}.")]
    scope = "" if WORKSPACE.keys() & mine else " User only."
    head = f"\n## `{group.name}`\n\n{_first_sentence(group.default)}{scope}\n\n"
    table = "| key | type | unit | default | scope | meaning |\n|---|---|---|---|---|---|\n"
    return head + table + "".join(_row(key) for key in keys() if key.startswith(f"{group.name}."))


def _row(key: str) -> str:
    field = keys()[key]
    cells = [
        f"`{key}`",
        _type(field),
        field.metadata["unit"],
        _default(field),
        scope_of(key),
        field.metadata["sentence"],
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _first_sentence(group: Any) -> str:
    """What the schema says of a group."""
    return str(type(group).__doc__).partition("\n")[0]


def _type(field: dataclasses.Field[Any]) -> str:
    metadata = field.metadata
    if metadata["kind"] == "choice":
        return ", ".join(f"`{choice}`" for choice in metadata["choices"])
    low, high = metadata["low"], metadata["high"]
    if low is not None and high is not None:
        return f"{TYPES[metadata['kind']]}, {_number(low)} to {_number(high)}"
    return TYPES[metadata["kind"]] + (
        f", at least {_number(low)}" if low is not None and low > 0 else ""
    )


def _number(number: float) -> str:
    return f"{number:,}" if number < 10**9 else str(number)


def _default(field: dataclasses.Field[Any]) -> str:
    value = field.default
    if field.metadata["kind"] == "debounce":
        return "`adaptive`" if value is None else f"`{value}`"
    if isinstance(value, Timeouts):
        return (
            "`{"
            + ", ".join(
                f"{name} = {_plain(wait)}" for name, wait in dataclasses.asdict(value).items()
            )
            + "}`"
        )
    if value is None or value == ():
        return "none" if field.metadata["kind"] not in ("languages", "switches") else "all on"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _plain(number: float) -> str:
    return f"{number:g}"
