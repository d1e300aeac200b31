"""The settings in the manifest of the VS Code extension, made from the settings' schema; writes nothing."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from infill_ls.settings.resolve import keys
from infill_ls.settings.schema import RULES, Timeouts
from infill_ls.settings.trust import WORKSPACE

SECTION = "infill-ls"

OF_THE_EXTENSION = {
    f"{SECTION}.server.path": {
        "type": "string",
        "default": "",
        "scope": "machine",
        "markdownDescription": "The program `infill-ls`; by default it is looked for in the Python environment of the "
        "workspace, on the search path, and where this extension installs it.",
    },
    f"{SECTION}.trace.server": {
        "type": "string",
        "enum": ["messages", "verbose"],
        "default": "messages",
        "scope": "machine",
        "markdownDescription": "What is written to the log, about what VS Code and the server say to each other, once "
        "its level is set to *Trace*: that something was said, or (`verbose`) every word, your code included.",
    },
}
"""Settings that are no business of the server's."""

_ITEMS = {"type": "array", "items": {"type": "string"}, "default": []}
_PRICE = {
    "type": "object",
    "properties": {name: {"type": "number", "minimum": 0} for name in ("input", "output", "cached")}
    | {"currency": {"type": "string"}},
    "required": ["input", "output", "currency"],
    "additionalProperties": False,
}


def with_settings(manifest: str) -> str:
    """The text of ``package.json`` with the properties of ``contributes.configuration`` as the schema has them."""
    content = json.loads(manifest)
    content["contributes"]["configuration"]["properties"] = properties()
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def properties() -> dict[str, Any]:
    """Every setting, by its full name."""
    ours = {f"{SECTION}.{key}": _property(key, field) for key, field in keys().items()}
    return {name: {"order": order} | each for order, (name, each) in enumerate((OF_THE_EXTENSION | ours).items())}


def _property(key: str, field: dataclasses.Field[Any]) -> dict[str, Any]:
    unit = f" ({field.metadata['unit']})" if field.metadata["unit"] else ""
    scope = "window" if key in WORKSPACE else "machine"
    sentence = _linked(field.metadata["sentence"].rstrip(".") + unit + ".")
    return _type(field) | {"scope": scope, "markdownDescription": sentence}


def _linked(sentence: str) -> str:
    """Names of settings as links to them."""
    return re.sub(r"`(\w+\.\w+)`", lambda name: f"`#{SECTION}.{name[1]}#`" if name[1] in keys() else name[0], sentence)


def _type(field: dataclasses.Field[Any]) -> dict[str, Any]:
    kind, default = field.metadata["kind"], field.default
    match kind:
        case "choice":
            return {"type": "string", "enum": list(field.metadata["choices"]), "default": default}
        case "bool":
            return {"type": "boolean", "default": default}
        case "strings":
            return _ITEMS
        case "table":
            return {"type": "object", "additionalProperties": {"type": "string"}, "default": {}}
        case "rules":
            names = {name: {"type": "boolean", "description": what} for name, what in RULES.items()}
            return {"type": "object", "properties": names, "additionalProperties": False, "default": {}}
        case "languages":
            return {"type": "object", "additionalProperties": {"type": "boolean"}, "default": {}}
        case "prices":
            return {"type": "object", "additionalProperties": _PRICE, "default": {}}
        case "timeouts":
            return _timeouts(default)
        case "debounce":
            number = {"type": "integer", "minimum": field.metadata["low"]}
            return {"anyOf": [{"enum": ["adaptive"]}, number], "default": "adaptive"}
    name = kind if kind in ("integer", "number") else "string"
    limits = {"minimum": field.metadata["low"], "maximum": field.metadata["high"]}
    return {
        "type": name if default is not None else [name, "null"],
        "default": default,
        **{word: limit for word, limit in limits.items() if limit is not None},
    }


def _timeouts(default: Timeouts) -> dict[str, Any]:
    waits = dataclasses.asdict(default)
    number = {"type": "number", "exclusiveMinimum": 0}
    return {
        "type": "object",
        "properties": {name: number | {"default": wait} for name, wait in waits.items()},
        "additionalProperties": False,
        "default": {},
    }
