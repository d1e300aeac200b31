"""How much of the project one completion goes through: files and functions, from a key to the suggestion, and by room.

python tests/bench/touched.py [--against FOLDER] [--list]

The real server asks an emulated model at a place that it has not seen; FOLDER is a checkout of another version. Counts
what runs on the loop and in threads between the key and its answer. Signals tell the server when, so it needs POSIX.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path, PurePath

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.editor import EditorClient, recorded_client
from support.clients.server_session import asking, environment, key_of
from support.engine.bench_table import table
from support.model_studio.emulator import Emulator, Reply

OURS = Path(__file__).parents[2] / "server"

WATCHED = """
import json, os, signal, sys, threading
sys.path.insert(0, {server!r})
seen = set()
def watch(frame, event, argument):
    if event == "call" and frame.f_code.co_filename.startswith({server!r}):
        code = frame.f_code
        seen.add((code.co_filename[len({server!r}):], code.co_qualname))
def begin(*_):
    seen.clear()
    threading.setprofile_all_threads(watch) if hasattr(threading, "setprofile_all_threads") else None
    threading.setprofile(watch)
    sys.setprofile(watch)
def end(*_):
    sys.setprofile(None)
    with open({found!r} + ".part", "w") as file:
        json.dump(sorted(seen), file)
    os.replace({found!r} + ".part", {found!r})
signal.signal(signal.SIGUSR1, begin)
signal.signal(signal.SIGUSR2, end)
sys.argv = ["infill-ls", "--stdio", *{flags!r}]
from infill_ls.__main__ import main
sys.exit(main())
"""

TEXT = "import json\n\n\ndef load(path):\n    with open(path) as file:\n        data = json.load(file)\n    "


def main():
    """Print a row for each version."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", type=Path, metavar="FOLDER")
    parser.add_argument("--list", action="store_true", help="print each function")
    arguments = parser.parse_args()
    places = {"this version": OURS}
    if arguments.against:
        places = {"the other version": arguments.against / "server"} | places
    found = {name: asyncio.run(touched(server)) for name, server in places.items()}
    rows = {name: [len({file for file, _ in each}), len(each)] for name, each in found.items()}
    table("One completion", ["files", "functions"], rows)
    rooms = {name: Counter(PurePath(file).parts[1] for file, _ in each) for name, each in found.items()}
    every = sorted({room for each in rooms.values() for room in each})
    table("Functions by room", list(found), {room: [rooms[name][room] for name in found] for room in every})
    if arguments.list:
        print("\n".join(" ".join(each) for each in found["this version"]))


async def touched(server):
    """Functions that one completion calls, by file and name; those that a first one needs to warm up do not count."""
    with tempfile.TemporaryDirectory() as folder, Emulator(api_key="sk-bench") as studio:
        studio.default = Reply(text="data['result']\n")
        project, found = Path(folder) / "project", Path(folder) / "found.json"
        project.mkdir()
        home = Path(folder) / "home"
        home.mkdir()
        knows_flag = "--trust-editor" in (server / "infill_ls" / "cli" / "arguments.py").read_text(encoding="utf-8")
        flags = ["--trust-editor"] if knows_flag else []
        code = WATCHED.format(server=f"{server}{os.sep}", found=str(found), flags=flags)
        variables = environment(home, **key_of(studio))
        async with EditorClient((sys.executable, "-c", code), environment=variables, folder=project) as editor:
            await editor.initialize(recorded_client("neovim"), project, asking(studio))
            uri = (project / "a.py").as_uri()
            editor.open(uri, TEXT)
            for text in ("x = ", "\n    y = "):
                await asyncio.sleep(0.5)  # what a first completion starts has ended
                os.kill(editor.process.pid, signal.SIGUSR1)
                await asyncio.sleep(0.2)
                editor.type(uri, text)
                await editor.inline_completion(uri)
            os.kill(editor.process.pid, signal.SIGUSR2)
            while not found.exists():  # noqa: ASYNC110  # a signal has no answer
                await asyncio.sleep(0.05)
            return [tuple(each) for each in json.loads(found.read_text())]


if __name__ == "__main__":
    main()
