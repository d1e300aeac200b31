"""Cuts the tail of an answer whose model was stopped because it said one piece again and again."""

from __future__ import annotations

import re

from infill_ls.post.answer import Answer
from infill_ls.records import Snapshot
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.scope import open_at

_WINDOW = 4000
"""Characters at the end in which the loop is looked for."""
_LEAST_REPETITIONS = 3
_MOST_PLACES = 32
_SCAN_AFTER = 200
"""Characters after the cursor that are read for the brackets they close."""


def cut_loop(text: str, answer: Answer) -> str:
    """The answer up to where it first said the piece that it then repeats.

    Where the loop begins cannot be told to the character: the piece may come in any rotation. Of those that begin
    between two words the first is taken with which the brackets are right.
    """
    if answer.stopped != "repetition":
        return text
    found = _find_loop(text[-_WINDOW:])
    if found is None:
        return text
    start, period = found
    start += max(0, len(text) - _WINDOW)
    place = answer.place
    opened = open_at(place)
    after = place.suffix[:_SCAN_AFTER].rpartition("\n")[0] or place.line_after

    def wrongness(end: int) -> tuple[int, bool, int]:
        n_open = len(scan(text[:end], place.language, opened).stack)
        n_faults = scan(text[:end] + after, place.language, opened).n_faults
        return n_faults, _is_unfinished(text, end, place), n_open

    starts = [at for at in range(start, start + period) if not _cuts_word(text, at)][:_MOST_PLACES]
    return text[: min((at + period for at in starts), key=wrongness, default=start + period)]


def _is_unfinished(text: str, end: int, place: Snapshot) -> bool:
    """Whether the answer would end in an operator, or in part of a word that the document does not know."""
    if text[:end].rstrip()[-1:] in set(".=+-*/&|<"):
        return True
    last = re.search(r"\w{3,}\Z", text[:end])
    return _cuts_word(text, end) and last is not None and not re.search(rf"\b{last[0]}\b", place.prefix + place.suffix)


def _find_loop(text: str) -> tuple[int, int] | None:
    """Where the repeating end of a text begins and how long its piece is, the shortest there is."""
    lengths = _borders(text[::-1])
    for period in range(1, len(text) // _LEAST_REPETITIONS + 1):
        run = lengths[period] + period
        if run >= _LEAST_REPETITIONS * period and run - period > _LEAST_REPETITIONS:
            return len(text) - run, period
    return None


def _borders(text: str) -> list[int]:
    """For each offset how many characters from there on are those that the text begins with (the Z function)."""
    lengths = [0] * (len(text) + 1)
    left = right = 0
    for i in range(1, len(text)):
        length = min(right - i, lengths[i - left]) if i < right else 0
        while i + length < len(text) and text[length] == text[i + length]:
            length += 1
        lengths[i] = length
        if i + length > right:
            left, right = i, i + length
    return lengths


def _cuts_word(text: str, at: int) -> bool:
    return at > 0 and all(character.isalnum() or character == "_" for character in text[at - 1 : at + 1])
