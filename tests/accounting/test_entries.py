"""What requests add to a day's entry, that entries add up in any order, and that a line holds all of one."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.accounting.entries import (
    Entry,
    bucket_of,
    entries_of,
    from_line,
    merge,
    merged,
    percentile,
    to_line,
)
from infill_ls.records import Completion, Outcome, Timings
from infill_ls.tokens import PriceTier, Usage

DAY = "2026-02-03"
TIERS = (PriceTier(None, input=1.0, output=2.0, cached=None, currency="USD"),)
SHOWN = Outcome(
    "shown",
    Completion("x"),
    source="model",
    model="m",
    timings=Timings(total=900, first_token=300),
    usage=Usage(prompt=1000, completion=50, reasoning=20),
    upstream_calls=1,
)
CALLED = Entry(
    DAY,
    "m",
    calls=1,
    prompt=1000,
    completion=50,
    reasoning=20,
    unpriced=1,
    first_token=((bucket_of(300), 1),),
    total=((bucket_of(900), 1),),
)
SUGGESTED = Entry(DAY, "m", shown=1)
MONEY = ("cost", "deep_cost", "next_edit_cost")

# An outcome, what else is known of it, and what it adds.
ADDED = {
    "a suggestion": (SHOWN, {}, [CALLED, SUGGESTED]),
    "with a price": (
        SHOWN,
        {"tiers": TIERS},
        [replace(CALLED, unpriced=0, cost=(("USD", 0.0011),)), SUGGESTED],
    ),
    "with cached tokens, which have none": (
        replace(SHOWN, usage=Usage(prompt=1000, cached=500)),
        {"tiers": TIERS},
        [
            replace(CALLED, unpriced=0, cached=500, completion=0, reasoning=0, cost=(("USD", 0.001),), cost_at_most=True),
            SUGGESTED,
        ],
    ),
    "stopped from here, and so not counted": (
        replace(SHOWN, usage=Usage(), aborted=True),
        {"tiers": TIERS, "estimated": 700},
        [replace(CALLED, aborted=1, prompt=0, completion=0, reasoning=0, estimated=700), SUGGESTED],
    ),
    "continued, and only partly counted": (
        replace(SHOWN, upstream_calls=3, aborted=True),
        {"tiers": TIERS, "estimated": 700},
        [replace(CALLED, calls=3, aborted=1, estimated=700, cost=(("USD", 0.0011),)), SUGGESTED],
    ),
    "superseded while the model was asked": (
        Outcome("superseded", upstream_calls=1, aborted=True),
        {"asked": "m"},
        [Entry(DAY, "m", calls=1, aborted=1, unpriced=1)],
    ),
    "for a next edit": (
        SHOWN,
        {"feature": "next_edit", "tiers": TIERS},
        [
            replace(
                CALLED,
                unpriced=0,
                cost=(("USD", 0.0011),),
                next_edit_calls=1,
                next_edit_tokens=1050,
                next_edit_cost=(("USD", 0.0011),),
            ),
            SUGGESTED,
        ],
    ),
    "for a next edit that was not waited for": (
        Outcome("superseded", upstream_calls=1, aborted=True),
        {"asked": "m", "feature": "next_edit", "estimated": 700},
        [Entry(DAY, "m", calls=1, aborted=1, unpriced=1, estimated=700, next_edit_calls=1, next_edit_tokens=700)],
    ),
    "filtered": (replace(SHOWN, name="filtered", completion=None), {}, [CALLED]),
    "failed, and the embedded engine stood in": (
        Outcome("shown", Completion("x"), source="local", model="local", timings=Timings(total=5), upstream_calls=1),
        {"asked": "m"},
        [Entry(DAY, "m", calls=1, unpriced=1), Entry(DAY, "local", shown=1)],
    ),
    "the embedded engine alone": (
        Outcome("shown", Completion("x"), source="local", model="local", timings=Timings(total=5)),
        {},
        [Entry(DAY, "local", shown=1, total=((bucket_of(5), 1),))],
    ),
    "a running call that was joined": (replace(SHOWN, source="inflight", upstream_calls=0), {}, [replace(SUGGESTED, total=((bucket_of(900), 1),))]),
    "from the cache": (Outcome("shown", Completion("x"), source="cache", model="m"), {}, []),
    "typed through": (Outcome("shown", Completion("x"), source="typed", model="m"), {}, []),
    "a server whose model has no name": (replace(SHOWN, model=""), {}, [replace(CALLED, model=""), replace(SUGGESTED, model="")]),
    "gated": (Outcome("gated", rule="mid_line"), {}, []),
    "superseded before": (Outcome("superseded"), {"asked": "m"}, []),
    "a call of nobody": (Outcome("cancelled", upstream_calls=1), {}, []),
}  # fmt: skip


@pytest.mark.parametrize(("outcome", "known", "wanted"), ADDED.values(), ids=ADDED.keys())
def test_what_a_request_adds(outcome, known, wanted):
    found = entries_of(outcome, DAY, **known)

    def rough(entry):
        return replace(
            entry, **{name: tuple((unit, round(amount, 9)) for unit, amount in getattr(entry, name)) for name in MONEY}
        )

    assert [rough(entry) for entry in found] == [rough(entry) for entry in wanted]


def test_a_name_that_is_no_name_is_cut():
    """A line stays short, whatever the settings say."""
    (called, shown) = entries_of(replace(SHOWN, model="m" * 5000), DAY)

    assert len(called.model) == len(shown.model) == 100


counts = st.integers(0, 10**9)
histograms = st.dictionaries(st.integers(0, 200), st.integers(1, 10**6)).map(lambda sums: tuple(sorted(sums.items())))
# Whole amounts, so that sums do not depend on their order.
costs = st.dictionaries(st.sampled_from(["USD", "CNY", "EUR"]), st.integers(1, 10**6).map(float)).map(
    lambda sums: tuple(sorted(sums.items()))
)
KINDS = {"int": counts, "bool": st.booleans(), "Histogram": histograms, "Costs": costs}
entries = st.builds(
    Entry,
    day=st.dates().map(str),
    model=st.text(max_size=20),
    **{field.name: KINDS[field.type] for field in fields(Entry) if field.type in KINDS},
)


@given(entries, entries, entries)
def test_entries_add_up_in_any_order(one, two, three):
    two, three = (replace(entry, day=one.day, model=one.model) for entry in (two, three))

    assert merge(merge(one, two), three) == merge(one, merge(two, three)) == merge(three, merge(two, one))
    assert merge(one, Entry(one.day, one.model)) == one


@given(entries)
def test_a_line_holds_an_entry(entry):
    line = to_line(entry)

    assert "\n" not in line
    assert from_line(line) == entry


@given(entries, st.data())
def test_a_torn_line_holds_none(entry, data):
    line = to_line(entry)

    assert from_line(line[: data.draw(st.integers(0, len(line) - 1))]) is None


def test_the_longest_line_is_short():
    """A page of memory takes it, so that it is written at once."""
    full = tuple((bucket, 10**6) for bucket in range(201))
    entry = Entry(DAY, "m" * 100, *[10**9] * 8, first_token=full, total=full)

    assert len(to_line(entry)) < 8192
    assert len(to_line(replace(CALLED, first_token=full[60:120], total=full[60:120]))) < 4096


FOREIGN = {
    "nothing": "",
    "no JSON": "hello",
    "a list": "[]",
    "a number": "7",
    "no day": '{"model":"m"}',
    "no such day": '{"day":"2026-02-30","model":"m"}',
    "a model that is none": '{"day":"2026-02-03","model":7}',
    "a count that is none": '{"day":"2026-02-03","model":"m","calls":"7"}',
    "half a call": '{"day":"2026-02-03","model":"m","calls":0.5}',
    "a true call": '{"day":"2026-02-03","model":"m","calls":true}',
    "less than nothing": '{"day":"2026-02-03","model":"m","prompt":-1}',
    "money without end": '{"day":"2026-02-03","model":"m","cost":{"USD":Infinity}}',
    "no money": '{"day":"2026-02-03","model":"m","cost":{"USD":NaN}}',
    "money of no kind": '{"day":"2026-02-03","model":"m","cost":[1]}',
    "no histogram": '{"day":"2026-02-03","model":"m","total":7}',
    "half a histogram": '{"day":"2026-02-03","model":"m","total":[[1]]}',
    "two entries in one": to_line(CALLED) + to_line(CALLED),
    "too deep": "[" * 100_000,
}


@pytest.mark.parametrize("line", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_no_entry_is_none(line):
    assert from_line(line) is None


def test_a_later_version_may_say_more():
    assert from_line('{"day":"2026-02-03","model":"m","calls":2,"mood":"fine"}') == Entry(DAY, "m", calls=2)


def test_entries_by_key():
    one, two = Entry(DAY, "m", calls=1), Entry(DAY, "n", calls=10)

    assert merged([one, two, one], key=lambda entry: entry.model) == {"m": replace(one, calls=2), "n": two}
    assert merged([one, two], key=lambda entry: entry.day)[DAY].calls == 11


# Percentiles...


@given(st.lists(st.floats(0.5, 1e6), min_size=1, max_size=200), st.sampled_from([0.5, 0.75, 0.95]))
def test_a_percentile_is_right_by_a_twentieth(values, share):
    """Whatever was counted where: the histograms of two servers add up."""
    entries = [Entry(DAY, "m", total=((bucket_of(value), 1),)) for value in values]
    (together,) = merged(entries, key=lambda entry: entry.day).values()

    true = sorted(values)[math.ceil(share * len(values)) - 1]
    found = percentile(together.total, share)

    assert found is not None
    assert found == pytest.approx(max(true, 0.95), rel=0.06)


def test_no_values_have_no_percentile():
    assert percentile((), 0.5) is None


@pytest.mark.parametrize("milliseconds", [0.0, 0.99, 1.0, 1.05, 2.0, 1000.0, 1e9, 1e300])
def test_a_bucket_takes_every_time(milliseconds):
    bucket = bucket_of(milliseconds)

    assert 0 <= bucket <= 200
    assert bucket_of(milliseconds / 2) <= bucket
