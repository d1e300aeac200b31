"""Which suggestions the user took, and whose they were; keeps no text."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime

from infill_ls.accounting.ledger import Ledger

REMEMBERED = 200
"""Suggestions shown of which it is still known, when one is accepted, who made it."""


class Acceptance:
    """The models of the suggestions that were shown lately."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._models: OrderedDict[str, str] = OrderedDict()

    def shown(self, request: str, model: str) -> None:
        """The suggestion of a request, by its id, is on screen."""
        self._models[request] = model
        if len(self._models) > REMEMBERED:
            self._models.popitem(last=False)

    def accepted(self, request: str) -> None:
        """The user took it; saying so twice counts once."""
        model = self._models.pop(request, None)
        if model is not None:
            self._ledger.accepted(model, datetime.now(UTC))
