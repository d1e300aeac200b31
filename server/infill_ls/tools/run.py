"""A model's call -> its result: checks what was asked, looks it up, and leaves nothing in it that is not to be sent."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from infill_ls.errors import Refused
from infill_ls.messages import Tool, ToolCall, ToolResult
from infill_ls.privacy.neutralise import neutralise
from infill_ls.tools.look_up import (
    find_definition,
    find_uses,
    list_files,
    outline,
    read_file,
    search_text,
)
from infill_ls.tools.project import Project
from infill_ls.tools.schema import parameters_of, tool_of

MOST_NUMBER: Final = 10**9
"""What lies beyond counts as this."""
LONGEST_ARGUMENTS: Final = 4_000
"""Characters of a call's arguments."""

_TOOLS: Final[dict[str, tuple[Callable[..., str], str]]] = {
    each.__name__: (each, words)
    for each, words in (
        (read_file, "reading {path}"),
        (find_definition, "looking for the definition of {name}"),
        (find_uses, "looking for uses of {name}"),
        (search_text, "searching for {text}"),
        (list_files, "listing {glob}"),
        (outline, "reading the outline of {path}"),
    )
}
"""The functions, and what a person is told while they work."""


@cache
def tools() -> tuple[Tool, ...]:
    """What a model is offered."""
    return tuple(tool_of(function) for function, _ in _TOOLS.values())


def run(call: ToolCall, project: Project, tokens: tuple[str, ...]) -> ToolResult:
    """What a call gives, or why it gives nothing, in words for the model; ``tokens`` are broken in it.

    Reads the disk: not for the loop.
    """
    try:
        function, arguments = _understood(call)
        text = function(project, **arguments)
    except Refused as error:
        text = f"Error: {error}"
    return ToolResult(call.id, neutralise(project.harmless(text), tokens))


def arguments_of(call: ToolCall) -> Mapping[str, Any] | None:
    """A call's arguments; None where they are no JSON object."""
    if len(call.arguments) > LONGEST_ARGUMENTS:
        return None
    try:
        found = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def looks_everywhere(call: ToolCall) -> bool:
    """Whether a call looks into all files, rather than into one by its name."""
    return call.name in {find_uses.__name__, search_text.__name__}


def saying(call: ToolCall) -> str:
    """What a person is told of a call."""
    _, words = _TOOLS.get(call.name, (None, "answering a call that infill-ls does not know"))
    given = arguments_of(call) or {}
    return words.format_map({name: str(given.get(name, "all files"))[:60] for name in _TOLD})


_TOLD: Final = ("path", "name", "text", "glob")


def _understood(call: ToolCall) -> tuple[Callable[..., str], dict[str, Any]]:
    function, _ = _TOOLS.get(call.name, (None, ""))
    if function is None:
        raise Refused(f"There is no such tool. The tools are {', '.join(_TOOLS)}.")
    given, wanted = arguments_of(call), parameters_of(function)
    if given is None:
        raise Refused(f"The arguments have to be one JSON object with {', '.join(wanted)}.")
    for name, each in wanted.items():
        if each.default is each.empty and name not in given:
            raise Refused(f"{name} is missing: {call.name} takes {', '.join(wanted)}.")
    if not wanted.keys() >= given.keys():
        raise Refused(f"{call.name} takes {', '.join(wanted)}, and nothing else.")
    return function, {name: _typed(name, given[name], wanted[name].annotation) for name in given}


def _typed(name: str, value: Any, kind: str) -> str | int:
    """A value as a tool takes it; models write numbers as they like."""
    if kind == "str" and isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Refused(f"{name} has to be text.") from None
        return value
    if kind == "int" and not isinstance(value, bool):
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
            return int(value)
        if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
            return int(max(-MOST_NUMBER, min(value, MOST_NUMBER)))
    raise Refused(f"{name} has to be {'a string' if kind == 'str' else 'a whole number'}.")
