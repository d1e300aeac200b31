"""One model answer through the stream's filters and the post rules into a buffer; holds no cases."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from infill_ls.post.finish import finish
from infill_ls.records import Completion, Lines, Rejection, Snapshot, Trigger
from infill_ls.stream.pipeline import Pipeline
from infill_ls.syntax.surroundings import Surroundings

CURSOR = "‸"
STOP = (
    "<|endoftext|>",
    "<|fim_prefix|>",
    "<|fim_suffix|>",
    "<|fim_middle|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<|im_start|>",
    "<|im_end|>",
)
"""The Qwen family's."""


class Case(NamedTuple):
    """A cursor-marked document, what the model says, and the document as a reader expects it (or the rule that says no)."""

    sentence: str
    language: str
    document: str
    answer: str
    expected: str = ""
    """The final document; for the tables of what stays the same, empty means: the answer goes in as it is."""
    rule: str | None = None
    finish_reason: str | None = "stop"
    lines: Lines = "auto"
    echoed: str = ""


def place_of(document: str, language: str) -> Snapshot:
    """The snapshot of a cursor-marked document."""
    prefix, suffix = document.split(CURSOR)
    column = len(prefix) - prefix.rfind("\n") - 1
    return Snapshot("file:///file", "/file", language, 1, prefix.count("\n"), column, prefix, suffix)


def stream(
    place: Snapshot,
    pieces: list[str],
    *,
    lines: Lines = "auto",
    max_lines: int = 40,
    echoed: str = "",
    trigger: Trigger = "automatic",
    off: frozenset[str] = frozenset(),
) -> tuple[str, str | None]:
    """What the filters show of the pieces, and why they stopped the model."""
    pipeline = Pipeline(
        Surroundings.of(place), STOP, max_lines=max_lines, lines=lines, echoed=echoed, trigger=trigger, off=off
    )
    return _shown(pipeline, pieces), pipeline.stopped


def _shown(pipeline: Pipeline, pieces: list[str]) -> str:
    shown = []
    for piece in pieces:
        shown.append(pipeline.feed(piece))
        if pipeline.stopped:
            break
    return "".join([*shown, pipeline.flush()])


def complete(
    place: Snapshot,
    pieces: list[str],
    *,
    finish_reason: str | None,
    lines: Lines,
    max_lines: int = 40,
    echoed: str = "",
    trigger: Trigger = "automatic",
    off: frozenset[str] = frozenset(),
) -> Completion | Rejection:
    """The whole way of an answer from the model to the editor."""
    here = Surroundings.of(place)
    pipeline = Pipeline(here, STOP, max_lines=max_lines, lines=lines, echoed=echoed, trigger=trigger, off=off)
    text, stopped = _shown(pipeline, pieces), pipeline.stopped
    return finish(
        text,
        here,
        finish_reason=None if stopped else finish_reason,
        lines=lines,
        max_lines=max_lines,
        stopped=stopped,
        changed=pipeline.changed,
        off=off,
    )


def apply(place: Snapshot, completion: Completion) -> str:
    """What an editor does with an item."""
    return place.prefix + completion.text + place.suffix[completion.replaces :]


def check(case: Case, off: frozenset[str] = frozenset()) -> None:
    """The document after the answer, whole and in pieces of any size, is the one expected; no other line is touched."""
    place = place_of(case.document, case.language)
    for size in (len(case.answer) + 1, 7, 1):
        pieces = [case.answer[i : i + size] for i in range(0, len(case.answer), size)]
        result = complete(
            place, pieces, finish_reason=case.finish_reason, lines=case.lines, echoed=case.echoed, off=off
        )

        if case.rule is not None:
            assert result == Rejection(case.rule)
            continue
        assert isinstance(result, Completion), result
        assert "\r" not in result.text
        assert 0 <= result.replaces <= len(place.line_after)
        assert apply(place, result) == (case.expected or case.document.replace(CURSOR, case.answer))


def table(cases: list[Case]) -> pytest.MarkDecorator:
    """A parametrisation with one sentence per case."""
    return pytest.mark.parametrize("case", cases, ids=[f"{case.language}: {case.sentence}" for case in cases])
