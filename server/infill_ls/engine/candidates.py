"""Several suggestions for one place: without duplicates, best first. Asks nobody."""

from __future__ import annotations

from collections.abc import Sequence

from infill_ls.records import Completion
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.syntax.tree import sound


def best_first(candidates: Sequence[Completion], here: Surroundings) -> tuple[Completion, ...]:
    """First those with which the document parses, then the likelier ones, then the longer ones.

    How likely one is counts only where that is known of all.
    """
    different = list(
        {(each.text.rstrip(), each.replaces): each for each in reversed(candidates)}.values()
    )[::-1]
    near = sound(here)
    is_known = all(each.logprob is not None for each in different)

    def rank(each: Completion) -> tuple[bool, float, int]:
        breaks = near is not None and near.parses_with(each.text, each.replaces) is False
        likely = each.logprob if is_known and each.logprob is not None else 0.0
        return breaks, -likely, -len(each.text)

    return tuple(sorted(different, key=rank))
