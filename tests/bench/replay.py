"""What a person who types sees, and what it costs: real files typed into the real server, against an emulated model.

python tests/bench/replay.py [FOLDER] [--holes 30] [--first-token-ms 150 …] [--jobs 3] [--plain] [--never-accept] [-o FILE]

Holes in the files of FOLDER (else of Python's standard library) are typed anew, in real time: bursts, pauses, slips that
are taken back, suggestions accepted whole, by line and by word, and others that are typed over. The same seed is the same
person, whatever the server does. Prints a table with a column for each time to first token; asserts nothing.
"""

import argparse
import asyncio
import json
import sys
import sysconfig
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.clients.editor import INVOKED
from support.clients.server_session import MODEL, key_of, session
from support.engine.bench_table import table
from support.model_studio.emulator import Emulator, Fallible, Oracle, Reply
from support.model_studio.records import CHARACTERS_PER_TOKEN
from support.typing.replay_figures import figures
from support.typing.replay_session import ReplaySession
from support.typing.typist import TAKES, Typist, holes

PLAIN_PRICES = [1e6, 5e6]
"""Where no price is given: an output token costs as much as five input tokens, as with many a model."""


def main():
    """Play all holes once for each time to first token, and print the table."""
    arguments = parsed()
    chosen = holes(arguments.folder, arguments.holes, arguments.seed, arguments.pattern)
    characters = sum(len(hole.middle) for hole in chosen)
    print(f"{len(chosen)} holes, {characters:,} characters, {arguments.jobs} sessions side by side", file=sys.stderr)
    results = {}
    for first_token_ms in arguments.first_token_ms:
        played = asyncio.run(play_all(chosen, arguments, first_token_ms))
        results[f"{first_token_ms:,} ms"] = figures(played, tuple(arguments.price), arguments.unit)
    names = list(next(iter(results.values())))
    title = f"Typing replay, {arguments.token_ms:g} ms per token, {arguments.unknown:.0%} of names not guessed"
    table(title, list(results), {name: [each[name] for each in results.values()] for name in names})
    if arguments.output:
        options = {name: str(value) if isinstance(value, Path) else value for name, value in vars(arguments).items()}
        arguments.output.write_text(json.dumps({"options": options, "figures": results}, indent=1) + "\n")


def parsed():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(sysconfig.get_path("stdlib")))
    parser.add_argument("--pattern", default="*.py", help="names of the files that are typed")
    parser.add_argument("--holes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=3, help="sessions side by side, each with a server of its own")
    parser.add_argument("--first-token-ms", type=int, nargs="+", default=[50, 150, 400, 1000])
    parser.add_argument("--token-ms", type=float, default=8)
    parser.add_argument("--unknown", type=float, default=0.1, help="share of names that the model cannot guess")
    parser.add_argument("--plain", action="store_true", help="an editor whose ghost text goes away with every key")
    parser.add_argument("--never-accept", action="store_true", help="everything is typed to its end")
    parser.add_argument(
        "--price",
        type=float,
        nargs=2,
        default=PLAIN_PRICES,
        help="of a million input tokens and of a million output tokens",
    )
    parser.add_argument("--unit", default="in input tokens", help="that the prices are in")
    parser.add_argument("--options", type=json.loads, default={}, help="initializationOptions, as JSON, on top of ours")
    parser.add_argument("-o", "--output", type=Path)
    return parser.parse_args()


async def play_all(chosen, arguments, first_token_ms):
    """All holes, by so many people at once."""
    todo, played = list(enumerate(chosen)), {}
    await asyncio.gather(*(play_some(todo, played, arguments, first_token_ms) for _ in range(arguments.jobs)))
    return [played[number] for number in sorted(played)]


async def play_some(todo, played, arguments, first_token_ms):
    """One person with one server, until no hole is left."""
    token_s = arguments.token_ms / 1000
    with tempfile.TemporaryDirectory() as folder, Emulator() as studio:
        studio.oracle = Fallible(lambda _question: "", arguments.unknown)
        studio.default = Reply(first_token_s=first_token_ms / 1000, chunk_s=token_s, chunk_size=CHARACTERS_PER_TOKEN)
        project = Path(folder) / "project"
        project.mkdir()
        own = {"kind": "openai", "base_url": studio.own_url, "model": MODEL}
        options = {**arguments.options, "provider": own | arguments.options.get("provider", {})}
        async with session(project, options, variables=key_of(studio), client="vscode") as editor:
            await warm_up(editor, (project / "warm.py").as_uri())
            while todo:
                number, hole = todo.pop(0)
                studio.oracle = Fallible(Oracle(hole.text), arguments.unknown)
                typist = Typist(hole, arguments.seed, None if arguments.never_accept else TAKES)
                uri = (project / f"{hole.name}{hole.suffix}").as_uri()
                replay = ReplaySession(editor, studio, uri, hole, typist, carries=not arguments.plain)
                played[number] = await replay.play()
                print(f"{first_token_ms} ms: {hole.name}, {len(played[number].calls)} calls", file=sys.stderr)


async def warm_up(editor, uri):
    """One answer before the clock starts: what a server imports and connects to is the start-up's, not the typing's."""
    editor.open(uri, "x = ")
    await editor.inline_completion(uri, trigger_kind=INVOKED)
    editor.close(uri)


if __name__ == "__main__":
    main()
