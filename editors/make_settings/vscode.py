"""The settings in the manifest of the VS Code extension, made from the settings' schema; writes nothing."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

from infill_ls.settings.next_edit_settings import NEXT_FAMILIES
from infill_ls.settings.provider_settings import FAMILIES, KINDS, Timeouts
from infill_ls.settings.resolve import keys
from infill_ls.settings.service import OWN_KEY
from infill_ls.settings.services import SERVICES
from infill_ls.settings.trust import WORKSPACE

SECTION = "infill-ls"

OF_THE_EXTENSION = {
    f"{SECTION}.server.path": {
        "type": "string",
        "default": "",
        "scope": "machine",
        "markdownDescription": "Path of the server, to override the one found automatically: in the Python environment "
        "of the workspace, on the search path, or where this extension installs it.",
    },
    f"{SECTION}.trace.server": {
        "type": "string",
        "enum": ["messages", "verbose"],
        "enumDescriptions": [
            "The kind of each message",
            "Every word of each message, which includes your code",
        ],
        "default": "messages",
        "scope": "machine",
        "markdownDescription": "What the log holds of the messages between VS Code and the server, once its level is "
        "*Trace*.",
    },
}
"""Settings that are no business of the server's."""

SECTIONS = {
    "Server": ("server", "trace", "log"),
    "Where completions come from": ("provider",),
    "When suggestions are shown": ("completion",),
    "Next edits": ("next_edit",),
    "Privacy and context": ("privacy", "context"),
    "Embedded engine, cache and usage": ("local", "cache", "usage"),
}
"""The settings page's sections, and the groups of settings in each."""

CHOICES = {
    "provider.kind": {
        "auto": "The server of the base URL where one is set, Model Studio where a key is found, else the embedded engine",
        "local": "The embedded engine: no key, no network",
        **{kind: SERVICES[kind].name for kind in KINDS[2:]},
        "model-studio": "Alibaba Model Studio",
        "openai": "Any other server with an OpenAI-compatible API",
    },
    "next_edit.source": {
        "repeats": "What you have changed twice is offered at the next place; nothing is sent",
        "model": "A model says what follows from your last changes, which are sent to it",
        "both": "What repeats, and a model where nothing does",
        "off": "No next edits",
    },
    "next_edit.family": {
        "auto": "As the model's name says; a model that no form is known of gets `chat` or `json`",
        **{name: f"The form that {name} was trained on" for name in NEXT_FAMILIES[1:-2]},
        "chat": "A chat whose answer has begun already, for any model that can go on with it",
        "json": "A chat that answers in JSON, for any other model",
    },
    "next_edit.eagerness": {
        "low": "Three examples instead of two, and half the reach",
        "medium": "Two examples, as far as the reach goes",
        "high": "Two examples, through the whole file",
    },
    "local.eagerness": {
        "calm": "What is likely to save you typing",
        "lively": "A little more help, and a tenth more suggestions that turn out wrong",
    },
    "provider.mode": {
        "auto": "By model, engine and region",
        "fim": "Fill-in-the-middle tokens in a completions prompt",
        "partial": "A chat whose last message the model continues",
        "chat": "A plain chat, the last resort",
    },
    "provider.family": {
        "auto": "As the model's name says",
        **{name: f"The tokens of {name}" for name in FAMILIES[1:-1]},
        "none": "A model without fill-in-the-middle tokens",
    },
    "provider.fim_form": {
        "documented": "Prefix, suffix, middle, as the models were trained",
        "typed-last": "The typed part of the line comes last, which prefix caches like; untried with real weights",
    },
    "provider.protocol": {"openai": "Compatible mode", "dashscope": "Native"},
    "provider.region": {
        "beijing": "Beijing, China",
        "singapore": "Singapore",
        "virginia": "Virginia, USA",
        "hongkong": "Hong Kong, China",
        "frankfurt": "Frankfurt, Germany",
        "tokyo": "Tokyo, Japan",
    },
    "provider.thinking": {
        "off": "It answers at once",
        "on": "It may think first, for explicit requests",
    },
    "completion.trigger": {"auto": "As you type", "manual": "Only when you ask for one"},
    "completion.lines": {
        "single": "One line",
        "multi": "Several lines",
        "auto": "As the place suggests",
    },
    "completion.deep": {
        "off": "Only the command *Deep Suggestion* looks things up",
        "on": "Whenever you ask for a suggestion by hand",
    },
    "completion.fallback": {
        "auto": "For editors known to lack inline completion, which VS Code is not",
        "on": "As an item of the suggestion list, too",
        "off": "Never",
    },
    "log.level": {
        "debug": "Everything but code and keys",
        "info": "What happens",
        "warning": "What may go wrong",
        "error": "What went wrong",
    },
}
"""What each choice means, where a list has only its name."""

