"""Text -> the words that code is searched by, in chunks of lines. Knows no language."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

CHUNK: Final = 20
"""Lines that are compared as one: about what a screen shows of a function."""
MOST_CHUNKS: Final = 400
"""Of a file; what stands further down is left out."""
MOST_WORDS: Final = 100
"""Different ones of a chunk of code; tables of data have more, and are left out."""

WORD: Final = re.compile(r"[A-Za-z_$][\w$]{2,60}")
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def words_in(text: str) -> list[str]:
    """The words of a text of three letters and more, each once, in order."""
    return list(dict.fromkeys(WORD.findall(text)))


def chunks_of(text: str) -> list[list[str]]:
    """The words of each chunk of a file."""
    lines = text.split("\n", CHUNK * MOST_CHUNKS)[: CHUNK * MOST_CHUNKS]
    chunks = (
        words_in("\n".join(lines[first : first + CHUNK])) for first in range(0, len(lines), CHUNK)
    )
    return [words if len(words) <= MOST_WORDS else [] for words in chunks]


@lru_cache(maxsize=1 << 15)
def terms_of(word: str) -> tuple[str, ...]:
    """What a word is found by: itself in small letters, and its parts where it has several (camelCase, snake_case)."""
    parts = [part.lower() for part in _PART.findall(word) if len(part) > 1]
    # One string serves as word and as term where they are the same: there are a hundred thousand in a large project.
    whole = word if word.islower() else word.lower()
    return tuple(dict.fromkeys([whole, *(parts if len(parts) > 1 else ())]))
