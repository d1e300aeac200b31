"""A simulated person who types a text that is given, takes of each suggestion what is right, and pays for the rest.

Each key asks anew, unless what is shown goes on with just what was typed. All of a suggestion is taken with one key, or
its leading words with one key each, where that saves two keys. A suggestion newly shown that is not wholly right costs
a key for reading it, half as much again for each further line. The editor indents a new line like the one above, deeper
behind an opening bracket or a colon; the person corrects that with a key a level, and what is shown at a wrong
indentation can only be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields

from infill_ls.evaluate.person import first_word

Ask = Callable[[str], str]
"""Text before the cursor -> suggestion, or nothing."""

LEAST_SAVED = 2
OPENS = ("(", "[", "{", ":", "=>")


@dataclass(slots=True)
class Tally:
    """What texts cost to type."""

    alone: int = 0
    """Keys without suggestions."""
    keys: int = 0
    shown: int = 0
    wrong: int = 0
    """Of those newly shown: not even the first word is right."""
    partly: int = 0
    """They begin right and go on wrong."""
    reading: float = 0.0
    """Of those not wholly right, in suggestions of one line."""
    taken: int = 0
    shown_chars: int = 0
    right_chars: int = 0

    def add(self, other: Tally) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def saved(self, taking: float = 0.0) -> float:
        """Net characters saved of 100; ``taking`` is what it costs to read what is right."""
        return 100 * (self.alone - self.keys - self.reading - taking * self.taken) / (self.alone or 1)


class Person:
    """Types one text."""

    def __init__(self, ask: Ask, above: str, text: str, suffix: str) -> None:
        self.tally = Tally()
        self._ask = ask
        self._above = above
        self._text = text
        self._done = 0
        self._shown = ""
        self._unit = unit_of(above + text + suffix)

    def type(self) -> Tally:
        self._see(self._asked())
        while self._done < len(self._text):
            if self._text[self._done] == "\n":
                self._enter()
            else:
                self._key()
        return self.tally

    def _asked(self) -> str:
        return self._ask(self._above + self._text[: self._done])

    def _key(self) -> None:
        typed = self._text[self._done]
        self.tally.keys += 1
        self.tally.alone += 1
        self._done += 1
        goes_on = len(self._shown) > 1 and self._shown[0] == typed
        if goes_on:
            self._shown = self._shown[1:]
            self._see(self._shown)
        else:
            self._shown = ""
            if self._done < len(self._text):
                self._see(self._asked())

    def _enter(self) -> None:
        rest = self._text[self._done + 1 :]
        line = rest.partition("\n")[0]
        wanted = line[: len(line) - len(line.lstrip())]
        given = indent_below(self._above + self._text[: self._done], self._unit)
        extra = 0 if not line else keys_between(given, wanted, self._unit)
        self.tally.keys += 1 + extra
        self.tally.alone += 1 + extra
        shown, self._shown = self._shown, ""
        is_right = bool(line) and given == wanted
        self._done += 1
        if not is_right:
            self._judge(self._ask(self._above + self._text[: self._done] + given), "")
        self._done += len(wanted) if line else 0
        if is_right and shown.startswith("\n" + given) and len(shown) > len(given) + 1:
            self._shown = shown[1 + len(given) :]
            self._see(self._shown)
        elif line:
            self._see(self._asked())

    def _see(self, new: str) -> None:
        """Take of what is shown what is right."""
        while new:
            left = self._text[self._done :]
            words = self._judge(new, left) if new != self._shown else right_words(new, left)
            self._shown = new
            if left.startswith(new):
                if len(new) - 1 < LEAST_SAVED:
                    return
                self._take(len(new), 1)
                self._shown = ""
                new = self._asked() if self._done < len(self._text) else ""
                continue
            saved, count = max(((end - number, number) for number, end in enumerate(words, 1)), default=(0, 0))
            if saved >= LEAST_SAVED:
                self._take(words[count - 1], count)
                self._shown = new[words[count - 1] :]
            return

    def _take(self, chars: int, keys: int) -> None:
        lines = self._text[self._done : self._done + chars]
        self.tally.alone += keys_alone(self._above + self._text[: self._done], lines, self._unit)
        self.tally.keys += keys
        self.tally.taken += 1
        self._done += chars

    def _judge(self, new: str, left: str) -> list[int]:
        """Count a suggestion newly shown."""
        words = right_words(new, left)
        if new:
            self.tally.shown += 1
            self.tally.shown_chars += len(new)
            self.tally.right_chars += leading(new, left)
            if not left.startswith(new) or not left:
                self.tally.wrong += not words
                self.tally.partly += bool(words)
                self.tally.reading += 1 + 0.5 * new.count("\n")
        return words


def leading(new: str, left: str) -> int:
    """Leading characters that are right."""
    return next((at for at, (a, b) in enumerate(zip(new, left, strict=False)) if a != b), min(len(new), len(left)))


def right_words(new: str, left: str) -> list[int]:
    """Where each of the leading words ends that are right, as long as none goes on there."""
    right = leading(new, left)
    ends: list[int] = []
    while word := first_word(new[ends[-1] if ends else 0 :]):
        end = (ends[-1] if ends else 0) + len(word)
        if end > right or (end < len(left) and re.match(r"\w\w", left[end - 1 : end + 1])):
            break
        ends.append(end)
    return ends


def keys_alone(above: str, text: str, unit: str) -> int:
    """Keys that it takes to type a text: an Enter brings its indentation."""
    first, *lines = text.split("\n")
    keys, done = len(first), above + first
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        keys += 1 + len(line) - len(indent) + (keys_between(indent_below(done, unit), indent, unit) if line else 0)
        done += "\n" + line
    return keys


def indent_below(text: str, unit: str) -> str:
    """The indentation that an editor gives the next line."""
    line = next((each for each in reversed(text[-4000:].split("\n")) if each.strip()), "")
    indent = line[: len(line) - len(line.lstrip())]
    return indent + unit if line.rstrip().endswith(OPENS) else indent


def keys_between(given: str, wanted: str, unit: str) -> int:
    """Keys that turn one indentation into another."""
    apart = abs(len(given.expandtabs(4)) - len(wanted.expandtabs(4)))
    return -(-apart // len(unit.expandtabs(4)))


def unit_of(text: str) -> str:
    """The indentation that a file uses."""
    found = re.findall(r"^( +|\t+)\S", text[:20_000], re.MULTILINE)
    if any(each[0] == "\t" for each in found[:20]):
        return "\t"
    least = min((len(each) for each in found if len(each) > 1), default=4)
    return " " * (least if least in {2, 3, 4, 8} else 4)
