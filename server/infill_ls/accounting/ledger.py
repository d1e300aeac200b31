"""What is used, counted as requests end and written down in a thread: calls soon, the rest every few seconds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from infill_ls.accounting.entries import LONGEST_NAME, Entry, entries_of, merge, merged
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.records import Outcome
from infill_ls.settings.schema import UsageSettings
from infill_ls.tokens import PriceTier

EXIT_S = 1.0
"""How long the end of the process may wait for a disk that does not answer."""

SOON_S = 0.02
"""Seconds from a call's end to its being written: the answer is on its way by then."""

Pending = dict[tuple[str, str], Entry]
"""By day and model: however long a disk stays full, there is little to keep."""


class Ledger:
    """The use of one process, and what all of the user's servers used today.

    Args:
        file: where it is written.
        prices: the prices of a model; empty where they are not known.
        today: the ISO date where the user is.
        note: told once, in a sentence, when nothing can be written.
        flush_s: longest time that what cost no call stays in memory alone.
        is_seen: whether what is suggested is shown to somebody, who may accept it.
    """

    def __init__(
        self,
        file: LedgerFile,
        *,
        prices: Callable[[str], tuple[PriceTier, ...]] = lambda _model: (),
        today: Callable[[], str] = lambda: day_of(datetime.now(UTC)),
        note: Callable[[str], None] = lambda _sentence: None,
        flush_s: float = 5.0,
        is_seen: bool = True,
    ) -> None:
        self._file = file
        self._prices = prices
        self._today = today
        self._note = note
        self._flush_s = flush_s
        self._is_seen = is_seen
        self._noted = False
        self._problem: str | None = None
        self._counting = threading.Lock()
        """Held for moments, by whoever reads or changes the three that follow."""
        self._pending: Pending = {}
        self._writing: Pending = {}
        self._written = ("", 0)
        """A day, and its tokens in the file."""
        self._disk = threading.Lock()
        """Held while the disk is at work."""
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._again = False
        """Whether something was counted that is to be written as soon as that is done."""

    def record(
        self,
        outcome: Outcome,
        at: datetime,
        *,
        asked: str | None = None,
        estimated: int = 0,
        feature: str | None = None,
    ) -> None:
        """Count a request that has ended; ``asked``, ``estimated`` and ``feature`` as for ``entries_of``."""
        caller = outcome.model if asked is None else asked
        tiers = self._prices(caller) if caller and outcome.upstream_calls else ()
        entries = entries_of(
            outcome, day_of(at), asked=asked, estimated=estimated, tiers=tiers, feature=feature
        )
        self._add([entry for entry in entries if self._is_seen or not entry.shown])
        if outcome.upstream_calls:
            # Whoever kills servers would pass the cap by what they had not written down.
            self._flush_soon()

    def accepted(self, model: str, at: datetime) -> None:
        """Count a suggestion that the user took."""
        self._add([Entry(day_of(at), model[:LONGEST_NAME], accepted=1)])

    def tokens_today(self) -> int:
        """Tokens of this day: this process's, and what other servers had written when last looked."""
        today = self._today()
        with self._counting:
            own = [
                entry.tokens
                for part in (self._pending, self._writing)
                for entry in part.values()
                if entry.day == today
            ]
            day, tokens = self._written
        return sum(own) + (tokens if day == today else 0)

    def entries(self) -> list[Entry]:
        """All that is written down, an entry for each day and model. Blocks."""
        return list(
            merged(self._file.entries(), key=lambda entry: (entry.day, entry.model)).values()
        )

    async def load(self) -> None:
        """Look what all servers have used today; needed for a cap alone."""
        await self.flush()

    async def flush(self) -> None:
        """Write down what has been counted. Cancelling it leaves the writing to its thread."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await asyncio.to_thread(self._write)
        if self._problem is not None and not self._noted:
            self._noted = True
            self._note(self._problem)

    def close_now(self) -> None:
        """Write down what has been counted, at the end of the process. Blocks, but not for long."""
        if self._timer is not None:
            self._timer.cancel()
        self._write()

    def _add(self, entries: list[Entry]) -> None:
        if not entries:
            return
        with self._counting:
            _merge_into(self._pending, entries)
        if self._timer is None:
            try:
                self._timer = asyncio.get_running_loop().call_later(
                    self._flush_s, self._start_flush
                )
            except RuntimeError:
                return  # without a loop there is only the end of the process

    def _flush_soon(self) -> None:
        if self._timer is None:
            return
        loop = asyncio.get_running_loop()
        # A timer that is near already stays, or calls that end one upon the other would put it off for ever.
        if self._timer.when() > loop.time() + SOON_S:
            self._timer.cancel()
            self._timer = loop.call_later(SOON_S, self._start_flush)

    def _start_flush(self) -> None:
        self._timer = None
        if self._flushing is not None:
            self._again = True
            return
        self._flushing = asyncio.get_running_loop().create_task(self.flush())
        self._flushing.add_done_callback(self._flushed)

    def _flushed(self, _task: asyncio.Task[None]) -> None:
        self._flushing = None
        if self._again:
            self._again = False
            self._start_flush()

    def _write(self) -> None:
        """Runs in any thread. What cannot be written is kept for the next time."""
        if not self._disk.acquire(timeout=EXIT_S):
            return
        with self._counting:
            left, self._pending = self._pending, {}
            self._writing = left
        written = self._written
        try:
            for month in sorted({day[:7] for day, _ in left}):
                self._file.append(
                    [entry for (day, _), entry in left.items() if day.startswith(month)]
                )
                left = {key: entry for key, entry in left.items() if not key[0].startswith(month)}
            today = self._today()
            written = (today, self._file.tokens(today))
        except OSError as error:
            self._problem = (
                f"Usage cannot be written to {self._file.folder}: {error.strerror or error}."
            )
        finally:
            with self._counting:
                _merge_into(self._pending, left.values())
                self._writing, self._written = {}, written
            self._disk.release()


def over_cap(settings: UsageSettings, ledger: Ledger, unbooked: int = 0) -> bool:
    """Whether today's tokens, and ``unbooked`` ones of a request that still runs, have reached the user's cap."""
    return (
        settings.daily_tokens is not None
        and ledger.tokens_today() + unbooked >= settings.daily_tokens
    )


def cap_sentence(settings: UsageSettings) -> str:
    """What the user is told then."""
    return (
        f"Today's tokens have reached usage.daily_tokens ({settings.daily_tokens}): until midnight the cache and the "
        "embedded engine answer, unless you raise it."
    )


def day_of(at: datetime) -> str:
    """The ISO date of a moment, where the user is."""
    return at.astimezone().date().isoformat()


def _merge_into(pending: Pending, entries: Iterable[Entry]) -> None:
    for entry in entries:
        key = (entry.day, entry.model)
        pending[key] = merge(pending[key], entry) if key in pending else entry
