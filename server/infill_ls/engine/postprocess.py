"""What came out of the stream -> a completion, or a rejection that names its rule; asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infill_ls.engine.generate import Raw
from infill_ls.post.confidence import is_broken
from infill_ls.post.finish import finish
from infill_ls.records import Completion, Rejection, Trigger
from infill_ls.settings.schema import CompletionSettings
from infill_ls.syntax.surroundings import Surroundings


def verdict_of(
    raw: Raw, here: Surroundings, limits: CompletionSettings, trigger: Trigger = "automatic"
) -> Completion | Rejection:
    """The one verdict on a whole answer; what would leave the code broken is shown only to those who asked."""
    verdict = finish(
        raw.text,
        here,
        finish_reason=raw.finish,
        lines=limits.lines,
        max_lines=limits.max_lines,
        stopped=raw.stopped,
        changed=raw.changed,
        off=limits.rules_off,
    )
    if not isinstance(verdict, Completion):
        return verdict
    is_checked = trigger == "automatic" and "broken" not in limits.rules_off
    if is_checked and is_broken(verdict, here, raw.finish):
        return Rejection("broken")
    return replace(verdict, logprob=raw.logprob)


def draft_at(
    here: Surroundings, limits: CompletionSettings, trigger: Trigger = "automatic"
) -> Callable[[str], Completion | None]:
    """What a part of an answer would be shown as, while the rest is on its way."""

    def draft(text: str) -> Completion | None:
        verdict = verdict_of(Raw(text, None, None), here, limits, trigger)
        return verdict if isinstance(verdict, Completion) else None

    return draft
