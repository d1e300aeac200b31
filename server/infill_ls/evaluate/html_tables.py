"""The tables of a report's page, as markup: what each candidate reached, and what the figures mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from infill_ls.evaluate.table import money, spread
from infill_ls.sentences import sentence
from infill_ls.settings.outcomes import RULES

_COLUMNS = ("exact", "first_line", "similarity", "shown", "right")
"""Figures that come with a range."""
_MEANING = {
    "exact": "exactly the hidden text",
    "first line": "the first line is exact",
    "similarity": "characters in common, in their order",
    "shown": "holes with a suggestion",
    "right": "suggestions that are right as far as they go",
    "taken": "characters that you would have accepted, taking whole suggestions, lines or words while they are right",
    "parses": "suggestions with which the file parses",
    "recall": "names in the hidden text that also occur in the prompt",
    "check": "suggestions for functions that passed your command",
    "raw exact": "exact before any rule changed the answer",
    "rules helped / spoilt": "answers that the rules made exact / exact answers that they changed",
    "first ms": "until the first text: half of the answers / nine in ten took no longer",
    "total ms": "until the suggestion: half of the answers / nine in ten took no longer",
    "tokens": "in: prompts; cached: as much of them as the service had kept; out: answers",
}
_ENDINGS = {
    "empty": "nothing was said",
    "filtered": "a rule hid the whole answer",
    "gated": "no suggestion is asked for at such a place",
    "excluded": "the file is private",
    "timeout": "no answer in time",
    "bad_request": "the service refused the request",
}


def compared(candidates: Sequence[Mapping[str, Any]]) -> str:
    """All figures of each candidate, and how they are to be read."""
    meaning = "".join(f"<dt>{name}</dt><dd>{what}</dd>" for name, what in _MEANING.items())
    return (
        _table(_head(candidates) + _body(candidates))
        + '<p class="quiet">In brackets: about where the figure will lie on other code of this project. That is where '
        "it lies in 95 of 100 resamples of the files; for 0 and 100 %, what so few files still allow. Where the ranges "
        "of two candidates overlap, a larger --count tells more. Green: the best.</p>"
        f"<details><summary>What the figures mean</summary><dl>{meaning}</dl></details>"
    )


def parts(candidates: Sequence[Mapping[str, Any]]) -> str:
    """Exact answers by the kind of hole, and by whether its text could be copied."""
    rows: list[tuple[str, list[Mapping[str, Any] | None]]] = [
        (name, [each["by_kind"].get(name) for each in candidates])
        for name in sorted({name for each in candidates for name in each["by_kind"]})
    ]
    rows += [
        (title, [each[name] for each in candidates])
        for name, title in (("copied", "also found elsewhere"), ("written", "found nowhere else"))
    ]
    body = "".join(
        f"<tr><td>{text(name)} ({max(each['holes'] if each else 0 for each in cells):,})</td>"
        f"{''.join(f'<td>{_exact(each)}</td>' for each in cells)}</tr>"
        for name, cells in rows
    )
    return _table(
        f"<tr><th>holes of this kind: exact %</th>{_names(candidates)}</tr>{body}", "flat"
    )


def _exact(part: Mapping[str, Any] | None) -> str:
    return _interval(None if part is None else part["exact"])


def _head(candidates: Sequence[Mapping[str, Any]]) -> str:
    is_checked = any(each["check"] for each in candidates)
    cells = [
        *(_heading(name.replace("_", " "), " %") for name in _COLUMNS),
        _heading("taken", " whole / line / word %"),
        *(_heading(name, " %") for name in ("parses", "recall", "raw exact")),
        *([_heading("check", " %")] if is_checked else []),
        _heading("rules helped / spoilt"),
        *(_heading(name, " p50 / p90") for name in ("first ms", "total ms")),
        _heading("tokens", " in / cached / out"),
    ]
    return f"<tr><th>candidate</th>{''.join(cells)}<th>cost</th></tr>"


def _heading(name: str, unit: str = "") -> str:
    return f'<th title="{_MEANING[name]}">{name}{unit}</th>'


def _body(candidates: Sequence[Mapping[str, Any]]) -> str:
    best = {
        name: max((each[name][0] for each in candidates if each[name]), default=None)
        for name in _COLUMNS[:3]
    }
    is_checked = any(each["check"] for each in candidates)
    rows = []
    for number, each in enumerate(candidates):
        cells = [
            f'<td class="k{number % 8}" title="{text(json.dumps(each["settings"]))}">{text(each["name"])}</td>'
        ]
        for name in _COLUMNS:
            value = each[name][0] if each[name] else 0
            is_best = len(candidates) > 1 and value and value == best.get(name)
            cells.append(f'<td class="{"best" if is_best else ""}">{_interval(each[name])}</td>')
        taken, tokens = each["taken"], each["tokens"]
        cells += [
            f"<td>{said}</td>"
            for said in (
                " / ".join(_percent(taken[take]) for take in ("whole", "line", "word")),
                _percent(each["parses"]),
                _percent(each["recall"]),
                _percent(each["raw_exact"]),
                *([_percent(each["check"])] if is_checked else []),
                f"{each['filters']['helped']} / {each['filters']['spoilt']}",
                spread(each["first_ms"]),
                spread(each["total_ms"]),
                f"{tokens['in']:,} / {tokens['cached']:,} / {tokens['out']:,}"
                if each["calls"]
                else "",
                text(money(each["cost"], each["currency"])),
            )
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(rows)


def sureness(figures: Mapping[str, Any]) -> str:
    """How sure it is that the candidate of a row is better than that of a column."""
    names = [each["name"] for each in figures["candidates"]]
    sure: dict[tuple[str, str], str] = {}
    for pair in figures["pairs"]:
        one, other = pair["one"], pair["other"]
        sure[one, other] = f"{100 * pair['exact']:.0f} % / {100 * pair['similarity']:.0f} %"
        sure[other, one] = (
            f"{100 - 100 * pair['exact']:.0f} % / {100 - 100 * pair['similarity']:.0f} %"
        )
    head = "".join(
        f'<th class="k{number % 8}">better than {text(name)}</th>'
        for number, name in enumerate(names)
    )
    rows = []
    for number, name in enumerate(names):
        cells = "".join(f"<td>{sure.get((name, other), '')}</td>" for other in names)
        rows.append(f'<tr><td class="k{number % 8}">{text(name)}</td>{cells}</tr>')
    return _table(
        f"<tr><th>how sure, by exact answers / by similarity</th>{head}</tr>{''.join(rows)}"
    )


def outcomes(candidates: Sequence[Mapping[str, Any]]) -> str:
    """How often each outcome came, and each rule changed an answer; a column for each candidate."""
    names = sorted({name for each in candidates for name in each["outcomes"]})
    rules = sorted({name for each in candidates for name in each["filters"]["rules"]})
    rows = [
        (name, _meant(name), [each["outcomes"].get(name, 0) for each in candidates])
        for name in names
    ]
    rows += [
        (
            f"changed by {name}",
            RULES.get(name, ""),
            [each["filters"]["rules"].get(name, 0) for each in candidates],
        )
        for name in rules
    ]
    body = "".join(
        f'<tr><td>{text(name)} <span class="quiet">{text(what)}</span></td>'
        f"{''.join(f'<td>{count:,}</td>' for count in counts)}</tr>"
        for name, what, counts in rows
    )
    return _table(f"<tr><th>outcome</th>{_names(candidates)}</tr>{body}")


def _meant(ending: str) -> str:
    """What an outcome means; where a rule stands behind it, what that takes away."""
    name, _, rule = ending.partition(": ")
    return RULES.get(rule) or _ENDINGS.get(name, "")


def _names(candidates: Sequence[Mapping[str, Any]]) -> str:
    return "".join(
        f'<th class="k{number % 8}">{text(each["name"])}</th>'
        for number, each in enumerate(candidates)
    )


def _table(rows: str, style: str = "") -> str:
    return f'<div class="scroll"><table class="{style}">{rows}</table></div>'


def text(words: str) -> str:
    return escape(sentence(words, 2000))


def _percent(interval: Sequence[float] | None) -> str:
    return "-" if interval is None else f"{100 * interval[0]:.1f}"


def _interval(interval: Sequence[float] | None) -> str:
    if interval is None:
        return "-"
    return f'{100 * interval[0]:.1f} <span class="quiet">({100 * interval[1]:.0f}-{100 * interval[2]:.0f})</span>'
