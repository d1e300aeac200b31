"""Whether a change by itself says that more is to be changed: what a model may be asked for, and what not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from infill_ls.records import Change
from infill_ls.repeat.tokens import is_name, tokenize


def leads_on(changes: Sequence[Change], lines: Iterable[str], language: str) -> bool:
    """Whether something of the last change stands elsewhere yet, or it goes the way of an earlier one.

    What stands elsewhere is a name that it took away, or that of what was called or defined with other arguments.
    ``lines`` are those that a model would see, the changed ones among them.
    """
    last = changes[-1]
    old, new = _names(last.old, language), _names(last.new, language)
    gone, come = old - new, new - old
    if any(
        (gone & _names(each.old, language) - _names(each.new, language))
        or (come & _names(each.new, language) - _names(each.old, language))
        for each in changes[:-1]
    ):
        return True
    wanted = gone | (_called(last.old, language) & _called(last.new, language))
    others = [line for line in lines if line not in last.new]
    return bool(wanted & _names(others, language))


def _names(lines: Iterable[str], language: str) -> set[str]:
    return {text for line in lines for text in tokenize(line, language).texts if is_name(text)}


def _called(lines: Iterable[str], language: str) -> set[str]:
    """Names that an opening bracket follows."""
    found: set[str] = set()
    for line in lines:
        texts = tokenize(line, language).texts
        found |= {name for name, behind in pairwise(texts) if behind == "(" and is_name(name)}
    return found
