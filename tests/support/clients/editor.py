"""An editor for tests: starts a language server, speaks frames with it over its pipes, and keeps all it hears.

It knows the protocol by its bytes only, so that it can also be rude: ``raw`` sends anything, and whatever the server
prints outside of frames is kept in ``stray``. Nothing here imports the project.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from support.clients.buffer import Buffer
from support.clients.warm_server import WarmServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

PLAIN = (sys.executable, "-m", "infill_ls")
UNTRUSTED = (*PLAIN, "--stdio")
"""The server as an editor starts it that mixes a repository's settings into the user's."""

SERVER = (*UNTRUSTED, "--trust-editor")
"""The server as our own clients start it."""

AUTOMATIC, INVOKED = 2, 1

_CLIENTS = Path(__file__).parents[2] / "data" / "clients"
_RECORDED_ROOT = "/home/user/proj"
_HEADER = re.compile(rb"Content-Length: (\d+)\r\n(?:Content-Type: [^\r\n]*\r\n)?\r\n")
_METHOD_NOT_FOUND = -32601

Json = dict[str, Any]


def check_log(printed: bytes) -> None:
    """Every traceback is a fault of the server's, whatever its client did."""
    before, traceback, behind = printed.partition(b"Traceback")
    assert not traceback, (before[-1000:] + traceback + behind[:10_000]).decode(errors="replace")


class ServerError(Exception):
    """An error response."""

    def __init__(self, error: Json) -> None:
        super().__init__(error.get("message"))
        self.code: int = error["code"]
        self.data = error.get("data")


def recorded_client(name: str) -> Json:
    """The ``initialize`` parameters that a real editor was seen to send: ``neovim``, ``vscode``, ``helix`` and so on."""
    params: Json = json.loads((_CLIENTS / f"{name}.json").read_text(encoding="utf-8"))
    return params


