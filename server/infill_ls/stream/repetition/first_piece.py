"""Where a line that says one piece again and again has said it for the first time; it stops nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from infill_ls.syntax.brackets import scan
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import open_at, read_before
from infill_ls.syntax.surroundings import Surroundings

_MOST_PLACES, _MOST_READ = 32, 6_000
"""Places at which a loop may have begun that are looked at, and characters that are read for them."""
_LONGEST_OPERATOR = 40
"""Characters, with the white space around it."""
_ANY_WORD, _LAST_WORD = re.compile(r"\w+"), re.compile(r"\w+\Z")
_OPERATOR = re.compile(r"(?P<space>\s?)(?:[.=+\-&|<]+|(?<!/)\*|(?<!\*)/)\s*\Z")
_COMMA = re.compile(r"\s*,\s*\Z")


def end_of_first(line: str, start: int, period: int, before: str, here: Surroundings) -> int:
    """Where a line that repeats a piece from ``start`` on has said it for the first time.

    Where the loop begins cannot be told to the character: the piece may come in any rotation. Of those that begin
    between two words, or end as the first one does with a whole word, the first is taken with which the brackets are
    right.

    Args:
        line: the line so far.
        start: of the run, as far to the left as it may be.
        period: length of the piece.
        before: the answer's lines before this one.
        here: where the answer is to stand.
    """
    opened = scan(before + line[:start], here.language, open_at(here)).stack
    is_text = holds_text(here.language) or _in_comment(before, line[:start], here)

    after = here.close_after

    def wrongness(end: int) -> tuple[int, bool, int]:
        if is_text:
            return 0, False, 0
        n_open = len(scan(line[start:end], here.language, opened).stack)
        n_faults = scan(line[start:end] + after, here.language, opened).n_faults
        return n_faults, _is_unfinished(line, end, here), n_open

    n_places = min(_MOST_PLACES, _MOST_READ // period)
    starts = [at for at in range(start, start + period) if not _cuts_word(line, at)][:n_places]
    if not is_text:
        known = "\n".join((here.prefix, here.suffix, before, line[:start]))
        starts[:0] = (at for at in _within_word(line, start, period, known) if at not in starts)
    ends = (
        end
        for at in starts
        for end in ((at + period,) if is_text else _ends(line, at, at + period, here))
    )
    return min(ends, key=wrongness, default=start + period)


def _ends(line: str, start: int, end: int, here: Surroundings) -> tuple[int, ...]:
    """Where a piece may end: with all of it, or before the operator or the comma that joins it to the next."""
    comma = _COMMA.search(line, start, end) if here.line_after.lstrip()[:1] in {")", "]"} else None
    if comma:
        return (comma.start(),)
    operator = _OPERATOR.search(line, max(start, end - _LONGEST_OPERATOR), end)
    return (operator.start(), end) if operator and operator.start() > start else (end,)


def _in_comment(before: str, line: str, here: Surroundings) -> bool:
    """Whether the answer has come to a comment, where brackets and operators tell nothing."""
    start = read_before(here)
    if start.in_comment and not before:
        return "*/" not in line
    return scan(before + line, here.language, start.stack).in_comment


def _is_unfinished(line: str, end: int, here: Surroundings) -> bool:
    """Whether the answer would end in an operator, or within a word that the document knows whole."""
    operator = _OPERATOR.search(line, max(0, end - _LONGEST_OPERATOR), end)
    # One that stands off from what precedes, and not from what follows, was the end of a line.
    if operator and not (
        operator["space"] and operator.end() == end and not line[end : end + 1].isspace()
    ):
        return True
    if not _cuts_word(line, end):
        return False
    return _knows(here.prefix + here.suffix, _word_around(line, end))


def _cuts_word(line: str, at: int) -> bool:
    return at > 0 and all(
        character.isalnum() or character == "_" for character in line[at - 1 : at + 1]
    )


def _within_word(line: str, start: int, period: int, known: str) -> Iterator[int]:
    """Where a loop may have begun in the middle of a word: so that it ends with one that is known.

    The run may seem to begin too far to the left, by letters that happen to be equal.
    """
    if not _cuts_word(line, start + period):
        yield start
        return
    first, glued = (_word_around(line, at) for at in (start, start + period))
    is_found = False
    for at in range(start, start + period):
        if not _cuts_word(line, at):
            break
        word = _LAST_WORD.search(line[: at + period])
        if word and _knows(known, word[0]):
            is_found = True
            yield at
    if not is_found and _cuts_word(line, start) and _knows(known, first) > _knows(known, glued):
        yield start


def _word_around(line: str, at: int) -> str:
    return next(
        (each[0] for each in _ANY_WORD.finditer(line) if each.start() <= at < each.end()), ""
    )


def _knows(text: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None


def holds_text(language: Language) -> bool:
    """Whether brackets and operators tell nothing in it, since it is prose or has text without quotes."""
    return language.prose or language.unquoted
