"""What words are made of in each language, for editors that look for the word at the cursor; reads no code."""

from __future__ import annotations

from infill_ls.syntax.languages import row


def word_before(line: str, language: str) -> str:
    """The word that a line ends in, or the beginning of one; the empty string behind anything else."""
    more = word_marks(language)
    start = len(line)
    while start and (
        line[start - 1].isalnum() or line[start - 1] == "_" or line[start - 1] in more
    ):
        start -= 1
    return line[start:]


def word_marks(language: str) -> str:
    """The characters that words may have beside letters, digits and ``_``."""
    return row(language).words
