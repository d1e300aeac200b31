"""What a day with a model came to: entries that add up in any order, one line of JSON each. Writes nothing itself.

Latencies are counted in fixed buckets, eight to an octave, so that what two servers counted adds up exactly.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

from infill_ls.accounting.prices import cost
from infill_ls.records import Outcome
from infill_ls.tokens import PriceTier, Usage

Histogram = tuple[tuple[int, int], ...]
"""Pairs of bucket and count, by bucket."""

Costs = tuple[tuple[str, float], ...]
"""Pairs of currency and amount, by currency."""

LONGEST_NAME = 100
"""Characters of a model's name that are kept, so that a line stays short."""

_PER_OCTAVE, _LAST_BUCKET = 8, 200
_ANSWERED = ("shown", "empty", "filtered")
_SEEN_BEFORE = ("cache", "typed")

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Entry:
    """One model on one day, or part of it."""

    day: str
    """ISO date, where the user is."""
    model: str
    """Empty where a server needs no name."""
    calls: int = 0
    aborted: int = 0
    """Those of ``calls`` whose answers were not waited for."""
    prompt: int = 0
    cached: int = 0
    """Those of ``prompt`` that were read from a cache."""
    cache_written: int = 0
    """Those of ``prompt`` that were written to an explicit cache."""
    other_files: int = 0
    """Those of ``prompt`` that were of other files, reckoned by their length."""
    completion: int = 0
    reasoning: int = 0
    """Those of ``completion`` that were thoughts."""
    estimated: int = 0
    """Tokens, reckoned here, of calls for which the service gave no count; part of no other number."""
    cost: Costs = ()
    cost_at_most: bool = False
    """Whether ``cost`` counts cached tokens in full because no page prices them."""
    unpriced: int = 0
    """Those of ``calls`` that ``cost`` leaves out."""
    first_token: Histogram = ()
    """Milliseconds from asking the model to its first text."""
    total: Histogram = ()
    """Milliseconds from the editor's request to the answer."""
    shown: int = 0
    """Suggestions; one that is shown again while it is typed through counts once."""
    accepted: int = 0
    deep: int = 0
    """Suggestions for which the model was let look things up."""
    deep_tokens: int = 0
    """Tokens, estimated ones included, of the calls for those; part of the other numbers."""
    deep_cost: Costs = ()
    """Part of ``cost``."""
    next_edit_calls: int = 0
    """Those of ``calls`` that were made for next edits."""
    next_edit_tokens: int = 0
    """Tokens, estimated ones included, of those; part of the other numbers."""
    next_edit_cost: Costs = ()
    """Part of ``cost``."""
    spared: int = 0
    """Those of ``shown`` that the embedded engine was so sure of that no model was asked."""

    @property
    def tokens(self) -> int:
        """What counts for a cap."""
        return self.prompt + self.completion + self.estimated


_COUNTS = tuple(entry.name for entry in fields(Entry) if entry.type == "int")


def entries_of(
    outcome: Outcome,
    day: str,
    *,
    asked: str | None = None,
    estimated: int = 0,
    tiers: tuple[PriceTier, ...] = (),
    feature: str | None = None,
) -> list[Entry]:
    """What one request adds: to the model that was called, and to the source that answered.

    Args:
        outcome: how the request ended.
        day: ISO date.
        asked: the model that was called, where the outcome names none or a stand-in.
        estimated: tokens of calls for which the service gave no count.
        tiers: the prices of the model that was called.
        feature: what was asked for, if no completion.
    """
    found = []
    caller = outcome.model if asked is None else asked
    if outcome.upstream_calls and caller is not None:
        called = _called(outcome, Entry(day, caller[:LONGEST_NAME], estimated=estimated), tiers)
        found.append(_for_next_edits(called) if feature == "next_edit" else called)
    if outcome.name == "shown" and outcome.source not in _SEEN_BEFORE and outcome.model is not None:
        total = _of(outcome.timings.total) if not outcome.upstream_calls else ()
        spared = int(outcome.spared)
        found.append(Entry(day, outcome.model[:LONGEST_NAME], shown=1, spared=spared, total=total))
    return found


def merge(one: Entry, other: Entry) -> Entry:
    """Both together, under the day and model of the first."""
    counts: dict[str, Any] = {name: getattr(one, name) + getattr(other, name) for name in _COUNTS}
    return replace(
        one,
        **counts,
        first_token=_summed(one.first_token, other.first_token),
        total=_summed(one.total, other.total),
        cost=_summed(one.cost, other.cost),
        deep_cost=_summed(one.deep_cost, other.deep_cost),
        next_edit_cost=_summed(one.next_edit_cost, other.next_edit_cost),
        cost_at_most=one.cost_at_most or other.cost_at_most,
    )


