"""One running answer: its text so far, what has been typed of it meanwhile, and those who wait for it. Asks nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace

from infill_ls.accounting.meter import Tally
from infill_ls.clock import Clock
from infill_ls.post.finish import refit
from infill_ls.records import Completion, Edit, Outcome, Snapshot, Trigger
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.typed import CLOSER_OF, Typed, left_of, typed_since

SOFT_DEADLINE_S = 0.4
"""How long whole lines wait for the rest before they are shown without it; the rest is kept when it comes."""


class Generation:
    """A model's answer for a place, while it arrives and the person types on.

    Args:
        here: where it is asked for.
        route: what else it depends on: the backend's id.
        draft: the completion that a part of the text makes, or None.
        clock: the engine's.
        tally: its calls.
        trigger: how it came about.
        person_at: where the person is, where it is asked for behind a suggestion.
        suggestion: what stands there, which counts as part of the answer's text.
        patient: whether who asks waits for all of it, however long the rest takes.
        is_deep: whether any key ends it, since no ordinary request could take it over.
    """

    def __init__(  # noqa: PLR0913  # what an answer depends on; each is named by the caller
        self,
        here: Surroundings,
        route: str,
        draft: Callable[[str], Completion | None],
        clock: Clock,
        *,
        tally: Tally,
        trigger: Trigger = "automatic",
        person_at: Snapshot | None = None,
        suggestion: str = "",
        patient: bool = False,
        is_deep: bool = False,
    ) -> None:
        self.here = here
        self.snapshot = person_at or here.snapshot
        self.route = route
        self.tally = tally
        self.trigger = trigger
        self.suggestion = suggestion
        self._patient = patient
        self._is_deep = is_deep
        self._draft = draft
        self._clock = clock
        self._parts: list[str] = []
        self._drafted: tuple[int, Completion | None] = (0, None)
        self._line_at_s: float | None = None
        """When its first line was whole."""
        self._changed = asyncio.Event()
        self._cursor = (self.snapshot.line, self.snapshot.column)
        self._typed = ""
        self._is_settled = False
        self._task: asyncio.Task[Outcome] | None = None

    # The model's side...

    def start(self, work: Coroutine[object, object, Outcome]) -> asyncio.Task[Outcome]:
        """Let it work."""
        self.tally.begin()
        self._task = asyncio.ensure_future(work)
        self._task.add_done_callback(self._end)
        return self._task

    def stop(self) -> asyncio.Task[Outcome]:
        """Close its connection. What it took counts at once, however long that takes."""
        assert self._task is not None  # noqa: S101  # for the type checker: only what was started is stopped
        # A second cancellation would strike the task while it closes its connection.
        if not self._task.done() and not self._task.cancelling():
            self._task.cancel()
        self._settle()
        return self._task

    def grow(self, text: str) -> None:
        """More of what may be shown has come."""
        if not text:
            return
        self._parts.append(text)
        if self._line_at_s is None and not text.isspace():
            # The filters give out whole lines, so that what is there can be shown.
            self._line_at_s = self._clock.now()
        self._changed.set()

    def restart(self) -> None:
        """Another model answers from here on: what came does not count."""
        self._parts.clear()
        self._drafted, self._line_at_s = (0, None), None

    def _end(self, task: asyncio.Task[Outcome]) -> None:
        if not task.cancelled():
            task.exception()  # those who wait get it; there may be none
        self._changed.set()
        self._settle()

    def _settle(self) -> None:
        if not self._is_settled:
            self._is_settled = True
            self.tally.end()

    # The person's side...

    def follow(self, edits: Sequence[Edit]) -> bool:
        """Whether the edits are keys that its text, as far as it is known, foresees; takes note of them."""
        if self._is_deep:
            return False
        typed, cursor = self._typed, self._cursor
        for edit in edits:
            if edit.removed or edit.start != cursor or not edit.inserted:
                return False
            opened = edit.inserted[:1]
            if len(edit.inserted) == 2 and CLOSER_OF.get(opened) == edit.inserted[1]:
                # The editor has closed the bracket; the cursor stays before it.
                typed, cursor = typed + opened, (edit.start[0], edit.start[1] + 1)
            else:
                typed, cursor = typed + edit.inserted, edit.end
        if not self._agrees(typed):
            return False
        self._typed, self._cursor = typed, cursor
        return True

    def typed_at(self, snapshot: Snapshot, route: str) -> Typed | None:
        """What has been typed where ``snapshot`` goes on from its own and its text so far agrees, else None."""
        typed = typed_since(self.snapshot, snapshot) if route == self.route else None
        return typed if typed is not None and self._agrees(typed.text) else None

    async def outcome_at(self, typed: Typed) -> Outcome | None:
        """The outcome for the place where so much has been typed; None where the text comes to say something else.

        Raises:
            ProviderError: the model failed.
        """
        assert self._task is not None  # noqa: S101  # as above
        while not self._task.done():
            if not self._agrees(typed.text):
                return None
            wait_s = self._wait_s(typed)
            if wait_s is not None and wait_s <= 0:
                return self._rest(Outcome("shown", self._completion(), source="model"), typed)
            await self._change(wait_s)
        if self._task.cancelled():
            return Outcome("superseded")
        return self._rest(self._task.result(), typed)

    async def joined_at(self, typed: Typed, snapshot: Snapshot) -> Outcome | None:
        """The same for a request that has joined it at ``snapshot``."""
        outcome = await self.outcome_at(typed)
        if outcome is None:
            return None
        if typed.closed and outcome.completion is not None:
            refitted = refit(outcome.completion, Surroundings.of(snapshot))
            outcome = replace(outcome, completion=refitted)
        return outcome if outcome.source == "local" else replace(outcome, source="inflight")

    def _rest(self, outcome: Outcome, typed: Typed) -> Outcome | None:
        completion = outcome.completion
        if completion is None or not (self.suggestion or typed.text):
            return outcome
        left = left_of(self.suggestion + completion.text, typed.text)
        return replace(outcome, completion=replace(completion, text=left)) if left else None

    def _wait_s(self, typed: Typed) -> float | None:
        """Seconds until what is there is shown without the rest; None while there is no whole line beyond the typed."""
        if self._line_at_s is None or self._patient:
            return None
        left_s = self._line_at_s + SOFT_DEADLINE_S - self._clock.now()
        if left_s > 0:
            return left_s  # what there is to show is looked at only then, since that takes its time
        completion = self._completion()
        is_beyond = completion is not None and len(self.suggestion) + len(completion.text) > len(
            typed.text
        )
        return 0.0 if is_beyond else None

    async def _change(self, wait_s: float | None) -> None:
        self._changed.clear()
        changed = asyncio.ensure_future(self._changed.wait())
        timer = None if wait_s is None else asyncio.ensure_future(self._clock.sleep(wait_s))
        try:
            await asyncio.wait(
                {changed, timer} if timer else {changed}, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            changed.cancel()
            if timer is not None:
                timer.cancel()

    def _agrees(self, typed: str) -> bool:
        if not typed:
            return True
        completion = self._completion()
        text = self.suggestion + (completion.text if completion is not None else "")
        if completion is not None and self._parts[-1].endswith("\n") and not self.here.line_after:
            text += "\n"  # which is no part of what is shown, but of what was said
        return text.startswith(typed) or typed.startswith(text)

    def _completion(self) -> Completion | None:
        """What the text so far would be shown as."""
        if self._drafted[0] != len(self._parts):
            self._parts = ["".join(self._parts)]
            self._drafted = (1, self._draft(self._parts[0]))
        return self._drafted[1]
