"""Engines that cannot be installed here, as far as clients see them: recorded answers on a real loopback port.

The words are those of llama.cpp's server (build 11669), Ollama (2026-08) and vLLM 0.32, as recorded from real ones. A
replica answers what it was recorded to answer and 404 else; what a model would say is written down by the test.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

LLAMA_CPP_HEADER: Final = "llama.cpp"
LOADING: Final = {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}}
"""What llama.cpp's server answers to everything until the model is there."""

Answer = tuple[int, Any]
"""Status, and what is sent as JSON, or as it is where it is bytes."""


class _Listener(ThreadingHTTPServer):
    """One that takes it calmly when a client hangs up."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@dataclass(slots=True)
class Replica:
    """One engine; ``with`` starts and ends it."""

    routes: Mapping[str, Answer]
    """By method and path: ``GET /v1/models``."""
    server_header: str = ""
    at: int = 0
    """The port; 0 for any."""
    text: str = 'f"Hello {name}"'
    """What the model answers to a prompt, on the routes that complete."""
    timings: Mapping[str, Any] | None = None
    """What llama.cpp says with an answer of how it was made."""
    loads: threading.Event | None = None
    """Set when the model is there; None where it always is. Ollama gives up a load with its client, llama.cpp goes on
    and says 503 to everything."""
    answers_looks: threading.Event | None = None
    """Until it is set, what only looks (``GET``) is not answered."""
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    load_begun: threading.Event = field(default_factory=threading.Event)
    loads_begun: int = 0
    loads_aborted: int = 0
    _server: ThreadingHTTPServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.server_port

    def __enter__(self) -> Self:
        replica = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                replica.answer(self)

            do_POST = do_HEAD = do_GET  # noqa: N815  # the library's names

            def log_message(self, *_: object) -> None:
                pass

            def version_string(self) -> str:
                return replica.server_header or "replica"

        self._server = _Listener(("127.0.0.1", self.at), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        for event in (self.loads, self.answers_looks):
            if event is not None:
                event.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        content = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        body = json.loads(content) if content else None
        self.requests.append((handler.command, handler.path, body))
        if handler.path == "/api/generate" and not self._has_loaded(handler.connection):
            handler.close_connection = True
            return
        if self.answers_looks is not None and handler.command == "GET":
            self.answers_looks.wait()
        if self.server_header == LLAMA_CPP_HEADER and self.loads is not None and not self.loads.is_set():
            self.load_begun.set()
            status, pieces = 503, iter([_encoded(LOADING)])
        elif handler.path in ("/api/generate", "/v1/completions", "/v1/chat/completions"):
            status, answer = self.routes.get(f"POST {handler.path}", (200, None))
            said = completion(handler.path, body or {}, self.text, self.timings)
            pieces = said if answer is None else iter([_encoded(answer)])
        else:
            status, answer = self.routes.get(f"{handler.command} {handler.path}", (404, {"error": "not found"}))
            pieces = iter([_encoded(answer)])
        data = b"".join(pieces)
        handler.send_response(status)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(data)

    def _has_loaded(self, connection: socket.socket) -> bool:
        if self.loads is None or self.loads.is_set():
            return True
        self.loads_begun += 1
        self.load_begun.set()
        while not self.loads.wait(0.01):
            if select.select([connection], [], [], 0)[0] and not connection.recv(1, socket.MSG_PEEK):
                self.loads_aborted += 1
                return False
        return True


def completion(path: str, body: dict[str, Any], text: str, timings: Mapping[str, Any] | None) -> Iterator[bytes]:
    """A model's answer on one of the wires."""
    if path == "/api/generate":
        if "prompt" not in body:
            yield _encoded({"model": body["model"], "response": "", "done": True, "done_reason": "load"})
            return
        yield _encoded({"model": body["model"], "response": text, "done": False}) + b"\n"
        last = {"response": "", "done": True, "done_reason": "stop", "prompt_eval_count": 46, "eval_count": 5}
        yield _encoded(last) + b"\n"
        return
    choice = {"text": text} if path == "/v1/completions" else {"delta": {"content": text}}
    payload = {"choices": [{**choice, "finish_reason": "stop"}]} | ({"timings": timings} if timings else {})
    yield b"data: " + _encoded(payload) + b"\n\ndata: [DONE]\n\n"


