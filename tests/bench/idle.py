"""What counting use, and holding back calls, add to start-up and to idle memory. Prints tables; run it on an idle machine.

python tests/bench/idle.py [--rounds 15] [--against FOLDER]

FOLDER is a checkout of another version, whose server is measured in the same run.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.blocking import BlockingClient
from support.engine.bench_table import medians, table

OURS = Path(__file__).parents[2] / "server"
PARTS = [
    "infill_ls.accounting.prices",
    "infill_ls.accounting.entries",
    "infill_ls.accounting.ledger_file",
    "infill_ls.accounting.ledger",
    "infill_ls.provider.circuit",
    "infill_ls.prompt.catalogue",
]
IDLE_S = 1.0
"""Seconds after which a server that nobody talks to is taken for idle."""

IMPORT = """
import importlib, sys, time
sys.path.insert(0, {server!r})
import asyncio, json, dataclasses, datetime, pathlib, re, random
import infill_ls.records, infill_ls.settings.schema, infill_ls.errors, infill_ls.provider.base
def resident():
    return next((int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")), 0)
before, started = resident(), time.perf_counter()
importlib.import_module({module!r})
print((time.perf_counter() - started) * 1e3, resident() - before)
"""


def main():
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--against", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    places = {"this version": OURS}
    if arguments.against:
        places = {"the other version": arguments.against / "server"} | places
    servers(arguments.rounds, places)
    imports(arguments.rounds)
    if sys.platform != "win32":
        counting()


def servers(rounds, places):
    """From the start of the process to the reply to ``initialize``; memory once it has nothing to do."""
    figures = {name: [] for name in places}
    with tempfile.TemporaryDirectory() as folder:
        home = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), folder)
        for _ in range(rounds):
            for name, place in places.items():
                env = home | {"DASHSCOPE_API_KEY": "sk-none", "INFILL_LS_BASE_URL": "http://127.0.0.1:9/v1"}
                client = BlockingClient([sys.executable, "-c", started_from(place)], env)
                initialized = client.initialize()
                time.sleep(IDLE_S)
                figures[name].append((initialized * 1e3, client.memory_mb()))
                client.stop()
    table("Start-up and rest", ["initialize ms", "idle RSS MB"], medians(figures))


def started_from(place):
    """A program that serves from that folder, whatever is installed."""
    return f"import sys; sys.path.insert(0, {str(place)!r}); sys.argv[1:] = ['--stdio']; from infill_ls.__main__ import main; sys.exit(main())"


def imports(rounds):
    """Each module alone, in a process that has what every server has anyway."""
    figures = {}
    for module in PARTS:
        code = IMPORT.format(server=str(OURS), module=module)
        figures[module] = [
            tuple(map(float, subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()))
            for _ in range(rounds)
        ]  # fmt: skip
    table("Imports", ["ms", "RSS kB"], medians(figures))


def counting():
    """What one request pays for being counted, and what a flush takes in its thread."""
    from datetime import UTC, datetime

    from infill_ls.accounting.ledger import Ledger
    from infill_ls.accounting.ledger_file import LedgerFile
    from infill_ls.records import Outcome, Timings
    from infill_ls.tokens import PriceTier, Usage

    outcome = Outcome(
        "shown",
        source="model",
        model="m",
        timings=Timings(500, first_token=200),
        usage=Usage(900, 0, 40),
        upstream_calls=1,
    )
    with tempfile.TemporaryDirectory() as folder:
        counted = Ledger(LedgerFile(folder), prices=lambda _model: (PriceTier(None, 1.0, 2.0, 0.2, "USD"),))
        records, caps, flushes = [], [], []
        for _ in range(200):
            records += [(timed(lambda: counted.record(outcome, datetime.now(UTC))),) for _ in range(20)]
            caps.append((timed(counted.tokens_today),))
            flushes.append((timed(counted.close_now),))
        size = sum(entry.stat().st_size for entry in Path(folder).iterdir())
    table("Counting", ["µs"], medians({"a request": records, "today's tokens": caps, "writing": flushes}))
    print(f"\n200 flushes take {size:,} bytes on disk")


def timed(call):
    """Microseconds that a call takes."""
    started = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - started) / 1e3


if __name__ == "__main__":
    main()
