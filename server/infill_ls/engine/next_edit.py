"""One next edit, from the request to the outcome, top to bottom.

::

    gate: settings, language, excluded, undone
    source: what was changed twice, and where else it fits (repeat/); nobody is asked, and nothing is waited for
    dismissed before? -> the pattern waits for another example of the user's
    gates: revert, imports, parse
    nothing, and the user wants a model asked? -> foresee.py
    outcome, in one record
"""

from __future__ import annotations

import asyncio
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from infill_ls.accounting.trace import Trace
from infill_ls.document.changes import Changes
from infill_ls.document.mirror import Mirror
from infill_ls.engine.gate import refuse, refuse_next_edit
from infill_ls.records import Change, Completion, Outcome, Request
from infill_ls.repeat.chain import Chain, Reach
from infill_ls.repeat.dismissed import Dismissed
from infill_ls.repeat.examples import Example
from infill_ls.repeat.examples import forget as forget_examples
from infill_ls.repeat.gates import held_back
from infill_ls.repeat.half_typed import rest_at
from infill_ls.repeat.pattern import Pattern
from infill_ls.repeat.places import Place
from infill_ls.repeat.source import next_places
from infill_ls.settings.next_edit_settings import NextEditSettings
from infill_ls.settings.schema import Settings

if TYPE_CHECKING:
    from infill_ls.engine.foresee import Foresight

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
    chain: Chain | None
    """What repeats; None where a model has said so."""
    language: str
    model: str | None = None
    """Who has said so."""


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
        self._foreseen: dict[str, tuple[Place, tuple[str, ...]]] = {}
        """What a model's last edit in a document was, and what had been changed before it was offered."""

    def __repr__(self) -> str:
        return f"<NextEdits: {len(self._offered)} offered, dismissals in {len(self._dismissed)} documents>"

    def find(self, request: Request, mirror: Mirror, changes: Changes) -> NextEdit | None:
        """What to offer in a document, wherever in it, as far as something repeats."""
        outcome, chain = self._chain(request, mirror, changes)
        self._trace.add(request, outcome, feature="next_edit")
        return None if chain is None else self._offer(request, mirror, chain.places, chain)

    async def foresee(
        self, request: Request, mirror: Mirror, changes: Changes, foresight: Foresight | None
    ) -> NextEdit | None:
        """The same; where nothing repeats, or that is not wanted, what a model says, if one may be asked."""
        if foresight is None:
            return self.find(request, mirror, changes)
        outcome, chain = self._chain(request, mirror, changes)
        if chain is not None or not (outcome.rule == "not_repeated" or outcome.name == "filtered"):
            foresight.answer(request.snapshot.uri)
            self._trace.add(request, outcome, feature="next_edit")
            return None if chain is None else self._offer(request, mirror, chain.places, chain)
        from infill_ls.engine.next_run import Document

        uri, version, latest = request.snapshot.uri, mirror.version, changes.latest()
        dismissed = self._dismissed.setdefault(uri, Dismissed())
        self._look_back(uri, mirror, latest, dismissed)
        outcome, places = await foresight.find(
            request, Document(mirror, latest, dismissed.has_edit)
        )
        if not places or mirror.version != version:
            return None
        self._foreseen[uri] = (places[0], latest[-1].old)
        return self._offer(request, mirror, places, None, outcome.model)

    def _look_back(
        self, uri: str, mirror: Mirror, latest: Sequence[Change], dismissed: Dismissed
    ) -> None:
        """Whoever has changed something else twice does not want what a model has offered him meanwhile."""
        place, old = self._foreseen.get(uri, (None, ()))
        if place is None or not latest or latest[-1].old == old:
            return
        del self._foreseen[uri]
        if place.is_in(mirror) and dismissed.is_passed_again(place):
            dismissed.add_edit(place)

    def _offer(
        self,
        request: Request,
        mirror: Mirror,
        places: tuple[Place, ...],
        chain: Chain | None,
        model: str | None = None,
    ) -> NextEdit:
        snapshot = request.snapshot
        found = NextEdit(
            f"next-{request.id}",
            snapshot.uri,
            mirror.version,
            places[0],
            places,
            chain,
            snapshot.language,
            model,
        )
        self._offered[found.id] = found
        if len(self._offered) > _REMEMBERED:
            self._offered.popitem(last=False)
        return found

    def at_cursor(self, request: Request, mirror: Mirror, changes: Changes) -> Outcome | None:
        """A next edit as ghost text at the cursor, where it can be drawn as such; None where a completion is wanted."""
        snapshot, settings = request.snapshot, self._settings()
        latest = changes.latest()
        if settings.next_edit.source == "model" or not latest or changes.is_undone:
            return None
        # It is asked for as a completion, and shown as one.
        if refuse_next_edit(snapshot, settings) or refuse(request, settings):
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

    async def everywhere(
        self, identity: str, mirror: Mirror, changes: Changes
    ) -> tuple[Place, ...]:
        """All places at which an edit that was offered can be made; none where any of them has changed since."""
        found = self._offered.get(identity)
        if found is None or not all(each.is_in(mirror) for each in found.places):
            return ()
        language, latest, version = found.language, changes.latest(), mirror.version
        examples = () if found.chain is None else found.chain.examples
        kept = []
        for each in found.places:
            kept += [each] if held_back(each, mirror, latest, examples, language) is None else []
            await asyncio.sleep(0)  # each of a hundred is parsed
            if mirror.version != version:
                return ()
        return tuple(kept)

    def dismiss(self, identity: str) -> None:
        """The user does not want an edit: it does not come back, and others like it not before another example."""
        found = self._offered.pop(identity, None)
        if found is not None:
            dismissed = self._dismissed.setdefault(found.uri, Dismissed())
            if found.chain is None:
                dismissed.add_edit(found.place)
            else:
                dismissed.add(found.chain.pattern, found.chain.examples, found.place)

    def pass_over(self, identity: str) -> None:
        """The user went on without an edit; the second time he does not want it."""
        found = self._offered.get(identity)
        if found is None:
            return
        self._foreseen.pop(found.uri, None)
        if self._dismissed.setdefault(found.uri, Dismissed()).is_passed_again(found.place):
            self.dismiss(identity)
        self._offered.pop(identity, None)

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._dismissed.pop(uri, None)
        self._foreseen.pop(uri, None)
        forget_examples()
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
        if settings.next_edit.source == "model":
            return Outcome("gated", rule="not_repeated"), None
        dismissed, latest = self._dismissed.get(snapshot.uri), changes.latest()
        n_dismissed = 0

        def is_unwanted(pattern: Pattern, examples: Sequence[Example], there: Place) -> bool:
            nonlocal n_dismissed
            is_dismissed = dismissed is not None and dismissed.has(pattern, examples, there)
            n_dismissed += is_dismissed
            return is_dismissed

        chain = next_places(
            mirror,
            latest,
            snapshot.language,
            reach_of(settings.next_edit),
            is_unwanted,
            cursor_row=snapshot.line,
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
