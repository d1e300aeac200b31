"""The mirror stays equal to a slow, literal reading of the protocol under any sequence of edits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infill_ls.document.mirror import Around, Mirror

ENCODINGS = ("utf-8", "utf-16", "utf-32")
PIECES = [
    *("a", "b", " ", "\t", "{", "é", "漢", "😀", "👩\u200d👩\u200d👧", "e\u0301"),
    *("\n", "\r", "\r\n", "\n", "\r\n"),
    *("\f", "\v", "\x00", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff", "\ud83d", "\ude00"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
positions = st.tuples(st.integers(-1, 12), st.integers(-1, 30) | st.just(2**31 - 1))
edits = st.lists(
    st.tuples(positions, positions, st.lists(st.sampled_from(PIECES), max_size=4).map("".join)), max_size=12
)


def reference_lines(text):
    """Where the protocol ends lines, character by character."""
    lines, line, at = [], "", 0
    while at < len(text):
        end = next((end for end in ("\r\n", "\n", "\r") if text.startswith(end, at)), "")
        line += end or text[at]
        at += len(end) or 1
        if end:
            lines.append(line)
            line = ""
    return [*lines, line]


def reference_size(character, encoding):
    code = ord(character)
    if encoding == "utf-32":
        return 1
    if encoding == "utf-16":
        return 2 if code > 0xFFFF else 1
    return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)


def reference_offset(text, position, encoding):
    """Offset in the whole text of a position, walked in units."""
    row, units = position
    if row < 0:
        return 0
    lines = reference_lines(text)
    if row >= len(lines):
        return len(text)
    offset, left = sum(len(line) for line in lines[:row]), units
    for character in re.sub(r"[\r\n]+\Z", "", lines[row]):
        left -= reference_size(character, encoding)
        if left < 0:
            break
        offset += 1
    return offset


def lines_of(mirror):
    """Each line without its end."""
    return [mirror.line(row) for row in range(mirror.line_count)]


def reference_edit(text, start, end, new, encoding):
    low, high = sorted(reference_offset(text, position, encoding) for position in (start, end))
    return text[:low] + new + text[high:]


def check(before, start, end, new, after):
    mirror = Mirror(before)
    mirror.edit(start, end, new, "utf-16")
    assert mirror.text() == after
    assert lines_of(mirror) == [line.rstrip("\r\n") for line in reference_lines(after)]


@settings(max_examples=400)
@given(texts, edits, st.sampled_from(ENCODINGS))
def test_mirror_equals_reference(text, changes, encoding):
    """After every edit the text and each line are what the protocol says, for positions inside and outside the text."""
    mirror = Mirror(text)
    assert lines_of(mirror) == [line.rstrip("\r\n") for line in reference_lines(text)]
    for start, end, new in changes:
        text = reference_edit(text, start, end, new, encoding)
        mirror.edit(start, end, new, encoding)
        assert mirror.text() == text
        assert lines_of(mirror) == [line.rstrip("\r\n") for line in reference_lines(text)]
        assert mirror.line_count == len(reference_lines(text))


@given(texts, positions, st.sampled_from(ENCODINGS))
def test_prefix_and_suffix_are_the_document(text, position, encoding):
    """With room for everything, what stands before and after a place is the whole document, cut where it should be."""
    mirror = Mirror(text)
    around = mirror.around(*mirror.place(*position, encoding), 10**6, 10**6)
    assert around.prefix == text[: reference_offset(text, position, encoding)]
    assert around.prefix + around.suffix == text
    assert (around.first_line, around.reaches_end) == (0, True)


@given(texts, positions, st.integers(0, 20), st.integers(0, 20))
def test_window_is_the_widest_of_whole_lines(text, position, before_chars, after_chars):
    """The window keeps its limits, holds whole lines outside the cursor's own, and one more line would not fit."""
    mirror = Mirror(text)
    row, column = mirror.place(*position, "utf-16")
    around = mirror.around(row, column, before_chars, after_chars)
    lines = reference_lines(text)
    offset = sum(map(len, lines[:row])) + column
    assert len(around.prefix) <= before_chars
    assert len(around.suffix) <= after_chars
    assert text[:offset].endswith(around.prefix)
    assert text[offset:].startswith(around.suffix)
    if around.first_line == row:
        assert around.prefix == lines[row][max(column - before_chars, 0) : column]
    else:
        assert around.prefix == "".join([*lines[around.first_line : row], lines[row][:column]])
    if around.first_line:
        assert len(around.prefix) + len(lines[around.first_line - 1]) > before_chars
    assert around.reaches_end == (len(around.suffix) == len(text) - offset)


