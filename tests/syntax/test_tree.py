"""Parsing near the cursor: every grammar that pyproject.toml names loads, and no text takes long."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.syntax.grammars import load
from infill_ls.syntax.surroundings import FAR, NEAR, Surroundings
from infill_ls.syntax.tree import sound, sound_without_line, window
from support.ground.final_buffer import place_of


def parses(text: str, language: str) -> bool | None:
    """Whether a text alone does."""
    empty = sound(Surroundings.of(place_of("‸", language)))
    return None if empty is None else empty.parses_with(text)


@pytest.mark.parametrize(
    ("language", "right", "wrong"),
    [
        ("bash", "if a; then b; fi\n", "if a; then b\n"),
        ("c", "int f(void) { return 1; }\n", "int f(void) { return 1; }}\n"),
        ("cpp", "auto f = [](int x) { return x; };\n", "auto f = [](int x { return x; };\n"),
        ("csharp", "class A { int B => 1; }\n", "class A { int B => ; }}\n"),
        ("css", "a { color: red; }\n", "a { color: red; }}\n"),
        ("go", "package a\n\nfunc f() int { return 1 }\n", "package a\n\nfunc f() int { return 1 }}\n"),
        ("html", "<p>a</p>\n", "<p>a</p\n"),
        ("java", "class A { int b() { return 1; } }\n", "class A { int b() { return 1 } }\n"),
        ("javascript", "const a = {b: [1]};\n", "const a = {b: [1};\n"),
        ("javascriptreact", "const a = <p>it's</p>;\n", "const a = <p>it's</q;\n"),
        ("json", '{"a": [1]}\n', '{"a": [1}\n'),
        ("lua", "function f() return 1 end\n", "function f() return 1 end end\n"),
        ("php", "function f() { return 1; }\n", "function f() { return 1; }}\n"),
        ("python", "def f():\n    return 1\n", "def f(:\n    return 1\n"),
        ("ruby", "def f\n  1\nend\n", "def f\n  [1\nend\n"),
        ("rust", "fn f<'a>(x: &'a str) {}\n", "fn f<'a>(x: &'a str) {}}\n"),
        ("shellscript", "f() { echo a; }\n", "f() { echo a; }}\n"),
        ("sql", "SELECT a FROM b;\n", "SELECT a FROM (b;\n"),
        ("typescript", "const a: number = 1;\n", "const a: = 1;\n"),
        ("typescriptreact", "const a = <A<B> c={1} />;\n", "const a = <A<B> c={1 />;\n"),
        ("yaml", "a:\n  - b\n", "a: [b\n"),
    ],
)
def test_each_grammar_tells_right_from_wrong(language: str, right: str, wrong: str) -> None:
    """All that the extra `syntax` installs work with the binding."""
    assert parses(right, language) is True
    assert parses(wrong, language) is False


def test_a_language_without_a_grammar_is_left_alone() -> None:
    """No answer is not the answer no."""
    assert load("cobol") is None
    assert parses("MOVE A TO B.", "cobol") is None


@pytest.mark.parametrize("text", ["((x)" * 3000, "echo a\n" * 20_000], ids=["work", "size"])
def test_a_text_that_takes_too_long_is_given_up(text: str) -> None:
    """And the next text starts afresh."""
    assert parses(text, "shellscript") is None
    assert parses("echo a\n", "shellscript") is True


def test_what_was_parsed_is_not_kept() -> None:
    """The binding never lets go of a buffer that it was handed."""
    text = "x = [1, 2]\n" * 1000
    assert parses(text, "python") is True
    tracemalloc.start()
    for number in range(50):
        parses(f"{text}y = {number}\n", "python")
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < len(text)


def test_only_the_neighbourhood_is_parsed_and_cut_at_definitions() -> None:
    """Cut there, the rest still parses."""
    functions = "".join(f"def f{i}(a):\n    return [a, {i}]\n\n\n" for i in range(1000))
    place = place_of(f"{functions}def g():\n    ‸\n\n\n{functions}", "python")
    near = window(Surroundings.of(replace(place, first_line=0)))

    assert near is not None
    assert FAR - 100 < len(near.before) <= FAR
    assert NEAR - 100 < len(near.after) <= NEAR
    assert near.before.startswith("def f")
    assert near.before.endswith("def g():\n    ")
    assert parses(near.before + "pass" + near.after, "python") is True


def test_within_a_long_class_the_text_starts_at_a_method() -> None:
    """Nothing stands at the margin for as far as is read."""
    methods = "".join(f"    def f{i}(self):\n        return [self, {i}]\n\n" for i in range(1000))
    place = place_of(f"class A:\n{methods}    def g(self):\n        ‸\n\n{methods}", "python")
    near = window(Surroundings.of(replace(place, first_line=0)))

    assert near is not None
    assert near.before.startswith("    def f")
    assert parses(near.before + "pass" + near.after, "python") is True


def test_within_a_long_text_nothing_is_parsed() -> None:
    """Who starts reading in the middle of a docstring takes code for text, and text for code."""
    words = "  some words (of a kind), and others\n\n" * 500
    assert window(Surroundings.of(replace(place_of(f'"""\n{words}‸\n{words}"""\n', "python"), first_line=0))) is None


@pytest.mark.parametrize(
    ("marked", "text", "n_replaced", "wanted"),
    [
        ("def f(a):\n    return ‸\n", "a", 0, True),
        ("def f(a):\n    return ‸\n", "a\n    return (", 0, False),
        ("def f(a):\n    return (‸)\n", "a", 0, True),
        ("def f(a):\n    return (‸)\n", "a) + 1", 0, False),
        ("def f(a):\n    return (‸)\n", "a) + 1", 1, True),
        ("if a:\n    ‸\nelse:\n    b()\n", "c()\n    d()", 0, True),
        ("if a:\n    ‸\nelse:\n    b()\n", "c()\ne()", 0, False),
        ("def f‸\n    return '💩'\n", "(ä):", 0, True),
        ("def f(‸\n    return '💩'\n", "(ä):", 0, False),
        ("class A:\n    x = [\n        ‸\n    ]\n", "1,\n        2,", 0, True),
    ],
)
def test_an_answer_is_parsed_within_its_document(
    marked: str, text: str, n_replaced: int, wanted: bool
) -> None:  # a cell of the table
    """Whether the cursor's line was finished or not."""
    place = place_of(marked, "python")
    near = sound(Surroundings.of(place))

    assert near is not None
    assert near.parses_with(text, n_replaced) is wanted


