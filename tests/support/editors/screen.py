"""Reads a terminal's screen: what stands behind the cursor, and whether a picture shows it. Types nothing."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from support.editors.picture import draw, letters
from support.editors.terminal import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from support.editors.terminal import Terminal


def wait_for_ghost(terminal: Terminal, ghost: str, longest_s: float = 20) -> None:
    """Wait until nothing but these lines stands behind the cursor, and below it, whatever they are indented by.

    The cursor stays before ghost text; of text that was put in, none is behind it.
    """
    wanted = [line.strip() for line in ghost.split("\n")]

    def look() -> bool:
        return [line.strip() for line in from_cursor(terminal)[: len(wanted)]] == wanted

    try:
        wait_until(look, f"{ghost!r} behind the cursor", longest_s)
    except TimeoutError as error:
        error.add_note(f"there is: {from_cursor(terminal)}")
        raise


def from_cursor(terminal: Terminal) -> list[str]:
    """The rest of the cursor's line, from the cursor on, and the lines below."""
    cursor, screen = terminal.cursor(), terminal.screen()
    while (now := terminal.cursor()) != cursor:  # lines moved meanwhile: it is another's rest
        cursor, screen = now, terminal.screen()
    column, line = cursor
    first, *rest = screen.split("\n")[line:]
    return [_from_column(first, column), *rest]


def check_picture(terminal: Terminal, picture: Path, columns: int, label: str) -> None:
    """A README's picture shows what is on the screen; ``UPDATE=1`` draws it anew. Colours are not compared."""
    screen = terminal.screen()
    if os.environ.get("UPDATE") == "1":
        svg = draw(terminal.screen(colours=True), columns=columns, label=label)
        picture.write_text(svg, encoding="utf-8", newline="\n")
    assert letters(picture.read_text(encoding="utf-8")) == letters(screen)


def cells(character: str) -> int:
    """Columns that a character takes on the screen."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _from_column(line: str, column: int) -> str:
    index = 0
    while column > 0 and index < len(line):
        column -= cells(line[index])
        index += 1
    return line[index:]
