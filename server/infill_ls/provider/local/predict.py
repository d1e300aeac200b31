"""Decides what to offer at a cursor from the text that files share, or to offer nothing; reads and keeps no state."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from infill_ls.provider.local.block import following_lines
from infill_ls.provider.local.evidence import Evidence
from infill_ls.provider.local.index import Index
from infill_ls.provider.local.line import Line, Part, likeliest_line, likely_line
from infill_ls.provider.local.live import cursor_at
from infill_ls.provider.local.places import INSTALLED, find_places, query
from infill_ls.provider.local.plausible import Surroundings
from infill_ls.provider.local.votes import cast, only_closers

HEAD: Final = 0.74
"""How likely the first token of what is offered has to be."""
HEAD_OF_LINE: Final = 0.80
"""The same where nothing is typed on the line: less is known there of what the writer is about."""
HEAD_OF_WORDS: Final = 0.85
"""The same in a comment: a word has many that may follow it, and a wrong one is read all the same."""
TAIL: Final = 0.50
"""How likely all of it has to be."""
TAIL_CLOSED: Final = 0.42
"""The same where less of it would end within brackets or quotes that it opens, and this closes them."""
WRONG_COST: Final = 2.0
"""Characters that a wrong suggestion costs whoever reads it."""
TAKING_COST: Final = 0.7
"""Characters that it costs to take one more token of a suggestion of which only a part is right."""
GAINS: Final = {"calm": 1.5, "lively": 0.6}
"""Characters that a suggestion has to be expected to save, by temperament."""
BLOCK_AFTER: Final = 0.60
"""How likely the whole of the line has to be for further ones to be offered."""
FURTHER_LINE_FROM: Final = 0.85
"""Confidence from which a further line is."""

_GUESS: Final = 0.005
_LONE = frozenset(")]}>,:; \t")


@dataclass(frozen=True, slots=True)
class Prediction:
    """Text to insert at the cursor."""

    text: str
    confidence: float
    """How likely it is that the writer goes on so, from 0 to 1."""
    whole: float
    """How likely its first line is all that is missing on the cursor's line."""


def predict(  # noqa: PLR0913  # a place and how it is asked about, each named by the caller
    index: Index,
    *,
    path: str,
    prefix: str,
    suffix: str,
    multiline: bool,
    max_lines: int = 10,
    language: str = "",
    explicit: bool = False,
    installed: Index | None = None,
    eagerness: str = "calm",
) -> Prediction | None:
    """What to offer between ``prefix`` and ``suffix`` of the file ``path``; None rather than something poor.

    Whoever asks explicitly gets the best guess, however unsure.
    """
    around = Surroundings(cursor_at(path, prefix, suffix), prefix, language, path)
    evidence = Evidence(index, around, installed)
    line = likeliest_line(evidence, _GUESS) if explicit else likely_line(evidence, TAIL_CLOSED)
    found = _best_guess(line, around) if explicit else _offer(line, around, GAINS[eagerness])
    multiline = multiline and not around.cursor.after and not around.is_written
    if found is None and multiline and not line.text:
        found = Prediction("", line.whole, line.whole)
    if (
        found is not None
        and multiline
        and found.text == line.text
        and (explicit or line.whole >= BLOCK_AFTER)
    ):
        found = _with_block(index, found, around, suffix, max_lines, installed, explicit=explicit)
    return found if found is not None and is_useful(found.text) else None


def best_guess(
    index: Index, *, path: str, prefix: str, suffix: str, language: str = ""
) -> Prediction | None:
    """The likeliest rest of the line, however unlikely: what ``predict`` starts from."""
    around = Surroundings(cursor_at(path, prefix, suffix), prefix, language, path)
    line = likeliest_line(Evidence(index, around, None), _GUESS)
    return Prediction(line.text, line.whole, line.whole) if line.parts or line.whole else None


