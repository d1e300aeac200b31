"""Rules on white space: indentation that stands already, and the file's own unit. They never touch the words."""

from __future__ import annotations

import re

from infill_ls.post.answer import Answer
from infill_ls.records import Snapshot

_WINDOW = 4000
"""Characters on either side of the cursor that say how the file is indented."""
_LEAD = re.compile(r"^[ \t]+(?=\S)", re.MULTILINE)
_LATER_LEAD = re.compile(r"(?<=\n)[ \t]+(?=\S)")


def drop_typed_indent(text: str, answer: Answer) -> str:
    """White space that the model gives although it stands before the cursor."""
    before = answer.place.line_before
    lead = text[: len(text) - len(text.lstrip(" \t"))]
    if not lead or len(lead) == len(text):
        return text
    if text[len(lead)] == "\n":
        return text[len(lead) :]
    if not before.strip():
        return text if not before else _drop_from_indented(text, lead, answer.place)
    if before[-1] in " \t" and not text.startswith(("#", "//", "/*", "--"), len(lead)):
        # A comment alone may have more than one space before it.
        return text[len(lead) :]
    if before[-1] in "([" and answer.place.line_after[:1] in {")", "]"} and answer.place.line_after:
        return text[len(lead) :]
    return text


def use_files_unit(text: str, answer: Answer) -> str:
    """Later lines indented with tabs where the file has tabs, with spaces where it has spaces; only when clear."""
    place = answer.place
    leads = _leads(place)
    tabs = sum(lead[0] == "\t" for lead in leads)
    given = _LATER_LEAD.findall(text)
    if not place.line_before:
        given += _LEAD.findall(text.split("\n", 1)[0])
    if not leads or not given or 0 < tabs < len(leads):
        return text
    if tabs and all(set(lead) == {" "} for lead in given):
        unit = _spaces_per_tab(given, place.line_before.count("\t"))
        return _replace_leads(text, place, " " * unit, "\t") if unit else text
    if not tabs and all(set(lead) == {"\t"} for lead in given):
        return _replace_leads(text, place, "\t", " " * _files_unit(leads))
    return text


def _drop_from_indented(text: str, lead: str, place: Snapshot) -> str:
    """The cursor stands behind white space on a line of its own, and the text starts with more of it."""
    before = place.line_before
    if not lead.startswith(before):
        # Less than stands there already: a stray space, unless it goes on to a deeper level.
        return text[len(lead) :] if len(lead) < 2 and lead == " " else text
    if lead == before and _opens_block(place):
        # The block is to be deeper than the cursor stands, and just that is given.
        return text
    return text[len(before) :]


def _opens_block(place: Snapshot) -> bool:
    """Whether the line above is indented as the cursor's line is, and opens a block."""
    above = next((line for line in reversed(place.prefix.split("\n")[:-1][-20:]) if line.strip()), "")
    indent = above[: len(above) - len(above.lstrip())]
    return indent == place.line_before and above.rstrip()[-1:] in {":", "{", "(", "["}


def _leads(place: Snapshot) -> list[str]:
    """Indentation of the lines around the cursor, without single spaces, which only align comments."""
    near = place.prefix[-_WINDOW:].partition("\n")[2] if len(place.prefix) > _WINDOW else place.prefix
    leads = _LEAD.findall(near) + _LEAD.findall(place.suffix[len(place.line_after) : _WINDOW])
    if place.line_before and not place.line_before.strip():
        leads.append(place.line_before)
    return [lead for lead in leads if lead != " "]


def _spaces_per_tab(given: list[str], depth: int) -> int | None:
    """The number of spaces that the model takes for one level, where all its lines agree on one."""
    widths = [len(lead) for lead in given]
    fitting = [unit for unit in (4, 2, 8, 3) if all(width % unit == 0 for width in widths)]
    near = [unit for unit in fitting if min(widths) // unit in {depth, depth + 1}]
    return next(iter(near or fitting), None)


def _files_unit(leads: list[str]) -> int:
    widths = [len(lead) for lead in leads]
    return next((unit for unit in (8, 4, 2, 3) if all(width % unit == 0 for width in widths)), 4)


def _replace_leads(text: str, place: Snapshot, old: str, new: str) -> str:
    def levels(match: re.Match[str]) -> str:
        return new * (len(match.group()) // len(old))

    if place.line_before:
        return _LATER_LEAD.sub(levels, text)
    return _LEAD.sub(levels, text)
