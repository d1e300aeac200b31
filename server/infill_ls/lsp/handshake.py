"""Answers ``initialize`` with the standard library alone, before the imports that take a third of a second.

What has been read is handed on, so that the real protocol loop starts as if it had read everything itself.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infill_ls.lsp.framing import Framer, frame


@dataclass(slots=True)
class Stdio:
    """The two ends of the connection as file descriptors that nobody else in the process writes to."""

    read_fd: int
    write_fd: int
    framer: Framer = field(default_factory=Framer)
    unhandled: list[bytes] = field(default_factory=list)
    """Bodies that have been read and are still to be handled."""
    greeted: bool = False
    """Whether the first of ``unhandled`` is an ``initialize`` that has been answered."""


def claim_stdio() -> Stdio:
    """Take standard input and output for the protocol.

    From here on whatever else is printed, by a library or by a child process, lands on standard error.
    """
    read_fd, write_fd = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(read_fd, os.O_BINARY)
        msvcrt.setmode(write_fd, os.O_BINARY)
    return Stdio(read_fd, write_fd)


def greet(stdio: Stdio, answer: Callable[[Mapping[str, Any]], dict[str, Any]]) -> None:
    """Wait for the first message; if it is ``initialize``, send ``answer(params)``.

    Anything else is left to the protocol loop, which knows the right error for it.
    """
    body = _first_body(stdio)
    if body is None:
        return
    stdio.unhandled.append(body)
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return
    if (
        not isinstance(message, dict)
        or message.get("method") != "initialize"
        or message.get("jsonrpc") != "2.0"
    ):
        return
    params, identity = message.get("params"), message.get("id")
    if not isinstance(params, dict) or not isinstance(identity, int | str):
        return
    reply = {"jsonrpc": "2.0", "id": identity, "result": answer(params)}
    _write_all(stdio.write_fd, frame(json.dumps(reply, separators=(",", ":")).encode()))
    stdio.greeted = True


def _first_body(stdio: Stdio) -> bytes | None:
    while (body := stdio.framer.next()) is None:
        data = os.read(stdio.read_fd, 65536)
        if not data:
            return None
        stdio.framer.feed(data)
    return body


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