def is_useful(text: str) -> bool:
    """Whether it saves typing, and leaves nothing dangling: not blank, one character, or closing brackets alone."""
    return len(text.strip()) > 1 and text == text.rstrip() and not _LONE.issuperset(text)


def _offer(line: Line, around: Surroundings, least_gain: float) -> Prediction | None:
    """The part of the line of which the most is expected, if that is enough."""
    head = HEAD if around.cursor.typed else HEAD_OF_LINE
    if around.is_comment:
        head = HEAD_OF_WORDS
    if not line.parts or line.parts[0].sure < head:
        return None
    best: Prediction | None = None
    most = least_gain
    saved, before, gain = 0.0, 1.0, 0.0
    ends = _ends(line, around)
    for number, part in enumerate(line.parts, 1):
        if around.is_there(part.text):
            break
        saved += (before - part.sure) * max(0.0, gain)
        before, gain = part.sure, len(part.text) - TAKING_COST * number
        expected = part.sure * (len(part.text) - 1) + saved - WRONG_COST * (1 - part.sure)
        if expected < most or number not in ends:
            continue
        found = _fitted(part, line, around)
        if found is not None:
            best, most = found, expected
    return best


def _ends(line: Line, around: Surroundings) -> frozenset[int]:
    """The numbers of the parts after which a suggestion may end.

    A closing bracket or quote comes along where it is all but sure; else what it closes does not.
    """
    texts = [*(part.text for part in line.parts), line.text + line.cut_off]
    opened = [0, *map(around.opened_by, texts)]
    found: set[int] = set()
    left_open = 0
    for number, part in enumerate(line.parts, 1):
        closes = not opened[number] or opened[number] < opened[number - 1]
        if part.sure >= TAIL:
            left_open = opened[number]
        elif not closes or opened[number] >= left_open:
            continue
        if opened[number + 1] >= opened[number]:
            found.add(number)
    return frozenset(found)


def _fitted(part: Part, line: Line, around: Surroundings) -> Prediction | None:
    """A part of the line as it can stand before the rest of the cursor's line; None where it cannot."""
    after = around.cursor.after
    is_whole = part is line.parts[-1] and line.whole >= TAIL
    text = part.text
    if after and not only_closers(after):
        if not text.endswith(after):
            return None
        text = text[: -len(after)]
    if text.endswith((" ", "\t")) or not around.allows(text, whole=is_whole or bool(after)):
        return None
    return Prediction(text, line.whole if is_whole else part.sure, line.whole)


def _best_guess(line: Line, around: Surroundings) -> Prediction | None:
    """The longest part of the line that can stand there."""
    parts = list(takewhile(lambda part: not around.is_there(part.text), line.parts))
    return next((found for part in reversed(parts) if (found := _fitted(part, line, around))), None)


def _with_block(  # noqa: PLR0913  # what lines are taken from, and how many
    index: Index,
    found: Prediction,
    around: Surroundings,
    suffix: str,
    max_lines: int,
    installed: Index | None,
    *,
    explicit: bool,
) -> Prediction:
    """A line, and those that follow it elsewhere as long as they are sure."""
    if around.is_import(around.cursor.typed + found.text):
        return found
    asked = query(around.prefix, suffix)
    places = [
        place for place in find_places(index, around.path, asked, installed) if around.admits(place)
    ]
    # How others go on is how they go on: from what is only installed, a line is taken at a time.
    votes = [
        vote
        for vote in cast(places, asked, "")
        if vote.text == found.text and vote.place.near != INSTALLED
    ]
    if not votes:
        return found
    is_guess = explicit and not found.text
    block, sure = following_lines(
        votes,
        asked,
        least=0.0 if is_guess else FURTHER_LINE_FROM,
        most=1 if is_guess else max_lines - 1,
    )
    block = around.up_to_comment(block)
    return (
        Prediction(found.text + block, min(sure, found.confidence), found.whole) if block else found
    )