_ITEMS = {"type": "array", "items": {"type": "string"}, "default": []}
_PRICE = {
    "type": "object",
    "properties": {name: {"type": "number", "minimum": 0} for name in ("input", "output", "cached")}
    | {"currency": {"type": "string"}},
    "required": ["input", "output", "currency"],
    "additionalProperties": False,
}


_VALUES = {"table": {"type": "string"}, "languages": {"type": "boolean"}, "prices": _PRICE}
"""What the values of a table are, by the kind of setting."""


def with_settings(manifest: str) -> str:
    """The text of ``package.json``: ``contributes.configuration`` as the schema has it, and the variables of keys."""
    content = json.loads(manifest)
    content[f"{SECTION}.keys"] = key_variables()
    content["contributes"]["configuration"] = configuration()
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def key_variables() -> list[dict[str, str]]:
    """The variables that keys come from, and what each is for: a variable of several services is for all others."""
    rows: dict[str, str] = {}
    for row in SERVICES.values():
        rows.setdefault(row.key, "Your own server" if row.key == OWN_KEY else row.name)
    return [{"variable": variable, "label": label} for variable, label in rows.items()]


def configuration() -> list[dict[str, Any]]:
    """Every setting, by section."""
    found = properties()
    return [
        {
            "title": title,
            "properties": {
                name: each for name, each in found.items() if name.split(".")[1] in groups
            },
        }
        for title, groups in SECTIONS.items()
    ]


def properties() -> dict[str, Any]:
    """Every setting, by its full name."""
    ours = {f"{SECTION}.{key}": _property(key, field) for key, field in keys().items()}
    return {
        name: {"order": order} | each
        for order, (name, each) in enumerate((OF_THE_EXTENSION | ours).items())
    }


def _property(key: str, field: dataclasses.Field[Any]) -> dict[str, Any]:
    unit = f" ({field.metadata['unit']})" if field.metadata["unit"] else ""
    scope = "window" if key in WORKSPACE else "machine"
    sentence = _linked(field.metadata["sentence"].rstrip(".") + unit + ".")
    told = (
        {"enumDescriptions": list(CHOICES[key].values())}
        if field.metadata["kind"] == "choice"
        else {}
    )
    return _type(field) | told | {"scope": scope, "markdownDescription": sentence}


def _linked(sentence: str) -> str:
    """Names of settings as links to them."""
    return re.sub(
        r"`(\w+\.\w+)`",
        lambda name: f"`#{SECTION}.{name[1]}#`" if name[1] in keys() else name[0],
        sentence,
    )


def _type(field: dataclasses.Field[Any]) -> dict[str, Any]:
    kind, default = field.metadata["kind"], field.default
    match kind:
        case "choice":
            return {"type": "string", "enum": list(field.metadata["choices"]), "default": default}
        case "bool":
            return {"type": "boolean", "default": default}
        case "strings":
            return _ITEMS
        case "table" | "languages" | "prices":
            return {"type": "object", "additionalProperties": _VALUES[kind], "default": {}}
        case "switches":
            names = {
                name: {"type": "boolean", "description": what}
                for name, what in field.metadata["choices"].items()
            }
            return {
                "type": "object",
                "properties": names,
                "additionalProperties": False,
                "default": {},
            }
        case "timeouts":
            return _timeouts(default)
        case "debounce":
            number = {"type": "integer", "minimum": field.metadata["low"]}
            return {"anyOf": [{"enum": ["adaptive"]}, number], "default": "adaptive"}
        case "integer" | "number":
            return _number(field)
    # VS Code has a box for text, but none for text or null; an empty one counts as not set.
    return {"type": "string", "default": default or ""}


def _number(field: dataclasses.Field[Any]) -> dict[str, Any]:
    kind, default = field.metadata["kind"], field.default
    limits = {"minimum": field.metadata["low"], "maximum": field.metadata["high"]}
    return {
        "type": kind if default is not None else [kind, "null"],
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
