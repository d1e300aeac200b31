"""Decides what to offer at a cursor from the text that files share, or to offer nothing; reads and keeps no state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from infill_ls.provider.local.block import following_lines
from infill_ls.provider.local.index import Index
from infill_ls.provider.local.places import Query, find_places, is_word, query
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


def predict(
    index: Index, *, path: str, prefix: str, suffix: str, multiline: bool, max_lines: int = 10
) -> Prediction | None:
    """What to offer between ``prefix`` and ``suffix`` of the file ``path``; None rather than something poor."""
    asked = query(prefix, suffix)
    after = suffix.partition("\n")[0]
    votes = cast(find_places(index, path, asked), asked, after)
    line = _rest_of_line(votes)
    if not line or (not line.text and not multiline):
        return None
    if line.confidence < (LINE_FROM if asked.typed else NEW_LINE_FROM):
        line = _agreed_part(votes, line.text, asked) if asked.typed and only_closers(after) else None
    elif multiline and not after.strip():
        line = _with_block(votes, line, asked, max_lines)
    return line if line and is_useful(line.text) else None


def best_guess(index: Index, *, path: str, prefix: str, suffix: str) -> Prediction | None:
    """The likeliest rest of the line, however unlikely: what ``predict`` starts from."""
    asked = query(prefix, suffix)
    return _rest_of_line(cast(find_places(index, path, asked), asked, suffix.partition("\n")[0]))


def is_useful(text: str) -> bool:
    """Whether it saves typing, and leaves nothing dangling: not blank, one character, or closing brackets alone."""
    return len(text.strip()) > 1 and text == text.rstrip() and not _LONE.issuperset(text)


def _rest_of_line(votes: Sequence[Vote]) -> Prediction | None:
    if not votes:
        return None
    text = winner(votes)
    return _prediction(text, [vote for vote in votes if vote.text == text], votes)


def _agreed_part(votes: Sequence[Vote], line: str, asked: Query) -> Prediction | None:
    """The longest part of the line, in whole tokens, that the votes agree on well enough."""
    completes_word = is_word(asked.partial[-1:]) and is_word(line[:1])
    least = WORD_FROM if completes_word else PART_FROM
    agreeing, best = votes, None
    for part in accumulate(split(line)):
        agreeing = [vote for vote in agreeing if agrees(vote.text, part)]
        found = _prediction(part, agreeing, votes)
        if found.confidence < least:
            break
        best = found
    return best


def _with_block(votes: Sequence[Vote], line: Prediction, asked: Query, max_lines: int) -> Prediction:
    agreeing = [vote for vote in votes if vote.text == line.text]
    block, sure = following_lines(agreeing, asked, least=FURTHER_LINE_FROM, most=max_lines - 1)
    if not block:
        return line
    return Prediction(line.text + block, min(sure, line.confidence), line.matched_tokens)


def _prediction(text: str, agreeing: Sequence[Vote], votes: Sequence[Vote]) -> Prediction:
    return Prediction(text, confidence(agreeing, votes), max(vote.place.matched for vote in agreeing))
