"""How a person who knows what is to stand there takes a suggestion: whole, by lines or by words, if it is right."""

from __future__ import annotations

import re
from typing import Literal

Take = Literal["whole", "line", "word"]
TAKES: tuple[Take, ...] = ("whole", "line", "word")

_WORD = re.compile(r"\s*(?:\w+|[^\w\s]+)")


def accepted(suggested: str, wanted: str, take: Take) -> int:
    """Characters of what is wanted that a person has after taking all of a suggestion that is right.

    Who takes the whole takes all of it or nothing, who takes lines or words stops before the first that is wrong.
    """
    if take == "whole":
        return len(suggested) if suggested and wanted.startswith(suggested) else 0
    done = 0
    while done < len(suggested):
        part = (first_line if take == "line" else first_word)(suggested[done:])
        if not part or not wanted.startswith(part, done):
            break
        done += len(part)
    return done


def first_word(suggested: str) -> str:
    """A suggestion's first word, with the white space before it."""
    found = _WORD.match(suggested)
    return found[0] if found else ""


def first_line(suggested: str) -> str:
    """A suggestion's first line; with the line break before it, where it starts with one."""
    end = suggested.find("\n", len(suggested) - len(suggested.lstrip()))
    return suggested if end < 0 else suggested[:end]
