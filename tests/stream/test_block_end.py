"""Where an answer ends: with the statement or the block that the cursor is in, or at a bracket that is not its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.stream.pipeline import Pipeline
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import STOP, place_of, stream

METHOD = "class A:\n    def f(self):\n        ‸\n"
GO = "func f() {\n\tif x {\n\t\t‸\n\t}\n\tg()\n}\n"


def check(document: str, language: str, answer: str, shown: str, stopped: str | None, **options) -> None:
    """Whole and a character at a time: what is shown, its end aside, and what stopped the model."""
    place = place_of(document, language)
    for pieces in ([answer], list(answer)):
        text, why = stream(place, pieces, **options)

        assert (text.rstrip(), why) == (shown, stopped)


@pytest.mark.parametrize(
    ("language", "document", "answer", "shown", "stopped"),
    [
        ("python", "x = ‸\n", "1\ny = 2\n", "1", "statement"),
        ("python", "x = ‸\n", "f(\n    1,\n)\ny = 2\n", "f(\n    1,\n)", "statement"),
        ("python", "x = ‸\n", "1 + \\\n2\ny = 2\n", "1 + \\\n2", "statement"),
        ("python", "x = ‸\n", '"""\na\n"""\ny = 2\n', '"""\na\n"""', "statement"),
        ("python", "x = ‸\n", "1\n\n# next\ny = 2\n", "1", "statement"),
        ("python", "if x‸\n", ":\n    a()\nelse:\n    b()\nc()\n", ":\n    a()\nelse:\n    b()", "statement"),
        ("python", "@a‸\n", "b\ndef f():\n    return 1\n\n\ndef g():\n", "b\ndef f():\n    return 1", "statement"),
        ("python", "def f(‸\n", "x):\n    return x\n\n\ndef g():\n    pass\n", "x):\n    return x", "statement"),
        ("python", "    # one‸\n", " two\n    # three\n    x = 1\n", " two\n    # three", "statement"),
        ("javascript", "const x = ‸\n", "a\n  .b()\n  .c();\ny();\n", "a\n  .b()\n  .c();", "statement"),
        ("javascript", "const x = ‸\n", "a\n.b()\n&& c;\ny();\n", "a\n.b()\n&& c;", "statement"),
        ("javascript", "if (x)‸\n", "\n{\n  a();\n}\nelse {\n  b();\n}\nc();\n", "\n{\n  a();\n}\nelse {\n  b();\n}", "statement"),
        ("javascript", "const x = ‸\n", "/[)}]/.test(y);\ny();\n", "/[)}]/.test(y);", "statement"),
        ("go", "\tx := ‸\n", "func() {\n\t\ta()\n\t}\n\ty()\n", "func() {\n\t\ta()\n\t}", "statement"),
        ("shellscript", "if x; then‸\n", "\n  a\nfi\nb\n", "\n  a\nfi", "statement"),
        ("shellscript", "cat <<EOF‸\n", "\na\nb\nEOF\nc\n", "\na\nb\nEOF", "statement"),
        ("ruby", "def f‸\n", "\n  1\nend\n\ndef g\n  2\nend\n", "\n  1\nend", "statement"),
        ("yaml", "a: ‸\n", "1\nb: 2\n", "1", "statement"),
    ],
)  # fmt: skip
def test_a_statement_begun_ends_the_answer(language, document, answer, shown, stopped) -> None:
    """The first line decides whether there are more: brackets, blocks and lines that go on."""
    check(document, language, answer, shown, stopped)


@pytest.mark.parametrize(
    ("language", "document", "answer", "shown", "stopped"),
    [
        ("python", METHOD, "a = 1\n        return a\n\n    def g(self):\n", "a = 1\n        return a", "block"),
        ("python", METHOD, "return 1\n\n\nclass B:\n    pass\n", "return 1", "block"),
        ("python", METHOD, "a()\n\n# out\n        # in\n        b()\n", "a()\n\n# out\n        # in\n        b()", None),
        ("python", METHOD, "a(\n1,\n)\n        b()\n", "a(\n1,\n)\n        b()", None),
        ("python", METHOD, 'a = """\nb\n"""\n        b()\n', 'a = """\nb\n"""\n        b()', None),
        ("python", "try:\n    ‸\n", "a()\nexcept E:\n    b()\nc()\n", "a()\nexcept E:\n    b()", "block"),
        ("python", "try:\n    ‸\nexcept E:\n    b()\n", "a()\nexcept E:\n    b()\n", "a()", "block"),
        ("python", "def f():\n    for x in y:\n        ‸\n    return 1\n", "a(x)\n    return 2\n", "a(x)", "block"),
        ("python", "def f():\n    for x in y:\n        ‸\n\n    return 1\n", "a(x)\n    b()\n", "a(x)", "block"),
        ("python", "import a\n\n‸", "def f():\n    pass\n\n\n# two\n@b\ndef g():\n    pass\n", "def f():\n    pass", "block"),
        ("python", "import a\n\n‸", "x = 1\ny = 2\n\ndef f():\n    pass\nf()\n", "x = 1\ny = 2\n\ndef f():\n    pass\nf()", None),
        ("python", "def f():\n‸", "    return 1\n\nf()\n", "    return 1", "block"),
        ("go", "type A struct{}\n\n‸", "func (a A) f() { return }\nfunc (a A) g() { return }\n", "func (a A) f() { return }\nfunc (a A) g() { return }", None),
        ("go", "type A struct{}\n\n‸", "func (a A) f() {\n\treturn\n}\n\nfunc g() {\n", "func (a A) f() {\n\treturn\n}", "block"),
        ("java", "class A {\n    ‸\n}\n", "int f() {\n        return 1;\n    }\n\n    int g() {\n", "int f() {\n        return 1;\n    }", "block"),
        ("javascript", "function f() {\n  ‸\n", "return 1;\n}\n\nfunction g() {\n", "return 1;\n}", "block"),
        ("ruby", "def f\n  ‸\n", "1\nend\n\ndef g\n", "1\nend", "block"),
        ("ruby", "def f\n  ‸\nend\n", "1\nend\n\ndef g\n", "1", "block"),
        ("lua", "function f()\n  ‸\nend\n", "return 1\nend\n\nf()\n", "return 1", "block"),
    ],
)  # fmt: skip
def test_the_block_ends_the_answer(language, document, answer, shown, stopped) -> None:
    """A blank line alone never does, nor a comment, nor what stands in brackets and strings."""
    check(document, language, answer, shown, stopped)


@pytest.mark.parametrize(
    ("language", "document", "answer", "shown", "stopped"),
    [
        ("go", GO, "a()\n\t}\n\tg()\n", "a()", "closer"),
        ("go", GO, "a()\n\t} else {\n\t\tb()\n\t}\n\tg()\n", "a()\n\t} else {\n\t\tb()", "closer"),
        ("go", "func f() {\n\tif x {\n\t\t‸\n}\n", "a()\n\t}\n}\n", "a()\n\t}", "closer"),
        ("go", "func f() {\n\tif x {\n\t\t‸\n}\n", "a()\n\t}\n\tb()\n", "a()\n\t}", "block"),
        ("go", "func f() {\n\tgo func() {\n\t\t‸\n\t}()\n}\n", "a()\n\t}()\n}\n", "a()", "closer"),
        ("go", "func f() {\n\tg(‸), h(x))\n\tk()\n}\n", "a), h(x))", "a), h(x))", None),
        ("javascript", "try {\n  ‸\n} catch (e) {\n  f();\n}\n", "a();\n} catch (e) {\n  g();\n", "a();", "closer"),
        ("javascript", "f(a, {\n  b: ‸\n});\n", "1,\n});\ng();\n", "1,", "closer"),
        ("javascript", "x = ‸;\n", "1)\n", "1", "closer"),
        ("javascript", "x = [‸];\n", "1, 2]", "1, 2]", None),
        ("javascript", "f(‸)\n", "a) + g(b", "a) + g(b", None),
        ("javascript", "‸", "f(')')\n// :)\n/* } */\n", "f(')')\n// :)\n/* } */", None),
        ("shellscript", "‸", "case x in\n  a) b ;;\nesac\n", "case x in\n  a) b ;;\nesac", None),
        ("markdown", "‸", "1) one\n", "1) one", None),
    ],
)  # fmt: skip
def test_a_bracket_that_is_not_the_answers_ends_it(language, document, answer, shown, stopped) -> None:
    """What the lines below close already, or nothing opened; what the cursor's own line closes may be replaced."""
    check(document, language, answer, shown, stopped)