@pytest.mark.parametrize(
    ("before", "start", "end", "new", "after"),
    [
        pytest.param("ab", (0, 1), (0, 1), "x", "axb", id="typed letter"),
        pytest.param("a\nb", (0, 1), (1, 0), "", "ab", id="joined lines"),
        pytest.param("ab", (0, 1), (0, 1), "\n", "a\nb", id="split line"),
        pytest.param("a\r\nb", (0, 9), (0, 9), "x", "ax\r\nb", id="behind a line: before its CRLF"),
        pytest.param("a\n", (1, 0), (1, 0), "b", "a\nb", id="empty last line"),
        pytest.param("a\nb", (7, 3), (9, 0), "x", "a\nbx", id="behind the document"),
        pytest.param("a\nb", (-1, 3), (0, 1), "x", "x\nb", id="before the document"),
        pytest.param("abc", (0, 2), (0, 1), "x", "axc", id="start after end"),
        pytest.param("a\nb\nc", (2, 0), (0, 1), "-", "a-c", id="start after end, other line"),
        pytest.param("a\rb\nc", (1, 0), (1, 1), "", "a\r\nc", id="removing what parts CR and LF"),
        pytest.param("a\nb", (0, 1), (0, 1), "\r", "a\r\nb", id="CR before LF"),
        pytest.param("a\rb", (1, 0), (1, 0), "\n", "a\r\nb", id="LF behind CR"),
        pytest.param("a\r\nb", (0, 1), (0, 1), "\r", "a\r\r\nb", id="CR before CRLF"),
        pytest.param("a\r\rb", (1, 0), (1, 0), "\nx", "a\r\nx\rb", id="LF between two CR"),
        pytest.param("a\fb\nc", (1, 0), (1, 1), "x", "a\fb\nx", id="form feed is no line end"),
        pytest.param("a\u2028b\nc", (1, 0), (1, 1), "x", "a\u2028b\nx", id="U+2028 is no line end"),
        pytest.param("😀b", (0, 2), (0, 3), "x", "😀x", id="behind a pair"),
        pytest.param("😀b", (0, 1), (0, 2), "x", "xb", id="from inside a pair"),
        pytest.param("a\nb", (0, 0), (9, 9), "", "", id="everything"),
    ],
)
def test_edit(before, start, end, new, after):
    """Edits where other line stores go wrong."""
    check(before, start, end, new, after)


@pytest.mark.parametrize(
    ("place", "limits", "around"),
    [
        pytest.param((2, 1), (99, 99), Around("a\nbb\nc", "cc\ndd\n", 0, True), id="all"),
        pytest.param((2, 1), (4, 6), Around("bb\nc", "cc\ndd\n", 1, True), id="just fits"),
        pytest.param((2, 1), (3, 5), Around("c", "cc\n", 2, False), id="one too few"),
        pytest.param((2, 2), (1, 1), Around("c", "c", 2, False), id="cursor's line cut at both far sides"),
        pytest.param((2, 3), (3, 0), Around("ccc", "", 2, False), id="no room behind"),
        pytest.param((4, 0), (0, 0), Around("", "", 4, True), id="no room at the end"),
    ],
)
def test_around(place, limits, around):
    """Lines are taken whole, outward, while they fit."""
    assert Mirror("a\nbb\nccc\ndd\n").around(*place, *limits) == around


@pytest.mark.parametrize(
    ("text", "line_end"), [("a\r\nb\n", "\r\n"), ("a\nb\r\n", "\n"), ("a\rb\r\n", "\n"), ("a", "\n"), ("", "\n")]
)
def test_line_end(text, line_end):
    """The first line tells."""
    assert Mirror(text).line_end == line_end


def test_replace_keeps_nothing():
    """A full change is the whole new document; lines read back without their ends."""
    mirror = Mirror("old\nlines", version=3, language="python")
    mirror.replace("new\r\n")
    assert (mirror.text(), mirror.line_count, mirror.line(0), mirror.line(1)) == ("new\r\n", 2, "new", "")
    assert (mirror.version, mirror.language) == (3, "python")
