"""The emulated service's files and batches: what goes up is kept, what is made of it gets on with every look."""

from __future__ import annotations

import email
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from support.model_studio.models import read_question
from support.model_studio.records import Call, Failure
from support.model_studio.wire import Shape, failure_body, usage_body

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.model_studio.records import Reply

MODELS_IN_BATCHES = frozenset({"qwen-max", "qwen-plus", "qwen-flash", "qwen-turbo"})
MOST_LINES, LARGEST_LINE, LARGEST_FILE = 50_000, 6_000_000, 500_000_000
STAGES = ("validating", "in_progress", "finalizing", "completed")
_ROUTE = "/v1/chat/completions"


class Batches:
    """Files and batches of the one account.

    Args:
        answer: gives the reply and the model's text for a request.
        refuse: what the service refuses of a request's body.
    """

    def __init__(self, answer: Callable[[Call], tuple[Reply, str]], refuse: Callable[[dict[str, Any]], Failure | None]):
        self._answer = answer
        self._refuse = refuse
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.stays: str = ""
        """A stage in which batches stay."""

    def respond(self, call: Call, route: str) -> Failure | Response:
        """What a request to ``/files`` or ``/batches`` gets."""
        _, room, *names = route.split("/")
        if room == "files" and call.method == "POST" and not names:
            return self._take(call)
        if room == "files" and call.method == "GET" and names[:1] and names[0] in self.files:
            data = self.files[names[0]]
            return Response(data, media_type="application/jsonl") if names[1:] == ["content"] else _file(names[0], data)
        if room == "batches" and call.method == "POST" and not names:
            return self._make(call.body)
        if room == "batches" and call.method == "GET" and names and names[0] in self.batches:
            return JSONResponse(self._advance(self.batches[names[0]]))
        return Failure(404, "invalid_request_error", f"{route} does not exist.")

    def _take(self, call: Call) -> Failure | Response:
        form = email.message_from_bytes(
            b"Content-Type: " + call.headers["content-type"].encode() + b"\r\n\r\n" + call.raw
        )
        fields = {part.get_param("name", header="content-disposition"): part for part in form.get_payload()}
        if fields["purpose"].get_payload().strip() != "batch":
            return Failure(400, "invalid_parameter_error", "purpose should be batch")
        return _file(self._keep(fields["file"].get_payload(decode=True)), b"")

    def _keep(self, data: bytes) -> str:
        name = f"file-batch-{len(self.files)}"
        self.files[name] = data
        return name

    def _make(self, body: dict[str, Any]) -> Failure | Response:
        if body.get("input_file_id") not in self.files or body.get("endpoint") != _ROUTE:
            return Failure(400, "invalid_parameter_error", "input_file_id or endpoint is wrong")
        hours = str(body.get("completion_window", ""))
        if not hours.endswith("h") or not 24 <= int(hours[:-1]) <= 336:
            return Failure(400, "invalid_parameter_error", "Range of completion_window should be [24h, 336h]")
        name = f"batch_{len(self.batches)}"
        made = {"id": name, "object": "batch", "status": STAGES[0], "created_at": 1, "errors": None}
        self.batches[name] = made | body | {"output_file_id": None, "error_file_id": None}
        return JSONResponse(self.batches[name])

    def _advance(self, batch: dict[str, Any]) -> dict[str, Any]:
        """A stage further; wrong files fail in the first one, answers are there after the last."""
        if batch["status"] not in STAGES[:-1] or batch["status"] == self.stays:
            return batch
        wrong = self._wrong(self.files[batch["input_file_id"]])
        if wrong:
            batch |= {"status": "failed", "errors": {"object": "list", "data": [{"code": "invalid", "message": wrong}]}}
            return batch
        batch["status"] = STAGES[STAGES.index(batch["status"]) + 1]
        if batch["status"] == STAGES[-1]:
            lines = list(map(self._answered, map(json.loads, self.files[batch["input_file_id"]].splitlines())))
            for field, is_error in (("output_file_id", False), ("error_file_id", True)):
                chosen = [line for line in lines if (line["error"] is not None) is is_error]
                if chosen:
                    batch[field] = self._keep("".join(json.dumps(line) + "\n" for line in chosen).encode())
        return batch

    def _wrong(self, data: bytes) -> str:
        lines = data.splitlines()
        if not 0 < len(lines) <= MOST_LINES or len(data) > LARGEST_FILE or max(map(len, lines)) > LARGEST_LINE:
            return "the file has too many lines, or is too large"
        asked = [json.loads(line) for line in lines]
        models = {each["body"]["model"] for each in asked}
        if len(models) != 1 or not models <= MODELS_IN_BATCHES:
            return f"one model is allowed, and not {sorted(models)}"
        if len({each["custom_id"] for each in asked}) != len(asked) or {each["url"] for each in asked} != {_ROUTE}:
            return "custom_id or url is wrong"
        return ""

    def _answered(self, line: dict[str, Any]) -> dict[str, Any]:
        body = line["body"]
        question = read_question(body)
        call = Call(0, 0.0, "POST", line["url"], {}, 0, body, body, question, 1)
        call.prompt_tokens = -(-len(call.prompt) // 4)
        refused = self._refuse(body) or (Failure(400, "stream", "no streams") if body.get("stream") else None)
        reply, text = (None, "") if refused else self._answer(call)
        trouble = refused or (reply.trouble if reply is not None and isinstance(reply.trouble, Failure) else None)
        said = {"id": "1", "custom_id": line["custom_id"]}
        if trouble is not None:
            error = failure_body(trouble, 0)
            return {
                **said,
                "response": {"status_code": trouble.status, "body": error},
                "error": error.get("error", error),
            }
        call.sent = text
        whole = Shape("chat", body["model"], 0, 1).whole(text, "", [], "stop", usage_body(call, tells_cache=True))
        return {**said, "response": {"status_code": 200, "request_id": "r", "body": whole}, "error": None}


def _file(name: str, data: bytes) -> Response:
    said = {"id": name, "object": "file", "bytes": len(data), "created_at": 1, "filename": "requests.jsonl"}
    return JSONResponse({**said, "purpose": "batch", "status": "processed"})
