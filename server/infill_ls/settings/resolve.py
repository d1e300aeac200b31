"""Turns what files, environment and editors say into Settings; never raises: what is wrong is reported by name."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infill_ls.records import PriceTier
from infill_ls.settings.outcomes import RULES
from infill_ls.settings.schema import Settings, Timeouts
from infill_ls.settings.trust import WORKSPACE, narrowed

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
    if field.metadata["kind"] == "rules" and isinstance(raw, Mapping):
        # A name of another version must not switch the other rules back on.
        unknown = [name for name in raw if name not in RULES]
        problems += [
            f"`{key}.{name}` ({layer.name}) is not a rule{_hint(str(name), RULES, unknown)}" for name in unknown
        ]
        raw = {name: value for name, value in raw.items() if name in RULES}
        if unknown and not raw:
            return _NOTHING
    try:
        return _PARSERS[field.metadata["kind"]](raw, field)
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
        return {} if field.metadata["kind"] in ("table", "languages", "prices", "rules") else list(default)
    return default


def _shown(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "..."


def _string(raw: Any, _field: dataclasses.Field[Any]) -> str:
    if not isinstance(raw, str):
        raise TypeError("a string")
    return raw


def _variable(raw: Any, _field: dataclasses.Field[Any]) -> str:
    """A variable's name; a key that was put there instead must not go any further."""
    if not isinstance(raw, str) or not raw.isascii() or not raw.isidentifier():
        raise ValueError("the name of an environment variable (not the key itself)")
    return raw


def _strings(raw: Any, _field: dataclasses.Field[Any]) -> tuple[str, ...]:
    if not isinstance(raw, list | tuple) or not all(isinstance(item, str) for item in raw):
        raise TypeError("a list of strings")
    return tuple(raw)


def _table(raw: Any, _field: dataclasses.Field[Any]) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, Mapping) or not all(isinstance(value, str) for value in raw.values()):
        raise TypeError("a table of strings")
    return tuple(raw.items())


def _choice(raw: Any, field: dataclasses.Field[Any]) -> str:
    if raw not in field.metadata["choices"]:
        raise ValueError("one of " + ", ".join(f"`{choice}`" for choice in field.metadata["choices"]))
    return str(raw)


def _bool(raw: Any, _field: dataclasses.Field[Any]) -> bool:
    if not isinstance(raw, bool):
        raise TypeError("true or false")
    return raw


def _integer(raw: Any, field: dataclasses.Field[Any]) -> int:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)  # JSON of some editors has no integers
    if isinstance(raw, bool) or not isinstance(raw, int) or not _in_range(raw, field) or raw > _LARGEST:
        raise ValueError(f"a whole number{_range(field)}")
    return raw


_LARGEST = 2**53
"""What JSON promises to carry; sums with the clock's floats hold up to there."""


def _number(raw: Any, field: dataclasses.Field[Any]) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not _in_range(raw, field):
        raise ValueError(f"a number{_range(field)}")
    return float(raw)


def _in_range(raw: float, field: dataclasses.Field[Any]) -> bool:
    low, high = field.metadata["low"], field.metadata["high"]
    return (low is None or raw >= low) and (high is None or raw <= high)


def _range(field: dataclasses.Field[Any]) -> str:
    low, high = field.metadata["low"], field.metadata["high"]
    if low is not None and high is not None:
        return f" from {low:,} to {high:,}"
    return "" if low is None else f" of at least {low:,}"


def _debounce(raw: Any, field: dataclasses.Field[Any]) -> int | None:
    if raw == "adaptive":
        return None
    try:
        return _integer(raw, field)
    except ValueError as error:
        raise ValueError("`adaptive` or a number of milliseconds") from error


def _languages(raw: Any, _field: dataclasses.Field[Any]) -> tuple[tuple[tuple[str, bool], ...], ...]:
    if not isinstance(raw, Mapping) or not all(isinstance(value, bool) for value in raw.values()):
        raise TypeError("a table of true and false by language id or glob")
    return (tuple(raw.items()),) if raw else ()


_LONGEST_WAIT_S = 3600


def _timeouts(raw: Any, _field: dataclasses.Field[Any]) -> Timeouts:
    names = {field.name for field in dataclasses.fields(Timeouts)}
    fine = (
        isinstance(raw, Mapping)
        and raw.keys() <= names
        and all(
            isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LONGEST_WAIT_S
            for value in raw.values()
        )
    )
    if not fine:
        raise TypeError(f"a table of `connect`, `first_token` and `total` in seconds, up to {_LONGEST_WAIT_S:,}")
    return Timeouts(**{name: float(value) for name, value in raw.items()})


def _rules(raw: Any, _field: dataclasses.Field[Any]) -> tuple[tuple[str, bool], ...]:
    if not isinstance(raw, Mapping) or not all(isinstance(value, bool) for value in raw.values()):
        raise TypeError("a table of true and false by the name of a rule: " + ", ".join(f"`{name}`" for name in RULES))
    return tuple(raw.items())


def _prices(raw: Any, _field: dataclasses.Field[Any]) -> tuple[tuple[str, PriceTier], ...]:
    if not isinstance(raw, Mapping) or not all(map(_is_price, raw.values())):
        raise TypeError("a table of `{input, output, currency}` by model, `cached` optional, per million tokens")
    return tuple(
        (model, PriceTier(None, price["input"], price["output"], price.get("cached"), price["currency"]))
        for model, price in raw.items()
    )


def _is_price(raw: Any) -> bool:
    if not isinstance(raw, Mapping) or not {"input", "output", "currency"} <= raw.keys() <= _PRICE_KEYS:
        return False
    amounts = [amount for name, amount in raw.items() if name != "currency"]
    return isinstance(raw["currency"], str) and all(
        isinstance(amount, int | float) and not isinstance(amount, bool) and 0 <= amount < 1e9 for amount in amounts
    )


_PRICE_KEYS = frozenset({"input", "output", "cached", "currency"})

_PARSERS: dict[str, Callable[[Any, dataclasses.Field[Any]], Any]] = {
    "string": _string,
    "variable": _variable,
    "strings": _strings,
    "table": _table,
    "choice": _choice,
    "bool": _bool,
    "integer": _integer,
    "number": _number,
    "debounce": _debounce,
    "languages": _languages,
    "timeouts": _timeouts,
    "prices": _prices,
    "rules": _rules,
}


def _assemble(values: Mapping[str, Any]) -> Settings:
    settings = Settings()
    for key, value in values.items():
        group, _, name = key.partition(".")
        changed = dataclasses.replace(getattr(settings, group), **{name: value})
        settings = dataclasses.replace(settings, **{group: changed})
    return settings
