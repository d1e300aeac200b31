"""What the emulated service refuses of tools, calls and JSON, in the words of its page of errors; it answers nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.model_studio.failures import bad_parameter
from support.model_studio.models import thinks

if TYPE_CHECKING:
    from support.model_studio.models import Model
    from support.model_studio.records import Failure

Json = dict[str, Any]

_CHOICES = ("none", "auto")


def refuse_tools(model: Model, body: Json) -> Failure | None:
    """What a request gets that offers tools in a way that is not taken."""
    tools = body.get("tools")
    if tools is None:
        return None
    if tools == []:
        return bad_parameter("[] is too short - 'tools'")
    if not model.tools:
        return bad_parameter("The tool call is not supported.")
    if not isinstance(tools, list) or not all(_is_tool(each) for each in tools):
        # That a tool has to have this form is on the page; in which words others are refused is not.
        return bad_parameter("Required parameter(tools) missing or invalid, please check the request parameters.")
    if any(each["function"]["name"] == "search" for each in tools):
        return bad_parameter("Tool names are not allowed to be [search]")
    choice = body.get("tool_choice")
    if isinstance(choice, str) and choice not in _CHOICES:
        return bad_parameter('tool_choice is one of the strings that should be ["none", "auto"]')
    if isinstance(choice, dict) and thinks(model, body):
        return bad_parameter(
            "The tool_choice parameter does not support being set to required or object in thinking mode"
        )
    return None


def refuse_json(model: Model, body: Json) -> Failure | None:
    """What a request gets that wants a form which the model, or this request, cannot have."""
    wanted = body.get("response_format")
    if wanted is None:
        return None
    if not isinstance(wanted, dict) or "type" not in wanted:
        return bad_parameter(
            "Unknown format of response_format, response_format should be a dict, includes 'type' and an optional key "
            f"'json_schema'. The response_format type from user is {type(wanted).__name__}."
        )
    if wanted["type"] != "json_object":
        return None
    # The page of questions itself asks a model that thinks by default, and does not tell it not to.
    if model.thinking == "always" or body.get("enable_thinking"):
        return bad_parameter("Json mode response is not supported when enable_thinking is true")
    if "json" not in json.dumps(body["messages"], ensure_ascii=False).lower():
        return bad_parameter(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        )
    # The page lists the models that have it; in which words others refuse it is on no page.
    return None if model.json else bad_parameter("'response_format' of type 'json_object' is not supported.")


def refuse_turns(messages: list[Json]) -> Failure | None:
    """What a chat gets whose calls and results do not belong together."""
    open_ids: list[str] = []
    for number, message in enumerate(messages):
        if message.get("role") == "tool":
            if message.get("tool_call_id") not in open_ids:
                return bad_parameter(
                    'messages with role "tool" must be a response to a preceeding message with "tool_calls".'
                )
            open_ids.remove(message["tool_call_id"])
            continue
        if open_ids:
            return _unanswered(number)
        calls = message.get("tool_calls")
        if calls == []:
            return bad_parameter("[] is too short - 'messages'")
        open_ids = [str(call.get("id")) for call in calls or ()]
    return _unanswered(len(messages)) if open_ids else None


def _unanswered(number: int) -> Failure:
    return bad_parameter(
        'An assistant message with "tool_calls" must be followed by tool messages responding to each "tool_call_id". '
        f"The following tool_call_ids did not have response messages: message[{number}].role"
    )


def _is_tool(tool: object) -> bool:
    function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
    return isinstance(function, dict) and isinstance(function.get("name"), str) and bool(function["name"])
