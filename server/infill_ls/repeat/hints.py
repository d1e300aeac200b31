"""Whether a change by itself says that more is to be changed: what a model may be asked for, and what not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from infill_ls.records import Change
from infill_ls.repeat.tokens import CLOSERS, OPENERS, is_name, tokenize


def leads_on(last: Change, lines: Iterable[str], language: str) -> bool:
    """Whether something of the last change stands elsewhere yet, in lines that a model may write anew.

    That is a name that it took away, or that of what was called or defined with other arguments. Lines that only went
    mostly leave nothing to do.
    """
    if not any(line.strip() for line in last.new):
        return False
    gone = _names(last.old, language) - _names(last.new, language)
    before, now = _calls(last.old, language), _calls(last.new, language)
    wanted = gone | {name for name in before.keys() & now.keys() if before[name] != now[name]}
    others = [line for line in lines if line not in last.new]
    return bool(wanted & _names(others, language))


def _names(lines: Iterable[str], language: str) -> set[str]:
    return {text for line in lines for text in tokenize(line, language).texts if is_name(text)}


def _calls(lines: Iterable[str], language: str) -> dict[str, tuple[str, ...]]:
    """Names that an opening bracket follows, and what stands between the brackets."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        texts = tokenize(line, language).texts
        for at, (name, behind) in enumerate(pairwise(texts)):
            if behind == "(" and is_name(name):
                found[name] = texts[at + 2 : _closing(texts, at + 1)]
    return found


def _closing(texts: Sequence[str], opening: int) -> int:
    """Where the bracket is closed, or the line ends."""
    depth = 0
    for at in range(opening, len(texts)):
        depth += (texts[at] in OPENERS) - (texts[at] in CLOSERS)
        if not depth:
            return at
    return len(texts)