def test_where_the_window_begins_late_nothing_is_known_of_what_is_open() -> None:
    """A bracket of further up may well be closed."""
    place = place_of("  a();\n  ‸\n", "javascript")

    assert stream(place, ["b();\n}\n"]) == ("b();\n", "closer")
    assert stream(replace(place, first_line=700), ["b();\n}\n"]) == ("b();\n}\n", None)


@pytest.mark.parametrize("options", [{"trigger": "invoked"}, {"lines": "multi"}])
def test_who_asks_for_more_gets_more(options) -> None:
    """Statements after the cursor's and branches further out, up to the end of the function."""
    check("def f():\n    x = ‸\n", "python", "1\n    y = 2\n\ndef g():\n", "1\n    y = 2", "block", **options)
    nested = "def f():\n    for x in y:\n        ‸\n"
    check(nested, "python", "a()\n    return 1\n\n\ndef g():\n", "a()\n    return 1", "block", **options)
    rest = "        a()\n        b()\n    return 1\n"
    check("def f():\n    for x in y:\n‸", "python", rest + "\n\ndef g():\n", rest.rstrip(), "block", **options)
    words, whole = "function f(a)\n  if a then\n    ‸\n", "return b\n  end\n  return 1\nend"
    check(words, "lua", f"{whole}\n\nfunction g()\nend\n", whole, "block", **options)
    check(words.replace("function f", "M.f = function"), "lua", f"{whole}\n\nM.g = 1\n", whole, "block", **options)
    two = "def f():\n    pass\n\n\ndef g():\n    pass"
    check("import a\n\n‸", "python", two, two, None, **options)