def merged(entries: Iterable[Entry], key: Callable[[Entry], K]) -> dict[K, Entry]:
    """Entries with the same key together, in the order in which keys come up."""
    found: dict[K, Entry] = {}
    for entry in entries:
        name = key(entry)
        found[name] = merge(found[name], entry) if name in found else entry
    return found


def percentile(histogram: Histogram, share: float) -> float | None:
    """The middle of the bucket, in ms, that this share of the values does not go beyond; None for no values."""
    rank = share * sum(count for _, count in histogram)
    seen = 0
    for bucket, count in histogram:
        seen += count
        if seen >= rank:
            return math.exp2((bucket - 0.5) / _PER_OCTAVE)
    return None


def bucket_of(milliseconds: float) -> int:
    """Bucket 0 is below a millisecond; the others grow by 9 % each."""
    if milliseconds < 1:
        return 0
    return min(1 + math.floor(_PER_OCTAVE * math.log2(milliseconds)), _LAST_BUCKET)


def to_line(entry: Entry) -> str:
    """One line of JSON without its end; what is zero or empty is left out."""
    record: dict[str, Any] = {
        name: value for name in Entry.__slots__ if (value := getattr(entry, name))
    }
    for name in ("cost", "deep_cost", "next_edit_cost"):
        if name in record:
            record[name] = {currency: round(amount, 9) for currency, amount in record[name]}
    return json.dumps(record, separators=(",", ":"))


def from_line(line: str) -> Entry | None:
    """The entry of a line, or None where it holds none, be it torn or foreign. Unknown names are passed over."""
    try:
        record = json.loads(line)
        counts: dict[str, Any] = {name: _count(record.get(name, 0)) for name in _COUNTS}
        return Entry(
            day=date.fromisoformat(record["day"]).isoformat(),
            model=_text(record.get("model", "")),
            cost=_costs(record.get("cost", {})),
            deep_cost=_costs(record.get("deep_cost", {})),
            next_edit_cost=_costs(record.get("next_edit_cost", {})),
            cost_at_most=record.get("cost_at_most") is True,
            first_token=_histogram(record.get("first_token", ())),
            total=_histogram(record.get("total", ())),
            **counts,
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _called(outcome: Outcome, entry: Entry, tiers: tuple[PriceTier, ...]) -> Entry:
    usage, timings, calls = outcome.usage, outcome.timings, outcome.upstream_calls
    price = cost(tiers, usage, calls) if usage != Usage() else None
    answered = outcome.name in _ANSWERED and outcome.source != "local"
    paid = ((price.currency, price.amount),) if price is not None else ()
    if outcome.lookups.rounds:
        tokens = usage.prompt + usage.completion + entry.estimated
        entry = replace(entry, deep=1, deep_tokens=tokens, deep_cost=paid)
    return replace(
        entry,
        calls=calls,
        aborted=int(outcome.aborted),
        prompt=usage.prompt,
        cached=usage.cached,
        cache_written=usage.cache_written,
        other_files=calls * outcome.elsewhere.tokens if usage != Usage() else 0,
        completion=usage.completion,
        reasoning=usage.reasoning,
        cost=paid,
        cost_at_most=price is not None and price.at_most,
        # Where one of several calls went uncounted, the price of the others is known.
        unpriced=calls if price is None else int(entry.estimated > 0),
        first_token=_of(timings.first_token),
        total=_of(timings.total) if answered else (),
    )


def _for_next_edits(entry: Entry) -> Entry:
    return replace(
        entry,
        next_edit_calls=entry.calls,
        next_edit_tokens=entry.tokens,
        next_edit_cost=entry.cost,
    )


def _of(milliseconds: float | None) -> Histogram:
    return () if milliseconds is None else ((bucket_of(milliseconds), 1),)


def _summed(
    one: tuple[tuple[Any, Any], ...], other: tuple[tuple[Any, Any], ...]
) -> tuple[tuple[Any, Any], ...]:
    if not one or not other:
        return one or other
    sums = dict(one)
    for name, value in other:
        sums[name] = sums.get(name, 0) + value
    return tuple(sorted(sums.items()))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError
    return value


def _amount(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < math.inf:
        raise TypeError
    return float(value)


def _costs(value: Any) -> Costs:
    return tuple(sorted((_text(name), _amount(amount)) for name, amount in value.items()))


def _histogram(value: Any) -> Histogram:
    pairs = {min(_count(bucket), _LAST_BUCKET): _count(count) for bucket, count in value}
    return tuple(sorted(pairs.items()))
