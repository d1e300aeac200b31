"""The input/output loop: bytes in and out over stdio without ever blocking, and a prompt end.

Messages are handed on as bodies; what they mean is ``protocol.py``'s job.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import queue
import stat
import sys
import threading
from collections.abc import Callable
from typing import Protocol

from infill_ls.lsp.framing import Framer
from infill_ls.lsp.handshake import Stdio


class Dispatch(Protocol):
    """Handles one message body; tells whether it was a request."""

    def __call__(self, body: bytes) -> bool: ...


class Writer(Protocol):
    """Takes whole frames and returns at once."""

    def write(self, data: bytes) -> object: ...

    def close(self) -> object: ...


class Inbox(asyncio.Protocol):
    """Cuts what arrives into bodies and dispatches them in order.

    After each request the loop gets one turn before the next message is handled: the request's handler has then run
    up to its first ``await``, so it has taken its snapshot before a later edit is applied.
    """

    def __init__(self, framer: Framer, dispatch: Dispatch, lost: Callable[[], None]) -> None:
        self._framer = framer
        self._dispatch = dispatch
        self._lost = lost
        self._paused = False
        self._ended = False

    def data_received(self, data: bytes) -> None:
        self._framer.feed(data)
        self._pump()

    def eof_received(self) -> None:
        self._ended = True
        self._pump()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the name is asyncio's
        self.eof_received()

    def hung_up(self) -> None:
        """Nobody reads the answers any more."""
        self._lost()

    def start(self, unhandled: list[bytes]) -> None:
        """Handle what had been read before the loop ran, then whatever the framer already holds."""
        for body in unhandled:
            self._dispatch(body)
        self._pump()

    def _pump(self) -> None:
        while not self._paused and (body := self._framer.next()) is not None:
            if self._dispatch(body):
                self._paused = True
                asyncio.get_running_loop().call_soon(self._resume)
        # What came before the end is handled first: it may be an ``exit``.
        if self._ended and not self._paused:
            self._lost()

    def _resume(self) -> None:
        self._paused = False
        self._pump()


async def open_stdio(stdio: Stdio, inbox: Inbox) -> Writer:
    """Start reading into ``inbox``; gives the writer. Threads stand in where the system cannot poll the ends."""
    writer = await _poll_writes(stdio.write_fd, inbox) or ThreadWriter(stdio.write_fd, inbox)
    if not await _poll_reads(stdio.read_fd, inbox):
        _read_in_thread(stdio.read_fd, inbox)
    return writer


async def flush(writer: object, timeout_s: float) -> None:
    """Wait until what was written has left the process, but no longer than ``timeout_s``."""
    deadline = asyncio.get_running_loop().time() + timeout_s
    while _pending(writer) and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110  # pipes tell nobody
        await asyncio.sleep(0.005)


class ThreadWriter:
    """Writes from a thread of its own: for files, and for Windows, whose pipes cannot be polled."""

    def __init__(self, fd: int, inbox: Inbox) -> None:
        self._fd = fd
        self._inbox = inbox
        self._loop = asyncio.get_running_loop()
        self._frames: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._run, name="infill-ls-writer", daemon=True).start()

    @property
    def pending(self) -> int:
        """Frames that have not been written whole."""
        # The queue counts under its own lock; two threads adding to a plain number would lose count.
        return self._frames.unfinished_tasks

    def write(self, data: bytes) -> None:
        """Queue a frame."""
        self._frames.put(data)

    def close(self) -> None:
        """The process is about to end; there is nothing to release."""

    def _run(self) -> None:
        while True:
            data = self._frames.get()
            try:
                while data:
                    data = data[os.write(self._fd, data) :]
            except OSError:
                with contextlib.suppress(RuntimeError):  # the loop has ended
                    self._loop.call_soon_threadsafe(self._inbox.hung_up)
                return
            finally:
                self._frames.task_done()


class _Outlet(asyncio.Protocol):
    """The writing end, watched for a client that no longer reads."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the name is asyncio's
        self._inbox.hung_up()


async def _poll_writes(fd: int, inbox: Inbox) -> asyncio.WriteTransport | None:
    if not _can_be_polled(fd):
        return None
    # closefd=False: a file that is refused must not take the descriptor with it when it is collected.
    pipe = os.fdopen(fd, "wb", buffering=0, closefd=False)
    try:
        transport, _ = await asyncio.get_running_loop().connect_write_pipe(
            lambda: _Outlet(inbox), pipe
        )
    except (ValueError, OSError):
        return None
    return transport


async def _poll_reads(fd: int, inbox: Inbox) -> bool:
    if not _can_be_polled(fd):
        return False
    pipe = os.fdopen(fd, "rb", buffering=0, closefd=False)
    try:
        await asyncio.get_running_loop().connect_read_pipe(lambda: inbox, pipe)
    except (ValueError, OSError):
        return False
    return True


def _can_be_polled(fd: int) -> bool:
    """Windows polls overlapped pipes only, which these are not; Linux refuses files and ``/dev/null``, but too late."""
    mode = os.fstat(fd).st_mode
    return sys.platform != "win32" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode))


def _read_in_thread(fd: int, inbox: Inbox) -> None:
    loop = asyncio.get_running_loop()

    def run() -> None:
        try:
            while data := os.read(fd, 65536):
                loop.call_soon_threadsafe(inbox.data_received, data)
            loop.call_soon_threadsafe(inbox.eof_received)
        except (OSError, RuntimeError):
            return  # RuntimeError: the loop has ended

    threading.Thread(target=run, name="infill-ls-reader", daemon=True).start()


def _pending(writer: object) -> bool:
    if isinstance(writer, ThreadWriter):
        return writer.pending > 0
    return isinstance(writer, asyncio.WriteTransport) and writer.get_write_buffer_size() > 0
