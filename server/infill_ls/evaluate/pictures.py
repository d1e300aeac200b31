"""Figures -> pictures, as SVG without a word of script or style of their own: the page's classes colour them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from infill_ls.sentences import sentence

WIDTH, LABEL, ROW = 560, 150, 15
_MOST_LANGUAGES, _LEAST_HOLES = 6, 5
"""Languages that have a row of their own; fewer holes say nothing."""
_TICKS = 5
"""Intervals of an axis, about."""


def bars(candidates: Sequence[Mapping[str, Any]]) -> str:
    """Share of exact answers of each candidate, in all and by language, each with its interval."""
    counts: dict[str, int] = {}
    for each in candidates:
        for name, quality in each["by_language"].items():
            counts[name] = max(counts.get(name, 0), quality["holes"])
    known = [name for name in counts if counts[name] >= _LEAST_HOLES]
    languages = sorted(known, key=lambda name: -counts[name])[:_MOST_LANGUAGES]
    groups = [("all", "all"), *((name, f"{name} ({counts[name]})") for name in languages)]
    marks = ticks(max((each["exact"][2] for each in candidates if each["exact"]), default=0) or 1)
    most = marks[-1]
    parts, y = [], 8.0
    for key, label in groups:
        parts.append(text(LABEL - 10, y + ROW * len(candidates) / 2 + 4, label, "end"))
        for number, each in enumerate(candidates):
            found = each["exact"] if key == "all" else each["by_language"].get(key, {}).get("exact")
            parts += _bar(found, y, number, most)
            y += ROW
        y += 10
    return svg(y + 22, [*_axis(y, marks), *parts])


def times(candidates: Sequence[Mapping[str, Any]], series: Sequence[Sequence[float]]) -> str:
    """Share of answers that are there after so many milliseconds, on a logarithmic scale."""
    known = [value for values in series for value in values if value > 0]
    if not known:
        return ""
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)) + 1e-9)
    high = max(high, low + 1)
    height, left = 200.0, 44.0

    def x(value: float) -> float:
        return left + (math.log10(max(value, 10.0**low)) - low) / (high - low) * (WIDTH - left - 16)

    parts = []
    for power in range(low, high + 1):
        parts += [line(x(10.0**power), 8, x(10.0**power), height, "axis")]
        anchor = "end" if power == high else "middle"
        parts += [text(x(10.0**power), height + 16, _duration(10.0**power), anchor, "tick")]
    for share in (0.0, 0.5, 0.9, 1.0):
        y = height - share * (height - 8)
        parts += [
            line(left, y, WIDTH - 16, y, "axis"),
            text(left - 6, y + 4, f"{100 * share:.0f} %", "end", "tick"),
        ]
    for number, values in enumerate(series):
        ordered = sorted(values)
        if ordered:
            # A point for each percentile says all that can be seen.
            shown = [
                (at / 100, ordered[min(len(ordered) - 1, at * len(ordered) // 100)])
                for at in range(101)
            ]
            path = " ".join(
                f"{x(value):.1f},{height - share * (height - 8):.1f}" for share, value in shown
            )
            parts.append(f'<polyline class="step s{number % 8}" points="{path}"/>')
    return svg(height + 44, [*parts, *_legend(candidates, height + 28)])


def cost_and_quality(candidates: Sequence[Mapping[str, Any]]) -> str:
    """Exact answers against what a thousand requests cost; the line joins those that no other beats in both."""
    points = [
        (1000 * each["cost"] / each["answered"] if each["cost"] else 0.0, each["exact"], number)
        for number, each in enumerate(candidates)
        if each["exact"] and each["answered"] and (each["cost"] is not None or not each["calls"])
    ]
    if not any(cost for cost, _, _ in points):
        return ""
    height, left = 200.0, 44.0
    prices = ticks(max(cost for cost, _, _ in points))
    shares = ticks(max(exact[2] for _, exact, _ in points) or 0.1)
    dearest, most = prices[-1], shares[-1]
    currency = next((each["currency"] for each in candidates if each["currency"]), "")

    def place(cost: float, share: float) -> tuple[float, float]:
        return left + 12 + cost / dearest * (WIDTH - left - 150), height - share / most * (
            height - 12
        )

    parts = []
    for share in shares:
        y = place(0.0, share)[1]
        parts += [
            line(left, y, WIDTH - 16, y, "axis"),
            text(left - 6, y + 4, f"{100 * share:g} %", "end", "tick"),
        ]
    parts += [
        text(place(price, 0.0)[0], height + 16, f"{price:g}", "middle", "tick") for price in prices
    ]
    parts.append(
        text(WIDTH - 16, height + 30, f"{sentence(currency)} for 1,000 requests", "end", "tick")
    )
    path = " ".join("{:.1f},{:.1f}".format(*place(cost, share)) for cost, share in frontier(points))
    parts.append(f'<polyline class="frontier" points="{path}"/>')
    for cost, exact, number in points:
        x, y = place(cost, exact[0])
        parts += [line(x, place(cost, exact[1])[1], x, place(cost, exact[2])[1], "whisker")]
        parts.append(f'<circle class="f{number % 8}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        parts.append(text(x + 9, y - 4, candidates[number]["name"]))
    return svg(height + 36, parts)


def ticks(most: float) -> list[float]:
    """Round values from 0 on, so many that the last is ``most`` or little more."""
    power = 10.0 ** math.floor(math.log10(most / _TICKS))
    step = next(size for size in (1, 2, 5, 10) if size * power * _TICKS >= most * (1 - 1e-9))
    count = math.ceil(most / (step * power) - 1e-9)
    return [float(f"{number * step * power:.6g}") for number in range(count + 1)]


def frontier(points: Sequence[tuple[float, Sequence[float], int]]) -> list[tuple[float, float]]:
    """Cost and share of those that no other beats in both, the cheapest first."""
    found: list[tuple[float, float]] = []
    for cost, exact, _ in sorted(points, key=lambda point: (point[0], -point[1][0])):
        if not found or exact[0] > found[-1][1]:
            found.append((cost, exact[0]))
    return found


def text(x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> str:
    shown = escape(sentence(words, 60))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{shown}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def svg(height: float, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img">{"".join(parts)}</svg>'


def _bar(found: Sequence[float] | None, y: float, number: int, most: float) -> Iterator[str]:
    if found is None:
        return
    room = WIDTH - LABEL - 60
    mean, low, high = (min(share, most) / most * room for share in found)
    middle = y + (ROW - 3) / 2
    yield f'<rect class="f{number % 8}" x="{LABEL}" y="{y:.1f}" width="{max(mean, 1):.1f}" height="{ROW - 3}" rx="2"/>'
    yield line(LABEL + low, middle, LABEL + high, middle, "whisker")
    yield text(LABEL + max(mean, high) + 6, y + 10, f"{100 * found[0]:.1f} %", kind="tick")


def _axis(y: float, marks: Sequence[float]) -> Iterator[str]:
    room = WIDTH - LABEL - 60
    for share in marks:
        x = LABEL + room * share / marks[-1]
        yield line(x, 4, x, y, "axis")
        yield text(x, y + 14, f"{100 * share:g} %", "middle", "tick")


def _duration(ms: float) -> str:
    return f"{ms:g} ms" if ms < 1000 else f"{ms / 1000:g} s"


def _legend(candidates: Sequence[Mapping[str, Any]], y: float) -> Iterator[str]:
    """In one row, below."""
    room = (WIDTH - 60) / max(1, len(candidates))
    for number, each in enumerate(candidates):
        x = 44 + room * number
        yield f'<rect class="f{number % 8}" x="{x:.1f}" y="{y:.1f}" width="10" height="10" rx="2"/>'
        yield text(x + 15, y + 9, sentence(each["name"], max(8, int(room / 6.5))))
