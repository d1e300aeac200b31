"""A change that was made once and is begun again: the rest of it, at the cursor.

One example is enough here, because the place and the first characters are the user's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from infill_ls.records import Change
from infill_ls.repeat.examples import Example, examples, of_line
from infill_ls.repeat.text import Text
from infill_ls.repeat.tokens import Tokens, is_name, tokenize

_COMPARED: Final = 6
_LEAST_TOKENS: Final = 2
"""Tokens before the change that both lines have in common, a name among them."""


def rest_at(text: Text, changes: Sequence[Change], language: str, place: tuple[int, int]) -> str:
    """What is left to type at the cursor, or the empty string."""
    row, index = place
    newest = changes[-1] if changes else None
    if newest is None or newest.is_bulk or len(newest.old) != len(newest.new):
        return ""
    if not newest.first <= row < newest.first + len(newest.new):
        return ""
    line, old = text.line(row), newest.old[row - newest.first]
    before, after = line[:index], line[index:]
    earlier = [each for each in examples(changes[:-1], language) if not each.is_part]
    for example in reversed(earlier[-_COMPARED:]):
        rest = _rest(example, old, before, after, language)
        if rest:
            return rest
    return ""


def _rest(example: Example, old: str, before: str, after: str, language: str) -> str:
    gone, put = _texts(example)
    for n_typed in range(min(len(put) - 1, len(before)), 0, -1):
        start = len(before) - n_typed
        if not put[:n_typed].strip() or not before.endswith(put[:n_typed]):
            continue
        if old[:start] == before[:start] and old[start:] == gone + after:
            new = before + put[n_typed:] + after
            made = list(of_line(0, 0, tokenize(old, language), tokenize(new, language)))
            return put[n_typed:] if made and _is_alike(example, made[0]) else ""
    return ""


def _texts(example: Example) -> tuple[str, str]:
    """What the example took out of the line, and what it put in, white space included."""
    old, new = _between(example.old, example.span), _between(example.new, example.new_span)
    return old, new


def _between(line: Tokens, span: tuple[int, int]) -> str:
    return line.line[line.end(span[0] - 1) : line.start(span[1])]


def _is_alike(one: Example, other: Example) -> bool:
    """Whether the same is done between the same: what was removed is the evidence, or what stands around it."""
    if (one.removed, one.inserted) != (other.removed, other.inserted) or one.right[
        :1
    ] != other.right[:1]:
        return False
    if any(map(is_name, one.removed)):
        return True
    shared = [token for token in one.left if token in other.left]
    return len(shared) >= _LEAST_TOKENS and any(map(is_name, shared))
