"""Plain English in what users read: pages, settings, messages. The list grows by what readers stumble over."""

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from infill_ls.settings.outcomes import RULES
from infill_ls.settings.resolve import keys
from infill_ls.settings.schema import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "server" / "docs"
PAGES = [
    ROOT / "README.md",
    ROOT / ".github" / "SECURITY.md",
    *sorted(DOCS.glob("*.md")),
    *sorted((ROOT / "editors").glob("*.md")),
    *sorted((ROOT / "editors").glob("*/*.md")),
]
PAGES += sorted((ROOT / "server" / "changes").glob("*.md"))
SOURCES = sorted((ROOT / "server" / "infill_ls").rglob("*.py"))

STUMBLING = {
    "is not a …": r"(?<!there )\bis no (?!longer|more|way|doubt)\w+",
    "is reported": r"\btold of\b",
    "should, is to, or nothing": r"\bshall\b",
    "fix, repair": r"\bmend(s|ed|ing)?\b",
    "anyone who, a person who": r"\bwhoever\b",
    "a request": r"\bwho asks\b",
    "your own, its own": r"\ban own\b",
    "whether …": r"\bbe it\b",
    "permission": r"\bleave to\b(?= \w+)",
    "the number": r"\bso many\b",
    "if there are any": r"\bwhere there are any\b",
    "current, effective": r"\bin force\b",
    "Nothing is …": r"\bnobody listens\b",
    "dismisses": r"\bputs it away\b",
    "is used, is sent a request": r"\b(model|studio|service|server) is (only )?asked\b",
    "typo": r"\ba slip\b",
}
"""What to say instead, and the words that are read as translated."""


def stumbled(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = " ".join(re.sub(r"`[^`\n]+`", "`…`", text).split())
    return [
        f"{match[0]!r}: {better}  …{text[max(0, match.start() - 40) : match.end() + 20]}"
        for better, pattern in STUMBLING.items()
        for match in re.finditer(pattern, text, re.IGNORECASE)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages_are_in_plain_english(page):
    assert stumbled(page.read_text(encoding="utf-8")) == []


def test_settings_are_explained_in_plain_english():
    groups = [str(type(field.default).__doc__).partition("\n")[0] for field in dataclasses.fields(Settings)]
    sentences = [*groups, *(field.metadata["sentence"] for field in keys().values()), *RULES.values()]

    assert [found for sentence in sentences for found in stumbled(sentence)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "server").as_posix())
def test_messages_are_in_plain_english(path):
    """Each text of the program that is made of words, but for what is written for readers of the code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    sentences = [text for text in messages(tree) if " " in text.strip()]

    assert [found for sentence in sentences for found in stumbled(sentence)] == []


def messages(tree):
    """Strings that are no docstrings, the parts of formatted ones joined."""
    silent = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent | parts:
            yield node.value
