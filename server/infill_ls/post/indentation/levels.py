"""What the indentation around a cursor allows: the file's unit, and the levels at which a line may stand."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from infill_ls.records import Snapshot
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.languages import row

WINDOW = 4000
"""Characters on either side of the cursor that say how the file is indented."""
_LINES_ABOVE = 200
_LINES_OF_HEADER = 30
_LEAD = re.compile(r"^[ \t]+(?=\S)", re.MULTILINE)
_COMMENT = re.compile(r"/\*[\s\S]*?\*/")
"""Its lines are aligned with its beginning."""
_STAYS = re.compile(
    r"\s*(?:[)\]}]|case\b|default\b|else\b|elif\b|except\b|finally\b|public\b|private\b|protected\b|end\b)"
)
"""How a line begins that stands no deeper than the line which opened its block."""


def leads_near(snapshot: Snapshot) -> list[str]:
    """Indentation of the lines around the cursor, without single spaces, which only align comments."""
    near = snapshot.prefix[-WINDOW:].partition("\n")[2] if len(snapshot.prefix) > WINDOW else snapshot.prefix
    after = snapshot.suffix[len(snapshot.line_after) : WINDOW]
    if scan("/*", snapshot.language).in_comment:
        near, after = _COMMENT.sub("", near), _COMMENT.sub("", after)
    leads = _LEAD.findall(near) + _LEAD.findall(after)
    if snapshot.line_before and not snapshot.line_before.strip():
        leads.append(snapshot.line_before)
    return [lead for lead in leads if lead != " "]


def unit_of(snapshot: Snapshot) -> str:
    """What one level of the file's indentation is: a tab, or the step by which lines go deeper most often."""
    leads = leads_near(snapshot)
    if 2 * sum(lead[0] == "\t" for lead in leads) > len(leads):
        return "\t"
    lines = [line for line in (snapshot.prefix[-WINDOW:] + snapshot.suffix[:WINDOW]).split("\n") if line.strip()]
    steps = Counter(
        len(lead_of(deeper)) - len(lead_of(line))
        for line, deeper in pairwise(lines)
        # What a line goes on with may be aligned with anything.
        if not line.rstrip().endswith((",", "\\"))
    )
    likely = {step: n_lines for step, n_lines in steps.items() if 1 < step <= 8}
    if likely:
        return " " * min(likely, key=lambda step: (-likely[step], step))
    begun = len(snapshot.line_before) - len(lead_of(line_above(snapshot))) if not snapshot.line_before.strip() else 0
    return " " * (begun if 1 < begun <= 8 else 4)


def lead_of(line: str) -> str:
    """The white space that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def line_above(snapshot: Snapshot) -> str:
    """The last line before the cursor's that is not blank, with those before it whose brackets it closes."""
    lines = snapshot.prefix[: len(snapshot.prefix) - len(snapshot.line_before)][-WINDOW:].rstrip().split("\n")
    first = len(lines) - 1
    while (
        first and scan("\n".join(lines[first:]), snapshot.language).unmatched and len(lines) - first < _LINES_OF_HEADER
    ):
        first -= 1
    return "\n".join(lines[first:])


def line_below(snapshot: Snapshot) -> str:
    """The first line after the cursor's that is not blank; empty if there is none near."""
    following = snapshot.suffix[len(snapshot.line_after) : WINDOW].split("\n")
    return next((line for line in following if line.strip()), "")


def opens_block(line: str, language: str) -> bool:
    """Whether the next line belongs deeper than this one."""
    code = re.sub(r"\s*#.*$", "", line) if row(language).offside else line.rstrip()
    return code.endswith(("{", "(", "[")) or (row(language).colon and code.endswith(":"))


def may_stand(lead: str, first: str, snapshot: Snapshot) -> bool:
    """Whether a line that begins with ``first``, indented by ``lead``, may stand below the line above.

    Only Python says so strictly; elsewhere a line may be one level deeper than the one above for many reasons.
    """
    above = line_above(snapshot)
    outer, unit = lead_of(above), unit_of(snapshot)
    if opens_block(above, snapshot.language):
        if lead == outer:
            return _STAYS.match(first) is not None
        is_whole = above.rstrip()[-1:] in "([" or not lead[len(outer) :].replace(unit, "")
        return lead.startswith(outer) and is_whole
    if lead in _levels(snapshot):
        return True
    is_offside = row(snapshot.language).offside
    is_inside = is_offside and bool(scan(above, snapshot.language).stack)
    return (not is_offside or is_inside) and lead == outer + unit


def _levels(snapshot: Snapshot) -> set[str]:
    """Indentation of the line above, and of the lines that enclose it."""
    levels: set[str] = set()
    limit: int | None = None
    lines = snapshot.prefix[: len(snapshot.prefix) - len(snapshot.line_before)].rsplit("\n", _LINES_ABOVE)
    for line in reversed(lines[-_LINES_ABOVE:]):
        lead = lead_of(line)
        if line.strip() and (limit is None or len(lead) < limit):
            levels.add(lead)
            limit = len(lead)
            if not lead:
                break
    return levels or {""}
