"""Hours of typing, as fast as the server answers: does its memory grow, do its answers slow down? Prints a table.

python tests/bench/soak.py [--requests 100000] [--local]

Each key is an edit and a request for it. What is typed is what the emulated model says, so that most answers come from the
cache and a call is made for every new statement; with ``--local`` the embedded engine answers. Memory on Linux only.
"""

import argparse
import itertools
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.blocking import BlockingClient
from support.clients.server_session import MODEL, environment
from support.engine.bench_table import percentile, table
from support.model_studio.emulator import Emulator, Reply

SERVER = [sys.executable, "-m", "infill_ls", "--stdio"]
POINTS = (0.1, 0.5, 1.0)
WINDOW = 2000
"""The requests before a point whose answers are looked at."""
FIRST_LINES = 200
LONGEST = 400
"""Lines of a file; then those that were typed go away, all at once."""
DOCUMENTS = 8
AUTOMATIC = 2


def main():
    """Type, and print what was measured on the way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--local", action="store_true", help="the embedded engine instead of a model")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Emulator(api_key=None) as studio:
        home, config = Path(folder) / "home", Path(folder) / "config.toml"
        home.mkdir()
        provider = (
            'kind = "local"'
            if arguments.local
            else f'kind = "openai"\nbase_url = "{studio.own_url}"\nmodel = "{MODEL}"'
        )
        config.write_text(f"[provider]\n{provider}\n[completion]\ndebounce_ms = 0\n", encoding="utf-8")
        client = BlockingClient([*SERVER, "--config", str(config)], environment(home))
        client.initialize()
        soak = Soak(client, studio, arguments.requests)
        soak.run()
        client.stop()
    kind = "the embedded engine" if arguments.local else "an emulated model"
    table(f"{arguments.requests:,} requests, {kind}", soak.columns, soak.rows)
    first, last = soak.rows[f"at {POINTS[0]:.0%}"][0], soak.rows[f"at {POINTS[-1]:.0%}"][0]
    print(
        f"\nGrowth from {POINTS[0]:.0%} to the end: {last - first:.1f} MB; {soak.seconds:,.0f} s; {soak.calls:,} calls to the model"
    )


class Soak:
    """One person, who never stops."""

    columns = (
        "RSS MB",
        "answered with text, %",
        "cached p50 ms",
        "cached p99 ms",
        "others p50 ms",
        "didChange to answer max ms",
    )

    def __init__(self, client, studio, requests):
        self._client, self._studio, self._requests = client, studio, requests
        self._numbers = itertools.count()
        self._times = []
        self.rows = {}
        self.calls = 0
        self.seconds = 0.0

    def run(self):
        """All requests; a row is added at each point."""
        points = [round(share * self._requests) for share in POINTS]
        documents = [Document(self._client, number) for number in range(DOCUMENTS)]
        self.rows["at the start"] = [self._client.memory_mb(), None, None, None, None, None]
        began, done = time.perf_counter(), 0
        for turn in itertools.count():
            document = documents[turn // 50 % DOCUMENTS]
            for key in self._statement(turn):
                self._ask(document, key)
                done += 1
                if done in points:
                    self.rows[f"at {POINTS[points.index(done)]:.0%}"] = self._row()
                if done == self._requests:
                    self.calls += len(self._studio.requests)
                    self.seconds = time.perf_counter() - began
                    return
            document.press("\n")

    def _statement(self, turn):
        """The keys of a new line; the model says it after the first of them."""
        text = f"value_{turn} = compute({turn % 97}, name='{turn % 89}')"
        self._studio.default = Reply(text=text[1:])
        if turn % 50 == 0:
            self.calls += len(self._studio.requests)
            reply = self._studio.default
            self._studio.reset()
            self._studio.default = reply
        return text

    def _ask(self, document, key):
        calls = len(self._studio.requests)
        started = time.perf_counter()
        document.press(key)
        items = self._client.complete(document.uri, document.line, document.column, AUTOMATIC)
        self._times.append((time.perf_counter() - started, bool(items), len(self._studio.requests) > calls))
        del self._times[:-WINDOW]

    def _row(self):
        cached = [seconds * 1e3 for seconds, shown, called in self._times if shown and not called]
        others = [seconds * 1e3 for seconds, shown, called in self._times if not shown or called]
        shown = 100 * sum(shown for _, shown, _ in self._times) / len(self._times)
        slowest = max(seconds * 1e3 for seconds, _, _ in self._times)
        halves = [percentile(cached, 0.5), percentile(cached, 0.99), percentile(others, 0.5)]
        return [self._client.memory_mb(), shown, *halves, slowest]


class Document:
    """An open file, typed into at its end."""

    def __init__(self, client, number):
        self._client = client
        self._version = 1
        self.uri = f"file:///soak/file_{number}.py"
        self.line, self.column = FIRST_LINES, 0
        client.open(self.uri, "".join(f"number_{line} = compute({line})\n" for line in range(FIRST_LINES)))

    def press(self, key):
        """Put text in at the cursor."""
        self._version += 1
        if key == "\n" and self.line >= LONGEST:
            self._clear()
            return
        self._client.insert(self.uri, self._version, self.line, self.column, key)
        self.line, self.column = (self.line + 1, 0) if key == "\n" else (self.line, self.column + len(key))

    def _clear(self):
        """Delete what was typed."""
        span = {
            "start": {"line": FIRST_LINES, "character": 0},
            "end": {"line": self.line, "character": self.column},
        }
        document = {"uri": self.uri, "version": self._version}
        change = {"range": span, "text": ""}
        self._client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.line, self.column = FIRST_LINES, 0


if __name__ == "__main__":
    main()
