"""What the server adds to the model's time at a place it has not seen: a key and a request, on files of several sizes.

python tests/bench/own_time.py [--keys 100] [--first-token-ms 50] [--token-ms 5] [--line 0.5]

The key goes to the end of a line of code of the standard library. The model's time is from the arrival of the request to
the last byte of the answer; what is left of the time that the editor waits is the server's own, connections included.
Run it on an idle machine.
"""

import argparse
import contextlib
import json
import socket
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.blocking import BlockingClient
from support.engine.bench_table import percentile, table

OURS = [sys.executable, "-m", "infill_ls", "--stdio"]
URI = "file:///bench/a.py"
ANSWERS = {
    "one line": "compute(value, other)",
    "five lines": "compute(value, other)\n        if result is None:\n            raise ValueError(value)\n"
    "        self.results[value] = result\n        return result",
}
SIZES = (100, 1_000, 10_000, 100_000)
KEYS = "abdefghij klmnqstuv "
"""None is what an answer begins with, so that none comes from the cache."""


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--first-token-ms", type=float, default=50)
    parser.add_argument("--token-ms", type=float, default=5)
    parser.add_argument("--line", type=float, default=0.5, help="where in the file is typed, 0 to 1")
    chosen = parser.parse_args()
    rows = {}
    for n_lines in SIZES:
        for name, answer in ANSWERS.items():
            model = Model(answer, chosen.first_token_ms / 1000, chosen.token_ms / 1000)
            before, after = measured(model, library(n_lines), chosen.keys, chosen.line)
            own = [sum(both) for both in zip(before, after, strict=True)]
            cells = [percentile(times, share) for times in (own, before, after) for share in (0.5, 0.95)]
            rows[f"{n_lines:,} lines, {name}"] = cells
    columns = [f"{what} {share} ms" for what in ("own", "before the model", "after it") for share in ("p50", "p95")]
    table("Own time at a new place", columns, rows)


def measured(model, text, n_keys, share):
    """Milliseconds before the model is asked and after its answer has gone out, key by key."""
    lines = text.split("\n")
    line = next(number for number in range(int(share * len(lines)), len(lines)) if lines[number].strip())
    column = len(lines[line])
    before, after = [], []
    with tempfile.TemporaryDirectory() as home:
        names = {"HOME": home, "XDG_CONFIG_HOME": home, "DASHSCOPE_API_KEY": ""}
        config = Path(home, "config.toml")
        config.write_text(
            f'[provider]\nkind = "openai"\nbase_url = "{model.url}"\nmodel = "qwen2.5-coder-7b"\nmode = "fim"\n'
            "[completion]\ndebounce_ms = 0\nspeculate = false\nrules = {broken = false}\n",
            encoding="utf-8",
        )
        client = BlockingClient([*OURS, "--config", str(config)], names)
        client.initialize()
        client.open(URI, text)
        for count in range(n_keys):
            client.insert(URI, 2 + count, line, column + count, KEYS[count % len(KEYS)])
            asked = time.perf_counter()
            assert client.complete(URI, line, column + count + 1, trigger_kind=2), "nothing was suggested"
            answered = time.perf_counter()
            before.append((model.arrived - asked) * 1000)
            after.append((answered - model.ended) * 1000)
        client.stop()
    model.close()
    return before[5:], after[5:]  # the first ones load what is loaded once


def library(n_lines):
    """So many lines of the standard library."""
    root, lines = Path(sysconfig.get_paths()["stdlib"]), []
    for path in sorted(root.glob("*.py")) + sorted(root.glob("*/*.py")):
        if len(lines) >= n_lines:
            break
        if not {"test", "site-packages"} & set(path.parts):
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[:n_lines]) + "\n"


class Model:
    """Says one text, token by token, and notes when it was asked and when it had said it."""

    def __init__(self, text, first_token_s, token_s):
        self.arrived = self.ended = 0.0
        self._events = [self._event(text[at : at + 4]) for at in range(0, len(text), 4)]
        self._events.append(self._event("", "stop"))
        self._waits = [first_token_s, *[token_s] * (len(self._events) - 1)]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        """Take no more connections."""
        self._listener.close()

    def _listen(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        # A server that has heard enough hangs up.
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as requests:
            while size := self._size(requests):
                requests.read(size)
                self.arrived = time.perf_counter()
                self._answer(connection)

    def _size(self, requests):
        """Bytes of the next request's body; 0 at the end."""
        size = 0
        while (line := requests.readline()) not in {b"\r\n", b""}:
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        return size

    def _answer(self, connection):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        for wait_s, event in zip(self._waits, self._events, strict=True):
            time.sleep(wait_s)
            connection.sendall(head + event)
            head = b""
            self.ended = time.perf_counter()
        connection.sendall(self._chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")

    def _event(self, text, finish=None):
        choice = {"text": text, "index": 0, "finish_reason": finish}
        return self._chunk(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())

    def _chunk(self, data):
        return b"%x\r\n%b\r\n" % (len(data), data)


if __name__ == "__main__":
    main()
