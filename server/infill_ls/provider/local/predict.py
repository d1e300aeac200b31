"""Decides what to offer at a cursor from the text that files share, or to offer nothing; reads and keeps no state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from infill_ls.provider.local.block import following_lines
from infill_ls.provider.local.index import Index
from infill_ls.provider.local.places import INSTALLED, find_places, is_word, query
from infill_ls.provider.local.plausible import Surroundings
from infill_ls.provider.local.tokens import split
from infill_ls.provider.local.votes import Vote, agrees, cast, confidence, only_closers, winner

LINE_FROM = 0.40
"""Confidence from which the rest of a begun line is offered."""
NEW_LINE_FROM = 0.60
"""The same where nothing is typed on the line: less is known there of what the writer is about."""
PART_FROM = 0.85
"""Confidence from which a part of the line is offered that votes agree on more than on the whole."""
WORD_FROM = 0.65
"""The same where the part begins with the rest of a word: whoever asks inside a word wants it whole."""
FURTHER_LINE_FROM = 0.80
"""Confidence from which a further line is offered."""

_LONE = frozenset(")]}>,:; \t")


@dataclass(frozen=True, slots=True)
class Prediction:
    """Text to insert at the cursor."""

    text: str
    confidence: float
    """How likely it is to be just what the writer wants, from 0 to 1."""
    matched_tokens: int
    """Longest run of tokens before the cursor that was seen before the same text elsewhere."""


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
) -> Prediction | None:
    """What to offer between ``prefix`` and ``suffix`` of the file ``path``; None rather than something poor.

    Whoever asks explicitly gets the best guess, however unsure.
    """
    asked = query(prefix, suffix)
    around = Surroundings(asked, prefix, language, path)
    after = suffix.partition("\n")[0]
    places = [place for place in find_places(index, path, asked, installed) if around.admits(place)]
    votes = cast(places, asked, after)
    multiline = multiline and not after.strip() and not around.is_prose and not around.is_comment
    line = _rest_of_line(votes, around)
    is_sure = line is not None and line.confidence >= (LINE_FROM if asked.typed else NEW_LINE_FROM)
    if line and (is_sure or explicit) and (line.text or multiline):
        if multiline and not around.is_import(asked.typed + line.text):
            line = _with_block(votes, line, around, max_lines, least=0.0 if explicit else FURTHER_LINE_FROM)
    elif votes and asked.typed and only_closers(after):
        line = _agreed_part(votes, around)
    else:
        line = None
    if line and is_useful(line.text):
        return line
    return _word(around) if explicit else None


def best_guess(index: Index, *, path: str, prefix: str, suffix: str) -> Prediction | None:
    """The likeliest rest of the line, however unlikely: what ``predict`` starts from."""
    asked = query(prefix, suffix)
    votes = cast(find_places(index, path, asked), asked, suffix.partition("\n")[0])
    return _rest_of_line(votes, Surroundings(asked, prefix, ""))


def is_useful(text: str) -> bool:
    """Whether it saves typing, and leaves nothing dangling: not blank, one character, or closing brackets alone."""
    return len(text.strip()) > 1 and text == text.rstrip() and not _LONE.issuperset(text)


def _rest_of_line(votes: Sequence[Vote], around: Surroundings) -> Prediction | None:
    """The likeliest rest of the line of those that are possible; the others count against it."""
    left = [vote for vote in votes if not around.is_there(vote.text)]
    while left:
        text = winner(left)
        found = _prediction(text, [vote for vote in left if vote.text == text], votes)
        if around.fits(text, found.matched_tokens, whole=True):
            return found
        left = [vote for vote in left if vote.text != text]
    return None


def _word(around: Surroundings) -> Prediction | None:
    """The rest of a begun word, as the nearest word of this file has it that begins so."""
    asked = around.asked
    begun = asked.partial.strip()
    if not begun:
        return None
    above = re.findall(rf"(?<!\w){re.escape(begun)}\w+", asked.above.text + "\n" + asked.typed)
    below = re.findall(rf"(?<!\w){re.escape(begun)}\w+", asked.below.text)
    found = [word[len(begun) :] for word in [*reversed(above), *below]]
    text = next((text for text in found if is_useful(text) and not around.is_there(text)), None)
    return Prediction(text, 0.0, 0) if text else None


def _agreed_part(votes: Sequence[Vote], around: Surroundings) -> Prediction | None:
    """The longest part of the line, in whole tokens, that the votes agree on well enough."""
    line = winner(votes)
    completes_word = is_word(around.asked.partial[-1:]) and is_word(line[:1])
    least = WORD_FROM if completes_word else PART_FROM
    agreeing, best = votes, None
    for part in accumulate(split(line)):
        agreeing = [vote for vote in agreeing if agrees(vote.text, part)]
        found = _prediction(part, agreeing, votes)
        if found.confidence < least:
            break
        best = found
    if best is None or around.is_there(best.text):
        return None
    return best if around.fits(best.text, best.matched_tokens, whole=False) else None


def _with_block(
    votes: Sequence[Vote], line: Prediction, around: Surroundings, max_lines: int, *, least: float
) -> Prediction:
    # How others go on is how they go on: from what is only installed, a line is taken at a time.
    agreeing = [vote for vote in votes if vote.text == line.text and vote.place.near != INSTALLED]
    if not agreeing:
        return line
    if line.text:
        least = FURTHER_LINE_FROM  # what stands on the cursor's line is an answer already
    block, sure = following_lines(agreeing, around.asked, least=least, most=max_lines - 1 if least else 1)
    block = around.up_to_comment(block)
    if not block:
        return line
    return Prediction(line.text + block, min(sure, line.confidence), line.matched_tokens)


def _prediction(text: str, agreeing: Sequence[Vote], votes: Sequence[Vote]) -> Prediction:
    return Prediction(text, confidence(agreeing, votes), max(vote.place.matched for vote in agreeing))
