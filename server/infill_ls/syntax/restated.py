"""Finds closing characters that follow the cursor in a text that says them again; judges nothing."""

from __future__ import annotations

from infill_ls.syntax.brackets import OPENER_OF, STRINGS, scan
from infill_ls.syntax.language import Language

_CLOSERS = ")]}\"'` \t"


def restated_at(text: str, replaced: str, line_before: str, language: Language) -> tuple[int, ...]:
    """Where ``text`` says each character of ``replaced`` again, in rising order; its length where it does not.

    White space has the place of what follows it. A bracket is said where the text closes what stood open before it,
    not where it closes one of its own.
    """
    opened = scan(line_before, language).stack
    first = replaced.lstrip()[:1]
    is_in_string = first in STRINGS
    if is_in_string and not (opened and opened[-1].startswith(first)):
        opened = (*opened, first)  # in an earlier line
    outer = _outer_closers(text, opened, language)
    places: list[int] = []
    position = 0
    for index, mark in enumerate(replaced):
        if mark.isspace():
            continue
        if is_in_string and not places:
            at = _end_of_string(text, opened, language)
        elif mark in OPENER_OF:
            own = replaced[:index]
            is_own = own.count(OPENER_OF[mark]) > own.count(mark)
            at = text.rfind(mark, position) if is_own else _next(outer, text, mark, position)
        else:
            at = text.find(mark, position)
        position = at + 1 if at >= 0 else len(text)
        places.extend([position - 1 if at >= 0 else len(text)] * (index + 1 - len(places)))
    return (*places, *[len(text)] * (len(replaced) - len(places)))


def replacing_all(
    text: str, n_replaced: int, line_before: str, line_after: str, language: Language
) -> tuple[str, int]:
    """The same suggestion with all closing characters in its range that it says itself, not only at its end.

    Of ``f(a), g(b`` before a bracket, which then closes the second call, a part would leave that bracket behind the
    first one. What stands in the line after the whole is the same.
    """
    run = line_after[n_replaced:]
    run = run[: len(run) - len(run.lstrip(_CLOSERS))]
    if not n_replaced and run.lstrip()[:1] in STRINGS:
        opened = scan(line_before, language).stack
        run = run if opened and run.lstrip().startswith(opened[-1]) else ""
    if not any(mark in text for mark in run.strip()):
        return text, n_replaced
    if not n_replaced and _closes_only_its_own(text, line_before, language):
        return text, n_replaced
    behind = line_after[: n_replaced + len(run)]
    whole = text + run
    places = restated_at(whole, behind, line_before, language)
    end = max((at + 1 for at, place in enumerate(places) if place < len(text)), default=0)
    return (text + line_after[n_replaced:end], end) if end > n_replaced else (text, n_replaced)


def _closes_only_its_own(text: str, line_before: str, language: Language) -> bool:
    """Whether the text closes nothing of what is open before it."""
    opened = scan(line_before, language).stack
    found = scan(text, language, opened)
    return bool(opened) and found.lowest == len(opened) and not found.unmatched


def _outer_closers(text: str, opened: tuple[str, ...], language: Language) -> list[int]:
    """Offsets of brackets that close none of the text's own, within a string where the cursor stands in one."""
    for stack in (opened, ()):
        found = scan(text, language, stack)
        outer = sorted({*found.unmatched, *(at for at, _ in found.closed)})
        if outer:
            return outer
    return []


def _next(outer: list[int], text: str, mark: str, position: int) -> int:
    here = (at for at in outer if at >= position and text[at] == mark)
    return next(here, text.find(mark, position))


def _end_of_string(text: str, opened: tuple[str, ...], language: Language) -> int:
    """Where the string ends that is open at the start; -1 where it does not."""
    quote, stack, begun = opened[-1], opened, 0
    at = text.find(quote)
    while at >= 0:
        found = scan(text[begun : at + len(quote)], language, stack)
        if found.lowest < len(opened):
            return at
        stack, begun = found.stack, at + len(quote)
        at = text.find(quote, begun)
    return -1
