"""``infill-ls models``: the catalogue as a table and as data."""

from __future__ import annotations

import json

import pytest

from infill_ls.cli.models import HEADINGS, catalogue, cells, price
from infill_ls.prompt.catalogue import find
from infill_ls.prompt.catalogue_models import ALL_REGIONS, MODELS
from infill_ls.tokens import PriceTier

SHOWN = {
    "qwen-coder-turbo": (
        "fim partial chat",
        "fim: beijing; else all",
        "no",
        "no",
        "no",
        "no",
        "not stated",
        "not stated",
    ),
    "qwen3-coder-plus": ("partial chat", "all", "no", "no", "yes", "yes", "up to 1,000,000", "not stated"),
    "qwen-plus": (
        "partial chat",
        "beijing, singapore, virginia",
        "off by default",
        "no",
        "yes",
        "yes",
        "not stated",
        "not stated",
    ),
    "qwen3-vl-plus": ("partial chat", "singapore", "off by default", "yes", "yes", "yes", "not stated", "not stated"),
    "qwen3.7-max": ("chat", "not stated", "on by default", "no", "yes", "no", "not stated", "not stated"),
    "qwq-plus": ("chat", "not stated", "always", "no", "yes", "no", "not stated", "not stated"),
}


@pytest.mark.parametrize(("name", "expected"), SHOWN.items(), ids=SHOWN.keys())
def test_a_row_says_what_the_catalogue_knows_and_what_the_pages_do_not(name, expected):
    assert cells(find(name)) == (name, *expected)


def test_the_table_has_a_row_per_model_with_aligned_columns(capsys):
    assert catalogue(as_json=False) == 0

    head, *rows = capsys.readouterr().out.partition("\n\n")[0].splitlines()
    assert [row[: head.index("routes")].rstrip() for row in rows] == [model.name for model in MODELS]
    for heading in HEADINGS:
        assert all(row[head.index(heading) - 1] == " " for row in rows if heading != "model")
    assert not [row for row in rows if row != row.rstrip()]


def test_as_data_what_the_pages_do_not_say_is_null(capsys):
    assert catalogue(as_json=True) == 0

    listed = {each["model"]: each for each in json.loads(capsys.readouterr().out)}
    assert list(listed) == [model.name for model in MODELS]
    everywhere = list(ALL_REGIONS)
    assert listed["qwen-coder-turbo"]["routes"] == {"fim": ["beijing"], "partial": everywhere, "chat": everywhere}
    assert listed["kimi-k2.6"] == {
        "model": "kimi-k2.6",
        "routes": {"chat": None},
        "thinking": "hybrid-off",
        "thinking_budget": True,
        "preserve_thinking": True,
        "vision": False,
        "tools": True,
        "json": False,
        "stream_only": False,
        "batch": False,
        "context": None,
        "prices": {},
    }


def test_a_price_is_that_of_the_shortest_requests_by_region():
    """With figures of no model."""
    tiers = (PriceTier(1000, 1.5, 2.0, None, "USD"), PriceTier(None, 3.0, 4.0, None, "USD"))
    assert price({"singapore": tiers, "beijing": tiers[1:]}) == (
        "USD 1.5 in, 2 out (singapore); USD 3 in, 4 out (beijing)"
    )
