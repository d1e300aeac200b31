"""The VS Code extension without VS Code: types, lint, unit tests, and what its package holds."""

from __future__ import annotations

import zipfile

import pytest

from support.editors.home import Unavailable
from support.editors.vscode_install import EXTENSION, build_extension, npm

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def package():
    try:
        return build_extension()
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.mark.parametrize("words", [("run", "check"), ("test",)], ids=["types and lint", "unit tests"])
def test_npm_finds_nothing_wrong(package, words):
    npm(*words, folder=EXTENSION)


def test_the_package_brings_the_server_and_nothing_else(package):
    """The extension in one file, a wheel of the server, and what VS Code shows of it."""
    with zipfile.ZipFile(package) as archive:
        names = {name.removeprefix("extension/") for name in archive.namelist()}
    (wheel,) = {name for name in names if name.endswith(".whl")}

    assert wheel.startswith("dist/infill_ls-")
    assert names - {wheel, "[Content_Types].xml", "extension.vsixmanifest"} == {
        "LICENSE.txt",
        "changelog.md",
        "dist/extension.js",
        "dist/icon.png",
        "dist/vscode.png",
        "package.json",
        "readme.md",
    }
