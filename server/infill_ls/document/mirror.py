r"""Keeps the server's copy of one open document, line by line, in step with the editor; it never touches the disk.

Lines end where the protocol says they do, at ``\n``, ``\r\n`` and ``\r``, and nowhere else: ``str.splitlines`` also
splits at form feeds, U+2028 and others, which puts every later edit on a wrong line.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from infill_ls.document.position import content_length, to_index
from infill_ls.records import Edit, Encoding


@dataclass(frozen=True, slots=True)
class Around:
    """The text on both sides of a place, line ends as the editor has them."""

    prefix: str
    suffix: str
    first_line: int
    """0-based document line that ``prefix`` starts in."""
    reaches_end: bool
    """Whether ``suffix`` reaches the document's end."""


_BLOCK = 32


class Mirror:
    """An open document: its text as lines, its version and its language id.

    An edit costs time in proportion to the lines it touches, not to the document. Whoever applies the edits also sets
    ``version``. Places are (row, index): a 0-based line and a string index in it.
    """

    __slots__ = ("_lines", "language", "version")

    def __init__(self, text: str, version: int = 0, language: str = "") -> None:
        self.version = version
        self.language = language
        self._lines = _split(text)

    @property
    def line_count(self) -> int:
        """Number of lines; a document that ends in a line end has one more, empty line after it."""
        return len(self._lines)

    @property
    def line_end(self) -> str:
        """What ends the first line, as editors judge a file; a line feed where there is none yet."""
        return "\r\n" if self._lines[0].endswith("\r\n") else "\n"

    def line(self, row: int) -> str:
        """The line at ``row`` without its line end."""
        line = self._lines[row]
        return line[: content_length(line)]

    def rows_with(self, word: str, first: int, end: int) -> list[int]:
        """The lines from ``first`` up to ``end`` that hold a word."""
        return [row for row, line in enumerate(self._lines[first:end], first) if word in line]

    def text(self) -> str:
        """The whole document; joins all lines, so it is not for every keystroke."""
        return "".join(self._lines)

    def replace(self, text: str) -> None:
        """Make ``text`` the whole document."""
        self._lines = _split(text)

    def place(self, line: int, character: int, encoding: Encoding) -> tuple[int, int]:
        """Row and index of a client's position; what lies outside the text moves to the nearest place in it."""
        if line < 0:
            return 0, 0
        if line >= len(self._lines):
            return len(self._lines) - 1, len(self._lines[-1])
        return line, to_index(self._lines[line], character, encoding)

    def edit(
        self, start: tuple[int, int], end: tuple[int, int], text: str, encoding: Encoding
    ) -> Edit:
        """Put ``text`` in place of what stands between two client's positions (line, character), in either order.

        Gives what was done, its places as they are after it.
        """
        one = self.place(*start, encoding)
        other = one if start == end else self.place(*end, encoding)
        (row, index), (last_row, last_index) = min(one, other), max(one, other)
        lines = self._lines
        removed = self._between(row, index, last_row, last_index)
        edit = Edit((row, index), _end_of(text, row, index), text, removed, (last_row, last_index))
        # An index never lies behind a line end, so the piece keeps the last line's own.
        piece = lines[row][:index] + text + lines[last_row][last_index:]
        if row == last_row and not _has_line_end(text) and not piece.startswith("\n"):
            lines[row] = piece
            return edit
        if row and piece.startswith("\n") and lines[row - 1].endswith("\r"):
            # A "\r" and a "\n" that come to stand side by side are one line end.
            row -= 1
            piece = lines[row] + piece
        new = _split(piece)
        if last_row + 1 < len(lines):
            # The piece ends with a line end, and the line after it exists already.
            new.pop()
        lines[row : last_row + 1] = new
        return edit

    def _between(self, row: int, index: int, last_row: int, last_index: int) -> str:
        """What stands between two places; of more than a screen's lines only the first, which is enough to know it."""
        lines = self._lines
        if row == last_row:
            return lines[row][index:last_index]
        if last_row - row > _BLOCK:
            return lines[row][index:] + "".join(lines[row + 1 : row + _BLOCK])
        return (
            lines[row][index:] + "".join(lines[row + 1 : last_row]) + lines[last_row][:last_index]
        )

    def around(self, row: int, column: int, before_chars: int, after_chars: int) -> Around:
        """The text before and after a place, in whole lines, as many as fit into so many characters.

        Only the cursor's line is ever cut, and only where its own part is longer than that, at the end far from the
        cursor. ``column`` is a string index as ``place`` gives it.
        """
        lines = self._lines
        line = lines[row]
        first = row - _fitting(lines, row, -1, before_chars - column)
        room = after_chars - (len(line) - column)
        whole = room >= 0
        last = row + _fitting(lines, row, 1, room)
        return Around(
            prefix="".join(lines[first:row]) + line[max(column - before_chars, 0) : column],
            suffix=line[column : column + after_chars] + "".join(lines[row + 1 : last + 1]),
            first_line=first,
            reaches_end=whole and last + 1 == len(lines),
        )


def _end_of(text: str, row: int, index: int) -> tuple[int, int]:
    """Where ``text`` ends that was put in at a place."""
    if not _has_line_end(text):
        return row, index + len(text)
    pieces = _split(text)
    return row + len(pieces) - 1, len(pieces[-1])


def _fitting(lines: list[str], row: int, direction: int, room: int) -> int:
    """How many lines next to ``row``, upwards (-1) or downwards (1), fit into so many characters."""
    count, most = 0, row if direction < 0 else len(lines) - 1 - row
    while count < most:
        # Whole blocks are added up at the speed of C; only in the last one are the lines looked at one by one.
        size = min(_BLOCK, most - count)
        start = row - count - size if direction < 0 else row + 1 + count
        block = lines[start : start + size]
        length = sum(map(len, block))
        if length <= room:
            count, room = count + size, room - length
            continue
        for line in reversed(block) if direction < 0 else block:
            room -= len(line)
            if room < 0:
                return count
            count += 1
    return count


def _split(text: str) -> list[str]:
    """``text`` as lines with their line ends; the last one has none and may be empty."""
    # With this newline argument, reading lines is the protocol's own rule at the speed of C.
    lines = io.StringIO(text, newline="").readlines()
    if not lines or _has_line_end(lines[-1]):
        lines.append("")
    return lines


def _has_line_end(text: str) -> bool:
    return "\n" in text or "\r" in text
