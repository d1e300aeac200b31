"""Prints what a benchmark has found, as a Markdown table. Measures nothing."""

from __future__ import annotations

import statistics


def table(title, columns, rows):
    """Print a row of cells per name; a cell is a number, None where there is nothing to say, or words."""
    print(f"\n{title}\n")
    print(f"| | {' | '.join(columns)} |")
    print("|---|" + "---:|" * len(columns))
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(map(_cell, cells))} |")


def medians(figures):
    """For each name the median of each column of its rows."""
    return {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in figures.items()}


def percentile(values, share):
    """The value below which that share of the values lies; None where there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _cell(value):
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
