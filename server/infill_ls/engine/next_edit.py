"""One next edit, from the request to the outcome, top to bottom; nobody is asked for it, and nothing is waited for.

::

    gate: settings, language, excluded, undone
    source: what was changed twice, and where else it fits (repeat/)
    dismissed before? -> the pattern waits for another example of the user's
    gates: revert, imports, parse
    outcome, in one record
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from infill_ls.accounting.trace import Trace
from infill_ls.document.changes import Changes
from infill_ls.document.mirror import Mirror
from infill_ls.engine.gate import refuse, refuse_next_edit
from infill_ls.records import Change, Completion, Outcome, Request
from infill_ls.repeat.dismissed import Dismissed
from infill_ls.repeat.examples import Example
from infill_ls.repeat.gates import held_back
from infill_ls.repeat.half_typed import rest_at
from infill_ls.repeat.pattern import Pattern
from infill_ls.repeat.places import Place
from infill_ls.repeat.source import Chain, Reach, next_places
from infill_ls.settings.schema import NextEditSettings, Settings

_REMEMBERED: Final = 50
"""Edits offered that can still be dismissed, or made at all places at once."""


@dataclass(frozen=True, slots=True)
class NextEdit:
    """What is offered, and where else the same could be done."""

    id: str
    uri: str
    version: int
    place: Place
    places: tuple[Place, ...]
    """All of them, ``place`` at the beginning."""
    chain: Chain
    language: str


class NextEdits:
    """Finds next edits, and remembers what was offered and what was dismissed; all of it may be lost at any moment.

    Args:
        settings: gives those in effect.
        trace: keeps how requests ended.
    """

    def __init__(self, settings: Callable[[], Settings], trace: Trace) -> None:
        self._settings = settings
        self._trace = trace
        self._offered: OrderedDict[str, NextEdit] = OrderedDict()
        self._dismissed: dict[str, Dismissed] = {}

    def __repr__(self) -> str:
        return f"<NextEdits: {len(self._offered)} offered, dismissals in {len(self._dismissed)} documents>"

    def find(self, request: Request, mirror: Mirror, changes: Changes) -> NextEdit | None:
        """What to offer in a document, wherever in it."""
        outcome, chain = self._chain(request, mirror, changes)
        found = None
        if chain is not None:
            snapshot = request.snapshot
            name, version, places = f"next-{request.id}", mirror.version, chain.places
            found = NextEdit(
                name, snapshot.uri, version, places[0], places, chain, snapshot.language
            )
            self._offered[found.id] = found
            if len(self._offered) > _REMEMBERED:
                self._offered.popitem(last=False)
        self._trace.add(request, outcome, feature="next_edit")
        return found

    def at_cursor(self, request: Request, mirror: Mirror, changes: Changes) -> Outcome | None:
        """A next edit as ghost text at the cursor, where it can be drawn as such; None where a completion is wanted."""
        snapshot, settings = request.snapshot, self._settings()
        latest = changes.latest()
        if not latest or changes.is_undone or refuse_next_edit(snapshot, settings) is not None:
            return None
        if (
            refuse(request, settings) is not None
        ):  # it is asked for as a completion, and shown as one
            return None
        at = (snapshot.line, snapshot.column)
        rest = rest_at(mirror, latest, snapshot.language, at) if request.cause == "typed" else ""
        completion = Completion(rest) if rest else None
        if completion is None and not _is_in(latest[-1], at[0]):
            _, chain = self._chain(request, mirror, changes)
            completion = _at(chain.places[0], at) if chain is not None else None
        if completion is None:
            return None
        outcome = Outcome("shown", completion, source="repeat")
        self._trace.add(request, outcome)
        return outcome

    def offered(self, identity: str) -> NextEdit | None:
        """An edit that was offered, by its id."""
        return self._offered.get(identity)

    def everywhere(self, identity: str, mirror: Mirror, changes: Changes) -> tuple[Place, ...]:
        """All places at which an edit that was offered can be made; none where any of them has changed since."""
        found = self._offered.get(identity)
        if found is None or any(
            each.row >= mirror.line_count or mirror.line(each.row) != each.line
            for each in found.places
        ):
            return ()
        language, latest, examples = found.language, changes.latest(), found.chain.examples
        return tuple(
            each
            for each in found.places
            if held_back(each, mirror, latest, examples, language) is None
        )

    def dismiss(self, identity: str) -> None:
        """The user does not want an edit: it does not come back, and others like it not before another example."""
        found = self._offered.pop(identity, None)
        if found is not None:
            dismissed = self._dismissed.setdefault(found.uri, Dismissed())
            dismissed.add(found.chain.pattern, found.chain.examples, found.place)

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._dismissed.pop(uri, None)
        for identity in [each.id for each in self._offered.values() if each.uri == uri]:
            del self._offered[identity]

    def _chain(
        self, request: Request, mirror: Mirror, changes: Changes
    ) -> tuple[Outcome, Chain | None]:
        snapshot, settings = request.snapshot, self._settings()
        refusal = refuse_next_edit(snapshot, settings)
        if refusal is not None:
            return refusal, None
        if changes.is_undone:
            return Outcome("gated", rule="undone"), None
        dismissed, latest = self._dismissed.get(snapshot.uri), changes.latest()
        n_dismissed = 0

        def is_unwanted(pattern: Pattern, examples: Sequence[Example], there: Place) -> bool:
            nonlocal n_dismissed
            is_dismissed = dismissed is not None and dismissed.has(pattern, examples, there)
            n_dismissed += is_dismissed
            return is_dismissed

        chain = next_places(
            mirror, latest, snapshot.language, reach_of(settings.next_edit), is_unwanted
        )
        if chain is None:
            return Outcome("filtered", rule="rejected") if n_dismissed else Outcome(
                "gated", rule="not_repeated"
            ), None
        held = None
        for n, there in enumerate(chain.places):
            held = held_back(there, mirror, latest, chain.examples, snapshot.language)
            if held is None:
                shown = Outcome("shown", Completion(there.text), source="repeat")
                return shown, replace(chain, places=chain.places[n:])
        assert held is not None  # noqa: S101  # for the type checker: a chain has a place
        return held, None


def reach_of(wanted: NextEditSettings) -> Reach:
    """How far places may be, and how many examples they take."""
    if wanted.eagerness == "low":
        return Reach(max(1, wanted.reach_lines // 2), examples=3)
    if wanted.eagerness == "high":
        return Reach(sys.maxsize // 2)
    return Reach(wanted.reach_lines)


def _is_in(change: Change, row: int) -> bool:
    return change.first <= row < change.first + len(change.new)


def _at(place: Place, cursor: tuple[int, int]) -> Completion | None:
    """The place as text that is put in at the cursor; None where something would have to go that ghost text hides."""
    row, index = cursor
    if place.row != row or index > place.start:
        return None
    text, gone = place.line[index : place.start] + place.text, place.line[index : place.end]
    return Completion(text, len(gone)) if _is_subsequence(gone, text) else None


def _is_subsequence(part: str, whole: str) -> bool:
    characters = iter(whole)
    return all(character in characters for character in part)
