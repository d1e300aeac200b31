"""The heads of other files' definitions that prompts show: a set that grows at its end and is pruned in bulk.

A prefix cache keeps a prompt as far as its beginning stays what it was. So what is shown stays, in the order in which
it came; what a new ranking wants is added behind it; and only when the set is full is much of it dropped at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from infill_ls.context.definitions import Definition
from infill_ls.context.rank import Wanted

FIRST: Final = 1.0
"""Share of the room that is filled where nothing is shown yet: a prompt that begins anew costs the same anyway."""
ELSEWHERE: Final = 1.0
"""Share of the room that the best of a ranking fill, which have to be shown, where the cursor has jumped..."""
GOING_ON: Final = 0.25
"""...and where it went on by a line: behind what is added, a model reads all anew, the code at the cursor too."""
KEPT: Final = 2.5
"""So far down, in rooms, a ranking may have what stays when the set is pruned."""
LEFT: Final = 0.85
"""Share of the room that is filled after pruning."""


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of one file as it is shown."""

    path: str
    title: str
    """The path as it is shown."""
    text: str
    entries: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class ShownSet:
    """What is shown: one batch for each time that something was added, the oldest first."""

    batches: tuple[tuple[Wanted, ...], ...] = ()

    @property
    def entries(self) -> list[Wanted]:
        """All of them, in the order in which they are shown."""
        return [entry for batch in self.batches for entry in batch]


_Key = tuple[str, str, str, str]


def refreshed(
    shown: ShownSet,
    ranked: Sequence[Wanted],
    room: int,
    *,
    still: Callable[[Wanted], bool],
    goes_on: bool = False,
) -> ShownSet:
    """The set after a ranking, at most ``room`` characters of text. What is not ``still`` as it was goes at once.

    ``goes_on`` says that the cursor is where it was, or a line from there.
    """
    kept = without(shown, still)
    known = {_key(entry) for entry in kept.entries}
    share = (GOING_ON if goes_on else ELSEWHERE) if known else FIRST
    new = tuple(
        _in_files([entry for entry in _within(ranked, room * share) if _key(entry) not in known])
    )
    grown = replace(kept, batches=(*kept.batches, new)) if new else kept
    return grown if size(grown) <= room else _pruned(grown, ranked, room)


def without(shown: ShownSet, still: Callable[[Wanted], bool]) -> ShownSet:
    """The set without what is not ``still`` there; the same one where all of it is."""
    batches = tuple(tuple(entry for entry in batch if still(entry)) for batch in shown.batches)
    return shown if batches == shown.batches else ShownSet(tuple(filter(None, batches)))


def sections(shown: ShownSet) -> list[Section]:
    """What is shown, piece by piece."""
    found: list[Section] = []
    said: set[tuple[str, str]] = set()
    """Classes whose head has been shown."""
    for batch in shown.batches:
        for path, group in groupby(batch, key=lambda entry: entry.path):
            entries = tuple(group)
            text = "\n".join(_lines(path, entries, said))
            found.append(Section(path, entries[0].title, text, entries))
    return found


def size(shown: ShownSet) -> int:
    """Characters of all sections, with what stands around them in a prompt."""
    return sum(len(each.title) + len(each.text) + _AROUND for each in sections(shown))


def _lines(path: str, entries: Iterable[Wanted], said: set[tuple[str, str]]) -> Iterable[str]:
    container = ""
    for entry in entries:
        each = entry.definition
        if each.container != container and each.container and (path, each.container) not in said:
            said.add((path, each.container))
            yield entry.inside
        container = each.container
        if each.kind == "class":
            said.add((path, each.name))
            container = each.name
        yield line_of(each)


def line_of(definition: Definition) -> str:
    """A definition as it is shown."""
    return ("    " if definition.container else "") + definition.head


_AROUND: Final = 16
"""Characters of a section's marks and line ends."""
_LEAST: Final = 40


def _pruned(shown: ShownSet, ranked: Sequence[Wanted], room: int) -> ShownSet:
    """What the ranking still knows, the best of it, in the order in which it was shown; as one batch."""
    scores = {_key(entry): entry.score for entry in _within(ranked, room * KEPT)}
    flat = [entry for entry in shown.entries if _key(entry) in scores]
    best = _within(sorted(flat, key=lambda entry: -scores[_key(entry)]), room * LEFT)
    stays = {_key(entry) for entry in best}
    kept = tuple(_in_files(entry for entry in flat if _key(entry) in stays))
    return ShownSet((kept,)) if kept else ShownSet()


def _within(ranked: Iterable[Wanted], room: float) -> list[Wanted]:
    """The best that fit a room, with what stands around them: their files' names and their classes' heads."""
    kept: list[Wanted] = []
    around: set[tuple[str, str]] = set()
    for entry in ranked:
        each = entry.definition
        cost = len(line_of(each)) + 1
        if (entry.path, "") not in around:
            cost += len(entry.title) + _AROUND
        if each.container and (entry.path, each.container) not in around:
            cost += len(entry.inside) + 1
        if cost <= room:
            kept.append(entry)
            room -= cost
            around |= {(entry.path, ""), (entry.path, each.container)}
            if each.kind == "class":
                around.add((entry.path, each.name))
        elif room < _LEAST:
            break
    return kept


def _in_files(entries: Iterable[Wanted]) -> list[Wanted]:
    """File by file, in the order of their lines."""
    return sorted(
        entries,
        key=lambda entry: (entry.path, entry.definition.row, entry.definition.container != ""),
    )


def _key(entry: Wanted) -> _Key:
    each = entry.definition
    return entry.path, each.container, each.name, each.head
