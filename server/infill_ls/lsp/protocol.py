"""pygls's protocol with its faults mended at its seams: each request is answered once, and nothing is kept for ever.

Transport and features are elsewhere; this is only how a message becomes a handler's call and its result a reply.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import json
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol

from infill_ls.lsp.framing import frame
from infill_ls.lsp.tolerant import tolerated
from infill_ls.sentences import sentence

if TYPE_CHECKING:
    from cattrs import Converter
    from pygls.lsp.server import LanguageServer

log = logging.getLogger("infill_ls.lsp")

_UNTYPED = frozenset({types.INITIALIZE, types.SHUTDOWN, types.EXIT})
"""Methods whose parameters are read tolerantly, by ``capabilities.py``, or not at all."""

Handler = Callable[[Any], Any]
"""Takes a message's parameters; what it returns, or what its coroutine returns, is the reply."""


class InfillProtocol(LanguageServerProtocol):
    """One JSON-RPC connection.

    Life cycle: only ``initialize`` is taken first, nothing but ``exit`` after ``shutdown``.
    """

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self.initialized = False
        self.on_exit: Callable[[int], None] = lambda _code: None
        self.on_unreadable: Callable[[bytes], None] = lambda _body: None
        self.counts_triggers_from_zero = False
        self._notified: set[asyncio.Future[Any]] = set()
        self.handlers: dict[str, Handler] = {
            types.CANCEL_REQUEST: self._cancel,
            types.EXIT: self._exit,
            types.SHUTDOWN: self._end_requests,
            types.SET_TRACE: self._set_trace,
            types.WINDOW_WORK_DONE_PROGRESS_CANCEL: self._cancel_progress,
        }
        """By method; pygls's own handlers keep documents of their own and are not used."""
        self.cancellable: dict[str, Callable[[], None]] = {}
        """What to call when the user cancels work, by the token of its progress."""

    def __repr__(self) -> str:
        asked, notified = len({*self._request_futures, *self._result_types}), len(self._notified)
        return f"<InfillProtocol: {asked} requests, {notified} notifications under way>"

    # Reading...

    def receive(self, body: bytes) -> bool:
        """Handle one body; tells whether it was a request. Never raises."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._refuse(None, JsonRpcParseError("the message is not valid JSON"))
            self.on_unreadable(body)
            return False
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            identity = message.get("id") if isinstance(message, dict) else None
            self._refuse(identity, JsonRpcInvalidRequest("not a JSON-RPC 2.0 message"))
            return False
        method = message.get("method")
        if method is None:
            self._receive_response(message)
            return False
        return self._receive_call(message, method)

    def _receive_call(self, message: dict[str, Any], method: Any) -> bool:
        identity, is_request = message.get("id"), "id" in message
        refusal = self._refusal(method)
        if is_request and not isinstance(identity, int | str):
            identity = None
            refusal = JsonRpcInvalidRequest("the id is neither a number nor a string")
        if refusal is not None:
            if is_request:
                self._refuse(identity, refusal)
            return False
        try:
            params = self._params(method, message)
        except Exception:  # noqa: BLE001  # cattrs raises what the types' own checks raise
            log.warning("the parameters of %s are not valid", method)
            if is_request:
                self._refuse(identity, JsonRpcInvalidParams())
            return False
        # Each handler runs in a context of its own, so that the id of its request is its own too.
        context = contextvars.copy_context()
        try:
            if isinstance(identity, int | str):
                context.run(self._handle_request, identity, method, params)
            else:
                context.run(self._handle_notification, method, params)
        except Exception:
            log.exception("handling %s failed", method)
        return is_request

    def _params(self, method: str, message: dict[str, Any]) -> Any:
        """The parameters as their type; those of ``initialize``, of ends and of what is not handled as plain JSON."""
        params, kinds = message.get("params"), types.METHOD_TO_TYPES.get(method)
        if kinds is None or method in _UNTYPED or method not in self.handlers:
            return params
        kind: Any = kinds[2]
        return self._converter.structure(tolerated(method, params), kind)

    def _refusal(self, method: Any) -> JsonRpcException | None:
        if not isinstance(method, str):
            return JsonRpcInvalidRequest("the method is not a string")
        if not self.initialized and method not in (types.INITIALIZE, types.EXIT):
            return JsonRpcServerNotInitialized("the server has not been initialized")
        if self.initialized and method == types.INITIALIZE:
            return JsonRpcInvalidRequest("the server has been initialized already")
        if self._shutdown and method != types.EXIT:
            return JsonRpcInvalidRequest("the server is shutting down")
        return None

    def _receive_response(self, message: dict[str, Any]) -> None:
        """An answer to a request of ours, if anybody still waits for it."""
        identity = message.get("id")
        if not isinstance(identity, str):
            return
        future = self._request_futures.get(identity)
        if not isinstance(
            future, Future
        ):  # unknown, or the task that answers a request of the client's own
            return
        del self._request_futures[identity]
        self._result_types.pop(identity, None)
        if future.done():
            return
        if "error" in message:
            future.set_exception(JsonRpcInternalError("the client answered with an error"))
        else:
            future.set_result(message.get("result"))

    # Calling handlers...

    def _get_handler(self, feature_name: str) -> Handler:
        handler = self.handlers.get(feature_name)
        if handler is None:
            raise JsonRpcMethodNotFound.of(sentence(feature_name))
        return handler

    def _handle_notification(self, method_name: str, params: Any) -> None:
        handler = self.handlers.get(method_name)
        if handler is None:
            log.debug("notification %s is not known", method_name)
            return
        result = handler(params)
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(result)
            self._notified.add(task)  # the loop itself holds tasks only weakly
            task.add_done_callback(self._notification_done)

    def _notification_done(self, task: asyncio.Future[Any]) -> None:
        self._notified.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("handling a notification failed", exc_info=error)

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Any,
        callback: Any,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        def done(future: Future[Any]) -> None:
            if self._request_futures.get(msg_id) is future:
                del self._request_futures[msg_id]
            callback(future)

        super()._execute_handler(msg_id, handler, done, args, kwargs)

    def _send_handler_result(self, future: Any, *, msg_id: Any) -> None:
        if future.cancelled():
            self._refuse(msg_id, JsonRpcRequestCancelled("the request was cancelled"))
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, JsonRpcException):
            self._refuse(msg_id, error)
        else:
            log.error("handling a request failed", exc_info=error)
            self._refuse(msg_id, JsonRpcInternalError("the request failed; the log says why"))

    # Writing...

    def _refuse(self, identity: Any, error: JsonRpcException) -> None:
        # pygls's own record leaves an unknown id out, where JSON-RPC wants null.
        problem = {"code": error.code, "message": sentence(error.message)}
        self._send_data({"jsonrpc": self.VERSION, "id": identity, "error": problem})

    def _send_data(self, data: Any) -> None:
        if self.writer is None or not data:
            return
        body = json.dumps(
            data, default=self._serialize_message, ensure_ascii=False, separators=(",", ":")
        )
        # A file's name may hold half of a surrogate pair, and strict clients take no JSON that does.
        self.writer.write(frame(body.encode(errors="replace")))

    # Life cycle...

    def _cancel(self, params: types.CancelParams) -> None:
        # Of the id's type nobody is sure: a list, for one, passes for a number or string until it is looked up.
        identity: Any = params.id
        future = self._request_futures.get(identity) if isinstance(identity, int | str) else None
        if future is not None:
            future.cancel()

    def _cancel_progress(self, params: types.WorkDoneProgressCancelParams) -> None:
        cancel = self.cancellable.pop(str(params.token), None)
        if cancel is not None:
            cancel()

    def _exit(self, _params: Any) -> None:
        self.on_exit(0 if self._shutdown else 1)

    def _end_requests(self, _params: Any) -> None:
        self._shutdown = True
        mine = self.msg_id
        for identity, future in list(self._request_futures.items()):
            if identity != mine and not future.done():
                future.cancel()

    def _set_trace(self, params: types.SetTraceParams) -> None:
        self.trace = params.value
