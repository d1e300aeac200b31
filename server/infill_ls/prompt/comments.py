"""Pieces of other files as comments, for models that know no form for them. Does not neutralise or cut."""

from __future__ import annotations

import re

from infill_ls.records import Context
from infill_ls.syntax.languages import row


def as_comments(context: Context) -> str:
    """The other files' pieces in comments of the document's language; nothing where it has none."""
    before, behind = _marks(context.language)
    if not before:
        return ""
    lines = [
        line for each in context.neighbors for line in (f"{each.path}:", *each.text.split("\n"))
    ]
    # What ends a comment of several lines would let the rest out.
    safe = (
        line.replace(behind, behind[0] + " " + behind[1:]) if behind else line for line in lines
    )
    return "".join(
        f"{before} {line}{' ' + behind if behind else ''}".rstrip() + "\n" for line in safe
    )


def _marks(language: str) -> tuple[str, str]:
    """What begins and ends a comment of one line; the end is empty where the line's end is it."""
    known = row(language)
    for mark in known.line:
        plain = re.sub(r"\(.*", "", mark).replace("\\", "")
        if not mark.startswith("^") and plain:
            return plain, ""
    return known.block[0] if known.block else ("", "")
