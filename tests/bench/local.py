"""Measures the embedded engine on the Python standard library; asserts nothing.

    python tests/bench/local.py [--positions N] [--root DIR] [--fit]

Each file is completed with all others as the project, never itself: "this file" is the text above the cursor and below
the cursor's line, as an editor has it, or in the harder variant only the text above. Files that share a quarter of their
lines with another are left out of the tests (not of the index). Files are split in two halves. ``--fit`` uses half A
only, and the table shows half B. Half B is not untouched, though: the weights of places were compared on a sample of all
files, and one threshold was raised after a look at its figures. For a clean figure give another ``--root``.
"""

from __future__ import annotations

import argparse
import gc
import io
import random
import sys
import sysconfig
import time
import tokenize
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "server"))

from infill_ls.provider.local import votes as voting
from infill_ls.provider.local.index import Index
from infill_ls.provider.local.places import find_places, query
from infill_ls.provider.local.predict import Prediction, best_guess, is_useful, predict

SEED = 20
WINDOW = (16_000, 8_000)
LAYOUT = {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
KINDS = ("mid-line", "mid-word", "new line")


@dataclass(frozen=True)
class Case:
    """One question: the text around a cursor, and what really stands there."""

    half: str
    kind: str
    path: str
    prefix: str
    suffix: str
    rest: str
    """The rest of the cursor's line."""
    following: str
    """What stands below, which the several lines of an answer are compared with."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--positions", type=int, default=4000, help="mid-line positions to ask at (both halves)")
    parser.add_argument("--root", type=Path, default=Path(sysconfig.get_path("stdlib")))
    parser.add_argument("--fit", action="store_true", help="print confidence coefficients fitted on half A, and end")
    options = parser.parse_args()
    files = sources(options.root)
    copies = near_copies(files)
    index = measured_index(files)
    tested = [path for path in files if path not in copies]
    print(f"tested: {len(tested)} files; {len(copies)} share a quarter of their lines with another and are left out\n")
    cases = list(all_cases(files, tested, options.positions))
    if options.fit:
        print_fit(index, files, [case for case in cases if case.half == "A" and case.kind == "mid-line"])
        return
    print(f"{'half B':22}{'cases':>7}{'guess exact':>13}{'speaks':>9}{'exact':>8}{'right so far':>14}{'part':>7}")
    for kind in KINDS:
        for name, change in VARIANTS.items():
            chosen = [change(case) for case in cases if case.half == "B" and case.kind == kind]
            print_lines(f"{kind}, {name}", index, files, chosen)
    print("\nguess exact: best guess, ungated, is the rest of the line; exact: of those where it speaks;")
    print(
        "right so far: what it says stands there, perhaps with more on the line; part: says only a part of its guess\n"
    )
    print_blocks(index, files, [case for case in cases if case.half == "B"])


VARIANTS: dict[str, Callable[[Case], Case]] = {
    "above+below": lambda case: case,
    "above": lambda case: Case(case.half, case.kind, case.path, case.prefix, "", case.rest, case.following),
}


def sources(root: Path) -> dict[str, str]:
    """The Python files under ``root`` by relative path, without tests and installed packages."""
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if {"test", "tests", "idle_test", "site-packages", "dist-packages"}.isdisjoint(name.split("/")):
            found[name] = path.read_text(encoding="utf-8", errors="replace")
    return found


def near_copies(files: dict[str, str]) -> set[str]:
    """Files that share a quarter of their distinct lines with one other file."""
    lines = {
        path: {line.strip() for line in text.split("\n") if len(line.strip()) >= 20} for path, text in files.items()
    }
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for path, own in lines.items():
        for line in own:
            holders[line].append(path)
    copies: set[str] = set()
    for path, own in lines.items():
        shared = Counter(other for line in own if len(holders[line]) <= 20 for other in holders[line] if other != path)
        if shared and shared.most_common(1)[0][1] * 4 >= len(own):
            copies.add(path)
    return copies


def measured_index(files: dict[str, str]) -> Index:
    """An index of all files; prints its time, and its memory from a second one, since tracing slows it down."""
    start = time.perf_counter()
    index = Index()
    for path, text in files.items():
        index.put(path, text)
    seconds = time.perf_counter() - start
    size = sum(map(len, files.values())) / 1e6
    tracemalloc.start()
    traced = Index()
    for path, text in files.items():
        traced.put(path, text)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    places = sum(len(segment.places) for segment in [*traced._segments, *traced._loose.values()])
    print(f"index: {len(files)} files, {size:.1f} M characters, {places / 1e6:.2f} M tokens")
    print(f"  time {seconds:.1f} s ({size / seconds:.1f} MB/s); memory {held / 1e6:.0f} MB, peak {peak / 1e6:.0f} MB,")
    print(f"  {held / places:.1f} bytes per token, the text included")
    return index


def all_cases(files: dict[str, str], tested: list[str], positions: int) -> Iterator[Case]:
    """Seeded random places in code, the same number in each file as far as it has them."""
    rng = random.Random(SEED)
    shuffled = rng.sample(tested, len(tested))
    each = max(1, -(-positions // len(shuffled)))
    for number, path in enumerate(shuffled):
        lines = files[path].split("\n")
        for kind, places in zip(KINDS, places_in(files[path]), strict=True):
            for row, column in rng.sample(places, min(each, len(places))):
                head = "\n".join([*lines[:row], lines[row][:column]])
                below = "\n".join(lines[row + 1 :])
                yield Case(
                    "AB"[number % 2],
                    kind,
                    path,
                    head[-WINDOW[0] :],
                    ("\n" + below)[: WINDOW[1]],
                    lines[row][column:].rstrip(),
                    below,
                )


def places_in(text: str) -> tuple[list[tuple[int, int]], ...]:
    """Rows and columns at token borders after two tokens, inside words after two letters, and at starts of lines."""
    by_row: defaultdict[int, list[tokenize.TokenInfo]] = defaultdict(list)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type not in LAYOUT:
                by_row[token.start[0] - 1].append(token)
    except (tokenize.TokenError, SyntaxError):
        return [], [], []
    borders: list[tuple[int, int]] = []
    words: list[tuple[int, int]] = []
    starts: list[tuple[int, int]] = []
    for row, tokens in by_row.items():
        whole = all(token.start[0] == token.end[0] for token in tokens)
        if not whole or tokens[0].type == tokenize.STRING or any(token.type == tokenize.COMMENT for token in tokens):
            continue
        borders += [(row, token.end[1]) for token in tokens[1:-1]]
        words += [(row, t.start[1] + 2) for t in tokens if t.type == tokenize.NAME and len(t.string) > 4]
        starts.append((row, tokens[0].start[1]))
    return borders, words, starts


def print_lines(label: str, index: Index, files: dict[str, str], cases: list[Case]) -> None:
    guessed = spoken = exact = right = part = 0
    times: list[float] = []
    for case, held_out in without_itself(index, files, cases):
        guess = best_guess(held_out, path=case.path, prefix=case.prefix, suffix=case.suffix)
        start = time.perf_counter()
        said = ask(held_out, case, multiline=False)
        times.append((time.perf_counter() - start) * 1000)
        guessed += bool(guess and guess.text == case.rest)
        if said:
            spoken += 1
            exact += said.text == case.rest
            right += voting.agrees(case.rest, said.text)
            part += bool(guess and said.text != guess.text)
    total = len(cases)
    shares = (
        f"{guessed / total:>13.1%}{spoken / total:>9.1%}{exact / (spoken or 1):>8.1%}{right / (spoken or 1):>14.1%}"
    )
    print(f"{label:22}{total:>7}{shares}{part / (spoken or 1):>7.1%}   {percentiles(times)}")


def print_blocks(index: Index, files: dict[str, str], cases: list[Case]) -> None:
    """Answers of several lines: how often, and whether all of it stands there."""
    print(f"{'several lines':22}{'cases':>7}{'offered':>9}{'all right':>11}{'lines':>7}{'lines right':>13}")
    for kind in KINDS:
        offered = whole = lines = lines_right = 0
        times: list[float] = []
        chosen = [VARIANTS["above"](case) for case in cases if case.kind == kind]
        for case, held_out in without_itself(index, files, chosen):
            start = time.perf_counter()
            said = ask(held_out, case, multiline=True)
            times.append((time.perf_counter() - start) * 1000)
            if said and "\n" in said.text:
                got = said.text.split("\n")
                truth = [case.rest, *(line.rstrip() for line in case.following.split("\n") if line.strip())]
                same = [a == b for a, b in zip(got, truth, strict=False)]
                offered += 1
                whole += all(same)
                lines += len(got)
                lines_right += [*same, False].index(False)
        right = f"{whole / (offered or 1):>11.1%}{lines / (offered or 1):>7.1f}{lines_right / (lines or 1):>13.1%}"
        print(f"{kind + ', above':22}{len(chosen):>7}{offered / len(chosen):>9.1%}{right}   {percentiles(times)}")


def without_itself(index: Index, files: dict[str, str], cases: list[Case]) -> Iterator[tuple[Case, Index]]:
    """Each case with an index that does not hold its own file; garbage is collected between, not while timing."""
    away = ""
    gc.disable()
    for case in cases:
        if case.path != away:
            if away:
                index.put(away, files[away])
            index.remove(case.path)
            away = case.path
            gc.collect()
        yield case, index
    index.put(away, files[away])
    gc.enable()


def ask(index: Index, case: Case, *, multiline: bool) -> Prediction | None:
    return predict(index, path=case.path, prefix=case.prefix, suffix=case.suffix, multiline=multiline)


def percentiles(times: list[float]) -> str:
    ordered = sorted(times)
    p50, p95 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.95))
    return f"{p50:.2f} / {p95:.2f} / {ordered[-1]:.2f} ms (p50, p95, max)"


def print_fit(index: Index, files: dict[str, str], cases: list[Case]) -> None:
    """Logistic regression of "the rest of the line was exactly that" on what confidence is reckoned from."""
    rows: list[tuple[tuple[float, ...], bool]] = []
    for case, held_out in without_itself(index, files, cases):
        asked = query(case.prefix, case.suffix)
        cast = voting.cast(find_places(held_out, case.path, asked), asked, "")
        text = voting.winner(cast) if cast else ""
        if is_useful(text):
            rows.append((voting.features([vote for vote in cast if vote.text == text], cast), text == case.rest))
    print("coefficients:", " ".join(f"{weight:.2f}" for weight in fitted(rows)))


def fitted(rows: list[tuple[tuple[float, ...], bool]]) -> list[float]:
    """Coefficients by Newton's method, from a start at zero."""
    weights = [0.0] * len(rows[0][0])
    for _ in range(20):
        slope = [0.0] * len(weights)
        bend = [[0.0] * len(weights) for _ in weights]
        for values, right in rows:
            probability = voting.logistic(sum(a * b for a, b in zip(weights, values, strict=True)))
            for row, value in enumerate(values):
                slope[row] += (right - probability) * value
                for column, other in enumerate(values):
                    bend[row][column] += probability * (1 - probability) * value * other
        weights = [weight + step for weight, step in zip(weights, solved(bend, slope), strict=True)]
    return weights


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a symmetric positive system, by Gauss-Jordan elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot in range(len(rows)):
        rows[pivot] = [value / rows[pivot][pivot] for value in rows[pivot]]
        for other in range(len(rows)):
            if other != pivot:
                factor = rows[other][pivot]
                rows[other] = [a - factor * b for a, b in zip(rows[other], rows[pivot], strict=True)]
    return [row[-1] for row in rows]


if __name__ == "__main__":
    main()
