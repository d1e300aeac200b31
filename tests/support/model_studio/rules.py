"""What the emulated service refuses, in the order in which it looks; it answers nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.model_studio.cache import MOST_MARKS, marked_beginnings
from support.model_studio.failures import (
    BAD_BODY,
    INVALID_API_KEY,
    LAST_ROLE,
    NO_API_KEY,
    bad_parameter,
    model_not_found,
    model_not_supported,
)
from support.model_studio.models import MODELS, Model, read_question
from support.model_studio.tool_rules import refuse_json, refuse_tools, refuse_turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.model_studio.records import Failure

_MAX_TOKENS = 8192
_MAX_THINKING = 38_912
_RANGES: tuple[tuple[str, Callable[[float], bool], str], ...] = (
    ("max_tokens", lambda n: 1 <= n <= _MAX_TOKENS, f"Range of max_tokens should be [1, {_MAX_TOKENS}]"),
    ("temperature", lambda n: 0 <= n < 2, "Temperature should be in [0.0, 2.0)"),
    ("top_p", lambda n: 0 < n <= 1, "Range of top_p should be (0.0, 1.0]"),
    ("presence_penalty", lambda n: -2 <= n <= 2, "Presence_penalty should be in [-2.0, 2.0]"),
    ("seed", lambda n: 0 <= n < 2**31, "Range of seed should be [0, 2147483647]"),
    (
        "thinking_budget",
        lambda n: 1 <= n <= _MAX_THINKING,
        f"The thinking_budget parameter must be a positive integer and not greater than {_MAX_THINKING}",
    ),
)
_BAD_STOP = (
    'The "stop" parameter must be of type "str", "list[str]", "list[int]", or "list[list[int]]", '
    "and all elements within the list must be of the same type."
)


def refuse_key(authorization: str | None, api_key: str | None) -> Failure | None:
    """What a wrong or missing key gets; no key is asked for where ``api_key`` is None."""
    if api_key is None or authorization == f"Bearer {api_key}":
        return None
    return INVALID_API_KEY if authorization else NO_API_KEY


def refuse_own(body: dict[str, Any], max_stops: int | None) -> Failure | None:
    """What an own server refuses: little, and it knows nothing of ``partial`` or thinking."""
    if body.get("model", "own-coder") not in MODELS:
        return model_not_found(body["model"])
    if read_question(body) is None:
        return BAD_BODY
    return _refuse_stops(body.get("stop"), max_stops)


def refuse_completions(body: dict[str, Any], max_stops: int | None) -> Failure | None:
    """What the service refuses on ``/completions``."""
    refused = _refuse_model(body, lambda model: model.completions) or _refuse_parameters(body, max_stops)
    if refused:
        return refused
    question = read_question(body)
    if "prompt" not in body or question is None:
        return bad_parameter("Required parameter(prompt) missing or invalid, please check the request parameters.")
    if question.kind == "fim" and not question.prefix:
        # The page says that text before a given suffix cannot be generated, not what happens to those who try.
        return bad_parameter("The prefix must not be empty.")
    return None


def refuse_chat(body: dict[str, Any], max_stops: int | None) -> Failure | None:
    """What the service refuses on ``/chat/completions``."""
    refused = _refuse_model(body, lambda model: model.chat) or _refuse_parameters(body, max_stops)
    if refused:
        return refused
    messages = body.get("messages")
    if messages == []:
        return bad_parameter("[] is too short - 'messages'")
    if not isinstance(messages, list) or read_question(body) is None:
        return BAD_BODY
    if len(marked_beginnings(messages)) > MOST_MARKS:
        # The limit is on the page; what happens to those who pass it is not.
        return bad_parameter(f"A request may hold at most {MOST_MARKS} cache_control markers.")
    model = MODELS[body["model"]]
    return (
        refuse_json(model, body)
        or refuse_tools(model, body)
        or refuse_turns(messages)
        or _refuse_thinking(model, body)
        or _refuse_partial(model, body, messages)
    )


def _refuse_model(body: dict[str, Any], has_route: Callable[[Model], bool]) -> Failure | None:
    name = body.get("model")
    if not isinstance(name, str) or not name:
        return bad_parameter("Required parameter(model) missing or invalid, please check the request parameters.")
    if name not in MODELS:
        return model_not_found(name)
    return None if has_route(MODELS[name]) else model_not_supported(name)


def _refuse_parameters(body: dict[str, Any], max_stops: int | None) -> Failure | None:
    for name, fits, message in _RANGES:
        value = body.get(name)
        if value is not None and not (isinstance(value, int | float) and fits(value)):
            return bad_parameter(message)
    return _refuse_stops(body.get("stop"), max_stops)


def _refuse_stops(stop: object, max_stops: int | None) -> Failure | None:
    if stop is None or isinstance(stop, str):
        return None
    if not isinstance(stop, list) or len({type(each) for each in stop}) > 1:
        return bad_parameter(_BAD_STOP)
    if max_stops is not None and len(stop) > max_stops:
        return bad_parameter(f"Invalid 'stop': array of {len(stop)}, the maximum is {max_stops}")
    return None


def _refuse_thinking(model: Model, body: dict[str, Any]) -> Failure | None:
    if model.thinking == "always" and body.get("enable_thinking") is False:
        return bad_parameter("The value of the enable_thinking parameter is restricted to True.")
    if model.thinking == "always" and not body.get("stream"):
        return bad_parameter("This model only support stream mode, please enable the stream parameter.")
    if model.thinking != "never" and body.get("enable_thinking") and not body.get("stream"):
        return bad_parameter("parameter.enable_thinking must be set to false for non-streaming calls")
    return None


def _refuse_partial(model: Model, body: dict[str, Any], messages: list[dict[str, Any]]) -> Failure | None:
    last = messages[-1]
    if any(each.get("partial") for each in messages[:-1]) or (last.get("partial") and last.get("role") != "assistant"):
        # That it is refused is on the page; in which words is not.
        return bad_parameter("Only the last message may be partial, and its role must be assistant.")
    if not last.get("partial"):
        return None if last.get("role") in {"user", "tool"} else LAST_ROLE
    # The page of partial mode itself asks a model that thinks by default and does not tell it not to.
    if model.thinking == "always" or body.get("enable_thinking"):
        return bad_parameter("Partial mode is not supported when enable_thinking is true")
    return None if model.partial else bad_parameter(f"Partial mode is not supported by {body['model']}")
