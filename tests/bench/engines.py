"""What people meet who bring an engine of their own: what the doctor finds, how soon a cold model answers, what is counted.

python tests/bench/engines.py [--load 8] [--calls 60]

Real llama.cpp servers where one can be had, with SmolLM2 and with models of random weights; Ollama, and models that take
long to load, are replicas that answer what real ones were recorded to answer. Prints the doctor's sentences, and a table.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import threading
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import environment, session
from support.engine.bench_table import table
from support.engines.llama import LlamaServer, free_port, model_that_says
from support.engines.replicas import LLAMA_CPP_HEADER, Replica, llama_cpp, ollama
from support.engines.smollm import smollm

DOCUMENT = "first_value = 1\nsecond_value = \n"
NAME = "qwen2.5-coder-1.5b.gguf"
CHAT_ONLY = {"smollm2:135m": ["completion"]}
SLOW = {"cache_n": 0, "prompt_n": 2000, "prompt_ms": 20_000.0, "predicted_n": 3}
KEY_S = 0.15


def main():
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--load", type=float, default=8, help="seconds that a cold model takes to load")
    parser.add_argument("--calls", type=int, default=60, help="keys that are typed to see which calls are counted")
    arguments = parser.parse_args()
    rows = asyncio.run(measured(arguments))
    table("Engines of one's own", ["now", "aim"], rows)


async def measured(arguments):
    """The rows of the table."""
    found = [await doctors_word(*case) for case in troubles()]
    rows = {f"doctor finds, of {len(found)}": [sum(found), len(found)]}
    for name, replica, kind in (
        ("Ollama", Replica(ollama(), text="first_value"), "ollama"),
        ("llama.cpp", Replica(llama_cpp(), LLAMA_CPP_HEADER, text="first_value"), "llama.cpp"),
    ):
        rows |= await cold(name, replica, kind, arguments.load)
    rows |= await small_window()
    return rows | await counted(arguments.calls)


def troubles():
    """What is wrong, the engine, its settings, and what the doctor has to name; a file's end takes no model's place."""
    tiny = model_that_says("count\n")
    return [
        (
            "stopped",
            nullcontext(),
            {"kind": "llama.cpp", "base_url": f"http://127.0.0.1:{free_port()}"},
            "llama-server",
        ),
        ("chat model (SmolLM2)", LlamaServer(model=smollm()), {"kind": "llama.cpp"}, "fill in the middle"),
        ("no template for the middle", Replica(ollama(models=CHAT_ONLY)), {"kind": "ollama"}, "fill in the middle"),
        (
            "wrong model",
            LlamaServer(model=tiny),
            {"kind": "llama.cpp", "model": "codellama:7b-code"},
            "whatever provider.model says",
        ),
        (
            "wrong family",
            LlamaServer(model=tiny),
            {"kind": "llama.cpp", "family": "starcoder"},
            "leave provider.family out",
        ),
        ("not pulled", Replica(ollama()), {"kind": "ollama", "model": "qwen2.5-coder:3b"}, "ollama pull"),
        ("window of 512", LlamaServer("-c", "512", model=tiny), {"kind": "llama.cpp"}, "`-c`"),
        (
            "cold",
            Replica(llama_cpp(), LLAMA_CPP_HEADER, loads=threading.Event()),
            {"kind": "llama.cpp", "model": NAME},
            "being loaded",
        ),
        (
            "slow",
            Replica(llama_cpp(), LLAMA_CPP_HEADER, timings=SLOW),
            {"kind": "llama.cpp"},
            "prompts are kept to 128 tokens",
        ),
    ]


async def doctors_word(name, engine, provider, wanted):
    """Whether the doctor names what is wrong; what it says is printed."""
    with engine as server, tempfile.TemporaryDirectory() as home:
        address = {} if server is None else {"base_url": getattr(server, "origin", "") or server.url}
        lines = (f"{key} = {json.dumps(value)}" for key, value in (provider | address).items())
        config = Path(home) / "config.toml"
        config.write_text("[provider]\n" + "\n".join(lines))
        command = [sys.executable, "-m", "infill_ls", "doctor", "--config", str(config)]
        doctor = await asyncio.create_subprocess_exec(
            *command, env=environment(Path(home)), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        said, _ = await doctor.communicate()
    print(f"\n== {name}\n{said.decode()}", end="")
    return wanted in " ".join(said.decode().split())


async def cold(name, replica, kind, load_s):
    """How long after the model is there somebody who has been typing all the time gets its first suggestion."""
    replica.loads = threading.Event()
    with replica as engine, tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        project.mkdir()
        own = {"kind": kind, "base_url": engine.url, "model": "qwen2.5-coder:7b"}
        async with session(project, {"provider": own}) as editor:
            await asyncio.to_thread(engine.load_begun.wait, 20)
            until, is_there, number = time.monotonic() + load_s, 0.0, 0
            while time.monotonic() < until + 30:
                if not is_there and time.monotonic() >= until:
                    is_there = time.monotonic()
                    engine.loads.set()
                number += 1
                uri = (project / f"{number}.py").as_uri()
                editor.open(uri, DOCUMENT)
                items = items_of(await editor.inline_completion(uri, 1, 15))
                if [item["insertText"] for item in items] == [engine.text]:
                    break
                await asyncio.sleep(KEY_S)
            took = time.monotonic() - is_there
            popups = len(editor.notifications("window/showMessage"))
            await editor.shutdown()
    return {
        f"{name}, a load of {load_s:g} s: first suggestion after it, s": [took, "<= 1"],
        f"{name}: pop-ups": [popups, 0],
    } | ({f"{name}: loads begun": [engine.loads_begun, 1]} if kind == "ollama" else {})


async def small_window():
    """Calls that show something in a window of 2,048 tokens, the file being longer; the first may find it out."""
    text = "".join(f"value_{number:03} = {number}\n" for number in range(800))
    with LlamaServer("-c", "2048", model=model_that_says("count\n")) as llama:
        records, popups = await typed(text, {"kind": "llama.cpp", "base_url": llama.url}, 12, INVOKED)
    shown = [record["outcome"] == "shown" for record in records[1:]]
    return {"window of 2,048: shown, %": [100 * sum(shown) / len(shown), 100], "… pop-ups": [popups, "<= 1"]}


async def counted(keys):
    """Calls whose tokens the engine has told, also of those that the next key ended; of the rest they are estimated."""
    text = "".join(f"value_{number:03} = {number}\n" for number in range(400)) + "def total(numbers):\n    result = 0\n"
    with LlamaServer() as llama:
        own = {"kind": "llama.cpp", "base_url": llama.url, "model": NAME}
        records, _ = await typed(text, own, keys, None)
    calls = [record for record in records if record["upstream_calls"]]
    told = sum(bool(record["tokens"]["prompt"]) for record in calls)
    ended = sum(record["aborted"] for record in calls)
    return {
        f"{len(calls)} calls, {ended} of them ended early: told by the engine, %": [
            100 * told / max(1, len(calls)),
            100,
        ]
    }


async def typed(text, own, keys, trigger):
    """The records of a person who types so many keys at the end of a text, asking at each, and the pop-ups."""
    with tempfile.TemporaryDirectory() as folder:
        project, trace = Path(folder) / "project", Path(folder) / "trace.jsonl"
        project.mkdir()
        uri = (project / "a.py").as_uri()
        options = {"provider": own, "local": {"spare_calls": False}, "completion": {"debounce_ms": 0}}
        async with session(project, options, arguments=("--trace", str(trace))) as editor:
            buffer = editor.open(uri, text)
            buffer.cursor = len(text)
            for number in range(keys):
                editor.type(uri, f"x{number} = " if trigger else "  value = numbers[0]\n"[number % 21])
                asked = (
                    editor.inline_completion(uri, trigger_kind=trigger) if trigger else editor.inline_completion(uri)
                )
                if trigger:
                    await asked
                    editor.type(uri, f"{number}\n")
                else:
                    await asyncio.wait([asked], timeout=KEY_S)
            popups = len(editor.notifications("window/showMessage"))
            await editor.shutdown()
        return [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()], popups


if __name__ == "__main__":
    try:
        main()
    except pytest.skip.Exception as reason:
        sys.exit(str(reason))
