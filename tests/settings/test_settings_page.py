"""The page of settings says what the schema says."""

from __future__ import annotations

import os
from pathlib import Path

from infill_ls.settings.resolve import ENVIRONMENT, keys
from make_settings.page import render

PAGE = Path(__file__).parents[2] / "server" / "docs" / "configuration.md"


def test_the_page_is_what_the_schema_makes():
    """``UPDATE=1 pytest tests/settings`` writes it anew."""
    if os.environ.get("UPDATE") == "1":
        PAGE.write_text(render(), encoding="utf-8", newline="\n")

    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_key_has_one_row_and_every_variable_too():
    page = render()

    for name in [*keys(), *ENVIRONMENT]:
        assert page.count(f"\n| `{name}` |") == 1, name


def test_the_tables_are_tables():
    """Every row of a group has its six cells."""
    rows = [line for line in render().splitlines() if line.startswith("| `") and "." in line.split("`")[1]]

    assert len(rows) == len(keys())
    assert {line.replace("\\|", "").count("|") for line in rows} == {7}