class EditorClient:
    """``async with EditorClient(command) as editor``; leaving kills what still runs and looks at what it printed.

    Args:
        command: starts the server.
        configuration: what ``workspace/configuration`` is answered with, by section; null for other sections.
        environment: variables on top of this process's.
        folder: the server's working folder.
        is_forked: whether the server may be one that has been imported already; only for the plain command.
    """

    def __init__(
        self,
        command: Sequence[str] = SERVER,
        *,
        configuration: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        is_forked: bool = False,
    ) -> None:
        self.configuration = dict(configuration or {})
        self.messages: list[Json] = []
        """Everything received, in order."""
        self.stray = b""
        """Bytes of standard output that belong to no frame, or to one that holds no JSON object; what stands behind the last
        frame is added when the server ends."""
        self.printed = b""
        """Standard error."""
        self.unasked: list[Json] = []
        """Responses to nothing that waits for one: unknown ids, and second responses."""
        self.silent: set[str] = set()
        """Methods of server requests that are left unanswered."""
        self.buffers: dict[str, Buffer] = {}
        self.capabilities: Json = {}
        self._command = command
        self._environment = os.environ | dict(environment or {})
        self._folder = folder
        self._is_forked = is_forked
        self._pending: dict[int, asyncio.Future[Any]] = {}
        self._last_id = 0
        self._heard = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.process = await self._start()
        self._readers = [asyncio.create_task(self._read_output()), asyncio.create_task(self._read_errors())]
        return self

    async def _start(self) -> asyncio.subprocess.Process | WarmServer:
        if self._is_forked:
            return await WarmServer.start(self._command[len(PLAIN) :], self._environment, self._folder)
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=self._environment, cwd=self._folder
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.end_input()
        await self.process.wait()
        await asyncio.gather(*self._readers)
        if kind is None:
            check_log(self.printed)

    # Frames.

    def request(self, method: str, params: object = None) -> asyncio.Future[Any]:
        """Send a request; the future has the result, raises ``ServerError``, or ``EOFError`` where the server ends."""
        self._last_id += 1
        self._pending[self._last_id] = asyncio.get_running_loop().create_future()
        self.send({"id": self._last_id, "method": method, "params": params})
        return self._pending[self._last_id]

    def notify(self, method: str, params: object = None) -> None:
        self.send({"method": method, "params": params})

    def cancel(self, waiting: asyncio.Future[Any]) -> None:
        """Send ``$/cancelRequest`` for a request that has no response yet."""
        for number, future in self._pending.items():
            if future is waiting:
                self.notify("$/cancelRequest", {"id": number})

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)

    def end_input(self) -> None:
        """Close the server's standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    # Life cycle.

    async def initialize(self, recorded: Json, root: Path, options: object = None) -> Json:
        """Say hello as a recorded editor does, but from here and for another folder; give the server's result."""
        params = moved(deepcopy(recorded), root) | {"processId": os.getpid()}
        if options is not None:
            params["initializationOptions"] = options
        result: Json = await self.request("initialize", params)
        self.capabilities = result["capabilities"]
        self.notify("initialized", {})
        return result

    async def shutdown(self, timeout_s: float = 10) -> int:
        """Say goodbye in order and give the exit status."""
        await asyncio.wait_for(self.request("shutdown"), timeout_s)
        self.notify("exit")
        return await self.exit_status(timeout_s)

    async def exit_status(self, timeout_s: float = 10) -> int:
        """Wait for the process to end.

        Raises:
            TimeoutError: it goes on.
        """
        return await asyncio.wait_for(self.process.wait(), timeout_s)

    async def wait_for(self, predicate: Callable[[], object], timeout_s: float = 20) -> None:
        """Wait until something is true; asked again whenever something is heard from the server."""
        async with asyncio.timeout(timeout_s):
            while not predicate():
                self._heard.clear()
                await self._heard.wait()

    def notifications(self, method: str) -> list[Any]:
        """The parameters of all notifications of a method so far."""
        return [each.get("params") for each in self.messages if each.get("method") == method and "id" not in each]

    def server_requests(self, method: str) -> list[Any]:
        """The parameters of all requests of a method so far."""
        return [each.get("params") for each in self.messages if each.get("method") == method and "id" in each]

    # Documents. The editor's own copy is in ``buffers``; each edit is sent as one incremental change.

    def open(self, uri: str, text: str, language: str = "python") -> Buffer:
        """Open a document, with the cursor at its end."""
        buffer = Buffer(text, self.capabilities.get("positionEncoding", "utf-16"), cursor=len(text))
        self.buffers[uri] = buffer
        document = {"uri": uri, "languageId": language, "version": buffer.version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return buffer

    def change(self, uri: str, start: int, end: int, text: str) -> None:
        """Replace the characters from one offset to another."""
        buffer = self.buffers[uri]
        change = buffer.replace(start, end, text)
        document = {"uri": uri, "version": buffer.version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def type(self, uri: str, text: str) -> None:
        """Put text in at the cursor."""
        cursor = self.buffers[uri].cursor
        self.change(uri, cursor, cursor, text)

    def close(self, uri: str) -> None:
        del self.buffers[uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def inline_completion(
        self, uri: str, line: int | None = None, character: int | None = None, trigger_kind: int = AUTOMATIC
    ) -> asyncio.Future[Any]:
        """Ask for ghost text, at the buffer's cursor unless a place is given."""
        params = self._place(uri, line, character) | {"context": {"triggerKind": trigger_kind}}
        return self.request("textDocument/inlineCompletion", params)

    def completion(
        self, uri: str, line: int | None = None, character: int | None = None, trigger_kind: int = INVOKED
    ) -> asyncio.Future[Any]:
        """Ask for plain completion, at the buffer's cursor unless a place is given."""
        params = self._place(uri, line, character) | {"context": {"triggerKind": trigger_kind}}
        return self.request("textDocument/completion", params)

    def accept(self, uri: str, item: Json) -> str:
        """Take an item over into the document as an editor does, and give the text that results."""
        self.change(uri, *self.buffers[uri].edit_of(item))
        return self.buffers[uri].text

    def _place(self, uri: str, line: int | None, character: int | None) -> Json:
        position = {"line": line, "character": character}
        if line is None or character is None:
            position = dict(self.buffers[uri].position(self.buffers[uri].cursor))
        return {"textDocument": {"uri": uri}, "position": position}

    def send(self, message: Json) -> None:
        kept = {name: value for name, value in message.items() if name != "params" or value is not None}
        body = json.dumps({"jsonrpc": "2.0", **kept}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def _read_output(self) -> None:
        assert self.process.stdout is not None
        waiting = b""
        while data := await self.process.stdout.read(1 << 16):
            waiting = self._cut(waiting + data)
            self._heard.set()
        self.stray += waiting
        for future in self._pending.values():
            _fail(future, EOFError("the server has ended"))
        self._pending.clear()
        self._heard.set()

    async def _read_errors(self) -> None:
        assert self.process.stderr is not None
        while data := await self.process.stderr.read(1 << 16):
            self.printed += data
            self._heard.set()

    def _cut(self, waiting: bytes) -> bytes:
        """Take in all whole frames, and give what is left of the bytes."""
        while found := _HEADER.search(waiting):
            end = found.end() + int(found[1])
            if len(waiting) < end:
                break
            self.stray += waiting[: found.start()]
            self._take(waiting[found.end() : end])
            waiting = waiting[end:]
        return waiting

    def _take(self, body: bytes) -> None:
        try:
            message = json.loads(body)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            self.stray += body
            return
        self.messages.append(message)
        if "method" not in message:
            self._take_response(message)
        elif "id" in message and message["method"] not in self.silent:
            self._answer(message)

    def _take_response(self, message: Json) -> None:
        future = self._pending.pop(message.get("id", 0), None)
        if future is None:
            self.unasked.append(message)
        elif "error" in message:
            _fail(future, ServerError(message["error"]))
        elif not future.done():
            future.set_result(message.get("result"))

    def _answer(self, message: Json) -> None:
        method = message["method"]
        reply: Json = {"id": message["id"], "result": None}
        if method == "workspace/configuration":
            reply["result"] = [self.configuration.get(item.get("section")) for item in message["params"]["items"]]
        elif method not in {
            "client/registerCapability",
            "client/unregisterCapability",
            "window/workDoneProgress/create",
            "window/showMessageRequest",
        }:
            reply = {"id": message["id"], "error": {"code": _METHOD_NOT_FOUND, "message": f"no {method} here"}}
        self.send(reply)


def items_of(result: Any) -> list[Json]:
    """The items of a completion result, in whichever of its three forms it came."""
    if isinstance(result, dict):
        result = result["items"]
    return list(result or [])


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        # Looked at once, so that asyncio does not complain of a request that nobody waits for.
        future.exception()


def moved(value: Any, root: Path) -> Any:
    """The same parameters with another root folder."""
    if isinstance(value, dict):
        return {name: moved(each, root) for name, each in value.items()}
    if isinstance(value, list):
        return [moved(each, root) for each in value]
    if isinstance(value, str):
        return value.replace(f"file://{_RECORDED_ROOT}", root.as_uri()).replace(_RECORDED_ROOT, str(root))
    return value
