"""The text of a definition up to its body -> its head: what has to be seen to make use of it. Knows no tree."""

from __future__ import annotations

import re
from typing import Final

from infill_ls.context.definition_lines import in_one_line
from infill_ls.context.definition_nodes import DefinitionKind

LONGEST_HEAD, LONGEST_VALUE = 600, 120
"""Characters: what is longer is a table, no signature."""


def head_of(text: str, kind: DefinitionKind) -> str:
    """A head without its line breaks, unless comments stand between them."""
    head = _BEHIND.sub("", text.strip()).removesuffix("{").rstrip().removeprefix("@Override")
    head = _COMMENTS.sub("", head.lstrip())
    if kind in {"value", "field"} and not _CALLED.search(head):
        line, end, _ = head.partition("\n")
        if end:
            line = _CUT.sub("", line)
        return _RUNS.sub(" ", line[:LONGEST_VALUE].rstrip())
    if "\n" not in head:
        return _RUNS.sub(" ", head[:LONGEST_HEAD])
    lines = head.split("\n")
    if any(_COMMENT.search(line) for line in lines):
        kept = "\n".join(line.rstrip() for line in lines)[:LONGEST_HEAD]
        return kept.rpartition("\n")[0] if len(kept) == LONGEST_HEAD else kept
    return in_one_line(head)[:LONGEST_HEAD]


_COMMENT: Final = re.compile(r"//|/\*|(?<!\S)#(?!\[)|(?<!\S)--")
_BEHIND: Final = re.compile(r"(?:(?<=[:{)\n])[ \t]*(?:#|//)[^\n\"'`]*\s*)+\Z")
"""Comments between a head and its body."""
_COMMENTS: Final = re.compile(r"[ \t]+(?:#(?!\[)|//)[^\n\"'`]*(?=\n)")
"""Those within a head."""
_CALLED: Final = re.compile(r"=>\Z|\bfunction\b[^=]*\)\Z")
"""A value that is a function."""
_CUT: Final = re.compile(r"[ \t]*:?=(?:[^=].*)?\Z")
"""A value that goes on in the next line, which says nothing without it."""
_RUNS: Final = re.compile(r"[ \t]{2,}")
