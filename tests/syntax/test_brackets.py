"""The bracket scanner: what a piece of text leaves open, closes too often, or cuts off."""

from __future__ import annotations

import pytest

from infill_ls.syntax.brackets import scan
from infill_ls.syntax.languages import row


@pytest.mark.parametrize(
    ("language", "text", "stack", "unmatched"),
    [
        ("python", "f(g[{", "([{", ()),
        ("python", "f(x))", "", (4,)),
        ("python", "f(x]", "(", (3,)),
        ("python", "f(')', \")\", '\\')'", "(", ()),
        ("python", "f('", "('", ()),
        ("python", "x = '(\ny = (", "(", ()),
        ("python", '"""(\n"\n(', '"""', ()),
        ("python", "# (it's\n[", "[", ()),
        ("python", "x # (", "", ()),
        ("javascript", "// (\n/* ( */ `(${x}\n(", "`", ()),
        ("javascript", "x = {a: '}'", "{", ()),
        ("rust", "fn f<'a>(x: &'a str, c: '(')  {", "{", ()),
        ("scala", "f('{ g($x) }, '(', '[Int], 's, {", "({", ()),
        ("sql", "SELECT (a -- (\n, 'it''s)'", "(", ()),
        ("lua", "--[[ ( \n ( ]] f(", "(", ()),
        ("shellscript", 'echo "${x#(}" $# (', "(", ()),
        ("javascript", "f(/* it's (", "(/*", ()),
        ("css", "a { /* } */ b: url(/*", "{(/*", ()),
        ("css", "a { /* } */ b: url(", "{(", ()),
        ("elisp", "(f '(a) ; (\n", "(", ()),
        ("markdown", "don't (", "(", ()),
        ("html", "it's {{ x", "{{", ()),
    ],
)
def test_what_a_text_leaves_open(language: str, text: str, stack: str, unmatched: tuple[int, ...]) -> None:
    """Strings and comments hide brackets; a string of one line ends with it."""
    found = scan(text, row(language))

    assert ("".join(found.stack), found.unmatched) == (stack, unmatched)


def test_reading_goes_on_from_what_is_open() -> None:
    """A string that was open is closed first, then the bracket around it."""
    found = scan('a(") + b) + c)', row("python"), ("(", '"'))

    assert (found.stack, found.unmatched, found.n_faults) == ((), (8, 13), 2)


def test_a_string_cut_off_is_a_fault() -> None:
    """A bracket may be closed on a later line, a string of one line may not."""
    assert scan('f("a\n', row("python")).n_faults == 1
    assert scan('f("a', row("python")).n_faults == 1
    assert scan("f(", row("python")).n_faults == 0
