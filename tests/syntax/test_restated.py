"""Where a suggestion says the closing characters again that stand behind the cursor."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infill_ls.syntax.languages import row
from infill_ls.syntax.restated import replacing_all, restated_at

# The language, the line up to the cursor, the suggestion up to each character that it says again, its rest, and what
# stands behind the cursor.
CASES = {
    "a bracket": ("go", "f(", ["a)"], " {", ")"),
    "at once": ("go", "\tw := New(", [")"], "\n\tgo(a, b)", ")"),
    "not one of its own": ("python", "f(", ["g(x), y)"], " + h(z)", ")"),
    "not one in a string": ("javascript", "f(", ['":)", x)'], " {", ")"),
    "not one in a comment": ("javascript", "f(", ["a, /* :) */ b)"], "", ")"),
    "opened in a line above": ("go", "\t", ["a)"], " + (b)", ")"),
    "a quote and a bracket": ("javascript", "it('", ["adds'", ", () => go('x'))"], "", "')"),
    "a quote, not the next string's": ("yaml", '  - "', ['a"'], '\n  - "b"', '"'),
    "a quote that is escaped before": ("python", "x = '", ["it\\'s'"], "  # it's", "'"),
    "a quote of a line above": ("javascript", "  text", ["`"], " + `x`", "`"),
    "three quotes": ("python", '    """', ['Say."', '"', '"'], "\n    x", '"""'),
    "within a string": ("python", 'f"{g(', ["h(y))", "}", '"'], "", ')}"'),
    "white space goes with what follows": ("javascript", "f([", ["a]", " )"], ";", "] )"),
    "an empty block": ("javascript", "function f(", ["a)", " {", "\n  if (x) {\n  }\n}"], "", ") {}"),
    "a semicolon": ("java", "f(", ["a)", ";"], "\nint b;", ");"),
    "twin marks": ("latex", "$", ["x$"], " and $y$", "$"),
    "not at all": ("go", "f(", [], "a", ")"),
}


@pytest.mark.parametrize(("language", "before", "pieces", "rest", "replaced"), CASES.values(), ids=CASES.keys())
def test_each_character_has_its_place(language, before, pieces, rest, replaced):
    text = "".join(pieces) + rest
    places = restated_at(text, replaced, before, row(language))

    visible = [place for place, mark in zip(places, replaced, strict=True) if mark != " "]
    ends = [len("".join(pieces[: count + 1])) - 1 for count in range(len(pieces))]
    assert visible == ends + [len(text)] * (len(visible) - len(ends))
    assert list(places) == sorted(places)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text("ab()[]{}\"'`\\;,\n $/#", max_size=60),
    st.text(")]}\"'`; ", min_size=1, max_size=5),
    st.sampled_from("(\"'`["),
)
def test_places_rise_and_hold_the_character_wherever_they_are_in_the_text(text, replaced, opener):
    for language in ("python", "javascript", "yaml"):
        places = restated_at(text, replaced, f"x = f{opener}", row(language))

        assert len(places) == len(replaced)
        assert list(places) == sorted(places)
        for place, mark in zip(places, replaced, strict=True):
            assert place == len(text) or mark == " " or text[place] == mark


# The language, the line up to the cursor and from there on, the suggestion and what it replaces, and both as they become.
WHOLE = {
    "it goes on in another call": ("python", "if g(", ")", "a):\n    return h(a", 0, "a):\n    return h(a)", 1),
    "at once": ("go", "\tw := New(", ")", ")\n\tgo(a, b", 0, ")\n\tgo(a, b)", 1),
    "in the next string": ("yaml", '  - "', '"', 'a"\n  - "b', 0, 'a"\n  - "b"', 1),
    "one of two": ("go", "f(k(", "))", "a), h(g(b", 1, "a), h(g(b", 1),
    "two of two": ("go", "f(k(", "))", "a), b), h(g(c", 0, "a), b), h(g(c))", 2),
    "it closes nothing": ("go", "f(", ")", "x, y", 0, "x, y", 0),
    "only its own": ("go", "f(", ")", "g(x), y", 0, "g(x), y", 0),
    "only its own, of which one stays open": ("javascript", "it(", ")", "a, () => {\n  g(", 0, "a, () => {\n  g(", 0),
    "a quote that opens": ("python", "x = ", "'abc'", "f('a') + ", 0, "f('a') + ", 0),
    "no closing character": ("python", "x = ", " + (1)", "f(1)", 0, "f(1)", 0),
}


@pytest.mark.parametrize("case", WHOLE.values(), ids=WHOLE.keys())
def test_what_is_closed_early_is_replaced_early(case):
    language, before, after, text, n_replaced, *whole = case
    assert replacing_all(text, n_replaced, before, after, row(language)) == tuple(whole)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text("ab()[]{}\"'`;\n ", max_size=40),
    st.text("ab)]}\"'`; ", max_size=6),
    st.integers(0, 3),
    st.sampled_from("(\"'`["),
)
def test_the_document_becomes_the_same(text, after, n_replaced, opener):
    n_replaced = min(n_replaced, len(after))
    whole, n_whole = replacing_all(text, n_replaced, f"x = f{opener}", after, row("javascript"))

    assert n_replaced <= n_whole <= len(after)
    assert whole + after[n_whole:] == text + after[n_replaced:]
