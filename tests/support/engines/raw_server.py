"""A loopback server that answers with the bytes a test wrote down. Knows no protocol beyond where a request ends."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

HANG: Final = "hang"
"""A step: write nothing more until the client hangs up."""
CLOSE: Final = "close"
"""A step: close the connection."""
TURN: Final = "turn"
"""A step: let the loop go round, so that the client sees the bytes so far as a piece of their own."""

Step = bytes | str | asyncio.Event
Script = Sequence[Step]


@dataclass(slots=True)
class Received:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class RawServer:
    """Scripts are used up request by request; the last one serves all later requests."""

    scripts: list[Script]
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client closed its connection during HANG."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a request was read."""
    looks: list[Received] = field(default_factory=list)
    """Requests that only look what is there (``GET``), which may come at any time; unless they have scripts, 404."""
    has_scripts_for_looks: bool = False
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (request := await _read(reader)) is not None:
                if request.line.startswith("GET ") and not self.has_scripts_for_looks:
                    self.looks.append(request)
                    writer.write(response("404 Not Found", b""))
                    await writer.drain()
                    continue
                self.requests.append(request)
                self.arrived.set()
                script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
                if not await self._play(script, reader, writer):
                    return
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async def _play(self, script: Iterable[Step], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        for step in script:
            if isinstance(step, bytes):
                writer.write(step)
                await writer.drain()
            elif isinstance(step, asyncio.Event):
                await step.wait()
            elif step == TURN:
                for _ in range(3):
                    await asyncio.sleep(0)
            elif step == CLOSE:
                return False
            else:
                with contextlib.suppress(ConnectionError):
                    await reader.read(1)
                self.hung_up.set()
                return False
        return True


@contextlib.asynccontextmanager
async def raw_server(
    *scripts: Script, tls: ssl.SSLContext | None = None, looks: bool = False
) -> AsyncIterator[RawServer]:
    """A server that plays ``scripts``, gone with all its connections when the block ends; ``looks``: also for GETs."""
    server = RawServer(list(scripts), scheme="https" if tls else "http", has_scripts_for_looks=looks)
    running: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.add(asyncio.ensure_future(server.serve(reader, writer)))

    listener = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def response(status: str, body: bytes, *headers: str) -> bytes:
    """A whole answer with its length."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers])
    return head.encode() + b"\r\n\r\n" + body


TLS_RECORD: Final = b"\x16"
"""First byte of a client that greets a plain server by TLS: servers answer that without waiting for more."""

STREAM_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAM_END: Final = b"0\r\n\r\n"


def piece(text: str) -> bytes:
    """One chunk of a chunked body."""
    data = text.encode()
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


async def _read(reader: asyncio.StreamReader) -> Received | None:
    first = await reader.read(1)
    if first == TLS_RECORD:
        return Received("TLS", {}, b"")
    try:
        head = first + await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    line, *rest = head.decode().strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in rest)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Received(line, headers, body)
