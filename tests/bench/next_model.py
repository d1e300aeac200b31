"""Replays commits as sessions of editing with a model that is always right, and counts how often it is asked.

    python tests/bench/next_model.py [--commits 60] [--seconds 100] [--source both|model] CHECKOUT...

The model answers with the region as the commit leaves it, so what is missed is missed by the choice of when to ask, by
the region, by reading the answer, or by a gate; and what is wrong is wrong by these. A right offer is accepted, a wrong
one dismissed; then the person makes the next change of the commit. Time is turned, not waited for; nothing of git is run.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.next_replay import LONGEST, MOST_HUNKS, changed_files, opcodes
from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.records import Chunk
from infill_ls.syntax.languages import of_file, row
from support.engine.bench_table import table
from support.engine.next_desk import NextDesk

_REGION = re.compile(r"<region>\n(.*)\n</region>", re.DOTALL)


@dataclass
class Counts:
    edits: int = 0
    calls: int = 0
    tokens: int = 0
    offers: int = 0
    by_model: int = 0
    right: int = 0
    right_by_model: int = 0
    ends: Counter = field(default_factory=Counter)


class Ideal:
    """Says what the region will be; ``final`` is the text that the person is on the way to."""

    model, paused = "ideal", False

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.desk: NextDesk | None = None
        self.final: list[str] = []

    async def stream(self, prompt):
        whole, most = self.answer(prompt), prompt.max_tokens * CHARACTERS_PER_TOKEN
        answer = whole[:most]
        self.counts.calls += 1
        self.counts.tokens += (prompt.n_characters + len(answer)) // CHARACTERS_PER_TOKEN
        for start in range(0, len(answer), 40):
            await asyncio.sleep(0)
            yield Chunk(answer[start : start + 40])
        yield Chunk(finish="stop" if answer == whole else "length")

    def answer(self, prompt) -> str:
        lines = _REGION.search(prompt.messages[-2].content)[1].split("\n")
        (at,) = (n for n, line in enumerate(lines) if "<cursor/>" in line)
        now = self.desk.text.split("\n")
        first, end = self.desk.at[0], self.desk.at[0] - at + len(lines)
        out, done = [], first
        for _, a, z, b, y in hunks_between(now, self.final):
            if a >= first and z <= end:
                out += [*now[done:a], *self.final[b:y]]
                done = z
        return "\n".join([*out, *now[done:end]]) + "\n</region>"

    async def warm(self) -> None:
        """Nothing to do."""

    async def aclose(self) -> None:
        """Nothing to do."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=60, help="of each checkout, spread over its history")
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--source", choices=("both", "model"), default="both")
    wanted = parser.parse_args()
    rows, total = {}, Counts()
    deadline = time.monotonic() + wanted.seconds
    for n, checkout in enumerate(wanted.checkouts):
        until = time.monotonic() + (deadline - time.monotonic()) / (len(wanted.checkouts) - n)
        counts = Counts()
        for path, old, new in changed_files(checkout, wanted.commits, None, until):
            asyncio.run(replay(path, old, new, counts, wanted.source))
        rows[checkout.name] = line(counts)
        for name in ("edits", "calls", "tokens", "offers", "by_model", "right", "right_by_model", "ends"):
            setattr(total, name, getattr(total, name) + getattr(counts, name))
    rows["all"] = line(total)
    columns = ["edits", "calls per 100", "tokens per edit", "offers", "right", "the model's", "right", "made %"]
    table("Next edits with a model that is always right", columns, rows)
    print(", ".join(f"{outcome} {rule or ''}: {n}" for (outcome, rule), n in total.ends.most_common(12)))


async def replay(path: str, old: list[str], new: list[str], counts: Counts, source: str) -> None:
    language = of_file(path)
    hunks = hunks_between(old, new)
    if len(old) > LONGEST or row(language).prose or not 2 <= len(hunks) <= MOST_HUNKS:
        return
    ideal = Ideal(counts)
    desk = NextDesk("\n".join(old), family="chat", source=source, model=ideal, language=language)
    ideal.desk, ideal.final = desk, new
    while left := hunks_between(desk.text.split("\n"), new):
        _, a, z, b, y = left[0]
        if a < z and z - a == y - b:
            z, y = a + 1, b + 1  # line by line
        change(desk, a, z, new[b:y])
        counts.edits += 1
        await follow(desk, new, counts)
    counts.ends.update(desk.rules)


async def follow(desk: NextDesk, new: list[str], counts: Counts) -> None:
    """Take what is right of what is offered, until nothing is."""
    for _ in range(100):
        found = await desk.settled()
        if found is None:
            return
        now = desk.text.split("\n")
        place = found.place
        (first, _), (last, _) = place.at(0), place.at(len(place.line))
        then = [*now[:first], *place.new_line.split("\n"), *now[last + 1 :]]
        is_right = distance(then, new) < distance(now, new)
        counts.offers += 1
        counts.by_model += found.model is not None
        counts.right += is_right
        counts.right_by_model += is_right and found.model is not None
        if not is_right:
            desk.next_edits.dismiss(found.id)
            continue
        desk.take(found)
        counts.edits += 1


def change(desk: NextDesk, a: int, z: int, lines: list[str]) -> None:
    """Make lines ``a`` to ``z`` others, as a person would: the cursor stands in the last of them."""
    count = desk.mirror.line_count
    if z < count:
        desk.put(a, 0, 0, "".join(line + "\n" for line in lines), z)
        desk.at = (max(0, a + len(lines) - 1), 0)
    elif a:
        above = desk.mirror.line(a - 1)
        last = count - 1
        desk.put(a - 1, len(above), len(desk.mirror.line(last)), "".join("\n" + line for line in lines), last)
    else:
        desk.put(0, 0, len(desk.mirror.line(count - 1)), "\n".join(lines), count - 1)


def hunks_between(now: list[str], then: list[str]):
    return [code for code in opcodes(now, then) if code[0] != "equal"]


def distance(now: list[str], then: list[str]) -> int:
    return sum(max(z - a, y - b) for _, a, z, b, y in hunks_between(now, then))


def line(each: Counts) -> list[object]:
    n_edits = max(each.edits, 1)
    return [
        each.edits,
        100 * each.calls / n_edits,
        each.tokens // n_edits,
        each.offers,
        f"{each.right / max(each.offers, 1):.3f}",
        each.by_model,
        f"{each.right_by_model / max(each.by_model, 1):.3f}",
        100 * each.right / n_edits,
    ]


if __name__ == "__main__":
    sys.exit(main())
