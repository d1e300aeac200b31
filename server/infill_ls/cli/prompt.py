"""``infill-ls prompt``: exactly what would be sent for a place, and where its parts come from. Sends nothing."""

from __future__ import annotations

import json
import sys

from infill_ls.accounting.trace import explain
from infill_ls.cli.place import assemble_for, read_other_files, read_place
from infill_ls.cli.terminal import warn
from infill_ls.sentences import harmless, sentence
from infill_ls.startup import Launch


async def prompt(words: str, launch: Launch, *, as_json: bool) -> int:
    """Print the prompt; gives the exit status."""
    place = read_place(words)
    assembly = await assemble_for(place, launch)
    engine = assembly.engine
    await read_other_files(place, assembly)
    refusal = await engine.refusal_of(place.snapshot)
    shown = engine.shown_prompt(place.snapshot)
    await engine.aclose()
    if refusal is not None:
        warn(f"nothing would be sent: {explain(refusal)}")
        return 1
    if as_json:
        print(json.dumps(shown))
        return 0
    parts = shown["context"]
    head = (
        f"# model {shown['model']}, mode {shown['mode']}, from {parts['path']}: {len(parts['prefix'])} characters "
        f"before the cursor, {len(parts['suffix'])} after it"
    )
    print(sentence(head), file=sys.stderr)
    if assembly.related is not None:
        print(sentence(f"# of this project, {assembly.related.knowledge()}"), file=sys.stderr)
    # Byte for byte, but for a terminal, which would obey some of them.
    as_sent = harmless if sys.stdout.isatty() else str
    for piece in parts["neighbors"]:
        lines = 1 + piece["text"].count("\n")
        size = f"{len(piece['text'])} characters, {lines} {'line' if lines == 1 else 'lines'}"
        print(sentence(f"# from {piece['path']}: {size}"), file=sys.stderr)
        for why in piece["reasons"]:
            print(f"#   {sentence(why)}", file=sys.stderr)
    if shown["messages"]:
        for message in shown["messages"]:
            print(
                f"# {message['role']}{' (partial)' if message['partial'] else ''}", file=sys.stderr
            )
            print(as_sent(message["content"]))
    elif shown["text"]:
        sys.stdout.write(as_sent(shown["text"]))
    else:
        print(
            "# the embedded engine sends nothing: it looks up the text before the cursor",
            file=sys.stderr,
        )
    return 0
