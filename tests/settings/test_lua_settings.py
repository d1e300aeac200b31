"""What Lua's language server is told of the settings is what the schema says."""

from __future__ import annotations

import os
from pathlib import Path

from infill_ls.settings.resolve import keys
from make_settings.lua import render

FILE = Path(__file__).parents[2] / "editors" / "nvim" / "lua" / "infill_ls" / "settings.lua"


def test_the_annotations_are_what_the_schema_makes():
    """``UPDATE=1 pytest tests/settings`` writes them anew."""
    if os.environ.get("UPDATE") == "1":
        FILE.write_text(render(), encoding="utf-8", newline="\n")

    assert FILE.read_text(encoding="utf-8") == render()


def test_every_key_has_one_field_in_its_group():
    for key in keys():
        group, _, name = key.partition(".")
        block = render().partition(f"---@class infill_ls.Settings.{group}\n")[2].partition("\n\n")[0]
        assert block.count(f"---@field {name}? ") == 1, key
