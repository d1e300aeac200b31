"""``infill-ls prompt``: exactly what would be sent for a place, and where its parts come from. Sends nothing."""

from __future__ import annotations

import json
import sys

from infill_ls.cli.place import assemble_for, read_place
from infill_ls.engine.gate import refuse
from infill_ls.engine.trace import explain
from infill_ls.launch import Launch
from infill_ls.records import Outcome, Request


async def prompt(words: str, launch: Launch, *, as_json: bool) -> int:
    """Print the prompt; gives the exit status."""
    place = read_place(words)
    assembly = await assemble_for(place, launch, lambda problem: print(f"infill-ls: {problem}", file=sys.stderr))
    engine = assembly.engine
    refusal = refuse(Request("1", place.snapshot, "invoked"), engine.settings)
    if refusal is None and (rule := await engine.files.private(place.snapshot.path)) is not None:
        refusal = Outcome("excluded", rule=rule)
    shown = engine.shown_prompt(place.snapshot)
    await engine.aclose()
    if refusal is not None:
        print(f"infill-ls: nothing would be sent: {explain(refusal, place.snapshot)}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(shown))
        return 0
    parts = shown["context"]
    print(
        f"# model {shown['model']}, mode {shown['mode']}, from {parts['path']}: {len(parts['prefix'])} characters "
        f"before the cursor, {len(parts['suffix'])} after it",
        file=sys.stderr,
    )
    if shown["messages"]:
        for message in shown["messages"]:
            print(f"# {message['role']}{' (partial)' if message['partial'] else ''}", file=sys.stderr)
            print(message["content"])
    elif shown["text"]:
        sys.stdout.write(shown["text"])
    else:
        print("# the embedded engine sends nothing: it looks up the text before the cursor", file=sys.stderr)
    return 0
