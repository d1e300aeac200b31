"""With what brackets and quotes the rest of the cursor's line is judged; changes nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

from infill_ls.syntax.block import block_at
from infill_ls.syntax.brackets import BRACKETS, CLOSING_CHARACTERS, OPENER_OF, STRINGS, Scan, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.language import Language
from infill_ls.syntax.languages import PLAIN, row
from infill_ls.syntax.scope import open_at, read_before
from infill_ls.syntax.surroundings import Surroundings

_CODE = replace(row("c"), line=())
"""How code in text is read, of whatever language it is; two slashes are mostly those of an address."""


class Around(NamedTuple):
    """What brackets are counted with."""

    opened: tuple[str, ...]
    after: str
    language: Language
    kept: int = 0
    """How many of those that are open the next lines close."""

    def n_faults(self, text: str, n_replaced: int = 0) -> int:
        """How much is wrong with an answer and what follows it."""
        after = self.after[n_replaced:]
        found = self.scanned(text, n_replaced)
        line = (
            scan(text + after.partition("\n")[0], self.language, self.opened)
            if self.kept
            else found
        )
        return found.n_faults + max(0, self.kept - line.lowest)

    def scanned(self, text: str, n_replaced: int = 0) -> Scan:
        """What an answer and what follows it leave behind."""
        return scan(text + self.after[n_replaced:], self.language, self.opened)


def around_line(here: Surroundings, text: str) -> Around:
    """What is open at the cursor, and what follows it.

    Where the code around tells nothing, since the cursor is in text or a bracket further up is open for good, the
    line's own brackets and quotes decide, if the rest of the line closes one of them.
    """
    line = scan(here.line_before, here.language)
    opened = open_at(here)
    plain = Around(scan(here.line_before, PLAIN).stack, here.line_after, PLAIN)
    if line.in_comment or read_before(here).in_comment:
        return _pair_on_line(here, _CODE, PLAIN) or plain
    if opened and opened[-1] not in BRACKETS and opened[-1:] != line.stack[-1:]:
        around = _pair_on_line(here, here.language, _CODE, PLAIN)
    elif line.stack and opened[-len(line.stack) :] != line.stack:
        # The line begins in a text or a string, as far as is known, and has code in it.
        around = _pair_on_line(here, here.language)
    elif opened and opened[-1] in STRINGS:
        around = _in_string(here, text, line.opened_at[-1])
    elif here.language.prose:
        around = _pair_on_line(here, PLAIN, _CODE)
    else:
        around = None if _is_sound(here, opened, text) else _closed_on_line(here, opened)
    if around:
        return around
    block = block_at(here)
    return Around(opened, here.close_after, by_lines(here.language), block.kept)


def is_inside_block(text: str, own: Scan) -> bool:
    """Whether an answer, read as ``own``, ends behind code in a block that an earlier line of its own opens.

    No end of that block belongs there.
    """
    if own.stack[-1:] not in (("{",), ("[",)) or own.opened_at[-1] < 0:
        return False
    head, line_end, body = text[own.opened_at[-1] + 1 :].partition("\n")
    return bool(line_end) and not head.strip() and bool(body.rpartition("\n")[2].strip())


@cache
def by_lines(language: Language) -> Language:
    """The language as if its strings ended with their lines, so that a quote which is left over is seen on its own."""
    return replace(language, long_quotes=())


def _pair_on_line(here: Surroundings, *languages: Language) -> Around | None:
    """The cursor's line alone, read as the first language in which the rest of it closes what it has opened."""
    closer = here.line_after.lstrip()[:1]
    for language in languages:
        opened = scan(here.line_before, language).stack
        if opened and closer and opened[-1] in {closer, OPENER_OF.get(closer)}:
            return Around(opened, here.line_after, language)
    return None


def _closed_on_line(here: Surroundings, opened: tuple[str, ...]) -> Around | None:
    """The cursor's line alone, with as many brackets of earlier lines as the rest of it closes."""
    pair = _pair_on_line(here, here.language)
    if pair is None:
        return None
    n_closed = len(opened) - scan(here.line_after, here.language, opened).lowest
    return pair._replace(opened=opened[-max(n_closed, len(pair.opened)) :])


def _in_string(here: Surroundings, text: str, opened_at: int) -> Around | None:
    """The string's own brackets, where there are any and the answer does not leave it."""
    opened = open_at(here)
    quote = opened[-1]
    if scan(text, here.language, opened).lowest < len(opened):
        return None
    inner, _, outer = here.line_after.partition(quote)
    if not outer and inner == here.line_after:
        return _pair_on_line(here, PLAIN)
    found = scan(here.line_before[opened_at + len(quote) :], PLAIN)
    return (
        Around(found.stack, inner, PLAIN) if found.stack or inner[:1] in {")", "]", "}"} else None
    )


def _is_sound(here: Surroundings, opened: tuple[str, ...], text: str) -> bool:
    """Whether all brackets are right around the cursor, as far as can be seen, without the answer or with it.

    It may close what the rest of the line closes, and open what the next lines close.
    """
    block, after, rest = block_at(here), here.close_after, here.line_after
    below = scan(after, here.language, opened)
    is_shallow = 0 < block.above <= below.lowest
    if is_shallow and block.indents[block.above - 1] >= width(here.line_before):
        return False
    n_marks = len(rest) - len(rest.lstrip("".join(CLOSING_CHARACTERS)))
    read = [below, scan(after[len(rest) :], here.language, opened)]
    read += (
        scan(text + after[n:], here.language, opened)
        for n in range(n_marks + 1)
        # What was opened further up is not for the cursor's line to close.
        if scan(text + rest[n:], here.language, opened).lowest >= block.above
    )
    # Nothing can close what the whole file leaves open.
    return any(_is_right(found) and not (found.stack and after == here.suffix) for found in read)


def _is_right(found: Scan) -> bool:
    """Whether nothing is wrong with what has been read; it may end anywhere, and so in a string."""
    return not found.unmatched and not found.n_unclosed_strings
