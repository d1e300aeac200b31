"""A report's figures as a table for a terminal. Prints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from infill_ls.sentences import sentence

Row = tuple[str, ...]


def lines(figures: Mapping[str, Any]) -> list[str]:
    """The table, and what else is worth saying."""
    candidates = figures["candidates"]
    where = f"{counted(figures['holes'], 'hole')} in {counted(figures['files'], 'file')}"
    found = f"{figures['copied']:,} of them, or nearly the same, are also found elsewhere"
    said = [
        f"{where} of {sentence(figures['root'])}; {found} in the project.",
        "",
        *_table([_HEAD, *(_row(each) for each in candidates)]),
        "",
        *_MEANING,
        "",
        *_pairs(figures["pairs"]),
    ]
    said += [
        f"{sentence(each['name'])} has no answer for {counted(each['missing'], 'hole')}."
        for each in candidates
        if each["missing"]
    ]
    return [*said, *map(sentence, figures["notes"])]


_HEAD: Row = (
    "candidate", "exact % (95 %)", "first line %", "similar %", "taken %", "shown %", "right %", "check %",
    "raw exact %", "first ms", "total ms", "in/cached/out", "cost",
)  # fmt: skip


_MEANING = (
    "exact: the hidden text to the last character; in brackets, where that lies in 95 of 100 resamples of the files,",
    "or, for 0 and 100 %, what so few files still allow.",
    "taken: what you would have accepted, line by line. right: of what was shown, right as far as it goes.",
    "first ms, total ms: half of the answers / nine in ten took no longer.",
)


def _row(each: Mapping[str, Any]) -> Row:
    exact, tokens, taken = each["exact"], each["tokens"], each["taken"]["line"]
    return (
        sentence(each["name"]),
        f"{_percent(exact)} ({100 * exact[1]:.0f}-{100 * exact[2]:.0f})" if exact else "",
        _percent(each["first_line"]),
        _percent(each["similarity"]),
        _percent(taken),
        _percent(each["shown"]),
        _percent(each["right"]),
        _percent(each["check"]),
        _percent(each["raw_exact"]),
        spread(each["first_ms"]),
        spread(each["total_ms"]),
        f"{tokens['in']:,}/{tokens['cached']:,}/{tokens['out']:,}" if each["calls"] else "",
        money(each["cost"], each["currency"]),
    )


def counted(number: int, name: str) -> str:
    """So many of something."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def money(amount: float | None, currency: str) -> str:
    """An amount as people write it; empty where it is not known."""
    return "" if amount is None else f"{amount:.{2 if amount >= 1 else 4}f} {sentence(currency)}"


def spread(found: Mapping[str, float | None]) -> str:
    """What half and nine in ten of the answers took; empty where nothing is known."""
    middle, high = found["p50"], found["p90"]
    if middle is None or high is None:
        return ""
    return f"{middle:,.0f}/{high:,.0f}" if high >= 10 else f"{middle:.1f}/{high:.1f}"


def _pairs(pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    said = []
    for pair in pairs:
        sure, names = pair["exact"], [sentence(pair["one"]), sentence(pair["other"])]
        if sure == 0.5:
            said.append(f"{names[0]} and {names[1]} are equally good, by exact answers.")
            continue
        better, worse = names if sure >= 0.5 else reversed(names)
        sure = max(sure, 1 - sure)
        verdict = "is better" if sure >= 0.95 else "may be better"
        said.append(f"{better} {verdict} than {worse}: {100 * sure:.0f} % sure, by exact answers.")
    return [*said, ""] if said else []


def _table(rows: Sequence[Row]) -> list[str]:
    """Columns that say nothing of any candidate are left out."""
    columns = [column for column in zip(*rows, strict=True) if any(column[1:])]
    widths = [max(map(len, column)) for column in columns]
    return [
        "  ".join(
            f"{cell:<{width}}" if number == 0 else f"{cell:>{width}}"
            for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in zip(*columns, strict=True)
    ]


def _percent(interval: Sequence[float] | None) -> str:
    return "" if interval is None else f"{100 * interval[0]:.1f}"
