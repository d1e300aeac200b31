"""Values as they come from files and editors -> values of the right type, or an error that says what is allowed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from infill_ls.settings.provider_settings import Timeouts
from infill_ls.tokens import PriceTier


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
        raise ValueError(
            "one of " + ", ".join(f"`{choice}`" for choice in field.metadata["choices"])
        )
    return str(raw)


def _bool(raw: Any, _field: dataclasses.Field[Any]) -> bool:
    if not isinstance(raw, bool):
        raise TypeError("true or false")
    return raw


def _integer(raw: Any, field: dataclasses.Field[Any]) -> int:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)  # JSON of some editors has no integers
    if (
        isinstance(raw, bool)
        or not isinstance(raw, int)
        or not _in_range(raw, field)
        or raw > _LARGEST
    ):
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


def _languages(
    raw: Any, _field: dataclasses.Field[Any]
) -> tuple[tuple[tuple[str, bool], ...], ...]:
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
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and 0 < value <= _LONGEST_WAIT_S
            for value in raw.values()
        )
    )
    if not fine:
        raise TypeError(
            f"a table of `connect`, `first_token` and `total` in seconds, up to {_LONGEST_WAIT_S:,}"
        )
    return Timeouts(**{name: float(value) for name, value in raw.items()})


def _switches(raw: Any, field: dataclasses.Field[Any]) -> tuple[tuple[str, bool], ...]:
    if not isinstance(raw, Mapping) or not all(isinstance(value, bool) for value in raw.values()):
        raise TypeError(
            f"a table of true and false by the name of a {one_of(field)}: "
            + ", ".join(f"`{name}`" for name in field.metadata["choices"])
        )
    return tuple(raw.items())


def one_of(field: dataclasses.Field[Any]) -> str:
    """What each of a setting's switches is called."""
    return field.name.removesuffix("s")


def _prices(raw: Any, _field: dataclasses.Field[Any]) -> tuple[tuple[str, PriceTier], ...]:
    if not isinstance(raw, Mapping) or not all(map(_is_price, raw.values())):
        raise TypeError(
            "a table of `{input, output, currency}` by model, `cached` optional, per million tokens"
        )
    return tuple(
        (
            model,
            PriceTier(
                None, price["input"], price["output"], price.get("cached"), price["currency"]
            ),
        )
        for model, price in raw.items()
    )


def _is_price(raw: Any) -> bool:
    if (
        not isinstance(raw, Mapping)
        or not {"input", "output", "currency"} <= raw.keys() <= _PRICE_KEYS
    ):
        return False
    amounts = [amount for name, amount in raw.items() if name != "currency"]
    return isinstance(raw["currency"], str) and all(
        isinstance(amount, int | float) and not isinstance(amount, bool) and 0 <= amount < 1e9
        for amount in amounts
    )


_PRICE_KEYS = frozenset({"input", "output", "cached", "currency"})


PARSERS: dict[str, Callable[[Any, dataclasses.Field[Any]], Any]] = {
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
    "switches": _switches,
}
