"""What came out of the stream -> a completion, or a rejection that names its rule; asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from infill_ls.engine.generate import Raw
from infill_ls.post.finish import finish
from infill_ls.post.parse import prepare
from infill_ls.records import Completion, Rejection, Snapshot
from infill_ls.settings.schema import CompletionSettings
from infill_ls.syntax.block import block_at


def verdict_of(raw: Raw, snapshot: Snapshot, limits: CompletionSettings) -> Completion | Rejection:
    """The one verdict on a whole answer."""
    verdict = finish(
        raw.text,
        snapshot,
        finish_reason=raw.finish,
        lines=limits.lines,
        max_lines=limits.max_lines,
        stopped=raw.stopped,
        changed=raw.changed,
        off=limits.rules_off,
    )
    return replace(verdict, logprob=raw.logprob) if isinstance(verdict, Completion) else verdict


def read_ahead(snapshot: Snapshot) -> None:
    """Read the neighbourhood of a place before the answer is there, which several rules need then."""
    block_at(snapshot)
    prepare(snapshot)


def draft_at(snapshot: Snapshot, limits: CompletionSettings) -> Callable[[str], Completion | None]:
    """What a part of an answer would be shown as, while the rest is on its way."""

    def draft(text: str) -> Completion | None:
        verdict = verdict_of(Raw(text, None, None), snapshot, limits)
        return verdict if isinstance(verdict, Completion) else None

    return draft
