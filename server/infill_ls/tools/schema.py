"""A function -> what a model is told of it: its name, its docstring, and its parameters as a JSON schema."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, Final

from infill_ls.messages import Tool

_TYPES: Final = {"str": "string", "int": "integer"}
_ARGUMENT: Final = re.compile(r"^\s+(\w+): (.+)$", re.MULTILINE)


def tool_of(function: Callable[..., str]) -> Tool:
    """The tool that a function is. Its first parameter, the project, is no business of the model's."""
    what, _, arguments = inspect.cleandoc(function.__doc__ or "").partition("\nArgs:\n")
    told = dict(_ARGUMENT.findall(arguments))
    properties: dict[str, dict[str, Any]] = {}
    for name, each in parameters_of(function).items():
        properties[name] = {"type": _TYPES[each.annotation], "description": told[name]}
    required = [
        name for name, each in parameters_of(function).items() if each.default is each.empty
    ]
    schema = {"type": "object", "properties": properties, "required": required}
    return Tool(function.__name__, " ".join(what.split()), schema)


def parameters_of(function: Callable[..., str]) -> dict[str, inspect.Parameter]:
    """The parameters that a model gives."""
    _, *given = inspect.signature(function).parameters.values()
    return {each.name: each for each in given}
