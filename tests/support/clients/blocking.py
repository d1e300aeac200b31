"""A blocking LSP client over pipes, as little in the way as can be: for benchmarks. Its server is a child process."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"configuration": False, "workspaceFolders": True},
    "textDocument": {
        "synchronization": {"dynamicRegistration": True, "didSave": True},
        "inlineCompletion": {"dynamicRegistration": True},
    },
    "window": {"workDoneProgress": True},
}


class BlockingClient:
    """Start a server and talk to it, one message at a time."""

    def __init__(self, command, env=None):
        variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**variables, **(env or {})},
            bufsize=0,
        )
        self._buffer = bytearray()
        self._last_id = 0

    def notify(self, method, params):
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def call(self, method, params):
        """Send a request and wait for its result."""
        self._last_id += 1
        self._send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._last_id and "method" not in message:
                return message.get("result")

    def initialize(self, folder=None):
        """Shake hands; gives the seconds from the start of the process to the response."""
        self.call(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder and Path(folder).as_uri(),
                "workspaceFolders": folder and [{"uri": Path(folder).as_uri(), "name": "bench"}],
                "capabilities": CAPABILITIES,
            },
        )
        seconds = time.perf_counter() - self.started
        self.notify("initialized", {})
        return seconds

    def open(self, uri, text):
        """Open a Python document as version 1."""
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def insert(self, uri, version, line, character, text):
        """Insert text at a position."""
        position = {"line": line, "character": character}
        change = {"range": {"start": position, "end": position}, "text": text}
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def complete(self, uri, line, character, trigger_kind=1):
        """The items of an inline completion."""
        result = self.call(
            "textDocument/inlineCompletion",
            {
                "textDocument": {"uri": uri},
                "position": {"line": line, "character": character},
                "context": {"triggerKind": trigger_kind},
            },
        )
        return (result or {}).get("items", [])

    def memory_mb(self):
        """Resident memory of the server; Linux only."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return float("nan")

    def stop(self):
        """Shut the server down."""
        self.call("shutdown", None)
        self.notify("exit", None)
        self.process.wait(5)
        self.process.stdin.close()
        self.process.stdout.close()

    def _send(self, message):
        body = json.dumps(message, separators=(",", ":")).encode()
        view = memoryview(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        while view:
            view = view[os.write(self.process.stdin.fileno(), view) :]

    def _receive(self):
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end >= 0:
                length = next(
                    int(line.partition(b":")[2])
                    for line in bytes(self._buffer[:end]).split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                if len(self._buffer) >= end + 4 + length:
                    body = bytes(self._buffer[end + 4 : end + 4 + length])
                    del self._buffer[: end + 4 + length]
                    return json.loads(body)
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                raise EOFError("the server closed its output")
            self._buffer += data
