"""The table of models and routes in the documentation says what the catalogue says."""

from __future__ import annotations

import os
from pathlib import Path

from infill_ls.prompt.catalogue_models import MODELS
from support.model_studio.models_table import render, replaced

PAGE = Path(__file__).parents[2] / "server" / "docs" / "model-studio.md"


def test_the_table_is_what_the_catalogue_makes():
    """``UPDATE=1 pytest tests/prompt`` writes it anew."""
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE") == "1":
        page = replaced(page)
        PAGE.write_text(page, encoding="utf-8", newline="\n")

    assert page == replaced(page)


def test_each_model_stands_in_one_row():
    _, _, *rows = render().splitlines()
    listed = [name for row in rows for name in row.removeprefix("| ").partition(" | ")[0].split(", ")]

    assert sorted(listed) == sorted(model.name if model.pattern else f"`{model.name}`" for model in MODELS)


def test_the_table_is_a_table():
    rows = render().splitlines()

    assert {row.count(" | ") for row in rows} == {6}
    assert len({row.split(" | ", 1)[1] for row in rows}) == len(rows)
