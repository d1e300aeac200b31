"""The service's native protocol: requests read as the compatible mode's, answers and errors written in its own shape."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from support.model_studio.failures import bad_parameter
from support.model_studio.models import MODELS, thinks
from support.model_studio.wire import EventWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from support.model_studio.records import Failure, Framing

Json = dict[str, Any]

ROOT = "/api/v1"
PATHS = {
    "/services/aigc/text-generation/generation": "text",
    "/services/aigc/multimodal-generation/generation": "multimodal",
}

_CODES = {
    "invalid_api_key": "InvalidApiKey",
    "invalid_parameter_error": "InvalidParameter",
    "access_denied": "AccessDenied",
    "data_inspection_failed": "DataInspectionFailed",
    "model_not_found": "ModelNotFound",
    "limit_requests": "Throttling.RateQuota",
    "limit_burst_rate": "Throttling.BurstRate",
    "insufficient_quota": "Throttling.AllocationQuota",
    "internal_error": "InternalError",
}


def flatten(body: Json, headers: Mapping[str, str]) -> Json:
    """What a request asks, as the compatible mode would be asked for it."""
    given, parameters = body.get("input"), body.get("parameters") or {}
    if not isinstance(given, dict) or not isinstance(parameters, dict):
        return {}
    asks_for_events = headers.get("x-dashscope-sse") == "enable" or "text/event-stream" in headers.get("accept", "")
    asked = {name: given[name] for name in ("prompt", "messages") if name in given}
    return {**parameters, **asked, "model": body.get("model"), "stream": asks_for_events}


def refuse_path(asked: Json, route: str) -> Failure | None:
    """What a model gets that is served by the other path, or wants its thoughts in a form that is not served."""
    model = MODELS.get(str(asked.get("model")))
    if model is None:
        return None
    if PATHS[route] not in model.native:
        return replace(bad_parameter(""), message="url error, please check url!")
    if not (thinks(model, asked) and asked["stream"]):
        return None
    for name, wanted in (("incremental_output", True), ("result_format", "message")):
        # What a model that thinks by default does with a request that says nothing is on no page.
        if asked.get(name) != wanted and asked.get("enable_thinking"):
            return bad_parameter(f'The {name} parameter must be "{str(wanted).lower()}" when enable_thinking is true')
    return None


def translate(failure: Failure) -> Failure:
    """The failure with the code that this protocol has for it, in its only shape of body."""
    return replace(failure, code=_CODES.get(failure.code, failure.code), flat=True)


@dataclass(slots=True)
class NativeShape:
    """The parts of one answer. Every event tells the tokens so far; without increments it repeats the text so far."""

    asked: Json
    number: int
    parts: bool
    """Whether a message's content is a list of parts."""
    usage: Callable[[], Json]
    tells_thoughts: bool = True
    _text: str = field(default="", init=False)
    _thoughts: str = field(default="", init=False)
    _calls: list[Json] = field(default_factory=list, init=False)

    def whole(self, text: str, reasoning: str, calls: list[Json], finish: str, usage: Json) -> Json:
        return self._answer(text, reasoning, calls, finish, usage)

    def opening(self, _reasoning: str) -> list[Json]:
        return []

    def thought(self, text: str) -> Json:
        return self._event("", text, "null")

    def chunk(self, text: str) -> Json:
        return self._event(text, "", "null")

    def called(self, piece: Json) -> Json:
        return self._event("", "", "null", [piece])

    def ending(self, finish: str) -> Json:
        return self._event("", "", finish)

    def closing(self, _usage: Json) -> list[Json]:
        return []

    def _event(self, text: str, thought: str, finish: str, calls: list[Json] | None = None) -> Json:
        self._text, self._thoughts = self._text + text, self._thoughts + thought
        for piece in calls or ():
            self._grow(piece)
        if not self.asked.get("incremental_output"):
            text, thought, calls = self._text, self._thoughts, self._calls
        return self._answer(text, thought, calls or [], finish, self.usage())

    def _grow(self, piece: Json) -> None:
        if piece["id"]:
            self._calls.append({**piece, "function": dict(piece["function"])})
        else:
            self._calls[piece["index"]]["function"]["arguments"] += piece["function"]["arguments"]

    def _answer(self, text: str, reasoning: str, calls: list[Json], finish: str, usage: Json) -> Json:
        if self.asked.get("result_format") != "message" and not self.parts:
            output: Json = {"text": text, "finish_reason": finish}
        else:
            content = ([{"text": text}] if text else []) if self.parts else text
            thoughts = {"reasoning_content": reasoning} if self.asked.get("enable_thinking") else {}
            called = {"tool_calls": calls} if calls else {}
            message = {"content": content, **thoughts, **called, "role": "assistant"}
            output = {"choices": [{"message": message, "finish_reason": finish}]}
        return {"output": output, "usage": usage, "request_id": f"request-{self.number:08d}"}


class NativeWriter(EventWriter):
    """Numbers the events and names each, with its status in a comment; no space follows the colons."""

    def __init__(self, framing: Framing) -> None:
        super().__init__(replace(framing, space=False))
        self._count = 0

    def event(self, payload: Json | str, status: int = 200) -> Iterator[bytes]:
        self._count += 1
        name = "result" if status < 400 and "code" not in payload else "error"
        return self._write([f"id:{self._count}", f"event:{name}", f":HTTP_STATUS/{status}"], payload)


def usage_body(counts: Json) -> Json:
    """The compatible mode's token counts under this protocol's names."""
    names = {
        "prompt_tokens": "input_tokens",
        "completion_tokens": "output_tokens",
        "completion_tokens_details": "output_tokens_details",
    }
    return {names.get(name, name): value for name, value in counts.items()}
