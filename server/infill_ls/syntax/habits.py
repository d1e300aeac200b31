"""The row of a language that the table does not know: by what its own text looks like, else plain defaults."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Final

from infill_ls.syntax.language import C_BLOCK, Language
from infill_ls.syntax.language_rows import DEFAULT

_COMMENT: Final = re.compile(r"^[ \t]*(#|//|--|;|%)\1*[ \t]+[\w',:]+[ \t]+\w", re.MULTILINE)
"""A line of words behind a mark; marks mean other things before one word."""
_BLOCK_COMMENT: Final = re.compile(r"^[ \t]*/\*", re.MULTILINE)
_LONE: Final = 2
"""Lines with a quote that nothing closes, which show that it opens no string."""


def by_habits(text: str) -> Language:
    """The row for a text: its own comments, and no quotes that stand alone in several lines."""
    line = tuple(sorted(set(_COMMENT.findall(text))))
    if not line:
        return DEFAULT
    code = [each for each in text.split("\n") if not _COMMENT.match(each)]
    lone = "".join(mark for mark in "'`" if sum(each.count(mark) % 2 for each in code) >= _LONE)
    return _row(line, lone, has_block="//" in line or _BLOCK_COMMENT.search(text) is not None)


@cache
def _row(line: tuple[str, ...], lone: str, *, has_block: bool) -> Language:
    quotes = tuple(mark for mark in DEFAULT.quotes if mark not in lone)
    return replace(DEFAULT, line=line, block=(C_BLOCK,) if has_block else (), quotes=quotes)
