"""``infill-ls editors``: where the files are, and what is written into an editor's own configuration."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from support.clients.command_line import CommandLine

ROOT = Path(__file__).parents[2]
FILES = {
    "nvim": ".config/nvim/plugin/infill-ls.lua",
    "emacs": ".emacs.d/init.el",
    "helix": ".config/helix/languages.toml",
}

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the folders of editors lie elsewhere there")


@pytest.fixture
def line(tmp_path):
    """The command line of a person with an empty home."""
    return CommandLine(tmp_path, XDG_CONFIG_HOME=str(tmp_path / ".config"))


@pytest.mark.parametrize("name", FILES)
def test_the_folder_of_a_checkout(line, name):
    ran = line.run("editors", "path", name)

    assert (ran.status, ran.out, ran.err) == (0, f"{ROOT / 'editors' / name}\n", "")


def test_the_command_alone_says_which_editors_are_set_up(line):
    line.run("editors", "install", "emacs", "--yes")

    ran = line.run("editors")

    assert (ran.status, ran.err) == (0, "")
    assert f"Emacs   set up in {line.home / FILES['emacs']}\n" in ran.out
    assert f"Neovim  nothing yet in {line.home / FILES['nvim']}\n" in ran.out
    assert "`infill-ls editors install helix`" in ran.out
    assert "VS Code takes an extension" in ran.out


@pytest.mark.parametrize(("called", "name"), [("neovim", "nvim"), ("Neovim", "nvim"), ("hx", "helix")])
def test_an_editor_goes_by_what_people_call_it(line, called, name):
    assert line.run("editors", "path", called).out == f"{ROOT / 'editors' / name}\n"


@pytest.mark.parametrize("called", ["vscode", "code"])
def test_an_editor_that_takes_an_extension_is_met_with_the_page_that_says_how(line, called):
    ran = line.run("editors", "install", called)

    assert (ran.status, ran.out) == (2, "")
    assert "VS Code takes an extension: see editors/vscode/README.md in the checkout" in ran.err
    assert (ROOT / "editors" / "vscode" / "README.md").exists()


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_written_without_consent(line, name):
    """The lines are shown."""
    ran = line.run("editors", "install", name)

    assert (ran.status, ran.err) == (1, "Nothing is written without your consent: add --yes.\n")
    assert ran.out.startswith(f"{line.home / FILES[name]}, a new file:\n")
    assert "infill-ls" in ran.out
    assert not (line.home / FILES[name]).exists()


@pytest.mark.parametrize("name", ["emacs", "helix"])
def test_what_is_written_is_what_the_readme_says(line, name):
    line.run("editors", "install", name, "--yes")

    readme = (ROOT / "editors" / name / "README.md").read_text(encoding="utf-8")
    written = (line.home / FILES[name]).read_text(encoding="utf-8")
    assert written.replace(str(ROOT / "editors" / name), f"/path/to/infill-ls/editors/{name}") in readme


def test_twice_is_as_once(line):
    for name, file in FILES.items():
        line.run("editors", "install", name, "--yes")
        before = (line.home / file).read_bytes()

        ran = line.run("editors", "install", name, "--yes")

        assert (ran.status, ran.err) == (0, "")
        assert "names infill-ls already" in ran.out
        assert (line.home / file).read_bytes() == before


PRESENT = {
    "emacs, without a line end": ("emacs", ".emacs", "(setq x 1)", "(add-to-list 'load-path"),
    "emacs, with one": ("emacs", ".emacs.d/init.el", "(setq x 1)\n", "(add-to-list 'load-path"),
    "helix": ("helix", FILES["helix"], '[[language]]\nname = "go"\n', "[language-server.infill-ls]"),
}


@pytest.mark.parametrize(("name", "file", "present", "added"), PRESENT.values(), ids=PRESENT.keys())
def test_what_is_there_stays(line, name, file, present, added):
    """Lines come at the end, after an empty one."""
    path = line.home / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(present)

    assert line.run("editors", "install", name, "--yes").status == 0

    assert path.read_text().startswith(present.rstrip("\n") + "\n\n" + added)


def test_the_users_own_lines_for_a_language_count(line):
    """Helix takes the last ones, so none are added; he is told what to do."""
    path = line.home / FILES["helix"]
    path.parent.mkdir(parents=True)
    path.write_text('[[language]]\nname = "python"\nlanguage-servers = ["ruff"]\n')

    ran = line.run("editors", "install", "helix", "--yes")

    assert path.read_text().count("[[language]]") == 1
    assert 'add "infill-ls" to `language-servers`' in ran.out


@pytest.mark.parametrize("present", ['language-server = {a = {command = "a"}}\n', "= not TOML", "\udcff"])
def test_a_file_that_cannot_take_the_lines_stays_as_it_is(line, present):
    path = line.home / FILES["helix"]
    path.parent.mkdir(parents=True)
    path.write_text(present, errors="surrogateescape")

    ran = line.run("editors", "install", "helix", "--yes")

    assert (ran.status, path.read_text(errors="surrogateescape")) == (2, present)
    assert str(path) in ran.err


def test_a_wheel_brings_the_files_along(tmp_path):
    """And neither tests nor what only developers need."""
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if name.startswith("infill_ls/editors/")}
        wheel.extractall(tmp_path / "site")
    files = [path for name in FILES for path in (ROOT / "editors" / name).rglob("*") if path.is_file()]
    wanted = {f"infill_ls/{path.relative_to(ROOT).as_posix()}" for path in files}
    kept_out = {f"infill_ls/editors/nvim/{name}" for name in (".gitignore", "stylua.toml")}
    assert names == {name for name in wanted - kept_out if not name.endswith(".elc")}

    line = CommandLine(tmp_path, PYTHONPATH=str(tmp_path / "site"))
    for name in FILES:
        assert line.run("editors", "path", name).out == f"{tmp_path / 'site/infill_ls/editors' / name}\n"
