"""Text -> definitions by the look of its lines: keywords and indentation. For languages and files without a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from infill_ls.context.definition_nodes import DefinitionKind
from infill_ls.syntax.language import Language

Line = tuple[str, DefinitionKind, int, str, str]
"""Name, kind, row, head, name of the class that it stands in."""

_MOST: Final = 4_000
_LONGEST_LINE: Final = 300
_LONGEST_HEAD: Final = 400
_MOST_LINES: Final = 8
"""Of a head: brackets that stay open for longer are no parameters."""

_KEYWORDS: Final[dict[str, DefinitionKind]] = {
    **dict.fromkeys(
        ("class", "interface", "struct", "enum", "trait", "impl", "module", "object", "protocol"),
        "class",
    ),
    **dict.fromkeys(
        ("namespace", "record", "defmodule", "message", "service", "actor", "extension", "union"),
        "class",
    ),
    **dict.fromkeys(
        (
            "def",
            "defp",
            "func",
            "fn",
            "function",
            "fun",
            "sub",
            "proc",
            "macro",
            "defn",
            "defmacro",
        ),
        "function",
    ),
    **dict.fromkeys(("procedure", "subroutine", "rpc", "method", "task"), "function"),
    **dict.fromkeys(("type", "typealias", "newtype", "data", "typedef"), "type"),
}
_BEFORE: Final = (
    r"export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([^)\n]*\))?|const|unsafe"
    r"|inline|override|open|sealed|virtual|extern|partial|readonly|local|declare|suspend|case|pure|recursive|typedef"
)
_RECEIVER: Final = r"(?:\((?:[^)\n]*?\W)?(\w+)(?:\[[^)\n]*)?\)[ \t]*)?"
_KEYWORD: Final = re.compile(
    rf"([ \t]*)\(?(?:(?:{_BEFORE})[ \t]+)*({'|'.join(_KEYWORDS)})[*!]?[ \t]+{_RECEIVER}(?:<[^>\n]*>[ \t]*)?"
    r"((?!(?:struct|enum|union)\b)[A-Za-z_$][\w$]*(?:[.:][A-Za-z_$][\w$]*)*)"
)
_CALLABLE: Final = re.compile(
    r"([ \t]*)(?:[\w:<>,*&?\[\]]+[ \t]+)+[*&]*([A-Za-z_]\w*)[ \t]*\([^;=]*\)[^;=(]*\{[ \t]*$"
)
"""A function of C and its like: a type, a name, parameters, a brace."""
_USED: Final = re.compile(r"[ \t]*(?:;|[*&]*[ \t]*[A-Za-z_]\w*[ \t]*[;=,(\[])")
"""Behind the name of a C type that is made use of rather than defined."""
_NO_TYPE: Final = re.compile(
    r"[ \t]*(?:return|else|if|for|while|switch|catch|new|throw|await|yield|do|case|with)\b"
)


def defined_by_lines(text: str, language: Language) -> Iterator[Line]:
    """The definitions of a text, in order."""
    if language.prose or language.data:
        return
    lines = text.split("\n")
    classes: list[tuple[int, str]] = []
    found = 0
    for number, line in enumerate(lines):
        if len(line) > _LONGEST_LINE or found >= _MOST:
            continue
        named = _named(line, language)
        if named is None:
            continue
        indent, kind, name, receiver = named
        while classes and classes[-1][0] >= indent:
            classes.pop()
        container = receiver or (classes[-1][1] if classes else "")
        found += 1
        yield name, kind, number, _head(lines, number), container
        if kind == "class":
            classes.append((indent, name))


def _named(line: str, language: Language) -> tuple[int, DefinitionKind, str, str] | None:
    """Width of the indentation, kind, name, and the type that a method of Go names itself."""
    found = _KEYWORD.match(line)
    if found is not None and not (_is_c(language) and _USED.match(line, found.end())):
        return (
            len(found[1].expandtabs()),
            _KEYWORDS[found[2]],
            re.split(r"[.:]", found[4])[-1],
            found[3] or "",
        )
    if language.blocks != "brackets" or not line.rstrip().endswith("{") or _NO_TYPE.match(line):
        return None
    found = _CALLABLE.match(line)
    return None if found is None else (len(found[1].expandtabs()), "function", found[2], "")


def _is_c(language: Language) -> bool:
    return (language.family or language.id) == "c"


def _head(lines: list[str], first: int) -> str:
    """From a definition's line to the one where its brackets are closed."""
    depth, kept = 0, []
    for line in lines[first : first + _MOST_LINES]:
        kept.append(line.strip()[:_LONGEST_LINE])
        depth += sum((mark in "([") - (mark in ")]") for mark in line)
        if depth <= 0:
            break
    else:
        kept = kept[:1]
    return in_one_line("\n".join(kept)).removesuffix("{").rstrip()[:_LONGEST_HEAD]


def in_one_line(head: str) -> str:
    """A head without its line breaks and what layout brings with them."""
    return _TRAILING_COMMA.sub(r"\1", _AFTER_OPENING.sub(r"\1", _BLANKS.sub(" ", head)))


_BLANKS: Final = re.compile(r"\s*\n\s*")
_AFTER_OPENING: Final = re.compile(r"([(\[]) ")
_TRAILING_COMMA: Final = re.compile(r",? ?(?<=[, ])([)\]])")
