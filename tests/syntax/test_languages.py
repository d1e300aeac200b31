"""The table of languages: found by every name, and each row read by its own marks."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from infill_ls.syntax.brackets import scan
from infill_ls.syntax.language_rows import LANGUAGES
from infill_ls.syntax.languages import is_called, is_known, may_be_called, of_document, of_file, row
from support.ground.final_buffer import Case, check

IDS = [language.id for language in LANGUAGES]
NAMES = [(name, language.id) for language in LANGUAGES for name in (language.id, *language.also)]


def test_no_name_comes_twice():
    """An id, an extension or a file's name finds one row."""
    for column in ("extensions", "files"):
        names = Counter(name for language in LANGUAGES for name in getattr(language, column))
        assert [name for name, n in names.items() if n > 1] == []
    assert [name for name, n in Counter(name for name, _ in NAMES).items() if n > 1] == []
    assert all(name == name.lower() for name, _ in NAMES)


OTHER_NAMES = {
    "python.django": "python",
    "yaml.docker-compose": "yaml",
    "typescript.tsx": "typescriptreact",
    "Python": "python",
    "py": "python",
    "rs": "rust",
    "cs": "csharp",
    "md": "markdown",
    "make": "makefile",
    "emacs-lisp": "elisp",
    "hcl": "terraform",
    "bazel": "starlark",
    "ksh": "shellscript",
    "LaTeX": "latex",
    "markdown.pandoc": "markdown",
}


@pytest.mark.parametrize(("name", "wanted"), (OTHER_NAMES | dict(NAMES)).items())
def test_a_language_is_found_by_any_name(name, wanted):
    """Editors send their own ids, compound ones, capitals and file extensions."""
    assert is_known(name)
    assert row(name).id == wanted


def test_what_no_row_knows_has_the_row_of_defaults():
    assert not is_known("no-such-language")
    assert row("no-such-language").id == ""


NAMED = [
    # language, name, on by it, off by it
    ("python.django", "python", True, True),
    ("python.django", "django", True, True),
    ("py", "python", True, True),
    ("python", "py", False, True),
    ("yaml.docker-compose", "yaml", True, True),
    ("Markdown", "markdown", True, True),
    ("pandoc", "markdown", True, True),
    ("markdown", "mdx", False, True),
    ("python", "ruby", False, False),
    ("frobnicate", "frobnicate", True, True),
    ("frobnicate", "python", False, False),
]


@pytest.mark.parametrize(("language", "name", "on", "off"), NAMED)
def test_a_switch_knows_every_name(language, name, on, off):
    """What is switched off by any name stays off under all; what is switched on is no more than what was named."""
    assert (is_called(language, name), may_be_called(language, name)) == (on, off)


FILES = {
    "/p/a.py": "python",
    "C:\\p\\A.PY": "python",
    "/p/Dockerfile.dev": "dockerfile",
    "/p/CMakeLists.txt": "cmake",
    "/p/meson.build": "meson",
    "/p/BUILD": "starlark",
    "/p/x.unknown": "",
    "/p/none": "",
}


@pytest.mark.parametrize(("path", "wanted"), FILES.items())
def test_a_files_name_tells_its_language(path, wanted):
    assert of_file(path) == wanted


def test_the_editors_word_counts_before_the_files():
    """Where it says something that a row knows."""
    assert of_document("ruby", "a.py") == "ruby"
    assert of_document("plaintext", "a.py") == "python"
    assert of_document("some-dialect", "a.py") == "python"
    assert of_document("some-dialect", "a.zzz") == "some-dialect"


COMMENTS = {
    "#": "# see (the docs",
    "//": "// see (the docs",
    "--": "-- see (the docs",
    ";": "; see (the docs",
    "%": "% see (the docs",
    "!": "! see (the docs",
    "'": "' see (the docs",
    '^[ \\t]*"': '" see (the docs',
    '(?<=\\s)"(?=[^"\\n]*$)': 'let a = 1 " see (the docs',
    "^[ \\t]*@?(?i:rem)\\b": "REM see (the docs",
    "^[ \\t]*::": ":: see (the docs",
    "(?<!\\w)(?i:rem)\\b": "Rem see (the docs",
    "^[ \\t]*[\\#!]": "! see (the docs",
    "^[ \\t]*\\#": "# see (the docs",
    "\\#(?!\\[)": "# see (the docs",
    "\\#": "# see (the docs",
    "\\\\\\\\": "\\\\ see (the docs",
}
"""A comment by each mark that a row has for one."""

ABOVE = [
    *((each.id, name, COMMENTS[mark]) for each in LANGUAGES for name in (each.id, *each.also) for mark in each.line),
    *((each.id, each.id, f"{a} see (the docs {b}") for each in LANGUAGES for a, b in each.block),
    *((each.id, each.id, f"{a} it's (the\n docs {b}") for each in LANGUAGES for a, b in each.block),
]


@pytest.mark.parametrize(
    ("name", "comment"), [pytest.param(name, said, id=f"{name}: {said}") for id_, name, said in ABOVE if name]
)
def test_a_bracket_in_a_comment_above_is_none(name, comment):
    """The editor has closed the call's bracket and the model closes it, too: the document holds one closer."""
    if row(name).prose:
        pytest.skip("prose has no comments")
    check(Case("", name, f"{comment}\ny = foo(‸)\n", "x)", f"{comment}\ny = foo(x)\n"))


@pytest.mark.parametrize("id_", IDS)
def test_a_row_reads_brackets(id_):
    """Whatever its marks are."""
    assert scan("f(g[h{", row(id_)).stack == ("(", "[", "{")
    assert scan("f(g[h{}])", row(id_)).stack == ()


PACKAGE = Path(__file__).parents[2] / "server" / "infill_ls"
KNOWING = {"syntax/language_rows.py", "syntax/languages.py", "doctor/examine.py", "cli/editors.py"}
"""The table itself, the document of the doctor's live completion, and the editors' set-up."""


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).as_posix() not in KNOWING],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_no_other_file_knows_a_language_by_its_id(path):
    """An id is compared with nothing: a row's attribute says what follows from it."""
    telling = {
        each for each in IDS if each not in {"c", "d", "r", "text", "markdown", "html", "json", "plaintext", "just"}
    }
    found = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare | ast.Set)
        for node in ast.walk(node)
        if isinstance(node, ast.Constant) and node.value in telling
    ]

    assert found == []
