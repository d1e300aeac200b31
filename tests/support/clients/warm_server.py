"""Servers that are forked from one process that has imported all of it: three quarters of a start are imports.

What a server does, sends and ends with is the same; how it is started is not, so whatever looks at that starts its own.
Run as a program, this is the process that is forked.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LARGEST = 1 << 20
"""Bytes of a server's arguments and environment."""


class WarmServer:
    """A server's process, with as much of ``asyncio``'s own as a client uses; ``await WarmServer.start(…)``."""

    def __init__(
        self, pid: int, stdin: asyncio.StreamWriter, *outputs: asyncio.StreamReader, status: asyncio.StreamReader
    ) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout, self.stderr = outputs
        self.returncode: int | None = None
        self._ended = asyncio.create_task(self._end(status))

    @classmethod
    async def start(cls, arguments: Sequence[str], environment: Mapping[str, str], folder: Path | None) -> WarmServer:
        asked = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder or Path.cwd())}
        stdin, stdout, stderr, status = (os.pipe() for _ in range(4))
        theirs = [stdin[0], stdout[1], stderr[1], status[1]]
        socket.send_fds(_forked(), [json.dumps(asked).encode()], theirs)
        for each in theirs:
            os.close(each)
        said = await _reader(status[0])
        pid = int(await said.readline())
        writer = await _writer(stdin[1])
        return cls(pid, writer, await _reader(stdout[0]), await _reader(stderr[0]), status=said)

    def send_signal(self, number: int) -> None:
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    async def _end(self, status: asyncio.StreamReader) -> int:
        self.returncode = int(await status.read())
        return self.returncode


@functools.cache
def _forked() -> socket.socket:
    """The way to the process that is forked, which ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        words = [sys.executable, __file__, str(theirs.fileno())]
        process = subprocess.Popen(words, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    return reader


async def _writer(descriptor: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(descriptor, "wb", 0)
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


# In the process that is forked...


def _fork_for(asking: socket.socket) -> None:
    """Fork a server for each message, and tell how each has ended, until nobody asks any more."""
    running: dict[int, int] = {}
    """Where to tell the end of each process."""
    heard, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as selector:
        selector.register(heard, selectors.EVENT_READ)
        selector.register(asking, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is heard:
                    os.read(heard, 4096)
                    _bury(running)
                    continue
                said, descriptors, _, _ = socket.recv_fds(asking, _LARGEST, 4)
                if not said:
                    return
                pid = os.fork()
                if pid == 0:
                    _become_server(descriptors[:3], **json.loads(said))
                running[pid] = descriptors.pop()
                os.write(running[pid], b"%d\n" % pid)
                for each in descriptors:
                    os.close(each)


def _bury(running: dict[int, int]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        told = running.pop(pid)
        os.write(told, b"%d\n" % os.waitstatus_to_exitcode(status))
        os.close(told)


def _become_server(
    streams: Sequence[int], arguments: Sequence[str], environment: Mapping[str, str], folder: str
) -> None:
    """As if ``python -m infill_ls`` had been started so."""
    from infill_ls.__main__ import main

    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.closerange(3, 1024)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.path[0] = folder
        sys.argv[1:] = arguments
        code = main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    gc.disable()
    import infill_ls.cli.serve
    import infill_ls.lsp.server
    import infill_ls.provider.http  # noqa: F401  # what a server imports once it runs

    gc.freeze()
    _fork_for(socket.socket(fileno=int(sys.argv[1])))
