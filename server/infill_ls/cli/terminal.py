"""Text from files and models, made safe to print on a terminal. Prints nothing itself."""

from __future__ import annotations

import os
from typing import TextIO

DIM, PLAIN = "\x1b[2m", "\x1b[0m"


def harmless(text: str) -> str:
    """The text without control characters, with which a file or a model could drive the terminal."""
    return "".join(character if character.isprintable() or character in "\n\t" else "�" for character in text)


def ghost(text: str, stream: TextIO) -> str:
    """Suggested text, told apart from what stands there: in grey, or between marks where that is not wanted."""
    shown = harmless(text)
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return f"«{shown}»"
    return "\n".join(f"{DIM}{line}{PLAIN}" for line in shown.split("\n"))
