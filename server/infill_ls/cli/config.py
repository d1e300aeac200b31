"""``infill-ls config``: each setting in force and where it comes from; writes a settings file where there is none."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from pathlib import Path
from typing import Any

from infill_ls.cli.terminal import warn
from infill_ls.errors import SettingsError
from infill_ls.sentences import harmless
from infill_ls.settings.resolve import Resolved, keys
from infill_ls.startup import Launch

SECRET = frozenset(
    f"provider.{name}"
    for name in ("headers", "proxy", "api_key_command", "api_key_env", "base_url")
)
"""Settings that may hold a password; only what is around it is shown."""

WIDTH = 100
"""Characters of a line of the settings file that ``init`` writes."""


def path(launch: Launch) -> int:
    """Print the name of the user's settings file; gives the exit status."""
    print(launch.user_file())
    return 0


def init(launch: Launch) -> int:
    """Write a settings file in which every setting is a comment, unless there is a file; gives the exit status.

    Raises:
        SettingsError: there is a file, or none can be written.
    """
    file = Path(launch.user_file())
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(template())
    except FileExistsError as error:
        raise SettingsError(f"{file} exists already, so nothing is written.") from error
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.") from error
    print(file)
    return 0


def template() -> str:
    """All settings with their defaults, as comments."""
    lines = [
        "# Settings of infill-ls. Remove the # before a setting to change it; `infill-ls doctor` tries it out."
    ]
    for key, field in keys().items():
        group, _, name = key.partition(".")
        if f"[{group}]" not in lines:
            lines += ["", f"[{group}]"]
        words = field.metadata["sentence"].replace("`", "")
        lines += [
            "",
            *(f"# {line}" for line in textwrap.wrap(words, WIDTH, break_on_hyphens=False)),
            f"# {name} = {_toml(key, field)}",
        ]
    return "\n".join(lines) + "\n"


def config(launch: Launch, *, as_json: bool) -> int:
    """Print the settings; gives the exit status."""
    resolved = launch.resolved()
    rows = [
        (key, _shown(key, _value(resolved, key)), resolved.origins.get(key, "default"))
        for key in keys()
    ]
    if as_json:
        print(json.dumps({key: {"value": value, "from": origin} for key, value, origin in rows}))
    else:
        print(harmless(f"# user file: {launch.user_file()}"))
        width = max(len(key) for key, _, _ in rows)
        for key, value, origin in rows:
            print(harmless(f"{key:{width}}  {json.dumps(value, ensure_ascii=False):32}  {origin}"))
    for problem in resolved.problems:
        warn(problem)
    return 2 if resolved.problems else 0


def _value(resolved: Resolved, key: str) -> Any:
    group, _, name = key.partition(".")
    value = getattr(getattr(resolved.settings, group), name)
    if key == "completion.debounce_ms" and value is None:
        return "adaptive"
    return (
        dataclasses.asdict(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type)
        else value
    )


def _shown(key: str, value: Any) -> Any:
    if not value or key not in SECRET:
        return value
    if key == "provider.headers":
        return {name: "…" for name, _ in value}
    if key == "provider.api_key_command":
        return [value[0], "…"] if len(value) > 1 else list(value)
    if key == "provider.api_key_env":
        return (
            value if value.isidentifier() else "…"
        )  # a key that was put in the place of its variable's name
    return _without_login(value)


def _without_login(address: str) -> str:
    """An address without user, password and query."""
    plain, query, _ = address.partition("?")
    login, separator, host = plain.rpartition("@")
    scheme, slashes, _ = login.partition("://")
    shown = f"{scheme + slashes if slashes else ''}…@{host}" if separator else plain
    return f"{shown}?…" if query else shown


_EXAMPLES = {
    "provider.base_url": "http://localhost:8080",
    "provider.model": "qwen2.5-coder-7b",
    "provider.workspace_id": "ws-0123",
    "provider.api_key_env": "MY_KEY",
    "provider.proxy": "http://localhost:3128",
    "provider.ca_bundle": "/etc/ssl/certs/ca-certificates.crt",
    "completion.debounce_ms": "adaptive",
}
"""What a text looks like for which there is no default."""


def _toml(key: str, field: dataclasses.Field[Any]) -> str:
    value, kind = field.default, field.metadata["kind"]
    if value is None:
        value = (
            _EXAMPLES.get(key, "")
            if kind not in ("integer", "number")
            else field.metadata["low"] or 1
        )
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = dataclasses.asdict(value).items()
        return f"{{ {', '.join(f'{name} = {json.dumps(each)}' for name, each in pairs)} }}"
    return "{}" if value == () and kind != "strings" else json.dumps(value)
