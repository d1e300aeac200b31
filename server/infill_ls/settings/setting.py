"""One key of the settings as a dataclass's field: its default, kind, sentence, unit and limits."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

ValueKind = Literal[
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
    "switches",
]


def setting(  # noqa: PLR0913  # one row of a table, whose columns are all named
    default: Any,
    kind: ValueKind,
    sentence: str,
    *,
    unit: str = "",
    choices: tuple[str, ...] | Mapping[str, str] = (),
    low: float | None = None,
    high: float | None = None,
) -> Any:
    """One key: its default (or a tuple, table or record of them) and what ``resolve`` and the docs need to know.

    The ``choices`` of switches have a sentence each.
    """
    return dataclasses.field(
        default=default,
        metadata={
            "kind": kind,
            "sentence": sentence,
            "unit": unit,
            "choices": choices,
            "low": low,
            "high": high,
        },
    )