def _encoded(answer: Any) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def ollama(*, models: Mapping[str, list[str]] | None = None, in_force: int | None = 4096) -> dict[str, Answer]:
    """Ollama with these models and their capabilities; ``in_force`` is the window of the first, which is loaded."""
    models = {"qwen2.5-coder:7b": ["completion", "tools", "insert"]} if models is None else models
    tags = [
        {
            "name": name,
            "model": name,
            "size": 4683087332,
            "details": {"parameter_size": "7.6B", "quantization_level": "Q4_K_M", "context_length": 32768},
            "capabilities": capabilities,
        }
        for name, capabilities in models.items()
    ]
    loaded = [{"name": next(iter(models)), "context_length": in_force}] if in_force and models else []
    listed = [{"id": name, "object": "model", "owned_by": "library"} for name in models]
    return {
        "GET /": (200, b"Ollama is running"),
        "GET /api/version": (200, {"version": "0.13.1"}),
        "GET /api/tags": (200, {"models": tags}),
        "GET /api/ps": (200, {"models": loaded}),
        "GET /v1/models": (200, {"object": "list", "data": listed or None}),
    }


def llama_cpp(
    *, model: str = "/models/qwen2.5-coder-1.5b-q8_0.gguf", window: int = 8192, fim: bool = True
) -> dict[str, Answer]:
    """llama.cpp's server with a model."""
    meta = {"n_vocab": 151936, "n_ctx": window, "n_ctx_train": 32768, "n_params": 1543714304, "size": 1639145472}
    token = (
        [{"id": 151660, "piece": "<|fim_middle|>"}]
        if fim
        else [{"id": n, "piece": c} for n, c in enumerate("<|fim_middle|>")]
    )
    return {
        "GET /health": (200, {"status": "ok"}),
        "GET /v1/health": (200, {"status": "ok"}),
        "GET /v1/models": (200, {"object": "list", "data": [{"id": model, "owned_by": "llamacpp", "meta": meta}]}),
        "GET /props": (
            200,
            {
                "default_generation_settings": {"n_ctx": window},
                "total_slots": 4,
                "model_path": model,
                "build_info": "b11669-Debian",
            },
        ),
        "POST /tokenize": (200, {"tokens": token}),
    }


def vllm(*, model: str = "Qwen/Qwen2.5-Coder-7B", window: int = 4096) -> dict[str, Answer]:
    """vLLM with a model."""
    served = {"id": model, "object": "model", "owned_by": "vllm", "root": model, "max_model_len": window}
    return {
        "GET /health": (200, b""),
        "GET /version": (200, {"version": "0.32.0"}),
        "GET /v1/models": (200, {"object": "list", "data": [served]}),
        "POST /tokenize": (200, {"count": 1, "max_model_len": window, "tokens": [151660]}),
    }


def sglang(*, model: str = "qwen/qwen2.5-coder-7b") -> dict[str, Answer]:
    """SGLang with a model, as its pages have it."""
    served = {"id": model, "object": "model", "owned_by": "sglang", "root": model, "max_model_len": 32768}
    return {
        "GET /health": (200, b""),
        "GET /get_model_info": (200, {"model_path": model, "is_generation": True}),
        "GET /get_server_info": (200, {"model_path": model, "version": "0.5.9"}),
        "GET /v1/models": (200, {"object": "list", "data": [served]}),
    }


def lm_studio() -> dict[str, Answer]:
    """LM Studio with a model that is loaded and one that is not, as its pages have it."""
    coder = {"id": "qwen2.5-coder-7b", "object": "model", "type": "llm", "quantization": "Q4_K_M", "state": "loaded"}
    other = {"id": "gemma-3-4b", "object": "model", "type": "vlm", "quantization": "4bit", "state": "not-loaded"}
    listed = [{"id": each["id"], "object": "model", "owned_by": "organization_owner"} for each in (coder, other)]
    full = [{**coder, "max_context_length": 32768, "loaded_context_length": 4096}, {**other, "max_context_length": 9}]
    return {
        "GET /v1/models": (200, {"object": "list", "data": listed}),
        "GET /api/v0/models": (200, {"object": "list", "data": full}),
    }


def litellm() -> dict[str, Answer]:
    """LiteLLM's proxy before two routes, as recorded from a real one."""
    both = {"object": "model", "created": 1677610602, "owned_by": "openai"}
    listed = [{"id": "coder", **both, "max_input_tokens": 32768}, {"id": "chat", **both, "max_input_tokens": None}]
    return {"GET /v1/models": (200, {"object": "list", "data": listed})}
