"""How much of its prompts a real llama.cpp server finds in its prefix cache, while somebody types. Prints a table.

python tests/bench/prefix_cache.py [FILE] [--calls 200] [--options JSON] [--server WORDS] [--project FOLDER]
    [--reckoned [--speed TOKENS]] [--pause SECONDS]

The file (else one of the standard library) is typed on from its middle, and a suggestion is asked for explicitly after
each word, so that each request is a call. The model's weights are random and its vocabulary are bytes: tokens are
bytes there, the shares those of any model. On a busy machine the model reads so slowly that prompts are kept short and show
nothing of other files. What the cache had is what the server itself says; why it had no more is reckoned from the prompts.
``--reckoned`` asks no real server, but one that answers at once and has cached its last prompt: prompts are those of a
fast engine, on a machine of whatever speed; or, with ``--speed``, of one that says it reads so many tokens per second.
"""

import argparse
import asyncio
import json
import re
import shutil
import sys
import tempfile
import textwrap
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.editor import INVOKED
from support.clients.server_session import MODEL, session
from support.engine.bench_table import percentile, table
from support.engines.llama import LlamaServer
from support.engines.tap import Tap, in_common

STROKE = re.compile(r"\n[ \t]*|\w+|[^\w\n]+")
LATER_S = 60
"""More than the longest call takes."""


def main():
    """Type, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=Path(textwrap.__file__))
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--options", type=json.loads, default={}, help="initializationOptions, as JSON, on top of ours")
    parser.add_argument("--server", default="", help="further options of llama-server, for example '--cache-reuse 32'")
    parser.add_argument("--project", type=Path, help="code that prompts show of other files; FILE need not be in it")
    parser.add_argument("--reckoned", action="store_true", help="ask a server that reads in no time, not a real one")
    parser.add_argument("--speed", type=float, help="tokens per second that it says it reads")
    parser.add_argument("--pause", type=float, default=0, help="seconds at the end of each line")
    arguments = parser.parse_args()
    text = arguments.file.read_text(encoding="utf-8")
    try:
        engine = nullcontext() if arguments.reckoned else LlamaServer(*arguments.server.split())
        with (
            engine as llama,
            Tap(llama and llama.origin, arguments.speed) as tap,
            tempfile.TemporaryDirectory() as folder,
        ):
            trace = Path(folder) / "trace.jsonl"
            asyncio.run(type_on(text, arguments, tap.url, Path(folder) / "project", trace))
            records = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    except pytest.skip.Exception as reason:
        sys.exit(str(reason))
    report([record for record in records if record["upstream_calls"]])
    report_causes(tap.prompts, tap.ahead)


async def type_on(text, arguments, url, project, trace):
    """Words from the middle of the text on, in front of its second half."""
    if arguments.project:
        shutil.copytree(arguments.project, project)
    else:
        project.mkdir()
    middle = text.index("\n", len(text) // 2) + 1
    strokes = STROKE.findall(text, middle)
    own = {"kind": "openai", "base_url": url, "model": MODEL, "mode": "fim", "max_tokens": 2}
    options = arguments.options | {"provider": own | arguments.options.get("provider", {})}
    uri = (project / "typed.py").as_uri()
    async with session(project, options, arguments=("--trace", str(trace)), client="vscode") as editor:
        buffer = editor.open(uri, text[:middle] + "\n" + text[middle + sum(map(len, strokes[: arguments.calls])) :])
        buffer.cursor = middle
        for number, stroke in enumerate(strokes[: arguments.calls]):
            editor.type(uri, stroke)
            await asyncio.wait_for(editor.inline_completion(uri, trigger_kind=INVOKED), LATER_S)
            following = strokes[number + 1 : number + 2]
            if arguments.pause and following and following[0].startswith("\n"):
                await asyncio.sleep(arguments.pause)
        await editor.shutdown()


def report(records):
    """Shares over all calls of which the server has told the counts, the first left out: nothing could be cached."""
    told = [record for record in records if record["tokens"]["prompt"]][1:]
    shares = [100 * record["tokens"]["cached"] / record["tokens"]["prompt"] for record in told]
    prompt = sum(record["tokens"]["prompt"] for record in told)
    cached = sum(record["tokens"]["cached"] for record in told)
    waits = [record["ms"]["first_token"] for record in told if record["ms"]["first_token"] is not None]
    rows = {
        "calls": [len(records)],
        "calls whose counts the server told": [len(told) + 1 if told else 0],
        "tokens of prompt": [prompt],
        "… of a call": [prompt // max(1, len(told))],
        "found in the cache, % of all": [100 * cached / prompt if prompt else None],
        "… by call, p10": [percentile(shares, 0.1)],
        "… p50": [percentile(shares, 0.5)],
        "ms to the first token, p50": [percentile(waits, 0.5)],
    }
    table("A prefix cache while typing", ["llama.cpp"], rows)


def report_causes(prompts, ahead):
    """What of the prompts was not in the one before, by why, in % of all their characters.

    Those that were read ahead are none of them: nobody waited.
    """
    waited = [number for number in range(1, len(prompts)) if number not in ahead]
    calls, lost, total = Counter(), Counter(), sum(len(prompts[number]) for number in waited)
    print("Prompts that were read ahead:", len(ahead))
    for before, now in ((prompts[number - 1], prompts[number]) for number in waited):
        (files, prefix, _), (new_files, new_prefix, suffix) = parts(before), parts(now)
        anew = len(now) - in_common(before.encode("utf-32-le"), now.encode("utf-32-le")) // 4
        if new_files != files:
            why = "other files: added" if new_files.startswith(files[:-HEAD]) else "other files: dropped"
        elif not new_prefix.startswith(prefix[:HEAD]):
            why = "the window's start"
        elif not new_prefix.startswith(prefix):
            why = "a change in the prefix"
        else:
            why = "only typed"
            lost["… of which behind the cursor"] += len(suffix)
        calls[why] += 1
        lost[why] += anew
    shown = [len(parts(prompt)[0]) for prompt in prompts]
    print("Characters of other files in a prompt, mean:", sum(shown) // max(1, len(shown)))
    rows = {why: [calls[why] or None, 100 * count / total] for why, count in lost.most_common()}
    table("Read anew, by cause", ["calls", "% of all"], rows)


HEAD = 40
"""Characters by which a prefix is known again, and about what names the current file behind the others."""


def parts(prompt):
    """Other files, prefix and suffix."""
    files, _, rest = prompt.partition("<|fim_prefix|>")
    prefix, _, rest = rest.partition("<|fim_suffix|>")
    return files, prefix, rest.partition("<|fim_middle|>")[0]


if __name__ == "__main__":
    main()
