"""The open documents: what edits, closing and odd URIs do to them."""

from __future__ import annotations

import os
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from infill_ls.lsp.documents import Documents, path_of
from infill_ls.settings.schema import ContextSettings

URI = "file:///p/a.py"


class Desk:
    """Documents, and the URIs of those that were touched."""

    def __init__(self):
        self.touched = []
        self.documents = Documents("utf-16", self._touched)

    def _touched(self, uri, edits):
        self.touched.append(uri)
        self.edits = edits

    def open(self, text, version=1, uri=URI):
        self.documents.open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, types.LanguageKind.Python, version, text))
        )

    def change(self, *changes, version=2, uri=URI):
        document = types.VersionedTextDocumentIdentifier(version, uri)
        self.documents.change(types.DidChangeTextDocumentParams(document, list(changes)))

    def close(self, uri=URI):
        self.documents.close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))


@pytest.fixture
def desk():
    return Desk()


def span(start, end, text):
    return types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), text)


def test_edits_apply_in_their_order(desk):
    """Each change of a notification sees the one before it; the version is the notification's."""
    desk.open("one\ntwo\n")
    desk.change(span((1, 0), (1, 3), "2"), span((1, 1), (1, 1), "!"), version=9)
    assert desk.documents.text(URI) == "one\n2!\n"
    assert desk.documents.version(URI) == 9


def test_a_whole_new_text(desk):
    """A change without a range replaces all."""
    desk.open("one")
    desk.change(span((0, 0), (0, 1), "O"), types.TextDocumentContentChangeWholeDocument("three"))
    assert desk.documents.text(URI) == "three"


def test_a_document_that_is_not_open(desk):
    """Edits are forgotten, closing does no harm, and there is nothing to see."""
    desk.change(span((0, 0), (0, 0), "x"))
    desk.close()
    assert (desk.documents.text(URI), desk.documents.version(URI)) == (None, None)
    assert desk.documents.snapshot(URI, 0, 0, ContextSettings()) is None
    desk.open("one")
    desk.close()
    desk.change(span((0, 0), (0, 0), "x"))
    assert desk.documents.text(URI) is None


def test_whoever_works_on_a_document_is_told(desk):
    """Opening, each edit and closing count as edits, of that document alone."""
    desk.open("one")
    desk.change(span((0, 0), (0, 0), "x"))
    desk.close()
    desk.open("two", uri="file:///p/b.py")
    assert desk.touched == [URI, URI, URI, "file:///p/b.py"]


def test_opening_twice_replaces(desk):
    """The client's word counts."""
    desk.open("one", version=5)
    desk.open("two", version=1)
    assert (desk.documents.text(URI), desk.documents.version(URI)) == ("two", 1)


def test_a_snapshot_stays_as_it_was(desk):
    """Later edits do not reach it."""
    desk.open("one\ntwo")
    taken = desk.documents.snapshot(URI, 1, 1, ContextSettings())
    desk.change(span((0, 0), (1, 3), ""))
    assert (taken.prefix, taken.suffix, taken.version) == ("one\nt", "wo", 1)


CELLS = {
    "vscode-notebook-cell:/p/a.ipynb#W0": ("python", "import a\r\n\n"),
    "vscode-notebook-cell:/p/a.ipynb#W1": ("markdown", "Words."),
    "vscode-notebook-cell:/p/a.ipynb#W2": ("python", "%%bash\nls"),
    "vscode-notebook-cell:/p/b.ipynb#W0": ("python", "other = 1"),
    "vscode-notebook-cell:/p/a.ipynb#W3": ("python", "b = a.b()"),
    "vscode-notebook-cell:/p/a.ipynb#W4": ("python", "c = \nd"),
    "vscode-notebook-cell:/p/a.ipynb#W5": ("python", "e = 1"),
}


def in_cells(desk, uri, character=4, limits=None):
    for each, (language, text) in CELLS.items():
        desk.documents.open(types.DidOpenTextDocumentParams(types.TextDocumentItem(each, language, 1, text)))
    return desk.documents.snapshot(uri, 0, character, limits or ContextSettings())


def test_cells_before_stand_above(desk):
    """Those of the same notebook and language that were opened before; the place in its own cell is what it was."""
    taken = in_cells(desk, "vscode-notebook-cell:/p/a.ipynb#W4")

    assert taken.prefix == "import a\n\nb = a.b()\n\nc = "
    assert (taken.suffix, taken.line, taken.column, taken.line_before) == ("\nd", 0, 4, "c = ")


def test_cells_are_in_the_prompt_whole_or_not_at_all(desk):
    """The nearest first, and the same ones whatever is typed."""
    uri = "vscode-notebook-cell:/p/a.ipynb#W4"
    few = in_cells(desk, uri, limits=ContextSettings(prefix_tokens=1))
    desk.documents.open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem("vscode-notebook-cell:/p/a.ipynb#W3", "python", 1, "x" * 600)
        )
    )
    assert few.prefix == "import a\n\nb = a.b()\n\nc = "
    assert desk.documents.snapshot(uri, 0, 4, ContextSettings(prefix_tokens=1)).prefix == "c = "
    seen = set()
    for n in range(30):
        desk.change(span((0, 4 + n), (0, 4 + n), "y"), uri=uri, version=n + 2)
        taken = desk.documents.snapshot(uri, 0, 5 + n, ContextSettings())
        seen.add(taken.prefix.removesuffix(f"c = {'y' * (n + 1)}"))
    assert len(seen) == 1


def test_a_cell_at_the_top_has_nothing_above(desk):
    assert in_cells(desk, "vscode-notebook-cell:/p/a.ipynb#W0").prefix == "impo"


def test_a_file_has_nothing_above(desk):
    """Though others are open beside it."""
    desk.open("a = 1", uri="file:///p/b.py")
    desk.open("b = ", uri="file:///p/c.py")
    assert desk.documents.snapshot("file:///p/c.py", 0, 4, ContextSettings()).prefix == "b = "


PATHS = {
    "plain": ("file:///p/a.py", "/p/a.py"),
    "escaped": ("file:///p/%2Eenv", "/p/.env"),
    "with a fragment": ("file:///p/.env#top", "/p/.env"),
    "on this machine": ("file://localhost/p/.env", "/p/.env"),
    "on another": ("file://host/p/.env", "//host/p/.env"),
    "not escaped": ("file:///p/é.py", "/p/é.py"),
    "a Windows drive": ("file:///C%3A/p/a.py", "c:/p/a.py"),
    "semicolon in a name": ("file:///p/x;.pem", "/p/x;.pem"),
    "no file": ("untitled:Untitled-1", None),
    "no path": ("file:", None),
    "no address": ("file://[", None),
    "a name that no file has": ("file:///p/a%00b", None),
    "lone surrogate": ("file:///p/\ud800", "/p/\ufffd"),
}


@pytest.mark.skipif("sys.platform == 'win32'", reason="paths of this table are those of POSIX")
@pytest.mark.parametrize(("uri", "path"), PATHS.values(), ids=PATHS.keys())
def test_uris_as_paths(uri, path):
    """A URI that can name no file is a document without a path, and never an error."""
    assert path_of(uri) == path


@pytest.mark.skipif("sys.platform in ('win32', 'darwin')", reason="every name is text there")
@given(st.binary(min_size=1).filter(lambda name: not {0, 47} & set(name)))
def test_a_name_need_not_be_text(name):
    """Whatever its bytes are, the path leads to it."""
    assert os.fsencode(path_of(f"file:///p/{quote(name)}")) == b"/p/" + name
