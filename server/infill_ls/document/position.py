"""Converts between a client's columns (code units) and string indices within one line; knows nothing of documents."""

from __future__ import annotations

import re
from typing import Final

from infill_ls.records import Encoding

_CODEC: Final[dict[Encoding, str]] = {"utf-8": "utf-8", "utf-16": "utf-16-le"}
_UNIT_BYTES: Final[dict[Encoding, int]] = {"utf-8": 1, "utf-16": 2}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def to_index(line: str, character: int, encoding: Encoding) -> int:
    """Index in ``line`` of a client's column, at most the length of the line without its line end.

    A column inside a character means the character's start; a negative one means the line's start.
    """
    character = max(character, 0)
    end = content_length(line)
    if encoding == "utf-32" or line.isascii():
        return min(character, end)
    # A character takes one unit or more, so nothing behind this cut can matter.
    head = line[: min(character, end)]
    units = _encode(head, _CODEC[encoding])
    # Only a character that the cut went through cannot be decoded, and it does not count.
    return len(units[: character * _UNIT_BYTES[encoding]].decode(_CODEC[encoding], "ignore"))


def to_units(text: str, encoding: Encoding) -> int:
    """Length of ``text`` in the client's units; a lone surrogate counts 3 in UTF-8 and 1 in UTF-16 and UTF-32."""
    if encoding == "utf-32" or text.isascii():
        return len(text)
    return len(text.encode(_CODEC[encoding], "surrogatepass")) // _UNIT_BYTES[encoding]


def content_length(line: str) -> int:
    r"""Characters of ``line`` before its line end, which is ``\n``, ``\r\n``, ``\r`` or missing."""
    if line.endswith("\r\n"):
        return len(line) - 2
    return len(line) - line.endswith(("\n", "\r"))


def without_surrogates(text: str) -> str:
    """``text`` with U+FFFD for each surrogate, so that it can be encoded; the length stays, in any encoding's units."""
    if text.isascii():
        return text
    try:
        # Trying to encode is some ten times faster than searching.
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def joined_halves(text: str) -> str:
    """``text`` with each character in one piece whose halves, two surrogates, have come one by one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def _encode(text: str, codec: str) -> bytes:
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return without_surrogates(text).encode(codec)
