"""Turns what files, environment and editors say into Settings; never raises: what is wrong is reported by name."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infill_ls.settings.schema import Settings
from infill_ls.settings.trust import WORKSPACE, narrowed
from infill_ls.settings.values import PARSERS, one_of

ENVIRONMENT = {
    "INFILL_LS_PROVIDER": "provider.kind",
    "INFILL_LS_BASE_URL": "provider.base_url",
    "INFILL_LS_MODEL": "provider.model",
    "INFILL_LS_MODE": "provider.mode",
}
"""Environment variables that are settings. Keys are read where they are used, and are no settings."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings. What an untrusted one may do is in ``trust.py``."""

    name: str
    values: Mapping[str, Any]
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Resolved:
    """Settings in force, the layer that each key came from, and a sentence for each thing that is wrong."""

    settings: Settings
    origins: Mapping[str, str]
    problems: tuple[str, ...]


def resolve(layers: Sequence[Layer]) -> Resolved:
    """Later layers win; untrusted ones can only narrow, and to ``privacy.exclude`` every layer adds."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    problems: list[str] = []
    for layer in layers:
        for key, raw in _flatten(layer.values):
            value = _accept(key, raw, layer, problems)
            if value is _NOTHING:
                continue
            in_force = values.get(key, keys()[key].default)
            if not layer.trusted:
                try:
                    value = narrowed(key, value, in_force)
                except ValueError as error:
                    problems.append(f"`{key}` ({layer.name}) was ignored: {error}")
                    continue
            elif key == "privacy.exclude":
                value = tuple(dict.fromkeys((*in_force, *value)))
            values[key] = value
            origins[key] = layer.name
    return Resolved(_assemble(values), origins, tuple(problems))


@functools.cache
def keys() -> dict[str, dataclasses.Field[Any]]:
    """Every key, ``group.name``, with its field of the schema."""
    return {
        f"{group.name}.{field.name}": field
        for group in dataclasses.fields(Settings)
        for field in dataclasses.fields(type(group.default))  # type: ignore[arg-type]  # each default is a record
    }


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """What the environment sets; empty variables count as unset."""
    found = {key: environ[name] for name, key in ENVIRONMENT.items() if environ.get(name)}
    return Layer("environment", found)


def file_layer(name: str, text: str) -> tuple[Layer, tuple[str, ...]]:
    """The user's TOML file as a layer, and what is wrong with it as a whole."""
    import tomllib  # 10 ms of start-up that only users with a file pay

    try:
        return Layer(name, tomllib.loads(text)), ()
    except tomllib.TOMLDecodeError as error:
        return Layer(name, {}), (f"{name} is not valid TOML and was ignored: {error}",)


_NOTHING = object()


def _flatten(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested tables and dotted keys alike, as ``group.name`` pairs; a setting that is a table stays one."""
    known = keys()
    out: list[tuple[str, Any]] = []
    for name, value in values.items():
        key = f"{prefix}{name}"
        if key not in known and isinstance(value, Mapping) and key.count(".") == 0:
            out += _flatten(value, f"{key}.")
        else:
            out.append((key, value))
    return out


def _accept(key: str, raw: Any, layer: Layer, problems: list[str]) -> Any:
    """The value in the form that the code uses, or _NOTHING with a sentence in ``problems``."""
    field = keys().get(key)
    if key in _EDITOR_KEYS:
        return _NOTHING
    if field is None:
        problems.append(f"`{key}` ({layer.name}) is not a setting{_hint(key, keys(), problems)}")
        return _NOTHING
    if raw is None:
        return _NOTHING
    if not layer.trusted and key not in WORKSPACE:
        # Some editors send the default of every setting that they know; that is nobody's wish.
        if raw != _plain_default(field):
            problems.append(
                f"`{key}` ({layer.name}) was ignored: a repository could have written it there; set it in your own "
                "settings file (`infill-ls config path`)"
            )
        return _NOTHING
    if field.metadata["kind"] == "switches" and isinstance(raw, Mapping):
        # A name of another version must not switch the others back on.
        names = field.metadata["choices"]
        unknown = [name for name in raw if name not in names]
        problems += [
            f"`{key}.{name}` ({layer.name}) is not a {one_of(field)}{_hint(str(name), names, unknown)}"
            for name in unknown
        ]
        raw = {name: value for name, value in raw.items() if name in names}
        if unknown and not raw:
            return _NOTHING
    try:
        return PARSERS[field.metadata["kind"]](raw, field)
    except (ValueError, TypeError) as error:
        # What stands under `provider` may hold a key in the wrong place, and is never repeated.
        found = "" if key.startswith("provider.") else f"is {_shown(raw)}, but "
        problems.append(f"`{key}` ({layer.name}) {found}should be {error}; it was ignored")
        return _NOTHING


_MISTYPED = 20
"""Mistakes up to which a near name is looked for, which takes a millisecond each: more are nobody's typing."""


def _hint(name: str, known: Iterable[str], mistakes: Sequence[str]) -> str:
    if len(mistakes) > _MISTYPED or len(name) > 2 * max(map(len, known)):
        return ""
    import difflib  # only a mistake needs it

    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


_EDITOR_KEYS = frozenset({"status", "nextEdit"})
"""Keys of ``initializationOptions`` that belong to the protocol, not to the settings."""


def _plain_default(field: dataclasses.Field[Any]) -> Any:
    """A setting's default as JSON has it."""
    default = field.default
    if dataclasses.is_dataclass(default) and not isinstance(default, type):
        return dataclasses.asdict(default)
    if isinstance(default, tuple):
        return (
            {}
            if field.metadata["kind"] in ("table", "languages", "prices", "switches")
            else list(default)
        )
    return default


def _shown(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "..."


def _assemble(values: Mapping[str, Any]) -> Settings:
    settings = Settings()
    for key, value in values.items():
        group, _, name = key.partition(".")
        changed = dataclasses.replace(getattr(settings, group), **{name: value})
        settings = dataclasses.replace(settings, **{group: changed})
    return settings
