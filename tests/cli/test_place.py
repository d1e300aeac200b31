"""``FILE:LINE:COLUMN`` is a place in a file, or a sentence that says why not."""

from __future__ import annotations

import pytest

from infill_ls.cli.place import read_place
from infill_ls.errors import SettingsError


@pytest.fixture
def file(tmp_path):
    """Writes a file; gives its path."""

    def write(text, name="a.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


PLACES = {
    "the start": ("x = 1\n", "1:1", "", "x = 1\n"),
    "a line's end": ("x = 1\n", "1:6", "x = 1", "\n"),
    "after the last line end": ("x = 1\n", "2:1", "x = 1\n", ""),
    "columns are characters": ("变 = '😀'\n", "1:7", "变 = '😀", "'\n"),
    "CRLF is one line end": ("a\r\nb\r\n", "2:2", "a\nb", "\n"),
    "an empty file": ("", "1:1", "", ""),
    "a byte order mark is no text": (b"\xef\xbb\xbfx = 1", "1:1", "", "x = 1"),
    "what is no UTF-8": (b"caf\xe9 = ", "1:8", "caf\ufffd = ", ""),
}


@pytest.mark.parametrize(("text", "words", "prefix", "suffix"), PLACES.values(), ids=PLACES.keys())
def test_a_place_is_a_cursor(file, text, words, prefix, suffix):
    snapshot = read_place(f"{file(text)}:{words}").snapshot

    assert (snapshot.prefix, snapshot.suffix) == (prefix, suffix)
    assert (f"{snapshot.line + 1}:{snapshot.column + 1}", snapshot.language) == (words, "python")
    assert snapshot.uri.startswith("file:///")


WRONG = {
    "no place": ("", " is not a position: write FILE:LINE:COLUMN, for example src/main.py:12:5."),
    "no column": (":1", ":1 is not a position"),
    "no number": (":1:x", ":1:x is not a position"),
    "a number that is no decimal": (":1:²", ":1:² is not a position"),
    "past all numbers": (":" + "9" * 5000 + ":1", " is not a position"),
    "line 0": (":0:1", " has no position 0:1: it has 3 lines."),
    "past the last line": (":4:1", " has no position 4:1: it has 3 lines."),
    "column 0": (":2:0", " has no position 2:0: line 2 has columns 1 to 6."),
    "past the line's end": (":2:7", " has no position 2:7: line 2 has columns 1 to 6."),
    "another file": ("x:1:1", "x cannot be read: "),
}


@pytest.mark.parametrize(("words", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_place_is_told(file, words, sentence):
    path = file("x = 1\ny = 变\n")

    with pytest.raises(SettingsError) as told:
        read_place(f"{path}{words}")

    assert f"{path}{sentence}" in str(told.value) or sentence in str(told.value)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_place(f"{tmp_path}:1:1")


ROOTS = {
    "a repository": (".git/HEAD", "src/d/a.py", ""),
    "a project in a repository": ("src/pyproject.toml", "src/d/a.py", "src"),
    "a project of another language": ("go.mod", "d/a.go", ""),
}


@pytest.mark.parametrize(("mark", "name", "root"), ROOTS.values(), ids=ROOTS.keys())
def test_the_project_is_the_nearest_folder_with_a_mark(file, tmp_path, mark, name, root):
    file("", mark)

    assert read_place(f"{file('x', name)}:1:1").root == str(tmp_path / root)
