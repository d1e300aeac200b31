"""Emacs 30 in a terminal, set up as its README says: ghost text, what it is accepted by, and what is on the disk."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from support.editors import Home
from support.emacs import Emacs, readme_lines
from support.emulator import Oracle
from support.terminal import wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

TABLES = '''"""Reads what was measured."""

def load_all(path):
    tables = {}
    tables["数据🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["模型🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["图像🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["结果🙂"] = ⟦read_table(pa│th, encoding="utf-8", header=True)⟧
    return tables
'''
FUNCTION = """def {name}(store, key):
    try:
        value = store["{kind}🙂" + key]
    except KeyError:
        {rest}
    return value
"""
HANDLED = 'log.warning("{mark}没有{typed}🙂 %s", key, exc_info=True)\n        return None{end}'
STORE = "\n\n".join(
    [FUNCTION.format(name=name, kind=kind, rest=HANDLED.format(mark="", typed="", end=""))
     for name, kind in [("load", "数据"), ("find", "模型"), ("take", "图像")]]
    + [FUNCTION.format(name="keep", kind="结果", rest=HANDLED.format(mark="⟦", typed="│", end="⟧"))]
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A file with a hole from ``⟦`` to ``⟧``; up to ``│`` the user types what was in it."""

    marked: str
    line_end: str = "\n"

    @property
    def text(self):
        return self.marked.translate(dict.fromkeys(map(ord, "⟦│⟧")))

    @property
    def typed(self):
        return self.marked.partition("⟦")[2].partition("│")[0]

    @property
    def ghost(self):
        return self.marked.partition("│")[2].partition("⟧")[0]

    def put(self, home):
        """The file with its hole, and line and column of it, from 1."""
        before, after = self.marked.partition("⟦")[0], self.marked.partition("⟧")[2]
        path = home.write("project/data.py", (before + after).replace("\n", self.line_end))
        return path, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1

    @property
    def bytes(self):
        return self.text.replace("\n", self.line_end).encode()


WIDE, WINDOWS = Document(TABLES), Document(STORE, "\r\n")

LSP_MODE = "lsp-mode"
CLIENTS = {
    "own connection": readme_lines(0),
    # Eglot has another server for the buffer; the lines are the same.
    "beside eglot": readme_lines(0) + """
(require 'eglot)
(setq eglot-server-programs '((python-mode . ("other-server"))))
(add-hook 'python-mode-hook #'eglot-ensure)""",
    LSP_MODE: readme_lines(1),
}  # fmt: skip


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    yield home
    home.kill_server()


@pytest.fixture(params=CLIENTS.keys())
def client(request):
    return request.param


@pytest.fixture
def emacs(home, client, write_other_server):
    """Set up as the README says for the client."""
    emacs = Emacs(home)
    emacs.init(CLIENTS[client])
    return emacs


@pytest.fixture
def write_other_server(home):
    """A language server that can nothing, for Eglot."""


def opened(emacs, document, client):
    """A terminal with the file, when the server knows it."""
    terminal = emacs.visit(*document.put(emacs.home))
    return terminal
