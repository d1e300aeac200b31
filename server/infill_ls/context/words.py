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

LONGEST: Final = 61
"""Characters of a word; what goes on behind them is not known."""
WORD: Final = re.compile(rf"[A-Za-z_$][\w$]{{2,{LONGEST - 1}}}")
_GOES_ON: Final = re.compile(r"[\w$]")
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


def are_all_in(chunks: list[list[str]], text: str) -> bool:
    """Whether the chunks of a text leave out none of its words."""
    if text.count("\n") >= CHUNK * MOST_CHUNKS:
        return False
    if any(max(map(len, words), default=0) >= LONGEST for words in chunks):
        return False
    if all(chunks):
        return True
    lines = text.split("\n")
    return not any(
        WORD.search("\n".join(lines[number * CHUNK : (number + 1) * CHUNK]))
        for number, words in enumerate(chunks)
        if not words
    )


def words_and_parts(text: str) -> tuple[list[str], list[str]]:
    """What a piece of a line is found by: words that it has as a whole, and parts of what may be longer ones.

    At the ends of the piece a word may go on.
    """
    words: list[str] = []
    parts: list[str] = []
    for found in WORD.finditer(text):
        is_whole = (
            found.start()
            and found.end() < len(text)
            and not _GOES_ON.match(text, found.start() - 1)
        )
        (words if is_whole else parts).append(found[0])
    return words, parts


@lru_cache(maxsize=1 << 15)
def terms_of(word: str) -> tuple[str, ...]:
    """What a word is found by: itself in small letters, and its parts where it has several (camelCase, snake_case)."""
    parts = [part.lower() for part in _PART.findall(word) if len(part) > 1]
    # One string serves as word and as term where they are the same: there are a hundred thousand in a large project.
    whole = word if word.islower() else word.lower()
    return tuple(dict.fromkeys([whole, *(parts if len(parts) > 1 else ())]))
