"""Every sentence on its way to a person, made safe to show, whoever's words it holds. Shows nothing itself.

Editors make links of what looks like Markdown, and some run a command by such a link; terminals and logs obey control
characters; bidi marks let words be read in another order than they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 400
"""Characters of a sentence."""

LONGEST_QUOTE = 200
"""Characters of what somebody else says, in a sentence of ours."""

MOST_PROBLEMS = 3
"""Problems that are told in one message."""

_PLAIN = str.maketrans("“”", '""')


def sentence(text: str, longest: int = LONGEST) -> str:
    """The text as one line of bounded length, without control, bidi or format characters, and without a link.

    A long one loses its middle, since the cause stands first and the remedy last.
    """
    if len(text) > longest:
        end = longest // 3
        text = f"{text[: longest - end - 3]} … {text[-end:]}"
    if not text.isprintable():
        text = " ".join("".join(map(_on_one_line, text)).split())
    return text.replace("](", "] (")[:longest]


def harmless(text: str) -> str:
    """Text of several lines, such as code, without the characters by which it could drive a terminal."""
    return "".join(
        character if character.isprintable() or character in "\n\t" else "�" for character in text
    )


def quoted(words: str, longest: int = LONGEST_QUOTE) -> str:
    """What somebody else says, between quotation marks that it cannot close."""
    return f"“{sentence(words, longest).translate(_PLAIN)}”"


def first_few(problems: Sequence[str]) -> str:
    """Several sentences as one message, and how many more there are."""
    if len(problems) == 1:
        return sentence(problems[0])
    said = [_ended(sentence(problem, LONGEST // 2)) for problem in problems[:MOST_PROBLEMS]]
    more = len(problems) - MOST_PROBLEMS
    return " ".join(said if more <= 0 else [*said, f"And {more} more: `infill-ls config`."])


def _ended(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _on_one_line(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "�"
