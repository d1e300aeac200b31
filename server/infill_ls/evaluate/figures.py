"""Answers -> the figures of a report, as plain data: each with how far it may be off. Draws nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from infill_ls.evaluate.answers import Answer
from infill_ls.evaluate.candidates import Candidate
from infill_ls.evaluate.holes import Hole
from infill_ls.evaluate.measures import Measures, measure
from infill_ls.evaluate.person import TAKES
from infill_ls.evaluate.stats import Interval, Pair, interval, percentile, sureness


@dataclass(frozen=True, slots=True)
class Judged:
    """A hole, what a candidate said there, and how good that is."""

    hole: Hole
    answer: Answer
    measures: Measures


@dataclass(frozen=True, slots=True)
class Report:
    """All that there is to say; ``figures`` is plain data."""

    candidates: Sequence[Candidate]
    holes: Sequence[Hole]
    judged: Mapping[str, Sequence[Judged]]
    """By a candidate's ``id``: its answers, in the order of the holes."""
    figures: Mapping[str, Any]


def report(
    root: str,
    candidates: Sequence[Candidate],
    holes: Sequence[Hole],
    known: Mapping[tuple[str, str], Answer],
    notes: Sequence[str] = (),
) -> Report:
    """The report on answers by candidate and hole; what was not asked is left out, and counted."""
    judged = {
        each.id: [
            Judged(hole, answer, measure(hole, answer))
            for hole in holes
            if (answer := known.get((each.id, hole.id))) is not None
        ]
        for each in candidates
    }
    figures = {
        "root": root,
        "holes": len(holes),
        "files": len({hole.path for hole in holes}),
        "kinds": dict(sorted(Counter(hole.kind for hole in holes).items())),
        "languages": dict(sorted(Counter(hole.language for hole in holes).items())),
        "copied": sum(hole.copied for hole in holes),
        "candidates": [_of_candidate(each, judged[each.id], len(holes)) for each in candidates],
        "pairs": [
            pair for a, b in combinations(candidates, 2) if (pair := _pair(a, b, judged))["holes"]
        ],
        "notes": list(notes),
    }
    return Report(candidates, holes, judged, figures)


def _of_candidate(candidate: Candidate, rows: Sequence[Judged], n_holes: int) -> dict[str, Any]:
    answers = [row.answer for row in rows]
    shown = [row for row in rows if row.answer.shown]
    costs = [answer.cost for answer in answers if answer.cost is not None]
    firsts = [answer.first_ms for answer in answers if answer.first_ms is not None]
    totals = [answer.total_ms for answer in answers if answer.prompt]
    checked = [row for row in rows if row.answer.check is not None]
    return {
        "name": candidate.name,
        "id": candidate.id,
        "settings": candidate.shown,
        "answered": len(rows),
        "missing": n_holes - len(rows),
        **_quality(rows),
        "copied": _quality([row for row in rows if row.hole.copied]),
        "written": _quality([row for row in rows if not row.hole.copied]),
        "by_language": {
            name: _quality(group) for name, group in _grouped(rows, lambda row: row.hole.language)
        },
        "by_kind": {
            name: _quality(group) for name, group in _grouped(rows, lambda row: row.hole.kind)
        },
        "taken": {take: _plain(_taken(rows, at)) for at, take in enumerate(TAKES)},
        "parses": _plain(
            _mean(shown, lambda row: (row.measures.parses is True, row.measures.parses is not None))
        ),
        "check": _plain(_mean(checked, lambda row: (row.answer.check is True, 1))),
        "recall": _plain(
            _mean(rows, lambda row: (row.answer.recall or 0, row.answer.recall is not None))
        ),
        "seen": _plain(
            _mean(rows, lambda row: (row.answer.is_seen, row.answer.recall is not None))
        ),
        "raw_exact": _plain(_mean(rows, lambda row: (row.measures.is_raw_exact, 1))),
        "filters": {
            "helped": sum(row.measures.helped > 0 for row in rows),
            "spoilt": sum(row.measures.helped < 0 for row in rows),
            "rules": dict(
                Counter(rule for answer in answers for rule in answer.changed).most_common()
            ),
        },
        "outcomes": dict(Counter(answer.ending for answer in answers).most_common()),
        "first_ms": {"p50": percentile(firsts, 0.5), "p90": percentile(firsts, 0.9)},
        "total_ms": {"p50": percentile(totals, 0.5), "p90": percentile(totals, 0.9)},
        "tokens": {
            "in": sum(answer.prompt_tokens for answer in answers),
            "cached": sum(answer.cached_tokens for answer in answers),
            "out": sum(answer.completion_tokens for answer in answers),
        },
        "calls": sum(answer.calls for answer in answers),
        "cost": sum(costs) if costs else None,
        "currency": next((answer.currency for answer in answers if answer.currency), ""),
    }


def _quality(rows: Sequence[Judged]) -> dict[str, Any]:
    return {
        "holes": len(rows),
        "exact": _plain(_mean(rows, lambda row: (row.measures.is_exact, 1))),
        "first_line": _plain(_mean(rows, lambda row: (row.measures.is_first_line_exact, 1))),
        "similarity": _plain(_mean(rows, lambda row: (row.measures.similarity, 1))),
        "shown": _plain(_mean(rows, lambda row: (bool(row.answer.shown), 1))),
        "right": _plain(_mean(rows, lambda row: (row.measures.is_right, bool(row.answer.shown)))),
    }


def _mean(rows: Sequence[Judged], value: Callable[[Judged], Pair]) -> Interval | None:
    return interval([value(row) for row in rows], [row.hole.path for row in rows])


def _taken(rows: Sequence[Judged], at: int) -> Interval | None:
    return _mean(rows, lambda row: (row.measures.taken[at], len(row.hole.truth)))


def _plain(found: Interval | None) -> list[float] | None:
    """Mean, low and high."""
    return None if found is None else [round(each, 5) for each in found]


def _grouped(
    rows: Sequence[Judged], key: Callable[[Judged], str]
) -> list[tuple[str, list[Judged]]]:
    names = sorted({key(row) for row in rows})
    return [(name, [row for row in rows if key(row) == name]) for name in names]


def _pair(
    one: Candidate, other: Candidate, judged: Mapping[str, Sequence[Judged]]
) -> dict[str, Any]:
    """How sure it is that the first of two is better, on the holes that both were asked about."""
    others = {row.hole.id: row for row in judged[other.id]}
    both = [(row, others[row.hole.id]) for row in judged[one.id] if row.hole.id in others]
    groups = [row.hole.path for row, _ in both]

    def sure(value: Callable[[Judged], float]) -> float:
        return sureness([value(a) for a, _ in both], [value(b) for _, b in both], groups)

    return {
        "one": one.name,
        "other": other.name,
        "holes": len(both),
        "exact": sure(lambda row: row.measures.is_exact),
        "similarity": sure(lambda row: row.measures.similarity),
    }
