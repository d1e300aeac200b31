"""What reaches a server that listens: web pages, other users of the machine, port scans. Only loopback is used.

How a client shows that it may is written down in one place, ``introduced``.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from infill_ls.cli.arguments import parser
from support.attacks import SERVER, Ground, Tried, client, home_of, limited
from support.raw_server import raw_server, response
from support.server_session import environment, frame

LISTENING = re.compile(
    rb"(?:listening|waiting)[^\n]*?(127\.0\.0\.1|\[?::1\]?|localhost|0\.0\.0\.0)[:,]?\s*(?:port )?(\d+)"
)
TOKEN = re.compile(rb"token[^\n]*?\b([A-Za-z0-9_-]{16,})")


def is_offered() -> bool:
    """Whether a server can be told to listen at all."""
    try:
        parser().parse_args(["serve", "--tcp", "127.0.0.1:0"])
    except SystemExit:
        return False
    return True


@dataclass(slots=True)
class Listening:
    """A server that waits for its client."""

    process: asyncio.subprocess.Process
    port: int
    token: str | None
    flag: object
    stranger: object

    async def connect(self) -> Caller:
        return Caller(*await asyncio.open_connection("127.0.0.1", self.port))

    def introduced(self, *, token: str | None = None, options: object = None) -> bytes:
        """``initialize`` with what a repository or a web page would put into it, and the token where there is one."""
        given = dict(options or {})
        if token is not None:
            given["token"] = token
        params = client("x") | {"initializationOptions": given, "rootUri": None, "processId": None}
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
        return frame(hello) + frame({"jsonrpc": "2.0", "method": "initialized", "params": {}})

    def evil(self) -> dict[str, object]:
        """Settings that run a program and ask a stranger."""
        program = [sys.executable, "-c", f"open({str(self.flag)!r}, 'w').close(); print('sk-x')"]
        return {"provider": {"kind": "openai", "base_url": f"{self.stranger.url}/v1", "model": "m", "api_key_command": program}}  # fmt: skip

    async def done(self, wait_s: float = 1.5) -> str:
        """Whether anything has come of it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while not self.flag.exists() and not self.stranger.connections:
                    await asyncio.sleep(0.05)
        if self.flag.exists():
            return "a program was run"
        return "a stranger was asked" if self.stranger.connections else ""

    async def still_listens(self) -> str:
        """Whether the client that is meant can come now."""
        try:
            caller = await self.connect()
        except OSError:
            return "nobody listens any more"
        async with caller:
            caller.writer.write(self.introduced(token=self.token))
            return "" if b'"capabilities"' in await caller.hear() else "the editor is not answered"


class Caller:
    """A connection."""

    def __init__(self, reader, writer) -> None:
        self.reader, self.writer = reader, writer

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()

    async def hear(self, wait_s: float = 5) -> bytes:
        """What comes, until a whole answer may be there, or the connection ends."""
        data = b""
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(wait_s):
                while b'"result"' not in data and b'"error"' not in data:
                    piece = await self.reader.read(65536)
                    if not piece:
                        break
                    data += piece
        return data


