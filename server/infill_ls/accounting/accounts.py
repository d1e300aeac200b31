"""Books what ends: each request in one record, each call to a model in the user's ledger, under the user's cap."""

from __future__ import annotations

from datetime import UTC, datetime

from infill_ls.accounting.ledger import Ledger, cap_sentence, over_cap
from infill_ls.accounting.meter import Tally
from infill_ls.accounting.trace import Trace
from infill_ls.errors import OverBudget
from infill_ls.records import Outcome, Request
from infill_ls.settings.schema import UsageSettings


class Accounts:
    """The records of requests and the ledger, where there is one."""

    def __init__(self, trace: Trace, ledger: Ledger | None, usage: UsageSettings) -> None:
        self._trace = trace
        self._ledger = ledger
        self._usage = usage

    def record(
        self,
        request: Request,
        outcome: Outcome,
        tally: Tally,
        asked: str | None,
        feature: str | None = None,
    ) -> None:
        """Write down how a request ended, and what it took of the model that was to answer it."""
        self._trace.add(request, tally.counted(outcome), feature)
        self.book(outcome, tally, asked, feature)

    def book(
        self,
        outcome: Outcome,
        tally: Tally,
        asked: str | None = None,
        feature: str | None = None,
    ) -> None:
        """Count what an answer took; ``asked`` is the model, where that is not the outcome's."""
        if self._ledger is not None:
            caller = asked if tally.calls else None
            self._ledger.record(
                tally.counted(outcome),
                datetime.now(UTC),
                asked=caller,
                estimated=tally.estimated,
                feature=feature,
            )

    @property
    def is_spent(self) -> bool:
        """Whether today's tokens have reached the user's cap."""
        return self._ledger is not None and over_cap(self._usage, self._ledger)

    def check_cap(self, tally: Tally) -> None:
        """Look whether another call may be made, counting what ``tally`` has not booked yet.

        Raises:
            OverBudget: the user's cap on tokens is reached.
        """
        if self._ledger is not None and over_cap(self._usage, self._ledger, tally.tokens):
            raise OverBudget(cap_sentence(self._usage))
