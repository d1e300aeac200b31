"""How much of its prompts a real llama.cpp server finds in its prefix cache, while somebody types. Prints a table.

python tests/bench/prefix_cache.py [FILE] [--calls 200] [--options JSON] [--server WORDS] [--project FOLDER]

The file (else one of the standard library) is typed on from its middle, and a suggestion is asked for explicitly after
each word, so that each request is a call. The model's weights are random and its vocabulary are bytes: the counts are
bytes, the shares those of any model. On a busy machine the model reads so slowly that prompts are kept short and show
nothing of other files. What the cache had is what the server itself says.
"""

import argparse
import asyncio
import json
import re
import shutil
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.editor import INVOKED
from support.clients.server_session import MODEL, session
from support.engine.bench_table import percentile, table
from support.engines.llama import LlamaServer

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
    arguments = parser.parse_args()
    text = arguments.file.read_text(encoding="utf-8")
    try:
        with LlamaServer(*arguments.server.split()) as llama, tempfile.TemporaryDirectory() as folder:
            trace = Path(folder) / "trace.jsonl"
            asyncio.run(type_on(text, arguments, llama.url, Path(folder) / "project", trace))
            records = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    except pytest.skip.Exception as reason:
        sys.exit(str(reason))
    report([record for record in records if record["upstream_calls"]])


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
        for stroke in strokes[: arguments.calls]:
            editor.type(uri, stroke)
            await asyncio.wait_for(editor.inline_completion(uri, trigger_kind=INVOKED), LATER_S)
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
        "bytes of prompt": [prompt],
        "… of a call": [prompt // max(1, len(told))],
        "found in the cache, % of all": [100 * cached / prompt if prompt else None],
        "… by call, p10": [percentile(shares, 0.1)],
        "… p50": [percentile(shares, 0.5)],
        "ms to the first token, p50": [percentile(waits, 0.5)],
    }
    table("A real prefix cache while typing", ["llama.cpp"], rows)


if __name__ == "__main__":
    main()
