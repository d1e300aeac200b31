"""``infill-ls config``: each setting in force and where it comes from. Changes nothing."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from infill_ls.cli.terminal import warn
from infill_ls.launch import Launch
from infill_ls.sentences import harmless
from infill_ls.settings.resolve import Resolved, keys

SECRET = frozenset(f"provider.{name}" for name in ("headers", "proxy", "api_key_command", "api_key_env", "base_url"))
"""Settings that may hold a password; only what is around it is shown."""


def config(launch: Launch, *, path_only: bool, as_json: bool) -> int:
    """Print the settings; gives the exit status."""
    if path_only:
        print(launch.user_file())
        return 0
    resolved = launch.resolved()
    rows = [(key, _shown(key, _value(resolved, key)), resolved.origins.get(key, "default")) for key in keys()]
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
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value


def _shown(key: str, value: Any) -> Any:
    if not value or key not in SECRET:
        return value
    if key == "provider.headers":
        return {name: "…" for name, _ in value}
    if key == "provider.api_key_command":
        return [value[0], "…"] if len(value) > 1 else list(value)
    if key == "provider.api_key_env":
        return value if value.isidentifier() else "…"  # a key that was put in the place of its variable's name
    return _without_login(value)


def _without_login(address: str) -> str:
    """An address without user, password and query."""
    plain, query, _ = address.partition("?")
    login, separator, host = plain.rpartition("@")
    scheme, slashes, _ = login.partition("://")
    shown = f"{scheme + slashes if slashes else ''}…@{host}" if separator else plain
    return f"{shown}?…" if query else shown
