"""What the cursor stands in: code, a comment or a string, and the brackets open there. Changes no text."""

from __future__ import annotations

import re
from typing import Literal

from infill_ls.syntax.brackets import STRINGS, Scan, scan
from infill_ls.syntax.languages import PLAIN
from infill_ls.syntax.surroundings import FAR, Surroundings, reading
from infill_ls.syntax.tree import sound_without_line

Scope = Literal["code", "comment", "string"]

_LOOK_BACK = 1000
"""Characters at a time in which the last definition is looked for."""
_DEFINITION = re.compile(
    r"\n[ \t]*(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[(:])"
)
_STRING_NODE = re.compile(
    r"string|heredoc|char_literal|rune_literal|quote_scalar|block_scalar|template_literal"
)
_CODE_NODES = frozenset(
    {"interpolation", "template_substitution", "command_substitution", "expansion"}
)
"""Code within a string."""
_HEREDOC = re.compile(r"<<(?:[-~][\"'`]?([A-Za-z_]\w*)|<?\s?[\"']?([A-Z_][A-Z0-9_]*)\b)")
_LINES_BELOW = 200
"""Lines after the cursor's in which a here-document ends."""
_OPENING = re.compile(r"[A-Za-z@$]*(\"\"\"|'''|[\"'`]|/\*)")


@reading
def scope(here: Surroundings) -> Scope:
    """What the cursor stands in; in a language of prose always code, since there a quote opens nothing."""
    if here.language.prose:
        return "code"
    found = scope_above(here)
    before = read_before(here) if found is None else scan(here.line_before, here.language, found)
    if before.in_comment:
        return "comment"
    return "string" if before.stack and before.stack[-1] in STRINGS else "code"


@reading
def open_at(here: Surroundings) -> tuple[str, ...]:
    """Brackets and quotes that are open at the cursor. In a comment only those of its line, apostrophes aside."""
    found = read_before(here)
    return scan(here.line_before, PLAIN).stack if found.in_comment else found.stack


@reading
def read_before(here: Surroundings) -> Scan:
    """What the text before the cursor leaves behind, by brackets alone."""
    return scan(heredocs(here)[0], here.language)


@reading
def heredocs(here: Surroundings) -> tuple[str, str]:
    """The text before the cursor with white space for the text of here-documents; the word that ends an open one."""
    near = near_before(here)[0]
    word, lines = "", near.split("\n") if here.language.heredocs and "<<" in near else []
    if not lines:
        return near, ""
    ends = [line.strip().rstrip(";,)") for line in (*lines, *here.below(_LINES_BELOW))]
    last = {end: number for number, end in enumerate(ends)}
    for number, line in enumerate(lines):
        if word:
            word = "" if ends[number] == word else word
            lines[number] = " " * len(line)
            continue
        found = _HEREDOC.search(line)
        name = (found[1] or found[2]) if found else ""
        word = name if last.get(name, -1) > number else ""
    return "\n".join(lines), word


@reading
def near_before(here: Surroundings) -> tuple[str, bool]:
    """The text before the cursor that is read for brackets, and whether nothing before it can be open."""
    start = here.prefix.rfind("\n", 0, -FAR) + 1
    before = here.prefix[start:]
    if here.language.offside:
        # The window may begin in a docstring, which would turn code and strings round. No definition stands in one.
        definition = _last_definition(before)
        return before[definition:], definition > 0 or not (start or here.snapshot.first_line)
    form = before.find("\n(") + 1
    if here.language.columns and (start or here.snapshot.first_line) and form:
        return (
            before[form:],
            True,
        )  # a docstring of several lines may begin the window, and no form at the margin stands in one
    if (start or here.snapshot.first_line) and '"""' in here.language.quotes:
        # No text that may begin the window has a brace of its own at the margin.
        return before[before.find("\n}\n") + 1 :], False
    return before, not (start or here.snapshot.first_line)


def _last_definition(before: str) -> int:
    """Where the last line that begins a definition starts; 0 if there is none. The nearest text is looked at first."""
    start = end = len(before)
    while start:
        start = max(0, before.rfind("\n", 0, max(0, start - _LOOK_BACK)))
        found = [match.start() for match in _DEFINITION.finditer(before, start, end)]
        if found:
            return found[-1] + 1
        end = start
    return 0


@reading
def scope_above(here: Surroundings) -> tuple[str, ...] | None:
    """The string or comment that is open where the cursor's line starts, by tree-sitter; None where it cannot tell."""
    found = sound_without_line(here)
    if found is None:
        return None
    at = found.gap[0]
    node = found.tree.root_node.named_descendant_for_byte_range(at, at)
    while node is not None:
        if node.type in _CODE_NODES:
            return ()
        is_comment = "comment" in node.type
        if (is_comment or _STRING_NODE.search(node.type)) and node.start_byte < at < node.end_byte:
            start = found.source[node.start_byte : node.start_byte + 20].decode(errors="replace")
            return _opened_by(start, "/*" if is_comment else '"""')
        node = node.parent
    return ()


def _opened_by(start: str, otherwise: str) -> tuple[str, ...]:
    """The mark with which a string or comment starts, as far as the scanner knows it."""
    found = _OPENING.match(start)
    return (found[1] if found else otherwise,)
