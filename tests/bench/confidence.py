"""Prints how many wrong answers are hidden because they would leave the code broken, and how many right ones.

    python tests/bench/confidence.py [--per-kind N] [--seed N] [--languages python,go] [FOLDER …]

At natural places in real files the model says the true text, or a mutation of it. Wrong is what is not the file with
all or the first lines of the true text, once all other rules have done what they do. Without a folder the packages
that the tests need are looked through.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.engine.bench_table import table
from support.ground.answers import CUT, HIDDEN, UNTOUCHED, said_at
from support.ground.holes import installed
from support.ground.places import choose

KINDS = ("block", "line", "header", "paren", "word")
BRACKETS = re.compile(r"[()\[\]{}]")
CLOSER = {"(": ")", "[": "]", "{": "}", ")": "]", "]": ")", "}": ")"}


def without_bracket(text: str, rng: random.Random) -> str:
    return _at_bracket(text, rng, lambda _: "")


def other_bracket(text: str, rng: random.Random) -> str:
    return _at_bracket(text, rng, CLOSER.__getitem__)


def doubled_bracket(text: str, rng: random.Random) -> str:
    return _at_bracket(text, rng, lambda mark: mark * 2)


def without_quote(text: str, rng: random.Random) -> str:
    places = [at for at, character in enumerate(text) if character in "\"'`"]
    at = rng.choice(places) if places else -1
    return text[:at] + text[at + 1 :] if places else text


def without_operator(text: str, rng: random.Random) -> str:
    places = [found.span() for found in re.finditer(r" (?:=|\+|-|==|&&|\|\||:=|in|and|or) ", text)]
    start, end = rng.choice(places) if places else (0, 0)
    return text[:start] + " " * bool(places) + text[end:]


def other_name(text: str, rng: random.Random) -> str:
    """Which nobody can tell by its form."""
    names = list(re.finditer(r"\b[a-z]\w{3,}", text))
    name = rng.choice(names) if names else None
    return text[: name.start()] + name[0][::-1] + text[name.end() :] if name else text


def cut_in_word(text: str, rng: random.Random) -> str:
    places = [found.end() for found in re.finditer(r"\w\w(?=\w)", text)]
    return text[: rng.choice(places)] if places else text


def _at_bracket(text: str, rng: random.Random, change: Callable[[str], str]) -> str:
    found = list(BRACKETS.finditer(text))
    if not found:
        return text
    mark = rng.choice(found)
    return text[: mark.start()] + change(mark[0]) + text[mark.end() :]


MUTATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "the true text": lambda text, _: text,
    "a bracket less": without_bracket,
    "another bracket": other_bracket,
    "a bracket twice": doubled_bracket,
    "a quote less": without_quote,
    "an operator less": without_operator,
    "another name": other_name,
    "cut in a word": cut_in_word,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--per-kind", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--languages", default="")
    options = parser.parse_args()
    folders = tuple(options.folders) or (*installed().others, *installed().library)
    places, _ = choose(folders, per_kind=options.per_kind, seed=options.seed, kinds=KINDS, languages=options.languages)
    rows: dict[str, Counter[str]] = {name: Counter() for name in MUTATIONS}
    for place in places:
        for name, mutate in MUTATIONS.items():
            said = mutate(place.missing, random.Random(f"{options.seed} {place.name}"))
            if said == place.missing and name != "the true text":
                continue
            finish = "length" if name == "cut in a word" else "stop"
            shown = said_at(place, said, finish, frozenset({"broken"}))
            is_right = shown in {UNTOUCHED, CUT}
            is_hidden = said_at(place, said, finish) == HIDDEN
            rows[name][f"{'right' if is_right else 'wrong'} {'hidden' if is_hidden else 'shown'}"] += 1
    columns = ["wrong", "of these hidden %", "right", "of these hidden %"]
    cells = {}
    for name, own in rows.items():
        wrong, right = (own[f"{kind} shown"] + own[f"{kind} hidden"] for kind in ("wrong", "right"))
        shares = [100 * own[f"{kind} hidden"] / max(1, n) for kind, n in (("wrong", wrong), ("right", right))]
        cells[name] = [wrong, shares[0], right, shares[1]]
    table("Hidden since the code would be broken", columns, cells)


if __name__ == "__main__":
    main()