def test_a_broken_document_says_nothing_of_an_answer() -> None:
    """Its faults are its own."""
    assert sound(Surroundings.of(place_of("def f(:\n    pass\n\n\ndef g():\n    ‸\n", "python"))) is None


_PIECES = [
    "x",
    "1",
    "(",
    ")",
    ":",
    "\n",
    "    ",
    "if ",
    "else:",
    "'",
    '"""',
    "# ",
    ", ",
    "def f():",
    "return",
    "é",
    "=",
    "[",
    "]",
]


@given(
    before=st.lists(st.sampled_from(_PIECES), max_size=6).map("".join),
    after=st.lists(st.sampled_from(_PIECES), max_size=3).map("".join),
    text=st.lists(st.sampled_from(_PIECES), max_size=8).map("".join),
)
def test_what_is_parsed_again_in_part_is_as_if_parsed_as_a_whole(before: str, after: str, text: str) -> None:
    """Only the answer's surroundings are read a second time."""
    head, tail = "def f(a):\n    b = [a]\n", "\n    return b\n\n\nclass C:\n    x = 'é'\n"
    place = place_of(f"{head}    {before}‸{after}{tail}", "python")
    for near in (sound_without_line(Surroundings.of(place)), sound(Surroundings.of(place))):
        if near is not None:
            assert near.parses_with(text) == parses(f"{head}    {before}{text}{after}{tail}", "python")


def test_php_without_its_opening_tag_is_still_php() -> None:
    """The window may begin behind it."""
    near = sound(Surroundings.of(replace(place_of("function f() {\n    ‸\n}\n", "php"), first_line=500)))

    assert near is not None
    assert near.source.startswith(b"<?php")
    assert near.parses_with("return 1;") is True


def test_grammars_are_loaded_one_at_a_time_and_not_at_start_up() -> None:
    """Asking for one language imports the binding and that grammar alone."""
    program = (
        "import sys, infill_ls.engine.engine, infill_ls.syntax.scope\n"
        "names = lambda: sorted(n for n in sys.modules if n.startswith('tree_sitter') and '.' not in n)\n"
        "assert names() == [], names()\n"
        "from infill_ls.syntax.grammars import load\n"
        "load('go')\n"
        "assert names() == ['tree_sitter', 'tree_sitter_go'], names()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
