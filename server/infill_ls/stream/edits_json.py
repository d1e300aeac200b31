"""A model's answer in JSON -> edits of whole lines; an answer of another form is none. Judges none of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from infill_ls.stream.rewrite import LineEdit


def edits_of_json(text: str, lines: Sequence[str]) -> list[LineEdit] | None:
    """The edits of ``{"edits": [{"first": 3, "last": 3, "lines": [...]}]}``; None where it says nothing of the kind."""
    start, end = text.find("{"), text.rfind("}")
    try:
        said = json.loads(text[start : end + 1])
    except (ValueError, RecursionError):
        return None
    raw = said.get("edits") if isinstance(said, dict) else None
    if not isinstance(raw, list):
        return None
    found = [_edit(each, lines) for each in raw]
    whole = sorted((each for each in found if each is not None), key=lambda each: each.first)
    is_apart = all(one.first + len(one.old) <= other.first for one, other in pairwise(whole))
    return whole if is_apart and len(whole) == len(found) else None


def _edit(raw: Any, lines: Sequence[str]) -> LineEdit | None:
    """One edit, where it names lines of the region; numbers start at 1, and the last line belongs to it."""
    if not isinstance(raw, dict):
        return None
    first, last, new = raw.get("first"), raw.get("last"), raw.get("lines")
    if type(first) is not int or type(last) is not int or not isinstance(new, list):
        return None
    if not 0 < first <= last <= len(lines) or not all(isinstance(each, str) for each in new):
        return None
    old = tuple(lines[first - 1 : last])
    put = tuple(line for each in new for line in each.rstrip("\n").split("\n"))
    return LineEdit(first - 1, old, put)
