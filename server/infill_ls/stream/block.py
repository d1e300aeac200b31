"""Ends the answer where the code at the cursor does: with its statement or its block. It repairs nothing."""

from __future__ import annotations

from typing import Literal

from infill_ls.records import Lines, Trigger
from infill_ls.stream import line_starts as starts
from infill_ls.stream.line_starts import Standing
from infill_ls.stream.linefilter import LineFilter, LineStart
from infill_ls.stream.think import CLOSE
from infill_ls.syntax.block import (
    Block,
    Enclosing,
    block_at,
    enclosing,
    is_definition,
    is_function,
)
from infill_ls.syntax.brackets import BRACKETS, CLOSING_CHARACTERS, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.surroundings import Surroundings


class BlockEnd(LineFilter):
    """Reads whole lines, and of the next one as much as shows that it is outside.

    Blank lines, comments and decorators are held back, since they belong to what comes next.
    An automatic answer in the middle of a line ends with that statement, one on a blank line with the block, and after
    one definition where definitions stand. An answer that was asked for may go on to the end of the function.
    """

    def __init__(  # what is asked for, each named by the caller
        self,
        here: Surroundings,
        arriving: LineStart,
        *,
        lines: Lines,
        trigger: Trigger,
        off: frozenset[str],
    ) -> None:
        super().__init__()
        # Before words an answer ends where the rest of the line comes again, which is for another filter to see.
        is_before_words = not CLOSING_CHARACTERS.issuperset(here.line_after)
        no_rule = is_before_words or lines == "single" or {"block", "statement"} <= off
        self._language = language = here.language
        self._by_indent = language.blocks in ("indentation", "words")
        self._is_off = language.prose or no_rule
        self._is_wide = trigger == "invoked" or lines == "multi"
        self._rules = frozenset({"block", "statement"}) - off
        self._here = here
        self._line_before = here.line_before
        self._indent = width(here.line_before)
        is_statement = bool(self._line_before.strip()) and not self._is_wide
        self._rule: Literal["statement", "block"] = "statement" if is_statement else "block"
        self._arriving = arriving
        self._block: Block | None = None
        self._around = Enclosing("", -1)
        self._base = 0
        """Columns of the lines of the block that the answer adds to."""
        self._limit = self._indent + 1 if is_statement else 0
        """A line indented by fewer columns is outside."""
        self._stack: tuple[str, ...] = ()
        self._previous = here.line_before
        """The last line of code."""
        self._n_lines = 0  # of the answer's code so far
        self._has_stood = False
        """Whether one of the later lines stood as deep as the block, so that none has lost its indentation."""
        self._n_definitions = 0
        self._depth = 0
        """Brackets that have to stay open for more to follow."""
        self._heredoc = ""
        self._is_full = False
        """Whether the answer's first line opens what the document goes on with."""
        self._is_starred = False
        """Whether the cursor is in a comment each line of which begins with ``*``."""
        self._n_open, self._has_left = 0, False  # the same for what stands at the margin
        self._is_ended = False
        """Whether only what goes on with the last line may follow."""

    def _line(self, line: str) -> str:
        block = self._begin()
        line_before, self._line_before = self._line_before, ""
        starts_inside, is_first = self._starts_inside(), bool(line_before.strip())
        before = self._stack
        self._read(line_before, line, is_comment=is_first and block.in_line_comment)
        if not line.strip():
            self._held.append(line)
            return ""
        if is_first:
            standing: Standing = "inside"
        elif starts_inside:
            standing = "outside" if self._leaves(before, line) else "inside"
        elif self._is_full or starts.stands_below(line, self._n_lines, self._here, block):
            standing = "outside"
        else:
            standing = self._judge(line_before, line)
            if standing == "inside" and self._is_second_definition(line_before + line):
                standing = "outside"
        if standing == "outside" and self._rule in self._rules:
            self.stopped = self._rule
            self._held = []
            return ""
        if not self._n_lines:
            self._see_first(line_before, line)
        if standing == "held":
            self._held.append(line)
            return ""
        # An explicit answer goes on behind a list or a table, which is no block where those are indented.
        is_block = block.above > 0 and not (self._is_wide and self._by_indent)
        self._is_ended = standing == "last" or (is_block and len(self._stack) < self._depth)
        self._has_left = is_block and len(self._stack) < self._n_open
        if (not self._n_lines and starts.is_again(line, self._here)) or CLOSE in line:
            # The answer has yet to reach the cursor: it begins further up, or thought aloud.
            self._rules = frozenset()
        is_own = bool(self._n_lines) and standing == "inside" and not starts_inside
        stands = is_own and 0 < self._base <= width(line)
        self._has_stood |= stands and not self._previous.endswith((":", "{", "(", "["))
        self._previous = (line_before + line).rstrip()
        self._n_lines += 1
        return self._release() + line

    def _end(self, line: str) -> str:
        last = self._line(line)
        # A comment that is outside belongs to what would have come next.
        return last if any(map(str.strip, self._held)) else last + self._release()

    def _see_first(self, line_before: str, line: str) -> None:
        """What the first line of the answer's code says of those that may follow it."""
        block = self._begin()
        found = scan(line, self._language, block.opened)
        n_needless = block.kept - block.kept_by(line, self._here.line_before)
        n_ended = block.n_ended(line_before, line, found.lowest)
        above = block.n_brackets_above
        depth = (block.function_depth or 1) if self._is_wide else above
        self._n_open = min(depth, above - max(n_needless, n_ended))
        self._depth = min(self._n_open, block.n_blocks)
        # The line may close a string and brackets before it opens one.
        is_first, line = bool(line_before.strip()), line_before + line
        opens = found.opened_at[-1:] > (-1,) or starts.is_head(line, self._language)
        self._is_full = is_first and opens and width(block.next_line) > self._indent
        stays_in = block.opened[-1:] if block.opened[-1:] == self._stack[-1:] else ()
        self._is_starred = starts.is_starred(stays_in, line, block.next_line)

    def _leaves(self, opened: tuple[str, ...], line: str) -> bool:
        """Whether a line within brackets or a comment cannot be meant to stand there."""
        if self._is_full or (self._is_starred and not line.lstrip().startswith("*")):
            return True
        in_brackets = bool(opened) and opened[-1] in BRACKETS and self._language.offside
        return in_brackets and starts.PYTHON_DEFINITION.match(line) is not None

    def _see(self, _text: str) -> None:
        """Stop at once where the next line's first word shows it to be outside."""
        start = self._arriving.start
        if start and self._n_lines and starts.FIRST_WORD.match(start):
            self._arriving.seen()
            # The rest of a line of Python may show that it has to stand in the function.
            may_be_lost = self._language.offside and self._around.function_indent >= 0
            is_told = not (may_be_lost and starts.goes_on(start.lstrip()))
            is_outside = not self._starts_inside() and self._judge("", start) == "outside"
            if is_told and is_outside and self._rule in self._rules:
                self.stopped = self._rule

    def _begin(self) -> Block:
        if self._block is None:
            self._block = block_at(self._here)
            self._stack = self._block.opened
            if self._is_wide and self._line_before.strip() and self._by_indent:
                self._around = enclosing(self._here, self._indent)
                is_header = is_function(self._line_before)
                self._limit = (self._indent if is_header else self._around.function_indent) + 1
        return self._block

    def _starts_inside(self) -> bool:
        """Whether the next line starts within brackets, a string or a statement that was begun at the cursor."""
        above = self._begin().above
        if self._rule == "block" and self._by_indent and not self._language.stray_closers:
            above = 0  # indentation says nothing within brackets, but for those of blocks
        in_text = bool(self._heredoc) or (bool(self._stack) and self._stack[-1] not in BRACKETS)
        is_ended = self._rule == "block" or self._language.ends_statement(self._previous)
        return in_text or not is_ended or self._previous.endswith("\\") or len(self._stack) > above

    def _read(self, line_before: str, line: str, *, is_comment: bool) -> None:
        if self._heredoc:
            self._heredoc = starts.heredoc_after(line, self._heredoc, self._here.language)
        elif not is_comment:
            was_open = bool(self._stack) and self._stack[-1] not in BRACKETS
            found = scan(line, self._here.language, self._stack)
            self._stack = found.stack
            if found.n_unclosed_strings and not was_open:
                # Strings go on over lines here, or what looks like a quote is none.
                self._rules = frozenset()
            self._heredoc = starts.heredoc_after(line_before + line, "", self._here.language)

    def _judge(self, line_before: str, line: str) -> Standing:
        """Where a line that starts no deeper in brackets than the cursor does belongs; its first word is enough."""
        indent, code = width(line_before + line), line.strip()
        if not self._n_lines:
            self._set_limit(line_before, line)
        if self._is_ended or (self._has_left and not indent):
            return starts.after_end(code)
        is_above_definition = starts.DECORATOR.match(code) or starts.COMMENT.match(code)
        if self._n_definitions and indent == self._base and is_above_definition:
            return "held"
        # A block that is no deeper than the line which opens it has lost its indentation.
        is_first_of_block = self._n_lines == 1 and indent <= self._indent
        if is_first_of_block and starts.opens_block(self._previous, self._language):
            self._rules = frozenset()
        if indent >= self._limit:
            # What was asked for at a file's end may go on behind its block with the function.
            is_rest = self._is_wide and self._by_indent and not self._begin().below
            is_judged = self._has_stood and not is_rest
            has_left = is_judged and starts.has_left(code, indent, self._base)
            return "outside" if has_left else "inside"
        standing = self._goes_on(indent, code) if self._is_margin(indent) else None
        if self._rule == "block" and starts.BRANCH.match(code):
            standing = self._branch(indent, code)
        if standing is not None:
            return standing
        if starts.COMMENT.match(code) and not code.startswith("#["):
            return "held"
        if not self._n_lines or self._has_lost_indent(indent, code):
            self._rules = frozenset()
            return "inside"
        return "outside"

    def _is_margin(self, indent: int) -> bool:
        """Whether the statement or block begins at that column, or the function that was asked for."""
        if self._rule == "statement":
            return indent == self._indent
        header, function = self._around.header, self._around.function_indent
        return (bool(header) and indent == width(header)) or (self._is_wide and indent == function)

    def _goes_on(self, indent: int, code: str) -> Standing | None:
        """Whether a line at the margin goes on with the statement or block, or closes it; None if it does neither."""
        if starts.END.match(code):
            return "outside" if self._begin().ends_with(code, indent) else "last"
        if self._rule == "block":
            return None
        if self._begin().in_line_comment:
            return "inside" if starts.COMMENT.match(code) else "outside"
        is_decorated = starts.DECORATION.match(self._previous.strip())
        return "inside" if starts.GOES_ON.match(code) or is_decorated else None

    def _set_limit(self, line_before: str, line: str) -> None:
        """Judge by the first line of code, where the cursor's line has none that the answer goes on with."""
        indent = width(line_before + line)
        if not line_before.strip() and line[0].isspace():
            # Perhaps a stray space, or what stands there already and is given once more.
            indent = max(width(line_before), width(line) if line_before or width(line) > 1 else 0)
        is_opened = indent > self._indent or self._previous.rstrip().endswith(":")
        if self._rule == "statement" and (is_opened or starts.GOES_ON.match(line.strip())):
            self._around = enclosing(self._here, self._indent)
            return
        self._rule = "block"
        # At a file's end anything may follow.
        is_followed = self._is_wide and bool(self._begin().below)
        if is_followed and is_function(self._here.line_before) and indent > self._indent:
            self._around, self._base = Enclosing(self._here.line_before, self._indent), indent
            self._limit = self._indent + 1
            return
        around = enclosing(self._here, indent)
        # A line that is deeper than the cursor's white space has a block of its own only where one begins.
        is_own = not line_before or width(around.header) >= width(line_before)
        self._base = indent if is_own else width(line_before)
        self._around = around = around if is_own else enclosing(self._here, self._base)
        limit = around.function_indent + 1 if self._is_wide else self._base
        self._limit = limit if self._by_indent else 0

    def _branch(self, indent: int, code: str) -> Standing | None:
        """Whether another branch goes on with a statement that encloses the block, and is not there already."""
        next_line = self._begin().next_line
        if indent != width(enclosing(self._here, indent + 1).header) or width(next_line) > indent:
            return None
        if starts.is_same_branch(code, next_line) and width(next_line) == indent:
            return "outside"
        self._limit = indent + 1
        return "inside"

    def _is_second_definition(self, line: str) -> bool:
        """Whether a whole definition has been completed where definitions stand, and another begins."""
        opens = starts.is_head(line, self._language) or len(self._stack) > len(self._begin().opened)
        stands = self._rule == "block" and width(line) == self._base
        if self._is_wide or not (stands and opens and is_definition(line)):
            return False
        is_free = self._begin().is_within_unbegun(self._base)
        self._n_definitions += self._around.is_for_definitions and not is_free
        return self._n_definitions > 1

    def _has_lost_indent(self, indent: int, code: str) -> bool:
        """Whether later lines only seem to be outside, since the model gave them without their indentation."""
        if not self._language.offside:
            return False
        is_head = is_function(self._here.line_before)
        function = self._indent if is_head else self._around.function_indent
        if starts.is_lost(code, indent, self._previous, self._base, function):
            return True
        may_leave = self._has_stood or (self._held and not (self._is_wide and starts.goes_on(code)))
        return not may_leave and indent < self._base <= width(self._begin().next_line)
