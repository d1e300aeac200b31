"""What would leave the code broken is not shown unless it is asked for; what is only unfinished is shown."""

from __future__ import annotations

import pytest

from infill_ls.engine.generate import Raw
from infill_ls.engine.postprocess import verdict_of
from infill_ls.records import Completion, Rejection
from infill_ls.settings.schema import CompletionSettings
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import place_of

BROKEN = [
    pytest.param("python", "def f(x):\n    ‸\n", "for in x: pass", "stop", id="code that does not parse"),
    pytest.param("go", "func f() {\n\t‸\n}\n", "if x { y( }", "stop", id="brackets that cross"),
    pytest.param("java", "class A {\n    void f() {\n        ‸\n    }\n}\n", "int int x;", "stop", id="a word twice"),
    pytest.param("kotlin", "fun f() {\n    val x = g(‸)\n}\n", "a[1)]", "stop", id="brackets that cross, without a grammar"),
    pytest.param("python", "x = ‸\n", "total_am", "length", id="a word that a limit has cut"),
]  # fmt: skip
LONG = "f(() {\n  g(() {\n    g(() {\n" + 1000 * "    a();\n" + "    });\n  });\n"
"""More than is read before the cursor, which begins in brackets."""
WHOLE = [
    pytest.param("python", "def f(x):\n    ‸\n", "for y in x:", "stop", id="a head without its body"),
    pytest.param("javascript", "f(‸\ng();\n", "a, b", "stop", id="a bracket that is closed later on"),
    pytest.param("javascript", "const a = ‸\n", "load().then((b) => {", "stop", id="a function that is begun"),
    pytest.param("python", "x = = 1\n‸\n", "for in x: pass", "stop", id="a document that does not parse"),
    pytest.param("python", "x = ‸\n", "total(a", None, id="more may come"),
    pytest.param("python", "x = ‸\n", "total(a,", "length", id="cut between words"),
    pytest.param("ruby", "def f\n  ‸\n", "a\n  if a\n    b", "length", id="what is left of what a limit has cut"),
    pytest.param("c", "‸\n", "FOR_EACH(x) y();", "stop", id="macros"),
    pytest.param("markdown", "‸\n", "1) one :)", "stop", id="prose"),
    pytest.param("yaml", "run: |\n  ‸\n", "a) ./a ;;", "stop", id="text in data"),
    pytest.param("kotlin", "// from [‸]\nval a = 1\n", "0, 1)", "stop", id="brackets of a comment"),
    pytest.param("rust", "/*!\ng(|| {\n    f(‸\n})\n*/\n", "a);", "stop", id="brackets of a comment over lines"),
    pytest.param("dart", f"{LONG}  f(() {{\n    a();\n‸\n}});\n", "  });", "stop", id="opened far above"),
    pytest.param("ruby", "def f\n  ‸\n  PATTERN\nend\n", "m :a, <<~PATTERN\n    (send nil? {#A #B}\n      $({x} ...) ...)", "stop", id="a text whose marks begin comments elsewhere"),
    pytest.param("ruby", "m :a, <<~PATTERN\n  {\n    (b #C.all)\n  ‸\nPATTERN\n", "}", "stop", id="the end of a bracket in such a text"),
    pytest.param("python", "@cache\n‸\n", "@other", "stop", id="a decorator"),
    pytest.param("csharp", "class A {\n    void F() {\n        try {\n            G();\n        }\n#pragma warning disable CA1\n        catch (‸)\n        {\n            H();\n        }\n    }\n}\n", "E e)", "stop", id="a line of the preprocessor between branches"),
    pytest.param("css", "a {\n  background: url(‸)\n}\n", "../images/a.png) no-repeat;", "stop", id="an address without quotes in a style sheet"),
    pytest.param("typescript", "        a();\n    });\n\n    b.on('c', () => {\n        const d = e(f(‸)\n    });\n\n    g();\n});\n", "...h));", "stop", id="the end of a call in a part of a file, which begins within another"),
    pytest.param("rust", "    fn a(&self) -> bool {\n        b!(self)\n    ‸\n\n    fn c(&self) -> bool {\n        b!(self)\n    }\n}\n", "}", "stop", id="the end of a function in a part of a file"),
    pytest.param("zig", "f(\n    \\\\fn a() {\n    \\\\    b(1\n    ‸\n, 2);\n", "\\\\}", "stop", id="brackets in lines of a string"),
    pytest.param("vim", "syn match a /{b\\(\\|:[^}]\\+\\)}/\nsyn match ‸\nsyn match c /{d\\(\\|:[^}]\\+\\)}/\n", "a /{e\\(\\|:[^}]\\+\\)}/", "stop", id="a pattern that the line's beginning tells"),
    pytest.param("csharp", "            b();\n        }\n    }\n\n    void c()\n    {\n        d();\n    ‸\n}\n", "}", "stop", id="the end of a method in a part of a file that is no file's beginning"),
]  # fmt: skip


def verdict(document, language, answer, finish, **how):
    """What is shown of an answer."""
    limits = CompletionSettings(rules=tuple((rule, False) for rule in how.pop("off", ())))
    return verdict_of(Raw(answer, finish, None), Surroundings.of(place_of(document, language)), limits, **how)


@pytest.mark.parametrize(("language", "document", "answer", "finish"), BROKEN)
def test_what_would_leave_the_code_broken_is_shown_only_to_those_who_asked(language, document, answer, finish) -> None:
    """The outcome says so; those who asked see it, and so do those who have switched the rule off."""
    asked = verdict(document, language, answer, finish, trigger="invoked")

    assert verdict(document, language, answer, finish) == Rejection("broken")
    assert isinstance(asked, Completion)
    assert verdict(document, language, answer, finish, off=frozenset({"broken"})) == asked


@pytest.mark.parametrize(("language", "document", "answer", "finish"), WHOLE)
def test_what_is_only_unfinished_is_shown(language, document, answer, finish) -> None:
    """Whoever types will go on."""
    assert isinstance(verdict(document, language, answer, finish), Completion)
