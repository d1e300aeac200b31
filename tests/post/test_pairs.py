"""What closes something that stands open before the cursor, beyond the brackets that the scanner knows."""

from __future__ import annotations

import pytest

from infill_ls.post.pairs import closes


@pytest.mark.parametrize(
    ("before", "body", "tail", "expected"),
    [
        ("List<", "String>", ">", True),
        ("x = ", "List<String>", ">", False),
        ("f(", "(x) =>", ">", False),
        ("if (a ", "-> b >= c", ">= c", False),
        ("<p>", "a</p>", "</p>", True),
        ("<p>", "<p>a</p>", "</p>", False),
        ("<p>", "<pre>a</pre></p>", "</p>", True),
        ("do |", "x|", "|", True),
        ("a ", "|| b|", "|", False),
        ("`", "x`", "`", True),
        ("`", "`x``", "`", True),
        ("", "x`", "`", False),
        ('say "', 'hi"', '"', True),
        ("（", "一）", "）", True),
        ("", "（一）", "）", False),
        ("f(", "x", "x", False),
    ],
)
def test_what_closes_something_open(before: str, body: str, tail: str, *, expected: bool) -> None:
    """One more of it is closed than the answer opens."""
    assert body.endswith(tail)
    assert closes(tail, body, before) is expected
