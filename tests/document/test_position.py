"""Columns in the client's units become string indices and back, in all three encodings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.document.position import content_length, to_index, to_units, without_surrogates

# a: 1 unit in each; é: 2 bytes; 漢: 3 bytes; 😀: 4 bytes, 2 UTF-16 units.
INDICES = [
    ("start", "abc", 0, (0, 0, 0)),
    ("ascii", "abc", 2, (2, 2, 2)),
    ("negative", "abc", -1, (0, 0, 0)),
    ("negative, wide", "漢字", -1, (0, 0, 0)),
    ("at the end", "abc", 3, (3, 3, 3)),
    ("behind the end", "abc", 99, (3, 3, 3)),
    ("behind a line feed", "abc\n", 99, (3, 3, 3)),
    ("behind a CRLF", "abc\r\n", 4, (3, 3, 3)),
    ("behind a carriage return", "abc\r", 4, (3, 3, 3)),
    ("behind a wide line's end", "é漢😀\r\n", 99, (3, 3, 3)),
    ("empty line", "\n", 1, (0, 0, 0)),
    ("no line", "", 5, (0, 0, 0)),
    ("a form feed ends no line", "a\fb\n", 3, (3, 3, 3)),
    ("U+2028 ends no line", "a\u2028b\n", 2, (1, 2, 2)),
    ("two bytes: its middle", "éx", 1, (0, 1, 1)),
    ("two bytes: behind", "éx", 2, (1, 2, 2)),
    ("three bytes: second", "漢x", 2, (0, 2, 2)),
    ("three bytes: behind", "漢x", 3, (1, 2, 2)),
    ("inside a pair", "😀x", 1, (0, 0, 1)),
    ("behind a pair", "😀x", 2, (0, 1, 2)),
    ("four bytes: behind", "😀x", 4, (1, 2, 2)),
    ("inside a second pair", "a😀😀b", 4, (1, 2, 4)),
    ("a combining mark is a character", "e\u0301x", 2, (1, 2, 2)),
    ("lone high surrogate", "\ud83dx", 1, (0, 1, 1)),
    ("behind a lone surrogate", "\ude00x", 3, (1, 2, 2)),
    ("halves put side by side stay two", "\ud83d\ude00x", 1, (0, 1, 1)),
]
ENCODINGS = ("utf-8", "utf-16", "utf-32")


def check(line, character, indices):
    assert tuple(to_index(line, character, encoding) for encoding in ENCODINGS) == indices


@pytest.mark.parametrize(("line", "character", "indices"), [pytest.param(*row[1:], id=row[0]) for row in INDICES])
def test_column_becomes_index(line, character, indices):
    """A column outside the line or inside a character moves to the nearest place before it."""
    check(line, character, indices)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        pytest.param("", (0, 0, 0), id="empty"),
        pytest.param("abc", (3, 3, 3), id="ascii"),
        pytest.param("é漢😀", (9, 4, 3), id="wide"),
        pytest.param("a\ud83d", (4, 2, 2), id="lone surrogate"),
        pytest.param("\ude00\ud83d", (6, 2, 2), id="two lone surrogates"),
    ],
)
def test_text_is_measured_in_units(text, units):
    """The length in UTF-8 bytes, UTF-16 units and code points."""
    assert tuple(to_units(text, encoding) for encoding in ENCODINGS) == units


@pytest.mark.parametrize(
    ("line", "length"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("ab", 2, id="no line end"),
        pytest.param("ab\n", 2, id="LF"),
        pytest.param("ab\r\n", 2, id="CRLF"),
        pytest.param("ab\r", 2, id="CR"),
        pytest.param("ab\x85", 3, id="NEL is content"),
    ],
)
def test_content_ends_before_the_line_end(line, length):
    """Only the protocol's three line ends are taken off."""
    assert content_length(line) == length


wide_text = st.text(st.sampled_from("ab\té漢😀\u0301\f\u2028\ud83d\ude00"), max_size=30)


@given(wide_text, st.sampled_from(ENCODINGS), st.data())
def test_units_and_index_are_inverse(text, encoding, data):
    """The units before any index lead back to that index, also with surrogates that stand alone."""
    index = data.draw(st.integers(0, len(text)))
    assert to_index(text + "\n", to_units(text[:index], encoding), encoding) == index


@given(wide_text)
def test_replaced_surrogates_keep_every_length(text):
    """U+FFFD takes as many units as the surrogate that it stands for, and can be encoded."""
    plain = without_surrogates(text)
    plain.encode()
    for encoding in ENCODINGS:
        assert to_units(plain, encoding) == to_units(text, encoding)
