"""Emacs's customize group says what the schema says."""

import os
from pathlib import Path

from infill_ls.settings.resolve import keys
from make_settings.emacs import render, variable

FILE = Path(__file__).parents[2] / "editors" / "emacs" / "infill-ls-custom.el"


def test_the_file_is_what_the_schema_makes():
    """``UPDATE=1 pytest tests/settings`` writes it anew."""
    if os.environ.get("UPDATE") == "1":
        FILE.write_text(render(), encoding="utf-8", newline="\n")

    assert FILE.read_text(encoding="utf-8") == render()


def test_every_setting_has_a_variable():
    page = render()

    for name in keys():
        assert page.count(f"\n(defcustom {variable(name)} nil\n") == 1, name
