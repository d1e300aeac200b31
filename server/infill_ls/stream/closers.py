"""Ends the answer at a closing bracket that nothing opened, or that the lines after the cursor have already."""

from __future__ import annotations

import re
import string
from dataclasses import replace

from infill_ls.stream.line_starts import heredoc_after
from infill_ls.stream.linefilter import LineFilter
from infill_ls.stream.reopened import Reopened
from infill_ls.syntax.block import Block, block_at
from infill_ls.syntax.brackets import BRACKETS, OPENER_OF, Scan, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.scope import heredocs
from infill_ls.syntax.surroundings import Surroundings

_ITEM_CHARACTERS = string.ascii_letters + string.digits + "_*|.-? \t"
_ITEM = re.compile(r"\s*[\w*|.?-]{1,20}\)\s+(?![{=)\]};,&|?.+])\S")
_SMILEY = re.compile(r"(?:^|\s)[:;]-?\)\Z")


class Closers(LineFilter):
    """Judges whole lines: a bracket closed in the middle of one may be opened again before it ends.

    What the rest of the cursor's own line closes may be restated, since that can be replaced.
    """

    def __init__(self, here: Surroundings) -> None:
        super().__init__()
        self._language = language = here.language
        self._is_off = language.prose
        self._braces_only = language.stray_closers
        # Text that holds code of other languages has lone brackets, and so may any that is not known.
        self._may_be_lone = not language.offside and language.blocks not in {"brackets", "words"}
        self._here = here
        self._block: Block | None = None
        self._stack: tuple[str, ...] = ()
        self._heredoc = ""
        """What ends the text that is no code."""
        self._reopened: Reopened | None = None
        self._last = ""
        """A line that ends a block as the next line does, and blank ones; what follows tells whether it is that."""

    def _line(self, line: str) -> str:
        """What may be shown of what was held and of a line; an end that the document has is held."""
        last, self._last = self._last, ""
        if last and not line.strip():
            self._last = last + line
            return ""
        below = self._block.below if self._block else ()
        if last and (len(below) < 2 or line.rstrip() == below[1].rstrip()):
            self.stopped = "closer"
            return ""
        return last + self._judged(line)

    def _end(self, line: str) -> str:
        shown = self._line(line)
        if self._reopened is None or self.stopped:
            self.stopped = "closer" if self._last else self.stopped
            return shown
        shown = self._reopened.flush()
        self.stopped = None if shown else "closer"
        return shown

    def _judged(self, line: str) -> str:
        if self._reopened is not None:
            shown = self._reopened.feed(line)
            self.stopped = "closer" if self._reopened.is_over else None
            return shown
        is_first = self._block is None
        if self._block is None:
            self._block = block = block_at(self._here)
            self._stack, self._heredoc = block.opened, heredocs(self._here)[1]
            if block.in_line_comment:
                return line
            self._block = replace(block, kept=block.kept_by(line, self._here.line_before))
        block = self._block
        before = self._stack
        found = scan(line, self._language, before)
        if self._is_text(line, found, is_first=is_first):
            return line
        self._stack = found.stack
        is_end = len(before) > len(found.stack) == block.above and line.lstrip()[:1] in OPENER_OF
        if is_end and not is_first and block.ends_another(line, width(self._here.line_before)):
            self._last = line
            return ""
        lead = len(line) - len(line.lstrip(" \t"))
        if not is_first and lead in found.unmatched and 0 < len(before) <= len(block.opened):
            # It closes what is around the bracket that the cursor stands in.
            self.stopped = "closer"
            return ""
        # ``} else {`` opens another in its place, but not where the document has the same line already.
        closes = any(depth == block.kept - 1 for _, depth in found.closed if depth >= 0)
        is_restated = closes and line.strip() == block.next_line.strip()
        is_restated = is_restated and not (is_first and self._is_between_records(line))
        if is_first and Reopened.may_begin(block, self._here.line_before, line, found.stack):
            self._reopened = Reopened(self._here, block, found.stack, line)
            return ""
        if is_restated or found.stack[: block.kept] != block.opened[: block.kept]:
            at = self._surplus(line, found, block)
            # Where it was the end of a line that closed a string, nothing is there to be cut.
            self.stopped = "closer" if at is not None else None
            is_next = at is not None and not is_first and line.rstrip() == block.next_line.rstrip()
            return "" if is_next else line[:at]
        at = next((at for at, depth in found.closed if depth < 0), -1)
        if at >= 0 and block.is_whole and not self._may_be_lone:
            self.stopped = "closer"
            return line[:at]
        return line

    def _is_between_records(self, line: str) -> bool:
        """Whether the line, which ends one record of a list and begins the next, has come above the cursor, too."""
        whole = self._here.line_before + line.rstrip()
        return line.rstrip()[-1:] in BRACKETS and f"\n{whole}\n" in f"\n{self._here.near_above}"

    def _is_text(self, line: str, found: Scan, *, is_first: bool) -> bool:
        """Whether brackets of a line say nothing, since it is text or may be."""
        before = self._stack
        if self._is_in_heredoc(line) or (self._braces_only and line.lstrip()[:1] != "}"):
            self._stack = before if self._heredoc else found.stack
            return True
        if found.n_unclosed_strings and before[-1:] != found.stack[-1:] and not is_first:
            # Strings go on over lines here, or what looks like a quote is none.
            self._is_off = True
        return bool(found.closed) and self._is_among_words(
            line, found.closed[0][0], is_first=is_first
        )

    def _is_among_words(self, line: str, at: int, *, is_first: bool) -> bool:
        """Whether a bracket belongs to text: to the number of an item or a case, to a smiley, or to words in tags."""
        if line[at] != ")" or (is_first and self._here.line_before.strip()):
            return False
        is_item = _ITEM.match(line) is not None and not line[:at].strip(_ITEM_CHARACTERS)
        is_tagged = bool(self._here.language.markup) and "</" in line[at:] and "{" not in line
        return is_item or is_tagged or _SMILEY.search(line[: at + 1]) is not None

    def _is_in_heredoc(self, line: str) -> bool:
        """Whether the line is text, or the end of that; one that begins it is code."""
        was_in, self._heredoc = self._heredoc, heredoc_after(line, self._heredoc, self._language)
        return bool(was_in)

    def _surplus(self, line: str, found: Scan, block: Block) -> int | None:
        """Where the bracket is closed that is to be kept, or the last one of its kind that took its place."""
        kind = block.opened[block.kept - 1]
        closers = [at for at, depth in found.closed if depth == block.kept - 1]
        return next(
            (at for at in reversed(closers) if OPENER_OF[line[at]] == kind),
            closers[0] if closers else None,
        )
