"""Emacs 30 without a terminal: the package's own tests, what Emacs's tools say of it, and the clients' own displays."""

import json
import shutil
from pathlib import Path

import pytest

from support.editor_documents import WIDE, WINDOWS
from support.emacs import PACKAGE, Emacs

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
