"""Replays commits as sessions of editing and counts what next edits would have been offered, right and wrong.

    python tests/bench/next_replay.py [--commits 400] [--seconds 100] [--half first|second] CHECKOUT...

A file that a commit changes in two places or more is a session: its changed lines are typed from top to bottom, and
after each the next edit is asked for, and offered if no gate holds it back. It is right where the commit makes the line what was offered, or goes on from it;
anything else is wrong, be it that the committer left alone what others would have changed, too, and is dismissed.
What is offered after lines were put in or taken out is counted by itself: it is right where the commit puts the same
line in there, or takes it out.
Nothing of git is run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from dulwich.diff_tree import tree_changes
from dulwich.repo import Repo

from infill_ls.document.changes import Changes
from infill_ls.document.mirror import Mirror
from infill_ls.repeat.chain import Reach
from infill_ls.repeat.dismissed import Dismissed
from infill_ls.repeat.gates import held_back
from infill_ls.repeat.source import next_places
from infill_ls.repeat.tokens import tokenize
from infill_ls.syntax.languages import of_file, row
from support.engine.bench_table import percentile, table

MOST_HUNKS, MOST_LINES, LONGEST = 60, 6, 6000


@dataclass
class Figures:
    edits: int = 0
    steps: int = 0
    offers: int = 0
    right: int = 0
    predicted: int = 0
    rewritten: int = 0
    """Those of the wrong ones whose line the commit has made more or fewer lines of."""
    wrong: Counter = field(default_factory=Counter)
    kinds: Counter = field(default_factory=Counter)
    took_ms: list = field(default_factory=list)
    samples: list = field(default_factory=list)
    lines: Counter = field(default_factory=Counter)
    """Of lines put in and taken out: how often a next edit was asked for, offered and wrong."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=400, help="of each checkout, spread over its history")
    parser.add_argument("--seconds", type=float, default=100)
    parser.add_argument("--half", choices=("first", "second"), help="only the older or the newer half of the history")
    parser.add_argument("--show", type=int, default=0, help="print so many wrong offers")
    wanted = parser.parse_args()
    by_language: dict[str, Figures] = {}
    deadline = time.monotonic() + wanted.seconds
    for n, checkout in enumerate(wanted.checkouts):
        share = (deadline - time.monotonic()) / (len(wanted.checkouts) - n)
        until = time.monotonic() + share
        for path, old, new in changed_files(checkout, wanted.commits, wanted.half, until):
            figures = by_language.setdefault(row(of_file(path)).id, Figures())
            replay(path, old, new, figures)
    report(by_language)
    wrong = [(language, *sample) for language, each in by_language.items() for sample in each.samples]
    for sample in wrong[:: max(1, len(wrong) // wanted.show)] if wanted.show else ():
        print("\n" + "\n    ".join(sample))


def changed_files(checkout: Path, commits: int, half: str | None, until: float):
    """Path, old and new lines of each file that a commit of one parent has changed."""
    repo = Repo(str(checkout))
    history = [entry.commit for entry in repo.get_walker() if len(entry.commit.parents) == 1]
    middle = len(history) // 2
    history = {"first": history[middle:], "second": history[:middle], None: history}[half]
    for commit in history[:: max(1, len(history) // commits)]:
        try:
            before = repo[commit.parents[0]].tree
        except KeyError:
            continue  # a shallow history ends here
        for change in tree_changes(repo.object_store, before, commit.tree):
            if time.monotonic() > until:
                return
            if change.type != "modify" or not of_file(change.new.path.decode(errors="replace")):
                continue
            if change.old.mode & 0o170000 != 0o100000:
                continue
            texts = [repo[side.sha].data for side in (change.old, change.new)]
            if all(len(text) < 400_000 and b"\0" not in text for text in texts):
                yield (
                    change.new.path.decode(errors="replace"),
                    *(text.decode(errors="replace").replace("\r\n", "\n").split("\n") for text in texts),
                )


def replay(path: str, old: list[str], new: list[str], figures: Figures) -> None:
    language = of_file(path)
    if len(old) > LONGEST or row(language).prose:
        return
    hunks = [code[1:] for code in opcodes(old, new) if code[0] != "equal"]
    if not 2 <= len(hunks) <= MOST_HUNKS:
        return
    target, block = meant_lines(hunks, new, language)
    mirror = Mirror("\n".join(old))
    changes, dismissed, predicted = Changes(mirror), Dismissed(), set()

    for at, down in typed(hunks, old, new, target, mirror, changes):
        if isinstance(at, str):
            chain, place = offer(mirror, changes, dismissed, language)
            figures.lines[at, "asked"] += 1
            figures.lines[at, "offers"] += place is not None
            if place is not None and not is_line_right(place, down, hunks, new, language):
                figures.lines[at, "wrong"] += 1
                not_wanted(path, at, chain, place, dismissed, figures)
            continue
        if norm(old[at], language) == norm(target[at], language):
            continue
        figures.edits += 1
        started = time.perf_counter()
        chain, place = offer(mirror, changes, dismissed, language)
        figures.took_ms.append(1000 * (time.perf_counter() - started))
        figures.steps += 1
        if place is None or place.row - down >= len(old):
            continue
        kind = chain.pattern.kind
        before = place.row - down
        figures.offers += 1
        figures.kinds[kind] += 1
        if is_right(old[before], place.new_line, target.get(before), block.get(before), language):
            figures.right += 1
            predicted.add(before)
            continue
        figures.wrong[kind] += 1
        figures.rewritten += before in block and before not in target
        meant = target.get(before, "(changed otherwise)" if before in block else "(left alone)")
        not_wanted(path, kind, chain, place, dismissed, figures, meant)
    figures.predicted += len(predicted)


def meant_lines(hunks, new, language):
    """What each line becomes that is changed by itself, and the new lines where any others stood."""
    target, block = {}, {}
    for a, z, b, y in hunks:
        block |= {at: [norm(line, language) for line in new[b:y]] for at in range(a, z)}
        if z - a == y - b <= MOST_LINES:
            target |= dict(zip(range(a, z), new[b:y], strict=True))
    return target, block


def offer(mirror, changes, dismissed, language):
    """What repeats, and the first of its places that no gate holds back, if there is one."""
    latest = changes.latest()
    chain = next_places(mirror, latest, language, Reach(), dismissed.has)
    found = () if chain is None else chain.places
    return chain, next((one for one in found if not held_back(one, mirror, latest, chain.examples, language)), None)


def not_wanted(path, kind, chain, place, dismissed, figures, *meant) -> None:
    dismissed.add(chain.pattern, chain.examples, place)
    lines = [example.old.line + " => " + example.new.line for example in chain.examples[-2:]]
    figures.samples.append((path, kind, *lines, place.line, place.new_line, *meant))


def typed(hunks, old, new, target, mirror, changes):
    """Make the changes, from top to bottom; gives each line that is changed by itself, and how far lines have moved.

    Where lines only come or go, it gives a word for it instead of a line.
    """
    down = 0
    for a, z, b, y in hunks:
        if all(at in target for at in range(a, z)) and a < z:
            for at in range(a, z):
                changes.edited(mirror.edit((at + down, 0), (at + down, len(old[at])), target[at], "utf-32"))
                yield at, down
            continue
        put = "".join(line + "\n" for line in new[b:y])
        changes.edited(mirror.edit((a + down, 0), (z + down, 0), put, "utf-32"))
        down += (y - b) - (z - a)
        if a == z or b == y:
            yield "put in" if a == z else "taken out", down


def opcodes(old: list[str], new: list[str]):
    """Changed runs of lines; equal ends are cut off first, since comparing takes the square of the rest."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    matcher = SequenceMatcher(None, old[first : len(old) - last], new[first : len(new) - last])
    return [(tag, a + first, z + first, b + first, y + first) for tag, a, z, b, y in matcher.get_opcodes()]


def is_right(old, offered, target, block, language) -> bool:
    if target is None:
        return block is not None and norm(offered, language) in block
    o, n, t = (norm(line, language) for line in (old, offered, target))
    return n == t or distance(n, t) <= distance(o, t) - distance(o, n)


def is_line_right(place, down, hunks, new, language) -> bool:
    gone, come = (norm("\n".join(lines), language) for lines in place.changed)
    row = place.row - down
    for a, z, b, y in hunks:
        there = [norm(line, language) for line in new[b:y]]
        if (come in there and a - 1 <= row + 1 <= z + 1) if come else (gone not in there and a <= row < z):
            return True
    return False


def distance(one, other) -> int:
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(z - a, y - b) for tag, a, z, b, y in codes if tag != "equal")


def norm(line: str, language: str) -> tuple[str, ...]:
    return tokenize(line, language).texts


def report(by_language: dict[str, Figures]) -> None:
    total = Figures()
    rows = {}
    for language, each in sorted(by_language.items(), key=lambda item: -item[1].edits):
        for name in ("edits", "steps", "offers", "right", "predicted", "rewritten", "wrong", "kinds", "lines"):
            setattr(total, name, getattr(total, name) + getattr(each, name))
        total.took_ms += each.took_ms
        rows[language] = line(each)
    rows["all"] = line(total)
    columns = ["edits", "offers", "right", "precision", "predicted %", "wrong per 100", "p50 ms", "p95 ms", "max ms"]
    table("Next edits offered while commits are typed", columns, rows)
    for at in ("put in", "taken out"):
        asked, n, n_wrong = (total.lines[at, name] for name in ("asked", "offers", "wrong"))
        print(f"lines {at}: asked {asked} times, {n} offers, precision {1 - n_wrong / max(n, 1):.3f}")
    print(f"{total.rewritten} of {total.wrong.total()} wrong offers are for lines that became more or fewer lines")
    for kind, n in total.kinds.items():
        print(f"{kind}: {n} offers, precision {1 - total.wrong[kind] / n:.3f}")


def line(each: Figures) -> list[object]:
    took = [percentile(each.took_ms or [0.0], share) for share in (0.5, 0.95, 1)]
    n_edits, n_wrong = max(each.edits, 1), each.offers - each.right
    precision = f"{each.right / max(each.offers, 1):.3f}"
    return [
        each.edits,
        each.offers,
        each.right,
        precision,
        100 * each.predicted / n_edits,
        100 * n_wrong / n_edits,
        *took,
    ]


if __name__ == "__main__":
    sys.exit(main())
