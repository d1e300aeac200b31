"""Emacs 30 without a terminal: the package's own tests, what Emacs's tools say of it, and the clients' own displays."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from support.editors.documents import WIDE, WINDOWS
from support.editors.emacs import PACKAGE, ROOT, Emacs, readme_lines

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

FILES = Path(__file__).parent / "emacs"


@pytest.fixture
def emacs(home):
    return Emacs(home)


def test_units(emacs):
    """ERT."""
    said = emacs.batch(
        "-L", str(PACKAGE), "-l", str(FILES / "infill-ls-tests.el"), "-f", "ert-run-tests-batch-and-exit"
    )
    assert ", 0 unexpected" in said


def test_tools_find_nothing(emacs, home):
    """It byte-compiles, and package-lint and checkdoc have nothing to say."""
    copy = home.folder / "package"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.elc"))
    emacs.batch("--eval", f"(setq infill-ls-folder {quoted(copy)})", "-l", str(FILES / "lint.el"))
    assert {path.stem for path in copy.glob("*.elc")} == {path.stem for path in copy.glob("*.el")}


def test_loading_says_nothing(emacs):
    """Not compiled, as the README has it."""
    for file in ("infill-ls", "infill-ls-lsp"):
        assert emacs.batch("-L", str(PACKAGE), "-l", file) == ""


def test_it_is_installed_from_git(emacs, home):
    """By the README's lines, with the checkout's own files, of which only the package's are compiled."""
    checkout = home.folder / "checkout"
    shutil.copytree(PACKAGE, checkout / "editors/emacs", ignore=shutil.ignore_patterns("*.elc"))
    shutil.copytree(FILES, checkout / "tests/editors/emacs")
    shutil.copy(ROOT / ".elpaignore", checkout)
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for words in (("init", "--quiet"), ("add", "."), (*identity, "commit", "--quiet", "-m", "all")):
        subprocess.run(["git", *words], cwd=checkout, env=home.environment, check=True)
    lines = readme_lines(2).replace("/path/to/infill-ls", str(checkout))
    said = emacs.batch(
        "--eval",
        f"(progn (require 'package) (setq package-archives nil) (package-initialize) {lines}"
        '(with-temp-buffer (emacs-lisp-mode) (message "on: %S" infill-ls-mode)))',
    )
    assert "on: t" in said
    compiled = {path.name for path in (home.folder / ".emacs.d/elpa").rglob("*.elc")} - {"infill-ls-autoloads.elc"}
    assert compiled == {f"{path.stem}.elc" for path in PACKAGE.glob("*.el")}


@pytest.mark.parametrize("document", [WIDE, WINDOWS], ids=["wide", "crlf"])
@pytest.mark.parametrize("display", ["eglot-popup", "lsp-mode-display"])
def test_clients_own_displays(emacs, home, display, document):
    """Eglot's popup, with infill-ls as its server, and lsp-mode's inline completion give the same text."""
    path, line = document.put(home)
    values = {"file": path, "line": line, "typed": document.typed, "ghost": document.ghost}
    settings = " ".join(f"infill-ls-{name} {quoted(value)}" for name, value in values.items())
    emacs.batch("-L", str(PACKAGE), "--eval", f"(setq {settings})", "-l", str(FILES / f"{display}.el"))
    assert path.read_bytes() == document.bytes
    home.assert_no_server_left()


def quoted(value):
    """A value as Emacs reads it."""
    return str(value) if isinstance(value, int) else json.dumps(str(value), ensure_ascii=False)
