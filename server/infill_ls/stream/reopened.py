"""Holds an answer that begins with the end of the cursor's block, until it opens another which the document closes."""

from __future__ import annotations

from infill_ls.syntax.block import Block
from infill_ls.syntax.brackets import OPENER_OF, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.surroundings import Surroundings, n_as_above

MOST_LINES = 12
"""Lines of code for which the other block is waited; the model is paid for them."""


class Reopened:
    """One block more: ``}``, a head and a body, the end of which is the bracket that the document has already.

    What only says the document's next lines again, or closes all that it opens, is no such answer. At the file's margin
    the model has begun with the next definition.
    """

    def __init__(self, here: Surroundings, block: Block, stack: tuple[str, ...], line: str) -> None:
        self._block = block
        self._language = here.language
        self._n_alike = max(0, n_as_above(here) - 1)
        """Lines behind the first that records of the document have in common."""
        self._stack = stack
        self._outside = len(stack)
        self._held = [line]
        self._indent = 0
        """Columns of the line that opened the other block."""
        self._n_lines = 1
        self._n_again = 0
        """Lines behind the first that are the document's next ones."""
        self.is_over = False
        """Whether nothing more is to come."""

    @staticmethod
    def may_begin(block: Block, line_before: str, line: str, stack: tuple[str, ...]) -> bool:
        """Whether the first line ends the cursor's block, as the document's next line does."""
        mark, column = line.lstrip()[:1], width(line_before + line)
        is_end = mark in OPENER_OF and block.next_line.lstrip()[:1] in {mark, ","}
        is_nested = len(stack) < block.kept and stack == block.opened[: len(stack)]
        return (
            is_end
            and is_nested
            and (bool(stack) or column > 0)
            and not line_before.strip()
            and block.closes_at(column)
        )

    def feed(self, line: str) -> str:
        """What may be shown: nothing, or all that is held."""
        before, self._stack = self._stack, scan(line, self._language, self._stack).stack
        if line.strip():
            is_next = (
                self._n_lines < len(self._block.below)
                and line.rstrip() == self._block.below[self._n_lines]
            )
            self._n_lines += 1
            self._n_again += is_next and self._n_lines == self._n_again + 2
            n_more = self._n_again - self._n_alike
            is_again = n_more > 1 or (n_more > 0 and any(map(str.isalpha, line)))
            if is_again or len(self._stack) < self._outside or self._n_lines > MOST_LINES:
                self.is_over = True
                return ""
        if (
            len(self._stack) == self._outside < len(before)
            and line.rstrip() == self._block.next_line.rstrip()
        ):
            self.is_over = True
            return "".join(self._held)
        if len(before) == self._outside < len(self._stack):
            self._indent = width(line)
        self._held.append(line)
        return ""

    def flush(self) -> str:
        """What is held, if the document's next line closes just what it has opened."""
        is_open = self._stack[: self._block.kept] == self._block.opened[: self._block.kept]
        is_whole = (
            is_open
            and len(self._stack) == self._block.kept
            and self._indent == width(self._block.next_line)
        )
        return "".join(self._held) if is_whole and not self.is_over else ""
