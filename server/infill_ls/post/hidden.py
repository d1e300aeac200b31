"""Drops characters that nobody sees, with which text reads as other text than it is; moves and repairs nothing."""

from __future__ import annotations

import re
from unicodedata import category

from infill_ls.post.answer import Answer

_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and format characters, what turns the direction of text round among them, and ends of lines that are none."""
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\U00016fe4")
"""Letters and marks without a shape, of which a name may consist."""
_RANGES = (
    (0x180B, 0x180F),
    (0xFE00, 0xFE0F),
    (0xFFF0, 0xFFF8),
    (0x2065, 0x2065),
    (0xE0000, 0xE0FFF),
)
"""Variation selectors and tags, and what Unicode keeps for more of their kind; any text can be spelled with them."""
_SUSPECT = re.compile("[^\t\n -~]")
"""What has to be looked at: code is mostly of other characters."""
_NON_JOINER, _JOINER, _EMOJI_STYLE, _KEYCAP = "\u200c", "\u200d", "\ufe0f", "\u20e3"
_UNCASED = frozenset({"Lo", "Lm", "Mn", "Mc"})
"""Letters of the scripts that are spelled with joiners, and their marks."""


def is_hidden(character: str) -> bool:
    """Whether nobody sees it, wherever it stands; tabs and line feeds are seen."""
    code = ord(character)
    return character not in "\t\n" and (
        category(character) in _CATEGORIES
        or character in _FILLERS
        or any(first <= code <= last for first, last in _RANGES)
    )


def hides_more(text: str, known: str) -> bool:
    """Whether it holds something that nobody sees, unless it is spelled with that or it stands in ``known``."""
    return any(
        is_hidden(match[0]) and match[0] not in known and not _is_spelling(text, match.start())
        for match in _SUSPECT.finditer(text)
    )


def drop_hidden(text: str, answer: Answer) -> str:
    """What nobody sees, unless the text is spelled with it or the file has the same between the like."""
    found = "".join(filter(is_hidden, set(_SUSPECT.findall(text))))
    if not found:
        return text
    here = answer.here
    pattern = re.compile(f"[{re.escape(found)}]")
    document = here.prefix + here.suffix
    known = {_use(document, match.start()) for match in pattern.finditer(document)}
    whole = here.prefix[-1:] + text + here.suffix[:1]
    offset = len(here.prefix[-1:])

    def kept(match: re.Match[str]) -> str:
        at = match.start() + offset
        return match[0] if _is_spelling(whole, at) or _use(whole, at) in known else ""

    return pattern.sub(kept, text)


def _use(text: str, at: int) -> tuple[str, str, str]:
    """A character, and the kinds of those beside it; at the text's ends there are none."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return before and category(before)[0], text[at], after and category(after)[0]


def _is_spelling(text: str, at: int) -> bool:
    """Whether emoji or words of several scripts are spelled so, or it is a page's end on a line of its own."""
    before, character, after = text[at - 1 : at], text[at], text[at + 1 : at + 2]
    if character == "\f":
        return {before, after} <= {"", "\n"}
    if not before:
        return False
    if character == _EMOJI_STYLE:
        return _is_emoji(before) or (after == _KEYCAP and before in "0123456789#*")
    if character not in {_JOINER, _NON_JOINER} or not after:
        return False
    if character == _JOINER and _is_emoji(after):
        return _is_emoji(before) or before == _EMOJI_STYLE
    return category(before) in _UNCASED and category(after) in _UNCASED


def _is_emoji(character: str) -> bool:
    """Whether it may be one, or the tone of its skin."""
    kind = category(character)
    is_arrow = kind == "Sm" and character >= "\u2190"
    return (
        kind == "So"
        or is_arrow
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or character in "\u203c\u2049\u2139\u3030"
    )