def test_later_lines_that_have_lost_their_indentation_are_not_outside() -> None:
    """What comes of them is for when the answer is whole."""
    for answer in ("x = 1\nreturn x", "if x:\n    y()\nreturn 1"):
        check("def f():\n    ‸\n", "python", answer, answer, None)


def test_the_model_is_stopped_at_the_first_word_outside() -> None:
    """Not at the end of its line."""
    pipeline = Pipeline(Surroundings.of(place_of("x = ‸\n", "python")), STOP, max_lines=40, lines="auto")
    pipeline.feed("1\n")
    pipeline.feed("y")
    assert pipeline.stopped is None

    pipeline.feed(" = ")

    assert pipeline.stopped == "statement"


def test_strings_that_go_on_over_lines_end_the_judging() -> None:
    """A quote that its line does not close says that the rules do not hold here."""
    answer = '"a\n#include <b>\n"\nc\n'
    check("x=‸\n", "shellscript", answer, answer.rstrip(), None)


@pytest.mark.parametrize(
    ("off", "answer"),
    [({"statement"}, "1\ny = 2\n"), ({"statement", "closer"}, "1)\ny = 2\n")],
)
def test_each_can_be_switched_off(off, answer) -> None:
    """What it would have cut is shown."""
    check("x = ‸\n", "python", answer, answer.rstrip(), None, off=frozenset(off))


def test_a_long_answer_in_small_pieces_takes_linear_work() -> None:
    """Many lines, and one that never ends."""
    answer = "".join(f"    value_{i} = g(\n        {i})\n" for i in range(3000)) + "    " + "x" * 50_000
    place = place_of("def f():\n‸\n", "python")

    assert stream(place, list(answer), max_lines=10_000) == (answer, None)
