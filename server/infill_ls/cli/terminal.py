"""Text from files and models, made safe to print on a terminal. Prints nothing itself."""

from __future__ import annotations


def harmless(text: str) -> str:
    """The text without control characters, with which a file or a model could drive the terminal."""
    return "".join(character if character.isprintable() or character in "\n\t" else "�" for character in text)
