"""Prints what one keystroke costs: an edit of the mirror, then a snapshot; run by hand, asserts nothing."""

from __future__ import annotations

import statistics
import time

from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take

LINE = "    result = compute(value, other_value)  # note\n"
WIDE = "    ergebnis = größe(wert, 漢字)  # 😀 note\n"
FILES = [
    ("1k lines", LINE * 1_000),
    ("10k lines", LINE * 10_000),
    ("100k lines", LINE * 100_000),
    ("100k lines CRLF", LINE.replace("\n", "\r\n") * 100_000),
    ("10k lines, wide", WIDE * 10_000),
    ("one line 1 MB", "x = [" + "1234567, " * 111_000 + "]"),
    ("one line 1 MB, wide", "x = [" + "größe 漢😀 " * 111_000 + "]"),
]
ROUNDS = 200


def main():
    print(
        f"{'file':22}{'open ms':>10}{'edit µs':>10}{'new line µs':>13}{'snapshot µs':>13}{'p99 of a keystroke µs':>24}"
    )
    for name, text in FILES:
        row(name, text)


def row(name, text):
    began = time.perf_counter()
    mirror = Mirror(text)
    opened = time.perf_counter() - began
    line = mirror.line_count // 2
    character = len(mirror.line(line)) // 2
    edits, snapshots, keystrokes, breaks = [], [], [], []
    for step in range(ROUNDS):
        place = (line, character + step)
        edit = timed(lambda place=place: mirror.edit(place, place, "x", "utf-16"))
        snapshot = timed(lambda place=place: snap(mirror, *place))
        edits.append(edit)
        snapshots.append(snapshot)
        keystrokes.append(edit + snapshot)
    for _ in range(ROUNDS):
        place = (line, character)
        breaks.append(timed(lambda place=place: mirror.edit(place, place, "\n", "utf-16")))
        mirror.edit(place, (line + 1, 0), "", "utf-16")
    p99 = statistics.quantiles(keystrokes, n=100)[98]
    print(
        f"{name:22}{opened * 1e3:10.2f}{statistics.median(edits):10.1f}{statistics.median(breaks):13.1f}"
        f"{statistics.median(snapshots):13.1f}{p99:24.1f}"
    )


def snap(mirror, line, character):
    take(mirror, uri="file:///a.py", path="/a.py", language="python", line=line, character=character, encoding="utf-16")


def timed(work):
    """Microseconds that ``work`` takes."""
    began = time.perf_counter_ns()
    work()
    return (time.perf_counter_ns() - began) / 1e3


if __name__ == "__main__":
    main()
