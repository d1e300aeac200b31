"""Where the parts of a source file begin and end that a person types in one go: by Python's parser, else by brackets.

It hides nothing and fills nothing.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from infill_ls.syntax.brackets import scan
from infill_ls.syntax.languages import row

KINDS = ("rest", "arguments", "line", "body", "function", "statements")
"""The rest of a line; arguments in closed brackets; a line, the cursor behind its indentation; all of a block, and all
of a function, the cursor at the end of the line that opens it; two or more statements or lines of a block."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DEFINES = re.compile(
    r"\s*(?:(?:export|default|public|private|protected|static|abstract|async|pub|local)\s+)*"
    r"(?:def|fn|func|fun|function\*?|sub|class|struct|interface|trait|impl|enum|type)\b|[\w*\s]+\([^;]*\)\s*\{?$"
)
"""How a function or a type begins; a hole has one at its end at most, since there a person stops, too."""
_REST = re.compile(r"^[ \t]*\S.*?(?:[:=]|=>|\breturn|\bif|\bcase|->)[ \t]+(?=\S)")
_CALL = re.compile(r"\w\((?=[^\s)])")
_FUNCTION = re.compile(
    r"(?:[\w@*&<>\[\],.?:]+\s+)*(?:def|fn|func|fun|function\*?|sub)\b"
    r"|[\w@*&<>\[\],.?:~ ]*\w\([^;=]*\)[^;=]*\{$|.*=>\s*\{$"
)
_NO_FUNCTION = re.compile(
    r"(?:\}\s*)?(?:if|else|elif|for|foreach|while|switch|catch|do|try|with|using|lock|match|loop|unless|return|new)\b"
)
LONGEST_LINE = 400
"""Characters. What has longer ones was mostly written by a program."""


class Span(NamedTuple):
    """A part of a text; offsets are in characters."""

    kind: str
    start: int
    end: int


def spans(text: str, language: str) -> list[Span]:
    """All of them, in a fixed order, each once."""
    by_parser = _PARSERS.get(language)
    return sorted(set(by_parser(text) if by_parser else _spans(text, language)))


class _Source:
    """A Python file, and where its nodes stand; the parser counts in bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def offset(self, line: int, column: int) -> int:
        before = self.lines[line - 1].encode()[:column].decode()
        return self.starts[line - 1] + len(before)

    def start(self, node: ast.stmt | ast.expr) -> int:
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr) -> int:
        return self.offset(node.end_lineno or 0, node.end_col_offset or 0)

    def is_alone(self, node: ast.stmt) -> bool:
        """Whether nothing else stands on the lines of a statement."""
        start = self.starts[node.lineno - 1]
        return not self.text[start : self.start(node)].strip() and self.text[self.end(node)] == "\n"


def _python_spans(text: str) -> Iterator[Span]:
    """By the parser; none in a text that it does not take."""
    text += "" if text.endswith("\n") else "\n"
    source = _Source(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign | ast.AugAssign | ast.Return)
            and node.value
            and source.is_alone(node)
        ):
            start = source.start(node.value)
            if text[start - 1] == " ":
                yield Span("rest", start, source.end(node))
        elif (
            isinstance(node, ast.Call) and node.args and text[source.start(node.args[0]) - 1] == "("
        ):
            last = max([*node.args, *(each.value for each in node.keywords)], key=source.end)
            if text[source.end(last)] == ")":
                yield Span("arguments", source.start(node.args[0]), source.end(last))
        yield from _python_blocks(source, node)


def _python_blocks(source: _Source, node: ast.AST) -> Iterator[Span]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if not isinstance(block, list) or not block or not isinstance(block[0], ast.stmt):
            continue
        before = source.starts[block[0].lineno - 1] - 1
        is_alone = all(map(source.is_alone, block))
        if (
            not isinstance(node, ast.Module)
            and is_alone
            and source.text[before - 1 : before] == ":"
        ):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield Span("function" if is_function else "body", before, source.end(block[-1]))
        for first, statement in enumerate(block):
            for last in block[first : first + 4]:
                if not source.is_alone(statement) or not source.is_alone(last):
                    continue
                if isinstance(statement, _DEFINITIONS) and statement.decorator_list:
                    continue
                if any(isinstance(each, _DEFINITIONS) for each in block[first : block.index(last)]):
                    continue
                is_line = last is statement and statement.lineno == statement.end_lineno
                if is_line or last is not statement:
                    yield Span(
                        "line" if is_line else "statements",
                        source.start(statement),
                        source.end(last),
                    )


_PARSERS = {"python": _python_spans}
"""Languages for which there is a parser here."""


def _spans(text: str, language: str) -> Iterator[Span]:
    """By brackets and indentation."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    indents = [len(line) - len(line.lstrip()) if line.strip() else None for line in lines]
    for number, line in enumerate(lines):
        if not line.strip() or not any(map(str.isalnum, line)):
            continue
        start, end = starts[number], starts[number] + len(line.rstrip())
        rest = _REST.match(line)
        if rest:
            yield Span("rest", start + rest.end(), end)
        for call in _CALL.finditer(line):
            closing = _closing(line, call.end(), language)
            if closing:
                yield Span("arguments", start + call.end(), start + closing)
        indent = indents[number] or 0
        if not scan(line, row(language)).stack and not scan(line, row(language)).unmatched:
            yield Span("line", start + indent, end)
        yield from _blocks(lines, starts, indents, number, language)


def _opens_function(header: str) -> bool:
    header = header.strip()
    return _FUNCTION.match(header) is not None and _NO_FUNCTION.match(header) is None


def _closing(line: str, start: int, language: str) -> int | None:
    """Where the bracket is closed that was opened just before ``start``."""
    found = scan(line[start:], row(language)).unmatched
    return start + found[0] if found and line[start + found[0]] == ")" else None


def _blocks(
    lines: list[str], starts: list[int], indents: list[int | None], number: int, language: str
) -> Iterator[Span]:
    indent = indents[number] or 0
    header = lines[number].rstrip()
    inner = number + 1
    while inner < len(lines) and (indents[inner] is None or (indents[inner] or 0) > indent):
        inner += 1
    end = next((line for line in range(inner - 1, number, -1) if lines[line].strip()), None)
    if (
        end is not None
        and end < len(lines) - 1
        and header[-1] in "{([:"
        and not lines[end].endswith(" ")
    ):
        kind = "function" if _opens_function(header) else "body"
        yield Span(kind, starts[number] + len(lines[number]), starts[end] + len(lines[end]))
    for last in range(number + 1, min(number + 7, len(lines))):
        if not lines[last].strip() or (indents[last] or 0) < indent:
            if lines[last].strip():
                return
            continue
        body = "\n".join([header.lstrip(), *lines[number + 1 : last + 1]])
        found = scan(body, row(language))
        n_definitions = sum(
            _DEFINES.match(lines[at]) is not None
            for at in range(number, last)
            if indents[at] == indent
        )
        if n_definitions > 1:
            return
        if (
            not found.stack
            and not found.unmatched
            and indents[last] == indent
            and not body.endswith((" ", "\t"))
        ):
            yield Span("statements", starts[number] + indent, starts[last] + len(lines[last]))
