"""What the cursor stands in, by tree-sitter where a grammar is installed, else by brackets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.syntax.scope import open_at, scope
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import place_of

PLACES = [
    ("python", "x = ‸\n", "code"),
    ("python", "x = 1  # a‸\n", "comment"),
    ("python", "x = 'a‸'\n", "string"),
    ("python", "x = 'a‸\n", "string"),
    ("python", "x = 'it''s'‸\n", "code"),
    ("python", 'def f():\n    """Doc.\n\n    More‸\n    """\n    return 1\n', "string"),
    ("python", 'def f():\n    """Doc."""\n    ‸\n    return 1\n', "code"),
    ("python", 'def f():\n    """Doc.\n\n    More"""‸\n    return 1\n', "code"),
    ("javascript", "f(`a ${b} ‸`)\n", "string"),
    ("javascript", "/**\n * a‸\n */\nf()\n", "comment"),
    ("javascript", "f(); // it's ‸\n", "comment"),
    ("typescript", "const a: string = '‸'\n", "string"),
    ("go", "func f() {\n\tx := `a\n\t‸\n\t`\n}\n", "string"),
    ("rust", "fn f<'a>(x: &'a str) {\n    ‸\n}\n", "code"),
    ("c", "/* a\n ‸\n*/\nint x;\n", "comment"),
    ("java", "class A {\n    // a‸\n}\n", "comment"),
    ("shellscript", 'echo "a‸"\n', "string"),
    ("css", "a {\n  color: ‸;\n}\n", "code"),
    ("sql", "SELECT 'a‸'\n", "string"),
    ("markdown", "don't ‸\n", "code"),
    ("kotlin", "val a = 1 // a‸\n", "comment"),
    ("", "it's ‸\n", "code"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "document", "expected"), PLACES)
def test_what_the_cursor_stands_in(language: str, document: str, expected: str) -> None:
    """Also where the string or comment is not yet finished."""
    assert scope(Surroundings.of(place_of(document, language))) == expected


@pytest.mark.parametrize(("language", "document", "expected"), PLACES)
def test_without_a_grammar_brackets_say_the_same(language: str, document: str, expected: str) -> None:
    """A language nobody has a grammar of is read by the same rules; only quotes and comments of its own are unknown."""
    same_rules = {
        "python": "toml", "javascript": "kotlin", "typescript": "dart", "go": "zig", "rust": "elm", "c": "dart",
        "java": "kotlin", "shellscript": "fish", "css": "less", "sql": "mysql",
    }  # fmt: skip
    if language == "rust":
        pytest.skip("no other language has lifetimes")
    assert scope(Surroundings.of(place_of(document, same_rules.get(language, language)))) == expected


@pytest.mark.parametrize(
    ("language", "document", "expected"),
    [
        ("javascript", "const a = /[`]/;\nf(‸)\n", "code"),
        ("lua", "local a = [[\nit's ‸\n]]\n", "string"),
        ("ruby", "a = <<~X\n  it ‸\nX\n", "string"),
        ("javascript", "const a = `b ${\n  c\n  ‸\n}`;\n", "code"),
    ],
)
def test_what_only_a_grammar_knows(language: str, document: str, expected: str) -> None:
    """Regular expressions, long strings, heredocs, code within strings."""
    assert scope(Surroundings.of(place_of(document, language))) == expected


def test_a_window_that_begins_in_a_docstring_is_read_from_a_definition() -> None:
    """Its closing quotes open nothing."""
    place = place_of('half a docstring\n"""\n\n\ndef f(a):\n    return g(‸\n', "python")

    assert open_at(Surroundings.of(replace(place, first_line=900))) == ("(",)
    assert scope(Surroundings.of(replace(place, first_line=900))) == "code"
