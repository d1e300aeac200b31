"""A Model Studio on loopback, for tests: starts and stops it, tells it what to answer, and shows what it saw.

It runs in a thread of its own, so that both blocking tests and asynchronous ones can use it::

    with Emulator() as studio:
        studio.script("return a + b", Reply(trouble=RATE_LIMITED))
        ...  # something that asks studio.base_url with studio.api_key
        studio.wait_for(lambda: studio.requests[0].over)

Times and sizes of an answer are those of its ``Reply``; what the script does not say comes from ``default``, whose
text comes from the oracle. Tokens are counted as four characters each.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from support.model_studio.app import application
from support.model_studio.batches import Batches
from support.model_studio.cache import ExplicitCache
from support.model_studio.caller import Caller
from support.model_studio.oracle import Fallible, Oracle, agreed_length
from support.model_studio.records import Call, Failure, Framing, Redirect, Reply
from support.model_studio.rules import refuse_chat

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["Call", "Caller", "Emulator", "Failure", "Fallible", "Framing", "Oracle", "Redirect", "Reply"]

_KEEP_ALIVE_S = 300
_REMEMBERED_PROMPTS = 16


class Emulator:
    """The service, in its compatible mode and, under ``native_url``, in its native protocol.

    It also acts as an own OpenAI-compatible server, under ``own_url``.

    Args:
        api_key: the one key that is let in; None lets everybody in.
        oracle: gives the text of replies that have none.
        completions: whether the region has the completions route.
        lists_models: whether ``GET /models`` is answered.
        echoes_prefix: which answers, under ``own_url``, start with the assistant's text that they continue; llama.cpp
            does it when it does not stream.
        max_stops: how many stop strings are taken; None for any number.
        tls: whether it speaks TLS, with a certificate that only ``ca_file`` vouches for.
    """

    def __init__(
        self,
        *,
        api_key: str | None = "sk-emulator",
        oracle: Oracle | None = None,
        completions: bool = True,
        lists_models: bool = True,
        echoes_prefix: Literal["never", "unstreamed", "always"] = "unstreamed",
        max_stops: int | None = 4,
        tls: bool = False,
    ) -> None:
        self.api_key = api_key
        self.oracle = oracle
        self.completions = completions
        self.lists_models = lists_models
        self.echoes_prefix = echoes_prefix
        self.max_stops = max_stops
        self.default = Reply()
        self.caller: Caller | None = None
        """Who answers requests that offer tools, where the script has nothing for them."""
        self.ca_file: Path | None = None
        self.marks = ExplicitCache(time.monotonic)
        """What requests have marked for the explicit cache."""
        self.batches = Batches(self.reply_to, lambda body: refuse_chat(body, max_stops))
        """The files and batches of the account."""
        self._tls = tls
        self._state = threading.Condition()
        self._script: deque[Reply | Callable[[Call], str | Reply]] = deque()
        self._calls: list[Call] = []
        self._prompts: deque[str] = deque(maxlen=_REMEMBERED_PROMPTS)
        self._closing = ExitStack()
        self._transports: dict[int, asyncio.Transport] = {}
        self.port = 0
        self.connections_made = 0
        self.broken: BaseException | None = None
        """What went wrong in the script or in the emulator itself; raised when it is left."""

    def __enter__(self) -> Self:
        # The protocol is named because asyncio turns Nagle's delay off only where it is: 40 ms per answer otherwise.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            application(self),
            http=self._protocol(),
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            timeout_keep_alive=_KEEP_ALIVE_S,
            ssl_certfile=self._certificate() if self._tls else None,
        )
        server = _Server(config, self._transports)
        thread = threading.Thread(target=server.run_on, args=(listener,), name="emulator", daemon=True)
        thread.start()
        self._closing.callback(thread.join)
        self._closing.callback(server.stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()
        if error is None and self.broken is not None:
            raise self.broken

    @property
    def origin(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """Where it is Model Studio in its OpenAI-compatible mode."""
        return f"{self.origin}/compatible-mode/v1"

    @property
    def native_url(self) -> str:
        """Where it is Model Studio in its native protocol."""
        return f"{self.origin}/api/v1"

    @property
    def own_url(self) -> str:
        """Where it is somebody's own OpenAI-compatible server."""
        return f"{self.origin}/v1"

    @property
    def requests(self) -> tuple[Call, ...]:
        """All requests so far, also those to wrong paths, in the order of their arrival; but for those that only look
        what is there (``GET``), which may come at any time."""
        return tuple(call for call in self._calls if call.method != "GET")

    @property
    def running(self) -> int:
        """Requests in progress."""
        return sum(not call.over for call in self.requests)

    @property
    def peak_running(self) -> int:
        """The most requests that ever were in progress together."""
        return max((call.running for call in self.requests), default=0)

    @property
    def open_connections(self) -> int:
        return len(self._transports)

    def script(self, *replies: str | Reply | Callable[[Call], str | Reply]) -> None:
        """Append the next answers, one per request that reaches the model; afterwards ``default`` is back.

        A string is ``default`` with that text; a function is asked when its request arrives.
        """
        for reply in replies:
            self._script.append(replace(self.default, text=reply) if isinstance(reply, str) else reply)

    def reset(self) -> None:
        """Forget script, requests and prompts; connections stay open."""
        with self._state:
            self._script.clear()
            self._calls.clear()
            self._prompts.clear()
            self.default = Reply()
            self.caller = None

    def wait_for(self, predicate: Callable[[], object], timeout_s: float = 20.0) -> None:
        """Block until something true comes back; asked again whenever anything happens here.

        Raises:
            TimeoutError: it stayed false.
        """
        with self._state:
            if not self._state.wait_for(predicate, timeout_s):
                raise TimeoutError(f"still false after {timeout_s} s; seen: {self.requests}")

    async def until(self, predicate: Callable[[], object], timeout_s: float = 20.0) -> None:
        """As ``wait_for``, for a test that runs in an event loop."""
        await asyncio.to_thread(self.wait_for, predicate, timeout_s)

    # What follows is for the application, which calls it in the server's thread.

    def next_call(self) -> tuple[int, int]:
        """A request's number, and how many are in progress with it."""
        return len(self._calls), self.running + 1

    def arrived(self, call: Call) -> None:
        with self._state:
            self._calls.append(call)
            if call.prompt:
                self._prompts.append(call.prompt)
            self._state.notify_all()

    def changed(self) -> None:
        with self._state:
            self._state.notify_all()

    def reply_to(self, call: Call) -> tuple[Reply, str]:
        """The reply for a request that reached the model, and the model's text."""
        default = self.caller if self.caller is not None and call.asked.get("tools") else self.default
        step = self._script.popleft() if self._script else default
        if not isinstance(step, Reply):
            made = step(call)
            step = replace(self.default, text=made) if isinstance(made, str) else made
        if step.text is not None:
            return step, step.text
        truth = self.oracle(call.question) if self.oracle and call.question else ""
        # A chat about code answers as such models do.
        return step, f"```\n{truth}\n```" if truth and call.question.kind == "chat" else truth

    def cached_characters(self, prompt: str) -> int:
        """How much of the prompt one of the last ones began with."""
        return max((agreed_length(prompt, earlier) for earlier in self._prompts), default=0)

    def drop(self, connection: int) -> None:
        """Close a connection after what has been written to it."""
        self._transports[connection].close()

    def _protocol(self) -> type[H11Protocol]:
        emulator = self

        class Tracked(H11Protocol):
            """uvicorn's own, with its connections counted and at hand."""

            _port = 0

            def connection_made(self, transport: Any) -> None:
                self._port = transport.get_extra_info("peername")[1]
                emulator._transports[self._port] = transport
                emulator.connections_made += 1
                super().connection_made(transport)
                emulator.changed()

            def connection_lost(self, exc: Exception | None) -> None:
                emulator._transports.pop(self._port, None)
                super().connection_lost(exc)
                emulator.changed()

        return Tracked

    def _certificate(self) -> Path:
        import trustme

        folder = Path(self._closing.enter_context(tempfile.TemporaryDirectory()))
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        chain = folder / "server.pem"
        authority.issue_cert("127.0.0.1", "localhost").private_key_and_cert_chain_pem.write_to_path(str(chain))
        return chain


class _Server(uvicorn.Server):
    """uvicorn's server, stopped at once instead of at its next tick and with whatever still runs."""

    def __init__(self, config: uvicorn.Config, transports: dict[int, asyncio.Transport]) -> None:
        super().__init__(config)
        self._transports = transports
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()
        self._ready = threading.Event()

    def run_on(self, listener: socket.socket) -> None:
        try:
            asyncio.run(self.serve([listener]))
        finally:
            self._ready.set()

    def stop(self) -> None:
        self._ready.wait()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for task in self.server_state.tasks:
            task.cancel()
        for transport in list(self._transports.values()):
            transport.abort()
        while self._transports or self.server_state.tasks:  # noqa: ASYNC110 (no event tells when both are gone)
            await asyncio.sleep(0)
