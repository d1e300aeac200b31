"""With what brackets and quotes the rest of the cursor's line is judged; changes nothing."""

from __future__ import annotations

from typing import NamedTuple

from infill_ls.records import Snapshot
from infill_ls.syntax.block import block_at
from infill_ls.syntax.brackets import BRACKETS, PAIRS, STRINGS, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.languages import row
from infill_ls.syntax.scope import open_at

_SCAN_AFTER = 1000
"""Characters after the cursor that are read for the brackets they close."""


_CODE = "c"
"""How code in text is read, of whatever language it is."""


class Around(NamedTuple):
    """What brackets are counted with."""

    opened: tuple[str, ...]
    after: str
    language: str
    kept: int = 0
    """How many of those that are open the next lines close."""

    def n_faults(self, text: str, n_replaced: int = 0) -> int:
        """How much is wrong with an answer and what follows it."""
        found = scan(text + self.after[n_replaced:], self.language, self.opened)
        line = (
            scan(text + self.after[n_replaced:].partition("\n")[0], self.language, self.opened) if self.kept else found
        )
        return found.n_faults + max(0, self.kept - line.lowest)


def around_line(snapshot: Snapshot, text: str) -> Around:
    """What is open at the cursor, and what follows it.

    Where the code around tells nothing, since the cursor is in text or a bracket further up is open for good, the
    line's own brackets and quotes decide, if the rest of the line closes one of them.
    """
    line = scan(snapshot.line_before, snapshot.language)
    opened = open_at(snapshot)
    plain = Around(scan(snapshot.line_before, "plaintext").stack, snapshot.line_after, "plaintext")
    if line.in_comment:
        return _pair_on_line(snapshot, _CODE, "plaintext") or plain
    if opened and opened[-1] not in BRACKETS and opened[-1:] != line.stack[-1:]:
        around = _pair_on_line(snapshot, snapshot.language, _CODE, "plaintext")
    elif opened and opened[-1] in STRINGS:
        around = _in_string(snapshot, text, line.opened_at[-1])
    elif row(snapshot.language).prose:
        around = _pair_on_line(snapshot, "plaintext", _CODE)
    else:
        around = None if _is_sound(snapshot, opened) else _pair_on_line(snapshot, snapshot.language)
    if around:
        return around
    block = block_at(snapshot)
    return Around(opened, text_after(snapshot), snapshot.language, min(block.kept, block.above))


def text_after(snapshot: Snapshot) -> str:
    """Whole lines from the cursor on, enough of them to see brackets of earlier lines closed."""
    if len(snapshot.suffix) <= _SCAN_AFTER:
        return snapshot.suffix
    return snapshot.suffix[: max(len(snapshot.line_after), snapshot.suffix.rfind("\n", 0, _SCAN_AFTER))]


def _pair_on_line(snapshot: Snapshot, *languages: str) -> Around | None:
    """The cursor's line alone, read as the first language in which the rest of it closes what it has opened."""
    closer = snapshot.line_after.lstrip()[:1]
    for language in languages:
        opened = scan(snapshot.line_before, language).stack
        if opened and closer and opened[-1] in {closer, PAIRS.get(closer)}:
            return Around(opened, snapshot.line_after, language)
    return None


def _in_string(snapshot: Snapshot, text: str, opened_at: int) -> Around | None:
    """The string's own brackets, where there are any and the answer does not leave it."""
    opened = open_at(snapshot)
    quote = opened[-1]
    if scan(text, snapshot.language, opened).lowest < len(opened):
        return None
    inner, _, outer = snapshot.line_after.partition(quote)
    if not outer and inner == snapshot.line_after:
        return None
    found = scan(snapshot.line_before[opened_at + len(quote) :], "plaintext")
    return Around(found.stack, inner, "plaintext") if found.stack or inner[:1] in {")", "]", "}"} else None


def _is_sound(snapshot: Snapshot, opened: tuple[str, ...]) -> bool:
    """Whether all brackets are right around the cursor, as far as can be seen."""
    block = block_at(snapshot)
    below = scan(text_after(snapshot), snapshot.language, opened)
    is_stale = 0 < block.above <= below.lowest and block.leads[block.above - 1] >= width(snapshot.line_before)
    # The answer may close what the rest of the line closes, and open what the next lines close.
    next_lines = text_after(snapshot)[len(snapshot.line_after) :]
    return not is_stale and (not below.n_faults or not scan(next_lines, snapshot.language, opened).n_faults)
