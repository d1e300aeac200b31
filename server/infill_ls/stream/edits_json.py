"""A model's answer in JSON -> edits of whole lines; small models' slips are put up with. Judges none of the edits."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from infill_ls.stream.rewrite import LineEdit

_STRING_OR_COMMA: Final = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[]}])', re.DOTALL)
_DECODER: Final = json.JSONDecoder(strict=False)
"""Takes line feeds and tabs in strings, as models write them that are not held to JSON."""


def edits_of_json(text: str, lines: Sequence[str]) -> list[LineEdit] | None:
    """The edits of ``{"edits": [{"first": 3, "last": 3, "lines": [...]}]}``; None where it says nothing of the kind.

    A fence or words around it, commas too many, the list or one edit alone, numbers as strings, a last line that is
    not named, and lines that begin with their numbers say the same. Whatever could be meant in two ways is none.
    """
    raw = _raw_edits(text)
    if raw is None:
        return None
    found = [_edit(each, lines) for each in raw]
    whole = sorted((each for each in found if each is not None), key=lambda each: each.first)
    is_apart = all(one.first + len(one.old) <= other.first for one, other in pairwise(whole))
    return whole if is_apart and len(whole) == len(found) else None


def _raw_edits(text: str) -> list[Any] | None:
    start = min((at for at in map(text.find, "{[") if at >= 0), default=len(text))
    plain = _STRING_OR_COMMA.sub(lambda match: match[0] if match[0] != "," else "", text[start:])
    try:
        said, _ = _DECODER.raw_decode(plain)
    except (ValueError, RecursionError):
        return None
    if isinstance(said, dict):
        said = said.get("edits", [said] if "first" in said else None)
    return said if isinstance(said, list) else None


def _edit(raw: Any, lines: Sequence[str]) -> LineEdit | None:
    """One edit, where it names lines of the region; numbers start at 1, and the last line belongs to it."""
    if not isinstance(raw, dict):
        return None
    first = _number(raw.get("first"))
    last = _number(raw.get("last", first))
    new = raw.get("lines")
    new = [new] if isinstance(new, str) else new
    if first is None or last is None or not isinstance(new, list):
        return None
    if not 0 < first <= last <= len(lines) or not all(isinstance(each, str) for each in new):
        return None
    old = tuple(lines[first - 1 : last])
    put = tuple(line for each in new for line in each.rstrip("\n").split("\n"))
    return LineEdit(first - 1, old, _without_numbers(put, first))


def _number(raw: Any) -> int | None:
    if isinstance(raw, str) and raw.isascii() and raw.isdecimal() and len(raw) < len("1000000"):
        return int(raw)
    return raw if type(raw) is int else None


def _without_numbers(lines: tuple[str, ...], first: int) -> tuple[str, ...]:
    """Lines as they are numbered in the prompt, without that, where all of them are."""
    marks = [f"{number}: " for number in range(first, first + len(lines))]
    if not all(map(str.startswith, lines, marks)):
        return lines
    return tuple(line.removeprefix(mark) for line, mark in zip(lines, marks, strict=True))
