"""A person who types known text into a hole in a file: which keys, after how long, with mistakes, and what they accept.

It sees no server and keeps no time. All that it does depends on a seed, the hole and the place in it, never on what was
suggested before: so every server meets the same person.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from infill_ls.evaluate.person import first_line, first_word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Take = Literal["whole", "line", "word", "nothing"]

KEY_S = (0.06, 0.25)
"""Between two keys of a burst."""
WORD_PAUSE, WORD_PAUSE_S = 0.15, (0.3, 1.2)
"""How often a person stops before a word, and for how long."""
LINE_PAUSE, LINE_PAUSE_S = 0.5, (0.5, 2.0)
MISTAKE = 0.02
"""Share of keys that are wrong; each is noticed up to 2 keys later, and taken back."""
NOTICE_S = (0.25, 0.5)
REACTION_S, AGAIN_S = 0.45, 0.2
"""From a suggestion's appearance to the key that accepts it, and from that to the key that accepts more of it."""
TAKES: dict[Take, float] = {"whole": 0.4, "line": 0.15, "word": 0.15, "nothing": 0.3}
"""How a person takes a suggestion that is right: so often, so much of it."""

LONGEST_FILE, SHORTEST_FILE = 60_000, 2_000
_BLOCK = (2, 8)
"""Lines of the longer holes."""
_LONGEST_HOLE = 400
_WORD_START = re.compile(r"(?<!\w)\w")


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a file's text that a person types anew."""

    name: str
    suffix: str
    """Of the file's name, with its dot."""
    text: str
    start: int
    end: int

    @property
    def middle(self) -> str:
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key: text that it puts in, or, where there is none, a backspace."""

    after_s: float
    """Seconds since the key before."""
    text: str


class Typist:
    """Types the middle of a hole.

    Args:
        hole: what is typed.
        seed: another one is another person.
        takes: how suggestions are taken; ``None`` for a person who never takes one.
    """

    def __init__(self, hole: Hole, seed: int, takes: dict[Take, float] | None = None) -> None:
        self._middle = hole.middle
        self._name = f"{seed}/{hole.name}"
        self._takes = takes or {"nothing": 1.0}

    def strokes(self, done: int) -> list[Stroke]:
        """The next keys when so many characters of the middle stand there: the last one brings it on."""
        dice = random.Random(f"{self._name}/{done}")
        key = _next_key(self._middle, done)
        pause = _pause(self._middle, done, dice)
        if dice.random() >= MISTAKE or not key.isalnum():
            return [Stroke(_gap(dice) + pause, key)]
        wrong = dice.choice([letter for letter in "etaoinsr" if letter != key])
        ahead = self._middle[done + 1 : done + 1 + dice.randint(0, 2)].partition("\n")[0]
        typed = [Stroke(_gap(dice) + pause, wrong), *(Stroke(_gap(dice), letter) for letter in ahead)]
        backs = [Stroke(_gap(dice) + (0 if number else dice.uniform(*NOTICE_S)), "") for number in range(len(typed))]
        return [*typed, *backs, Stroke(_gap(dice), key)]

    def take(self, done: int, suggested: str, remaining: str, *, whole_is_right: bool) -> str:
        """How much of a suggestion is accepted at this place; empty for none of it. Only what is right ever is."""
        dice = random.Random(f"{self._name}/{done}/take")
        wish = dice.choices([*self._takes], [*self._takes.values()])[0]
        if wish == "nothing":
            return ""
        if wish == "whole" and whole_is_right:
            return suggested
        line = first_line(suggested)
        if wish in ("whole", "line") and remaining.startswith(line):
            return line
        word = first_word(suggested)
        return word if remaining.startswith(word) else ""


def holes(folder: Path, count: int, seed: int, pattern: str = "*.py") -> list[Hole]:
    """Holes in the files of a folder, at most one in each: rests of lines, single lines, runs of lines, and bodies."""
    dice = random.Random(seed)
    files = sorted(path for path in folder.rglob(pattern) if not _is_apart(path.relative_to(folder).parts))
    dice.shuffle(files)
    found: list[Hole] = []
    for path in files:
        if len(found) == count:
            break
        if not SHORTEST_FILE <= path.stat().st_size <= LONGEST_FILE:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        span = _span(text, dice, _KINDS[len(found) % len(_KINDS)])
        if span is not None:
            found.append(Hole(f"{len(found):02d}-{path.stem}", path.suffix, text, *span))
    return found


_APART = {"test", "tests", "site-packages", "node_modules", "idlelib", "encodings", "pydoc_data"}
"""Folders of texts that nobody types, or not by hand."""
_KINDS = ("rest", "line", "lines", "body", "lines")


def _is_apart(parts: tuple[str, ...]) -> bool:
    return any(part in _APART or part[0] in "._" for part in parts)


def _span(text: str, dice: random.Random, kind: str) -> tuple[int, int] | None:
    """Where a hole of that kind begins and ends, somewhere behind the first lines."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    rows = list(range(10, len(lines) - 1))
    dice.shuffle(rows)
    return next((span for row in rows if (span := _at(lines, starts, row, dice, kind))), None)


def _at(lines: list[str], starts: list[int], row: int, dice: random.Random, kind: str) -> tuple[int, int] | None:
    line = lines[row]
    if not line.strip() or line.lstrip()[0] in "#\"'":
        return None
    indent = _indent(line)
    if kind == "rest":
        words = [found.start() for found in _WORD_START.finditer(line) if found.start() > indent + 3]
        return (starts[row] + dice.choice(words), starts[row] + len(line.rstrip())) if words else None
    if kind == "line":
        return (starts[row] + indent, starts[row] + len(line.rstrip())) if len(line) - indent > 15 else None
    block = list(_deeper(lines, row, indent + 1 if kind == "body" else indent))
    if not _BLOCK[0] <= len(block) <= _BLOCK[1] or (kind == "body" and line.rstrip()[-1] not in ":{"):
        return None
    start = starts[row] + (len(line.rstrip()) if kind == "body" else indent)
    end = starts[block[-1]] + len(lines[block[-1]].rstrip())
    return (start, end) if end - start <= _LONGEST_HOLE else None


def _deeper(lines: list[str], row: int, indent: int) -> Iterator[int]:
    """The rows of a block, from the given one on or below it, whose lines all have that indentation at least."""
    if _indent(lines[row]) >= indent:
        yield row
    for below in range(row + 1, len(lines)):
        if not lines[below].strip() or _indent(lines[below]) < indent:
            return
        yield below


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _next_key(middle: str, done: int) -> str:
    """The character, or a new line with the indentation that the editor puts in."""
    if middle[done] != "\n":
        return middle[done]
    rest = middle[done + 1 :]
    return "\n" + rest[: len(rest) - len(rest.lstrip(" \t"))]


def _gap(dice: random.Random) -> float:
    """Skewed to the quick side, as people type."""
    return KEY_S[0] + (KEY_S[1] - KEY_S[0]) * dice.betavariate(2, 3)


def _pause(middle: str, done: int, dice: random.Random) -> float:
    luck = dice.random()
    before = middle[:done].rstrip(" \t")
    if not before or before[-1] == "\n":
        return dice.uniform(*LINE_PAUSE_S) if luck < LINE_PAUSE else 0.0
    starts_word = _WORD_START.match(middle, done) is not None
    return dice.uniform(*WORD_PAUSE_S) if starts_word and luck < WORD_PAUSE else 0.0
