"""What the server itself costs, beside a bare pygls server in the same run. Prints tables; run it on an idle machine.

python tests/bench/overhead.py [--rounds 15]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.blocking import BlockingClient
from support.engine.bench_table import medians, table
from support.model_studio.emulator import Emulator, Reply

BARE = [sys.executable, str(Path(__file__).with_name("bare_server.py"))]
OURS = [sys.executable, "-m", "infill_ls", "--stdio"]
SERVERS = {"bare pygls": BARE, "infill-ls": OURS}

SOURCE = """\
import json


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def load_first(path):
    with open(path, enc"""
ANSWER = 'oding="utf-8") as file:\n        return json.load(file)'
"""What the model says at the end of SOURCE; the cache answers from then on."""


def main():
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        env = {"HOME": folder, "XDG_CONFIG_HOME": folder, "DASHSCOPE_API_KEY": ""}
        start_up(rounds, env)
        with Emulator(api_key=None) as model:
            model.default = Reply(ANSWER)
            env |= {"INFILL_LS_BASE_URL": model.own_url, "INFILL_LS_MODEL": "qwen2.5-coder-7b-instruct"}
            round_trip(rounds, env)
            keystroke(rounds, env)
            notifications(env)


def start_up(rounds, env):
    """From the start of the process to the response to initialize, to the first completion; memory then."""
    figures = {name: [] for name in SERVERS}
    for _ in range(rounds):
        for name, command in SERVERS.items():
            client = BlockingClient(command, env)
            initialized = client.initialize()
            client.open("file:///bench/a.py", SOURCE)
            client.complete("file:///bench/a.py", *cursor(SOURCE))
            figures[name].append((initialized * 1e3, (time.perf_counter() - client.started) * 1e3, client.memory_mb()))
            client.stop()
    table("Start-up", ["initialize ms", "first completion ms", "RSS MB"], medians(figures))


def round_trip(rounds, env):
    """A request answered from the cache (bare: answered at once)."""
    clients = {name: ready(command, env, SOURCE) for name, command in SERVERS.items()}
    figures = {name: [] for name in SERVERS}
    for _ in range(rounds):
        for name, client in clients.items():
            times = sorted(timed(client.complete, "file:///bench/a.py", *cursor(SOURCE)) for _ in range(200))
            figures[name].append((times[100] * 1e6, times[198] * 1e6))
    assert clients["infill-ls"].complete("file:///bench/a.py", *cursor(SOURCE)), "nothing to answer from the cache"
    for client in clients.values():
        client.stop()
    table("Round trip of a cached answer", ["p50 µs", "p99 µs"], medians(figures))


def keystroke(rounds, env):
    """One character typed into the suggestion and the completion asked again, on files of several sizes."""
    figures = {}
    for lines in (1_000, 10_000, 100_000):
        text = "".join(f"value_{number} = compute({number}, other={number})\n" for number in range(lines)) + SOURCE
        for name, command in SERVERS.items():
            client = ready(command, env, text)
            times = sorted(type_through(client, text, count) for count in range(rounds * 10))
            figures[f"{name}, {lines:,} lines"] = [(times[len(times) // 2] * 1e3, times[int(len(times) * 0.99)] * 1e3)]
            client.stop()
    table("didChange + inlineCompletion from the cache", ["p50 ms", "p99 ms"], medians(figures))


def type_through(client, text, count):
    """Type ``o``, which the suggestion starts with, and take it back, so that each round is the same."""
    line, column = cursor(text)
    started = time.perf_counter()
    client.insert("file:///bench/a.py", 2 + 2 * count, line, column, "o")
    client.complete("file:///bench/a.py", line, column + 1)
    seconds = time.perf_counter() - started
    span = {"start": {"line": line, "character": column}, "end": {"line": line, "character": column + 1}}
    document = {"uri": "file:///bench/a.py", "version": 3 + 2 * count}
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"range": span, "text": ""}]})
    return seconds


def notifications(env):
    """Memory before and after 20,000 edits."""
    figures = {}
    for name, command in SERVERS.items():
        client = ready(command, env, SOURCE)
        before = client.memory_mb()
        for version in range(2, 20_002):
            client.insert("file:///bench/a.py", version, 0, 0, "x" if version % 40 else "\n")
        client.complete("file:///bench/a.py", 0, 0)
        figures[name] = [(before, client.memory_mb())]
        client.stop()
    table("20,000 didChange", ["RSS before MB", "after MB"], medians(figures))


def ready(command, env, text):
    """A client whose server has answered once."""
    client = BlockingClient(command, env)
    client.initialize()
    client.open("file:///bench/a.py", text)
    client.complete("file:///bench/a.py", *cursor(text))
    return client


def cursor(text):
    """Line and character of the text's end."""
    return text.count("\n"), len(text) - text.rfind("\n") - 1


def timed(call, *arguments):
    """Seconds that a call takes."""
    started = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
