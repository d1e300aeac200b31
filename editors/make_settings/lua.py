"""The file ``editors/nvim/lua/infill_ls/settings.lua``, annotations made from the settings' schema; writes nothing."""

from __future__ import annotations

import dataclasses
from typing import Any

from infill_ls.settings.provider_settings import Timeouts
from infill_ls.settings.resolve import keys
from infill_ls.settings.schema import Settings
from infill_ls.settings.values import one_of

INTRO = """---@meta

-- The server's settings, for LuaLS: `---@type infill_ls.Settings`. Nothing of it is loaded.
-- Made by `editors/make_settings/lua.py`, from `server/infill_ls/settings/schema.py`; `UPDATE=1 pytest tests/settings` writes it anew.

"""
TYPES = {
    "string": "string",
    "variable": "string",
    "strings": "string[]",
    "table": "table<string, string>",
    "bool": "boolean",
    "integer": "integer",
    "number": "number",
    "debounce": "'adaptive'|integer",
    "languages": "table<string, boolean>",
    "timeouts": "infill_ls.Timeouts",
    "prices": "table<string, infill_ls.Price>",
}
PRICE = """---@class infill_ls.Price per million tokens
---@field input number
---@field output number
---@field cached? number
---@field currency string
"""


def render() -> str:
    """The whole file."""
    groups = dataclasses.fields(Settings)
    whole = "---@class infill_ls.Settings\n" + "".join(
        f"---@field {group.name}? {_name(group)} {_sentence(group)}\n" for group in groups
    )
    waits = "---@class infill_ls.Timeouts seconds\n" + "".join(
        f"---@field {field.name}? number\n" for field in dataclasses.fields(Timeouts)
    )
    switches = [each for each in keys().values() if each.metadata["kind"] == "switches"]
    return INTRO + "\n".join([whole, *map(_group, groups), waits, PRICE, *map(_names, switches)])


def _group(group: dataclasses.Field[Any]) -> str:
    rows = (
        f"---@field {field.name}? {_type(field)} {_meaning(field)}\n" for field in _fields(group)
    )
    return f"---@class {_name(group)}\n" + "".join(rows)


def _fields(group: dataclasses.Field[Any]) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(type(group.default))  # type: ignore[arg-type]  # each default is a record


def _name(group: dataclasses.Field[Any]) -> str:
    return f"infill_ls.Settings.{group.name}"


def _sentence(group: dataclasses.Field[Any]) -> str:
    return str(type(group.default).__doc__).partition("\n")[0]


def _type(field: dataclasses.Field[Any]) -> str:
    if field.metadata["kind"] == "choice":
        return "|".join(f"'{choice}'" for choice in field.metadata["choices"])
    if field.metadata["kind"] == "switches":
        return f"table<infill_ls.{one_of(field).capitalize()}, boolean>"
    return TYPES[field.metadata["kind"]]


def _names(field: dataclasses.Field[Any]) -> str:
    """Those of a setting's switches, each with its sentence."""
    rows = (f"---| '{name}' # {what}\n" for name, what in field.metadata["choices"].items())
    return f"---@alias infill_ls.{one_of(field).capitalize()}\n" + "".join(rows)


def _meaning(field: dataclasses.Field[Any]) -> str:
    unit = field.metadata["unit"]
    return field.metadata["sentence"] + (f" In {unit}." if unit else "")