@asynccontextmanager
async def listening(ground, address="127.0.0.1:0"):
    project = ground.project()
    async with raw_server([response("200 OK", b'{"choices":[{"text":"1"}]}')]) as stranger:
        process = await asyncio.create_subprocess_exec(
            *limited((*SERVER, "--tcp", address)),
            cwd=project,
            env=_variables(project),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said = await _heard(process)
            found, token = LISTENING.search(said), TOKEN.search(said)
            port = int(found[2]) if found else 0
            yield Listening(process, port, token and token[1].decode(), project.parent / "ran", stranger)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _variables(project) -> dict[str, str]:
    return os.environ | environment(home_of(project))


async def _heard(process) -> bytes:
    """What it says until it listens, or ends."""
    said = b""
    with suppress(TimeoutError):
        async with asyncio.timeout(15):
            while line := await process.stdout.readline():
                said += line
                if LISTENING.search(said):
                    with suppress(TimeoutError):
                        # The token may stand on a line of its own.
                        said += await asyncio.wait_for(process.stdout.read(4096), 0.3)
                    break
    return said


FORMS = {
    "POST with a text body": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\nx\r\n\r\n",
    "POST without a length": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "GET with a body": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n",
    "PUT": b"PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nx\r\n\r\n",
    "OPTIONS": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "HEAD": b"HEAD / HTTP/1.0\r\n\r\n",
    "PATCH in chunks": b"PATCH / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n\r\n",
    "a form": b"POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: %d\r\n\r\n--x\r\n\r\n",
    "a request for a proxy": b"CONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n",
    "a web socket": b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n",
    "a line end first": b"\r\nPOST / HTTP/1.1\r\nHost: x\r\n\r\n",
    "other protocols": b"EHLO x\r\nMAIL FROM:<x>\r\n\r\n",
    "nothing before it": b"",
}


async def web_pages_and_other_users(ground: Ground) -> AsyncIterator[Tried]:
    """Bytes in any form, from whoever cannot know the token: no program, no request; and the editor can still come."""
    if not is_offered():
        for name in FORMS:
            yield Tried(f"{name}: no server listens")
        return
    for name in ground.some(FORMS, 2):
        async with listening(ground) as server:
            body = server.introduced(options=server.evil())
            head = FORMS[name] % len(body) if b"%d" in FORMS[name] else FORMS[name]
            caller = await server.connect()
            async with caller:
                caller.writer.write(head + body)
                with suppress(OSError):
                    await caller.writer.drain()
                failed = await server.done(1.5 if ground.long else 1)
            yield Tried(name, failed or await server.still_listens())


TOKENS = {"none": None, "empty": "", "another": "A" * 43, "a list": ["x"], "true": True, "long": "x" * 100_000}


async def wrong_tokens(ground: Ground) -> AsyncIterator[Tried]:
    """Without the right token, no answer but a refusal; with it, the client is served, but chooses no service."""
    if not is_offered():
        return
    for name in ground.some(TOKENS, 1):
        async with listening(ground) as server, await server.connect() as caller:
            caller.writer.write(server.introduced(token=TOKENS[name], options=server.evil()))
            answer = await caller.hear()
            failed = "it is served" if b'"capabilities"' in answer else ""
            yield Tried(f"token: {name}", await server.done(0.5) or failed or await server.still_listens())
    async with listening(ground) as server, await server.connect() as caller:
        caller.writer.write(server.introduced(token=server.token, options=server.evil()))
        answer = await caller.hear()
        yield Tried("the right token", "" if b'"capabilities"' in answer else "it is not served")
        yield Tried("the right token, and a service of its own", await server.done())


ADDRESSES = ("0.0.0.0:0", "[::]:0", ":::0", "*:0", "localhost.localdomain:0", "255.255.255.255:0", "0:0")


async def addresses(ground: Ground) -> AsyncIterator[Tried]:
    """Only loopback is listened at; any other address is refused with a sentence."""
    for address in ground.some(ADDRESSES, 2):
        async with listening(ground, address) as server:
            with suppress(TimeoutError):
                await asyncio.wait_for(server.process.wait(), 3)
            yield Tried(address, "" if server.process.returncode not in (None, 0) else "is listened at")
    if is_offered() and ground.long:
        async with listening(ground, "[::1]:0") as server:
            yield Tried("[::1]:0", "" if server.port else "is not understood")


async def before_the_editor(ground: Ground) -> AsyncIterator[Tried]:
    """A port scan, a silent caller and a crowd do not keep the editor out, and share nothing with it."""
    if not is_offered():
        return
    async with listening(ground) as server:
        for _ in range(3):
            async with await server.connect():
                pass
        await asyncio.sleep(0.2)
        yield Tried("a port scan", await server.still_listens())
    async with listening(ground) as server, await server.connect():
        await asyncio.sleep(0.2)
        yield Tried("a silent caller", await server.still_listens())
    if not ground.long:
        return
    async with listening(ground) as server:
        crowd = [await server.connect() for _ in range(100)]
        yield Tried("a crowd", await server.still_listens())
        for each in crowd:
            await each.__aexit__()
    async with listening(ground) as server, await server.connect() as editor:
        editor.writer.write(server.introduced(token=server.token))
        await editor.hear()
        heard = b""
        with suppress(OSError):
            async with await server.connect() as second:
                second.writer.write(frame({"jsonrpc": "2.0", "id": 7, "method": "test/unknown"}))
                heard = await second.hear(1)
        editor.writer.write(frame({"jsonrpc": "2.0", "id": 8, "method": "test/unknown"}))
        answered = await editor.hear()
        yield Tried("a second client", "it is answered" if heard else "" if b'"id":8' in answered else "the editor's answer is gone")  # fmt: skip
    async with listening(ground) as server, await server.connect() as caller:
        caller.writer.write(b"x" * 10_000_000)
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(caller.writer.drain(), 3)
        yield Tried("10 MB of nothing", await server.still_listens())


CASES = (web_pages_and_other_users, wrong_tokens, addresses, before_the_editor)
