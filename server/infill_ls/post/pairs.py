"""Whether text closes what stands open before the cursor, by marks that the scanner does not know; trims nothing."""

from __future__ import annotations

import re

_WIDE = dict(zip("）】」』》〉］｝”»", "（【「『《〈［｛“«", strict=True))  # noqa: RUF001  # not the ASCII ones
"""Brackets and quotation marks of CJK and other scripts: what closes, and what opens."""
_TAG = re.compile(r"</(?P<name>[\w.:-]+)>")
_TWINS = "|`\"'$*_~=%"
"""Marks that open and close alike, one or several of a kind."""


def closes(tail: str, body: str, before: str) -> bool:
    """Whether ``body``, put in behind ``before``, closes with its end ``tail`` something that it has not opened.

    Args:
        tail: The end of ``body`` in question.
        body: The answer.
        before: The cursor's line up to the cursor.
    """
    mark = tail[0]
    if mark in _WIDE:
        return body.count(mark) > body.count(_WIDE[mark])
    if mark in _TWINS:
        run = mark * (len(tail) - len(tail.lstrip(mark)))
        return body.count(run) % 2 == 1 and before.count(run) % 2 == 1
    tag = _TAG.match(tail)
    if tag is not None:
        opening = re.compile(rf"<{re.escape(tag['name'])}\b")
        return body.count(tag.group()) > len(opening.findall(body))
    arrows = body.count("->") + body.count("=>") + body.count(">=")
    return ">" in tail and body.count(">") - arrows > body.count("<")
