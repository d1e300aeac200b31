"""Parsing near the cursor: every grammar that pyproject.toml names loads, and no text takes long."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from infill_ls.syntax.grammars import load
from infill_ls.syntax.tree import AFTER, BEFORE, parse, parses, window
from support.final_buffer import place_of


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
        ("php", "<?php function f() { return 1; }\n", "<?php function f() { return 1; }}\n"),
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


def test_a_text_that_takes_too_long_is_given_up() -> None:
    """And the next text starts afresh."""
    assert parse("x = [" + "(1, 2), " * 100_000, "python") is None
    assert parses("x = 1\n", "python") is True


def test_only_the_neighbourhood_is_parsed_and_cut_at_definitions() -> None:
    """Cut there, the rest still parses."""
    functions = "".join(f"def f{i}(a):\n    return [a, {i}]\n\n\n" for i in range(1000))
    place = place_of(f"{functions}def g():\n    ‸\n\n\n{functions}", "python")
    near = window(replace(place, first_line=0))

    assert BEFORE - 100 < len(near.before) <= BEFORE
    assert AFTER - 100 < len(near.after) <= AFTER
    assert near.before.startswith("def f")
    assert near.before.endswith("def g():\n    ")
    assert parses(near.before + "pass" + near.after, "python") is True


def test_php_without_its_opening_tag_is_still_php() -> None:
    """The window may begin behind it."""
    place = replace(place_of("function f() {\n    ‸\n}\n", "php"), first_line=500)
    near = window(place)

    assert parses(near.before + "return 1;" + near.after, "php") is True


def test_grammars_are_loaded_one_at_a_time_and_not_at_start_up() -> None:
    """Asking for one language imports the binding and that grammar alone."""
    program = (
        "import sys, infill_ls.engine.complete, infill_ls.syntax.scope\n"
        "names = lambda: sorted(n for n in sys.modules if n.startswith('tree_sitter') and '.' not in n)\n"
        "assert names() == [], names()\n"
        "from infill_ls.syntax.grammars import load\n"
        "load('go')\n"
        "assert names() == ['tree_sitter', 'tree_sitter_go'], names()\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
