"""A snapshot is the document around the cursor, made fit for prompts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.syntax.languages import of_file

PIECES = [
    "a",
    " ",
    "é",
    "漢",
    "😀",
    "e\u0301",
    "\n",
    "\r",
    "\r\n",
    "\f",
    "\v",
    "\x1c",
    "\x85",
    "\u2028",
    "\ud83d",
    "\ude00",
]
texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
positions = st.tuples(st.integers(-1, 12), st.integers(-1, 30))


def snapshot(text, position, *, encoding="utf-16", path="/p/a.py", language="", **limits):
    return take(
        Mirror(text, version=7),
        uri="file:///p/a.py",
        path=path,
        language=language,
        line=position[0],
        character=position[1],
        encoding=encoding,
        **limits,
    )


def check(text, position, prefix, suffix, place):
    taken = snapshot(text, position)
    assert (taken.prefix, taken.suffix, (taken.line, taken.column)) == (prefix, suffix, place)
    assert (taken.version, taken.first_line, taken.reaches_end) == (7, 0, True)


@pytest.mark.parametrize(
    ("text", "position", "prefix", "suffix", "place"),
    [
        pytest.param("ab\ncd", (1, 1), "ab\nc", "d", (1, 1), id="plain"),
        pytest.param("", (0, 0), "", "", (0, 0), id="empty"),
        pytest.param("a\r\nb\r\n", (1, 1), "a\nb", "\n", (1, 1), id="CRLF"),
        pytest.param("a\rb\r", (1, 0), "a\n", "b\n", (1, 0), id="CR"),
        pytest.param("a\r\r\nb", (1, 0), "a\n", "\nb", (1, 0), id="CR and CRLF"),
        pytest.param("😀x", (0, 2), "😀", "x", (0, 1), id="column in characters"),
        pytest.param("\ud83dx\ude00", (0, 1), "\ufffd", "x\ufffd", (0, 1), id="lone surrogates"),
        pytest.param("a\u2028b\fc", (0, 3), "a\u2028b", "\fc", (0, 3), id="odd separators stay"),
        pytest.param("a\n", (9, 9), "a\n", "", (1, 0), id="behind the end"),
    ],
)
def test_text_around_the_cursor(text, position, prefix, suffix, place):
    """Line ends become line feeds, surrogates U+FFFD; all else stays, and the place is counted in characters."""
    check(text, position, prefix, suffix, place)


@given(texts, positions, st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_any_document_can_be_sent(text, position, encoding):
    """No document and no position raises; prefix and suffix are the document, encodable, without a carriage return."""
    taken = snapshot(text, position, encoding=encoding)
    whole = taken.prefix + taken.suffix
    assert whole == re.sub("[\ud800-\udfff]", "\ufffd", re.sub("\r\n?", "\n", text))
    whole.encode()
    assert taken.column == len(taken.line_before)
    assert taken.line == taken.prefix.count("\n")


@given(texts, positions, st.integers(0, 9), st.integers(0, 9))
def test_cut_documents_can_be_sent(text, position, before_chars, after_chars):
    """The same for a window that is smaller than the document."""
    taken = snapshot(text, position, before_chars=before_chars, after_chars=after_chars)
    (taken.prefix + taken.suffix).encode()
    assert "\r" not in taken.prefix + taken.suffix
    assert taken.prefix.count("\n") == taken.line - taken.first_line


@pytest.mark.parametrize(
    ("path", "given_id", "language"),
    [
        pytest.param("/p/a.py", "cython", "cython", id="the editor knows"),
        pytest.param("/p/a.py", "", "python", id="no id"),
        pytest.param("/p/a.rs", "plaintext", "rust", id="the editor does not know"),
        pytest.param("/p/notes.txt", "plaintext", "plaintext", id="nobody knows"),
        pytest.param(None, "", "python", id="no file: the address tells"),
    ],
)
def test_language(path, given_id, language):
    """The editor's id counts; the file's name helps out."""
    assert snapshot("", (0, 0), path=path, language=given_id).language == language


@pytest.mark.parametrize(
    ("path", "language"),
    [
        pytest.param("/p/main.GO", "go", id="upper case"),
        pytest.param("C:\\p\\main.tsx", "typescriptreact", id="Windows"),
        pytest.param("Makefile", "makefile", id="name"),
        pytest.param("/p.py/Dockerfile.dev", "dockerfile", id="name with something behind"),
        pytest.param("/p.py/LICENSE", "", id="a folder's extension tells nothing"),
        pytest.param("untitled:Untitled-1", "", id="no extension"),
        pytest.param("", "", id="no name"),
    ],
)
def test_language_by_name(path, language):
    """The extension of the last part decides, else the name."""
    assert of_file(path) == language
