"""The manifest of the VS Code extension offers the settings that there are, and a workspace only what it may set."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import infill_ls
from infill_ls.settings.resolve import Layer, keys, resolve
from infill_ls.settings.trust import WORKSPACE
from make_settings.vscode import CHOICES, OF_THE_EXTENSION, SECTION, configuration, properties, with_settings

MANIFEST = Path(__file__).parents[2] / "editors" / "vscode" / "package.json"


def test_the_manifest_has_the_schema_s_settings():
    """``UPDATE=1 pytest tests/settings`` writes it anew."""
    written = MANIFEST.read_text(encoding="utf-8")
    if os.environ.get("UPDATE") == "1":
        MANIFEST.write_text(with_settings(written), encoding="utf-8", newline="\n")

    assert MANIFEST.read_text(encoding="utf-8") == with_settings(written)


def test_a_workspace_cannot_set_what_is_the_user_s():
    """VS Code takes settings of machine scope from no workspace."""
    ours = {name.removeprefix(f"{SECTION}."): each for name, each in properties().items()}

    assert {key for key in keys() if ours[key]["scope"] == "machine"} == keys().keys() - WORKSPACE.keys()
    assert all(properties()[name]["scope"] == "machine" for name in OF_THE_EXTENSION)


def test_every_setting_is_in_one_section():
    """Of the settings page."""
    names = [name for section in configuration() for name in section["properties"]]

    assert sorted(names) == sorted(properties())


@pytest.mark.parametrize("key", [key for key, field in keys().items() if field.metadata["kind"] == "choice"])
def test_every_choice_is_explained(key):
    assert list(CHOICES[key]) == list(keys()[key].metadata["choices"])


def test_the_defaults_are_valid_settings_and_the_schema_s():
    """What VS Code's settings page shows as the default is what holds, written as the server would take it."""
    defaults = {key: properties()[f"{SECTION}.{key}"]["default"] for key in keys()}

    # The extension sends no empty text.
    resolved = resolve([Layer("editor", {key: value for key, value in defaults.items() if value != ""})])

    assert resolved.problems == ()
    assert resolved.settings == resolve([]).settings


def test_extension_and_server_have_one_version():
    assert json.loads(MANIFEST.read_text(encoding="utf-8"))["version"] == infill_ls.__version__
