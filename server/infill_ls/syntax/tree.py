"""Parses the neighbourhood of the cursor, bounded in size and work; gives None rather than take long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infill_ls.records import Snapshot
from infill_ls.syntax.grammars import load

if TYPE_CHECKING:
    import tree_sitter

BEFORE, AFTER = 8000, 4000
"""Characters around the cursor that are parsed."""
STEPS = 400
"""The parser's own reports of progress after which it is given up: some 30 µs of work each, so 12 ms at most."""
_PIECE = 4096
_TOP_LEVEL = re.compile(r"\n\n(?=[@\w#/<])")
"""Where a text may be cut and still parse: before a line without indentation that follows a blank one."""
_TOP_LEVEL_PYTHON = re.compile(r"\n\n(?=@|def |class |async def )")
"""Docstrings, too, have blank lines and lines without indentation."""
_LEAD = {"php": "<?php\n"}
"""What a language's text has to start with."""


@dataclass(frozen=True, slots=True)
class Window:
    """Text around the cursor, cut where the parts still parse as far as such places are near."""

    before: str
    after: str
    language: str


def window(place: Snapshot) -> Window:
    """The neighbourhood that is parsed."""
    top_level = _TOP_LEVEL_PYTHON if place.language == "python" else _TOP_LEVEL
    before, after = place.prefix, place.suffix
    if len(before) > BEFORE or place.first_line:
        start = max(0, len(before) - BEFORE)
        found = top_level.search(before, start)
        cut = before.find("\n", start) + 1 if start else 0
        before = before[found.end() if found else cut :]
    if len(after) > AFTER or not place.reaches_end:
        cuts = [match.end() for match in top_level.finditer(after, 0, AFTER)]
        after = after[: cuts[-1] if cuts else after.rfind("\n", 0, AFTER) + 1]
    lead = _LEAD.get(place.language, "")
    return Window(before if lead.rstrip() in before else lead + before, after, place.language)


def parse(text: str, language: str) -> tree_sitter.Tree | None:
    """The tree of a text, or None where there is no grammar or the text takes too long."""
    parser = load(language)
    if parser is None:
        return None
    source = text.encode()
    n_steps = 0

    def is_too_long(_offset: int, _had_error: bool) -> bool:  # noqa: FBT001  # the binding calls it so
        nonlocal n_steps
        n_steps += 1
        return n_steps > STEPS

    try:
        return parser.parse(
            lambda offset, _point: source[offset : offset + _PIECE],
            progress_callback=is_too_long,
        )
    except ValueError:
        # It was given up, and would go on where it was with the next text.
        parser.reset()
        return None


def parses(text: str, language: str) -> bool | None:
    """Whether a text is free of syntax errors; None where that cannot be told."""
    tree = parse(text, language)
    return None if tree is None else not tree.root_node.has_error
