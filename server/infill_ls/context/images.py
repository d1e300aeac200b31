"""Finds the local image that the text at the cursor is to describe. Names a path; reads no file."""

from __future__ import annotations

import re
from functools import cache

from infill_ls.records import Snapshot
from infill_ls.syntax.languages import row

_NEAR = 6
"""Lines around the cursor in which the image of a tag or a figure is looked for."""


LONGEST_LINE = 2000
"""Characters; a longer line was not written by hand, and describes no image."""


def image_at(snapshot: Snapshot) -> str | None:
    """Path or URL, as it stands in the text, of the image whose alt text or caption the cursor is in; else None.

    Alt text is what stands in ``![…](path)``, in ``alt="…"`` of an ``<img>``, or after ``:alt:`` of reStructuredText's
    ``image`` and ``figure``. A caption is the line after an image in Markdown, a ``<figcaption>``, or the text of a
    ``figure``.
    """
    if len(snapshot.line_before) > LONGEST_LINE or len(snapshot.line_after) > LONGEST_LINE:
        return None
    kind = row(snapshot.language).images
    if kind == "markdown":
        return _in_markdown(snapshot)
    if kind == "markup":
        return _in_markup(snapshot)
    if kind == "rst":
        return _in_rst(snapshot)
    return None


def _in_markdown(snapshot: Snapshot) -> str | None:
    around = _pattern(r"!\[[^\]\n]*\Z").search(snapshot.line_before)
    if around is not None:
        return _group(_pattern(r"\A[^\]\n]*\]\(\s*<?([^\s)>]+)").search(snapshot.line_after))
    if snapshot.line_after.strip():
        return None
    above = [line for line in snapshot.prefix.split("\n")[-4:-1] if line.strip()]
    return (
        _group(_pattern(r"!\[[^\]\n]*\]\(\s*<?([^\s)>]+)[^\n]*\Z").search(above[-1]))
        if above
        else None
    )


def _in_markup(snapshot: Snapshot) -> str | None:
    before = "\n".join(snapshot.prefix.split("\n")[-_NEAR:])
    after = "\n".join(snapshot.suffix.split("\n")[:_NEAR])
    tag = before.rfind("<")
    in_alt = _pattern(r"<(?:img|Image)\b[^>]*\balt=[\"'{`]+[^\"'`}]*\Z").search(
        before[max(tag, 0) :]
    )
    if in_alt is not None:
        whole = in_alt[0] + after.partition(">")[0]
        return _group(_pattern(r"\bsrc=[\"'{`]+([^\"'`}\n]+)").search(whole))
    if _pattern(r"<figcaption[^>]*>[^<]*\Z").search(before):
        sources = _pattern(r"<(?:img|Image)\b[^>]*?\bsrc=[\"'{`]+([^\"'`}\n]+)").findall(before)
        return sources[-1] if sources else None
    return None


def _in_rst(snapshot: Snapshot) -> str | None:
    before = snapshot.prefix.split("\n")[-_NEAR:]
    directives = [
        (number, found)
        for number, line in enumerate(before)
        if (found := _pattern(r"\A(\s*)\.\. (?:\|[^|]*\| )?(image|figure):: +(\S+)").search(line))
    ]
    if not directives:
        return None
    number, found = directives[-1]
    body = before[number + 1 :]
    inside = all(not line.strip() or line.startswith(found[1] + " ") for line in body[:-1])
    is_alt = body and _pattern(r"\A\s+:alt:\s").search(body[-1])
    is_caption = found[2] == "figure" and len(body) > 1 and not body[-1].lstrip().startswith(":")
    return (
        found[3]
        if inside and body and (is_alt or (is_caption and body[-1].startswith(found[1] + " ")))
        else None
    )


def _group(found: re.Match[str] | None) -> str | None:
    return None if found is None else found[1]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)
