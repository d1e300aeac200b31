"""The commands that the README and the page on installing show do what they say."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from support.clients.command_line import CommandLine

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
INSTALL = ROOT / "server" / "docs" / "install.md"


def commands(page):
    """The lines of a page that are to be typed."""
    return [line.strip() for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]


def test_the_first_command_shows_suggestions_in_real_code(tmp_path):
    """Without key and network, in this very project."""
    first = commands(README)[0]
    words = shlex.split(first.rpartition("infill-ls ")[2])
    folder = {".": str(ROOT / "server" / "infill_ls" / "settings")}

    ran = CommandLine(tmp_path).run(*[folder.get(word, word) for word in words])

    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/infill-ls ")
    assert words == ["try", "."]
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("No key, no model, nothing sent.\n")


def test_the_tests_command_is_what_continuous_integration_runs():
    """One command, the same for everybody."""
    assert "    bash tests/run\n" in README.read_text(encoding="utf-8")
    assert "\nbash tests/run\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [README, INSTALL], ids=["readme", "install"])
def test_what_is_installed_is_the_checkout(page):
    """Nobody is told to install a name from an index in which somebody else may put something under it."""
    installing = [line for line in commands(page) if re.search(r"\b(install|--from)\b", line)]
    assert installing

    for line in installing:
        if "npm" not in line and "infill-ls editors" not in line:
            assert re.search(r"(install( -q| --force| --reinstall)?|--from) ('\.\[syntax\]'|\.)( |$)", line), line


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("uvx --from . infill-ls --version", id="uvx"),
        pytest.param("uv tool install '.[syntax]'", id="uv"),
        pytest.param("pipx install '.[syntax]'", id="pipx"),
    ],
)
@pytest.mark.timeout(300)
def test_an_installer_takes_the_checkout(line, tmp_path):
    """Skipped by name where the installer is not installed, or where no package index answers."""
    program, *words = shlex.split(line)
    if line.partition(" infill-ls")[0] not in INSTALL.read_text(encoding="utf-8"):
        pytest.fail(f"{line} is not what the page says")
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    folders = ("UV_TOOL_DIR", "UV_TOOL_BIN_DIR", "PIPX_HOME", "PIPX_BIN_DIR", "PIPX_MAN_DIR")
    homes = {name: str(tmp_path / name) for name in folders}

    ran = subprocess.run(
        [program, *words], cwd=ROOT, env=os.environ | homes, capture_output=True, text=True, check=False, timeout=300
    )

    if re.search(r"(?i)error sending request|connection (refused|error|timed out)|could not resolve", ran.stderr):
        pytest.skip(f"{program}: no package index answers")
    assert ran.returncode == 0, ran.stderr
    assert "infill-ls" in ran.stdout + ran.stderr
