"""Reads recorded answers of models for next edits, and counts what would be offered of them.

    python tests/bench/next_cassettes.py FOLDER

The folder has one folder for each scenario, and in it one file of JSON lines for each model: requests and responses
with their bodies in ``body_b64`` (the public recordings of cursortab.nvim, MIT). Where ``suppress`` is in a scenario's
name, nothing should be offered. An answer is read against the region of the very prompt that it was recorded for.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.document.mirror import Mirror
from infill_ls.engine.next_answer import answer_of
from infill_ls.engine.next_excerpt import Region, place_of
from infill_ls.prompt.next_families import NEXT_FAMILIES, next_named
from infill_ls.prompt.next_prompt import Excerpt
from infill_ls.repeat.gates import held_back
from support.engine.bench_table import table

REGIONS = {
    "sweep": r"<\|file_sep\|>current/[^\n]*\n(.*)\n<\|file_sep\|>updated/[^\n]*\n(.*)\Z",
    "zeta2": r"<<<<<<< CURRENT\n(.*)\n=======\n<\[fim-middle\]>()\Z",
    "zeta1": r"<\|editable_region_start\|>\n(.*)\n<\|editable_region_end\|>()",
    "mercury": r"<\|code_to_edit\|>\n(.*)\n<\|/code_to_edit\|>()",
}
FAMILIES = {"sweep-next": "sweep", "zeta-2": "zeta2", "zeta": "zeta1", "mercury": "mercury"}
MARKS = {mark for family in NEXT_FAMILIES for mark in (*family.control_tokens, *family.stop) if len(mark) > 4}


def main() -> None:
    counts: dict[str, Counter] = defaultdict(Counter)
    for path in sorted(Path(sys.argv[1]).glob("*/*.ndjson")):
        family = next((row for start, row in FAMILIES.items() if path.stem.startswith(start)), None)
        for prompt, answer, is_cut in () if family is None else exchanges(path):
            found = re.search(REGIONS[family], prompt, re.DOTALL)
            if found is not None:
                count(counts[path.stem], offers(family, found, answer, is_cut=is_cut), "suppress" in path.parent.name)
    rows = {
        name: [each["to change"], each["changed"], each["quiet"], each["offered"], each["marks"]]
        for name, each in counts.items()
    }
    table("Recorded answers", ["to change", "offered", "to be quiet", "offered all the same", "marks shown"], rows)


def exchanges(path: Path):
    """Prompt, answer, and whether a limit cut that off, of each exchange."""
    asked = None
    for record in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if record["kind"] == "request":
            asked = body(record)
        elif record["kind"] == "response" and asked:
            choice = (body(record).get("choices") or [{}])[0]
            prompt = asked.get("prompt") or asked["messages"][0]["content"]
            answer = choice.get("text") or (choice.get("message") or {}).get("content") or ""
            yield prompt, answer, choice.get("finish_reason") == "length"


def body(record) -> dict:
    try:
        return json.loads(base64.b64decode(record["body_b64"]))
    except ValueError:
        return {}


def offers(name: str, found: re.Match, answer: str, *, is_cut: bool) -> list[str]:
    """The new texts that would be offered."""
    family = next_named(name)
    lines = tuple(found[1].replace(family.cursor, "").split("\n"))
    said = min(found[2].count("\n"), len(lines) - 1)
    excerpt = Excerpt("a", "", (), lines, (), said, 0, ())
    edits: list = []
    taking = answer_of(excerpt, family, edits.append)
    asyncio.run(feed(taking, found[2].rpartition("\n")[2] + answer, is_cut=is_cut))
    region, text = Region(0, lines, None, None, excerpt), Mirror("\n".join(lines))
    places = [place for edit in edits if (place := place_of(edit, region)) is not None]
    return [place.text for place in places if held_back(place, text, (), (), "") is None]


async def feed(taking, answer: str, *, is_cut: bool) -> None:
    for start in range(0, len(answer), 5):
        if not taking.is_over:
            await taking.take(answer[start : start + 5])
    taking.end(is_cut=is_cut)


def count(counts: Counter, texts: list[str], is_to_be_quiet: bool) -> None:  # one column of a table
    counts["quiet" if is_to_be_quiet else "to change"] += 1
    counts["offered" if is_to_be_quiet else "changed"] += bool(texts)
    counts["marks"] += any(mark in text for text in texts for mark in MARKS)


if __name__ == "__main__":
    sys.exit(main())
