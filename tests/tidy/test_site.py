"""The documentation's site is built by one command, without a warning, out of the pages as they lie in the project."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = "-m sphinx -W -E -c server/docs/site . dist/site"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if importlib.util.find_spec("sphinx") is None:
        pytest.skip("Sphinx is not installed: it is in the dependency group `docs`")
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, *COMMAND.replace("dist/site", str(folder)).split(), "-q", "--keep-going"]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stdout, built.stderr) == (0, "", "")
    return folder


@pytest.mark.timeout(300)
def test_every_page_is_there_and_can_be_reached(site):
    """Sphinx warns, which is an error here, of dead links and of pages that no table of contents names."""
    pages = {path.stem for path in (ROOT / "server" / "docs").glob("*.md")}

    assert pages <= {path.stem for path in (site / "server" / "docs").glob("*.html")}
    assert 'url=README.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_pictures_and_changes_are_in_it(site):
    changes = (site / "server" / "docs" / "changelog.html").read_text(encoding="utf-8")

    assert {"neovim-film.svg", "emacs.svg", "helix.svg", "vscode.png"} <= {
        path.name for path in (site / "_images").iterdir()
    }
    assert [
        name
        for name in ("Unreleased", "Added", "Changed", "Fixed")
        if f"<h2>{name}" in changes or f"<h3>{name}" in changes
    ] == ["Unreleased", "Added", "Changed", "Fixed"]


def test_the_command_is_the_one_that_contributors_are_told():
    assert f"python {COMMAND}" in (ROOT / "server" / "docs" / "contributing.md").read_text(encoding="utf-8")


FRAGMENTS = sorted((ROOT / "server" / "changes").glob("*"))


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda path: path.name)
def test_a_fragment_becomes_lines_of_the_changelog(path):
    """A line for each change, as long as it has to be: a line becomes an entry."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

    assert re.fullmatch(r"\d+\.(added|changed|fixed|removed)\.md", path.name)
    assert [line for line in lines if not re.fullmatch(r"[A-Z`].*[.!)]", line)] == []
