"""``infill-ls usage``: tokens, cost, latency and acceptance, by model; a bar for each day. Asks nobody."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from infill_ls.accounting.entries import Costs, Entry, Histogram, merged, percentile
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.errors import SettingsError
from infill_ls.sentences import sentence
from infill_ls.startup import Launch

BARS_FOR_DAYS = 30
EIGHTHS = " ▏▎▍▌▋▊▉█"
PERCENTILES = {"p50": 0.50, "p75": 0.75, "p95": 0.95}

Row = tuple[str, ...]


def usage(_launch: Launch, *, since: str | None, as_json: bool) -> int:
    """Print what was used; gives the exit status.

    Raises:
        SettingsError: ``since`` is no day.
    """
    first = _day(since)
    file = LedgerFile()
    try:
        entries = list(file.entries(first))
    except OSError as error:
        raise SettingsError(f"{file.folder} cannot be read: {error.strerror}") from error
    days = list(merged(sorted(entries, key=_by_day), key=_by_day).values())
    if as_json:
        print(json.dumps(_as_json(days, str(file.folder), first or None)))
    elif not days:
        period = f"since {first}" if first else "so far"
        print(f"Nothing has been used {period}. Usage will be counted in {file.folder}.")
    else:
        _print(days)
    return 0


def _print(days: Sequence[Entry]) -> None:
    models = _models(days)
    first, last = days[0].day, days[-1].day
    print(first if first == last else f"{first} to {last}")
    print()
    print("\n".join(_table(models)))
    if notes := _notes(models):
        print()
        print("\n".join(notes))
    if sys.stdout.isatty():
        print()
        print("\n".join(bars(days, shutil.get_terminal_size().columns)))


def bars(days: Sequence[Entry], width: int) -> list[str]:
    """A bar of tokens for each day, also for those without any, up to the last ``BARS_FOR_DAYS``."""
    tokens = {day: entry.tokens for day, entry in merged(days, key=lambda entry: entry.day).items()}
    last = date.fromisoformat(max(tokens))
    first = max(date.fromisoformat(min(tokens)), last - timedelta(BARS_FOR_DAYS - 1))
    shown = [(first + timedelta(number)).isoformat() for number in range((last - first).days + 1)]
    most = max(tokens.get(day, 0) for day in shown)
    figures = len(f"{most:,}")
    room = max(width - len("2000-01-01") - figures - 4, 8)
    lines = []
    for day in shown:
        count = tokens.get(day, 0)
        bar = _bar(count / most * room if most else 0.0)
        lines.append(f"{day}  {count:>{figures},}  {bar}".rstrip())
    return ["Tokens by day", "", *lines]


def _bar(length: float) -> str:
    """Full blocks and one in eighths; whatever is not nothing is seen."""
    eighths = round(length * 8)
    if length > 0:
        eighths = max(eighths, 1)
    whole, part = divmod(eighths, 8)
    return EIGHTHS[8] * whole + (EIGHTHS[part] if part else "")


def _table(models: Sequence[Entry]) -> list[str]:
    """Columns under headings; those that say nothing about any model are left out."""
    rows: list[Row] = [
        (
            "model",
            "calls",
            "ended",
            "in",
            "cached",
            "files",
            "out",
            "thought",
            "cost",
            "first ms",
            "total ms",
            "shown",
            "accepted",
            "calls",
        ),
        ("", "", "early", "", "", "", "", "", "", "p50/p95", "p50/p95", "", "", "saved"),
    ]
    rows += [_row(entry) for entry in models]
    columns = [
        column
        for column in zip(*rows, strict=True)
        if any(cell not in ("0", "") for cell in column[2:])
    ]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for cells in zip(*columns, strict=True):
        name, *figures = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        lines.append("  ".join([f"{name.strip():<{widths[0]}}", *figures]).rstrip())
    return lines


def _row(entry: Entry) -> Row:
    return (
        sentence(entry.model) or "(no name)",
        f"{entry.calls:,}",
        f"{entry.aborted:,}",
        f"{entry.prompt:,}",
        f"{entry.cached:,}",
        f"{entry.other_files:,}",
        f"{entry.completion:,}",
        f"{entry.reasoning:,}",
        _money(entry.cost, at_most=entry.cost_at_most),
        _pair(entry.first_token),
        _pair(entry.total),
        f"{entry.shown:,}",
        f"{entry.accepted / entry.shown:.0%}" if entry.accepted and entry.shown else "",
        f"{entry.spared:,}",
    )


def _notes(models: Sequence[Entry]) -> list[str]:
    """What the figures leave out, and which part of them was for what."""
    (total,) = merged(models, key=lambda _: "").values()
    notes = []
    if total.estimated:
        notes.append(
            f"About {total.estimated:,} more tokens went into calls that were cancelled: the service does not count "
            "those, but may bill them."
        )
    if total.unpriced:
        notes.append(f"The cost of {total.unpriced:,} calls is not known, and is not included.")
    if total.deep:
        paid = _paid(total.deep_tokens, total.deep_cost, total)
        notes.append(f"Deep suggestions: {total.deep:,}, for {paid}.")
    if total.next_edit_calls:
        paid = _paid(total.next_edit_tokens, total.next_edit_cost, total)
        notes.append(f"Next edits: {total.next_edit_calls:,} of these calls, for {paid}.")
    if total.cost_at_most:
        notes.append("≤: cached tokens are counted at the full price, since theirs is not known.")
    return notes


def _paid(tokens: int, costs: Costs, total: Entry) -> str:
    money = f", {_money(costs, at_most=total.cost_at_most)}" if costs else ""
    return f"{tokens:,} of these tokens{money}"


def _money(costs: Costs, *, at_most: bool) -> str:
    sign = "≤" if at_most else ""
    shown = ((sentence(currency), amount) for currency, amount in costs)
    return " + ".join(
        f"{sign}{amount:.{2 if amount >= 1 else 4}f} {currency}" for currency, amount in shown
    )


def _pair(histogram: Histogram) -> str:
    middle = percentile(histogram, PERCENTILES["p50"])
    high = percentile(histogram, PERCENTILES["p95"])
    return "" if middle is None or high is None else f"{middle:,.0f}/{high:,.0f}"


def _as_json(days: Sequence[Entry], folder: str, since: str | None) -> dict[str, Any]:
    return {
        "folder": folder,
        "since": since,
        "models": [{"model": entry.model, **_figures(entry)} for entry in _models(days)],
        "days": [{"day": entry.day, "model": entry.model, **_figures(entry)} for entry in days],
    }


def _figures(entry: Entry) -> dict[str, Any]:
    return {
        "calls": entry.calls,
        "aborted": entry.aborted,
        "tokens": {
            "prompt": entry.prompt,
            "cached": entry.cached,
            "cache_written": entry.cache_written,
            "other_files": entry.other_files,
            "completion": entry.completion,
            "reasoning": entry.reasoning,
            "estimated": entry.estimated,
        },
        "cost": {currency: round(amount, 6) for currency, amount in entry.cost},
        "cost_at_most": entry.cost_at_most,
        "unpriced_calls": entry.unpriced,
        "first_token_ms": _percentiles(entry.first_token),
        "total_ms": _percentiles(entry.total),
        "shown": entry.shown,
        "accepted": entry.accepted,
        "deep": {
            "suggestions": entry.deep,
            "tokens": entry.deep_tokens,
            "cost": {currency: round(amount, 6) for currency, amount in entry.deep_cost},
        },
        "next_edits": {
            "calls": entry.next_edit_calls,
            "tokens": entry.next_edit_tokens,
            "cost": {currency: round(amount, 6) for currency, amount in entry.next_edit_cost},
        },
        "calls_saved": entry.spared,
    }


def _percentiles(histogram: Histogram) -> dict[str, float | None]:
    values = {name: percentile(histogram, share) for name, share in PERCENTILES.items()}
    return {name: None if value is None else round(value, 1) for name, value in values.items()}


def _models(days: Sequence[Entry]) -> list[Entry]:
    """Each model with all of its days; the most used first."""
    return sorted(
        merged(days, key=lambda entry: entry.model).values(), key=lambda entry: -entry.tokens
    )


def _by_day(entry: Entry) -> tuple[str, str]:
    return entry.day, entry.model


def _day(words: str | None) -> str:
    """An ISO date, or the empty string, which comes before all of them."""
    if words is None:
        return ""
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        raise SettingsError(f"--since takes a day like 2026-01-31, not {words!r}.") from None
