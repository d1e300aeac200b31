"""One answer against the truth: how near it came, how much of it a person would take, what the filters did to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from infill_ls.evaluate.answers import Answer
from infill_ls.evaluate.holes import Hole
from infill_ls.evaluate.person import TAKES, accepted
from infill_ls.syntax.languages import row
from infill_ls.syntax.tree import parses

PARSE_S = 2.0
"""Work after which a text is given up; what takes so long is no code."""


@dataclass(frozen=True, slots=True)
class Measures:
    """How good an answer is."""

    is_exact: bool
    is_first_line_exact: bool
    similarity: float
    """From 0 to 1: twice the longest common subsequence, by the length of both texts; white space around apart."""
    is_right: bool
    """Whether all that is shown stands there, perhaps with more behind it."""
    taken: tuple[int, ...]
    """Characters of the truth that a person accepts, for each of the ways in ``TAKES``."""
    parses: bool | None
    """Whether the file parses with the answer; None where nothing is shown, or the file does not parse in truth."""
    is_raw_exact: bool
    """Whether the model's text was the truth before any rule changed it."""

    @property
    def helped(self) -> int:
        """1 where the rules made an answer right, -1 where they spoilt one that was."""
        return int(self.is_exact) - int(self.is_raw_exact)


def measure(hole: Hole, answer: Answer) -> Measures:
    """How good an answer is."""
    said, truth = inserted(hole, answer), hole.truth
    wanted = truth + hole.after[: len(said) + 1]
    is_exact = bool(said.strip()) and said.rstrip() == truth.rstrip()
    return Measures(
        is_exact,
        bool(said.strip()) and _first_line(said) == _first_line(truth),
        similarity(said.strip(), truth.strip()) if said.strip() else 0.0,
        bool(said.strip()) and (is_exact or wanted.startswith(said)),
        tuple(min(len(truth), accepted(said, wanted, take)) for take in TAKES),
        _parses(hole, answer) if answer.shown else None,
        bool(answer.raw.strip()) and answer.raw.rstrip() == truth.rstrip(),
    )


def inserted(hole: Hole, answer: Answer) -> str:
    """What an answer puts in; where it says again what follows, and replaces that, without it."""
    again = hole.after[: answer.replaces]
    return answer.shown.removesuffix(again) if again else answer.shown


def similarity(one: str, other: str) -> float:
    """Indel similarity, as ``rapidfuzz`` reckons it: the longest common subsequence by bits, after Hyyrö."""
    if not one and not other:
        return 1.0
    places: dict[str, int] = {}
    for at, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << at
    whole = left = (1 << len(one)) - 1
    for character in other:
        met = left & places.get(character, 0)
        left = (left + met | left - met) & whole
    return 2 * (len(one) - left.bit_count()) / (len(one) + len(other))


def _first_line(text: str) -> str:
    """The first line that has something on it."""
    return text.strip().partition("\n")[0].rstrip()


def _parses(hole: Hole, answer: Answer) -> bool | None:
    if not _is_sound(hole.text, hole.language):
        return None
    return parses(
        hole.before + answer.shown + hole.after[answer.replaces :], row(hole.language), PARSE_S
    )


@lru_cache(maxsize=4)  # holes of a file come one after the other
def _is_sound(text: str, language: str) -> bool:
    return parses(text, row(language), PARSE_S) is True
