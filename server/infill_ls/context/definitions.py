"""Text -> what it defines for other files: names, and the lines by which they are called. Reads no file.

By a parser where one is handed in; else, and in texts that would keep a parser long, by keyword and indentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Final

from infill_ls.context.definition_lines import defined_by_lines
from infill_ls.context.definition_nodes import (
    ATTRIBUTES,
    CLOSED,
    NODES,
    OPEN_BLOCKS,
    TOP,
    WRAPPERS,
    DefinitionKind,
)
from infill_ls.context.heads import LONGEST_HEAD, LONGEST_VALUE, head_of
from infill_ls.syntax.languages import row

if TYPE_CHECKING:
    import tree_sitter
    from tree_sitter import Node

LARGEST: Final = 64 * 1024
"""Characters that are given to a parser, which keeps every other thread waiting for a millisecond per 10,000. It would
take pieces, between which others have their turn, but keeps each of them in memory for ever (0.26.1); `syntax/tree.py`
lends it the same room again and again, for one thread."""
MOST: Final = 4_000
"""Definitions of a file; generated ones have more."""
_UNDERSTOOD: Final = re.compile(r"__(?!init__|call__)\w+__")
"""Names that Python gives a meaning to: the same everywhere."""
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Definition:
    """What other files can name. ``head`` is its text up to the body: what has to be seen to make use of it."""

    name: str
    kind: DefinitionKind
    row: int
    head: str
    container: str = ""
    """Name of the class that it stands in."""


def definitions_in(
    text: str, language: str, parser: tree_sitter.Parser | None
) -> tuple[Definition, ...]:
    """The definitions of a file, in order. The parser belongs to the thread that calls."""
    grammar = row(language).grammar
    nodes = NODES.get(grammar[0]) if grammar is not None else None
    if parser is None or nodes is None or grammar is None or len(text) > LARGEST:
        by_lines = defined_by_lines(text, row(language))
        return tuple(
            Definition(name, kind, at, head, container)
            for name, kind, at, head, container in by_lines
        )
    source = text.encode(errors="replace")  # an open document may hold half of a character
    walk = _Walk(source, grammar[0])
    walk.into(parser.parse(source).root_node, "", 0)
    return tuple(dict.fromkeys(each for each in walk.found if not _UNDERSTOOD.fullmatch(each.name)))


class _Walk:
    """One walk through a tree, which never goes into the bodies of functions."""

    def __init__(self, source: bytes, grammar: str) -> None:
        self.found: list[Definition] = []
        self._source = source
        self._attributes = ATTRIBUTES.get(grammar)
        self._nodes = NODES[grammar]
        self._closed = CLOSED - OPEN_BLOCKS.get(grammar, frozenset())

    def into(self, node: Node, container: str, depth: int) -> None:
        """What is defined below a node."""
        if depth > _DEEPEST:
            return
        for child in node.named_children:
            if len(self.found) >= MOST:
                return
            kind = self._nodes.get(child.type)
            inside = self._define(child, kind, container) if kind else container
            if child.type == "impl_item":
                inside = _first_word(child.child_by_field_name("type")) or container
            elif child.type == "enum_body":
                self._bare_members(child, container)
            if child.type not in self._closed:
                self.into(child, inside, depth + 1)

    def _define(self, node: Node, kind: DefinitionKind, container: str) -> str:
        """Take a definition down; gives the name of what its members stand in."""
        if node.type == "assignment":
            self._python_value(node, container)
            return container
        if _is_none(node):
            return container
        receiver = (
            node.child_by_field_name("receiver") if node.type == "method_declaration" else None
        )
        if receiver is not None:
            container = _last_word(receiver)
        inside = container
        for name in _names_of(node):
            is_class = kind == "class" or (node.type == "type_definition" and _body_inside(node))
            self._add(node, name, "class" if is_class else kind, container)
            if is_class:
                inside = name
        if node.type == "function_definition" and self._attributes and container:
            self._python_attributes(node, container)
        elif node.type == "method_definition":
            self._parameter_properties(node, container)
        return inside

    def _add(self, node: Node, name: str, kind: DefinitionKind, container: str) -> None:
        body = _body_of(node)
        start, outer = node, node.parent
        while outer is not None and outer.type in WRAPPERS and outer.named_child_count == 1:
            start, outer = outer, outer.parent
        end = body.start_byte if body is not None else node.end_byte
        end = min(end, start.start_byte + 4 * LONGEST_HEAD)
        text = self._source[start.start_byte : end]
        inner = _body_inside(node)
        if inner is not None:  # its members are definitions of their own
            text = self._source[start.start_byte : inner.start_byte]
            text += b"{} " + self._source[inner.end_byte : node.end_byte].lstrip()
        head = head_of(text.decode("utf-8", "ignore"), kind)
        if head:
            self.found.append(Definition(intern(name), kind, start.start_point[0], head, container))

    def _python_value(self, node: Node, container: str) -> None:
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            self._add(node, _text(left), "field" if container else "value", container)

    def _python_attributes(self, node: Node, container: str) -> None:
        """``self.x = …`` makes an attribute, as a declaration does elsewhere; the first place counts."""
        known = {each.name for each in reversed(self.found) if each.container == container}
        text = self._source[node.start_byte : node.end_byte].decode("utf-8", "ignore")
        for match in _ATTRIBUTE.finditer(text):
            if match[2] not in known:
                known.add(match[2])
                row_ = node.start_point[0] + text.count("\n", 0, match.start(1))
                head = match[1][:LONGEST_VALUE].rstrip()
                self.found.append(Definition(intern(match[2]), "field", row_, head, container))

    def _parameter_properties(self, node: Node, container: str) -> None:
        """TypeScript's ``constructor(private x: T)`` declares fields."""
        parameters = node.child_by_field_name("parameters")
        for each in parameters.named_children if parameters is not None else ():
            pattern = each.child_by_field_name("pattern")
            if pattern is not None and any(
                child.type == "accessibility_modifier" for child in each.children
            ):
                self._add(each, _text(pattern), "field", container)

    def _bare_members(self, node: Node, container: str) -> None:
        for member in node.named_children:
            if member.type == "property_identifier":
                self._add(member, _text(member), "field", container)


_DEEPEST: Final = 24
_ATTRIBUTE: Final = re.compile(r"^[ \t]+(self\.(\w+)[ \t]*(?::[^=\n]+)?=(?!=)[^\n]*)", re.MULTILINE)


def _names_of(node: Node) -> Iterator[str]:
    if node.type == "variable_declarator" and not _is_top_level(node):
        return
    named = node.children_by_field_name("name") or [
        inner
        for each in node.children_by_field_name("declarator")
        if (inner := _declared(each)) is not None
    ]
    nested = () if named else map(_declared, node.named_children)
    for each in named or [each for each in nested if each is not None][:1]:
        name = _text(each).lstrip("$#")
        is_name = "identifier" in each.type or each.type in {
            "name",
            "variable_name",
            "constant",
            "word",
        }
        if is_name and _WORD.fullmatch(name):
            yield name


def _declared(node: Node) -> Node | None:
    """The name in a declarator, as C and its children nest them."""
    at: Node | None = node
    for _ in range(8):
        if at is None or at.type.endswith("identifier") or at.type in {"name", "variable_name"}:
            return at
        if "declarator" not in at.type and at.type not in {
            "variable_declaration",
            "property_element",
            "const_element",
        }:
            return None
        inner = at.child_by_field_name("declarator") or at.child_by_field_name("name")
        at = inner or next(
            (
                each
                for each in at.named_children
                if "declarator" in each.type or each.type == "variable_name"
            ),
            None,
        )
    return None


def _is_none(node: Node) -> bool:
    """Whether what looks like a definition only says that there is one, or fetches one of another file."""
    if node.type == "declaration":
        return not _declares_function(node)
    if node.type in _WITH_BODIES:
        is_named_outside = node.parent is not None and node.parent.type == "type_definition"
        return is_named_outside or node.child_by_field_name("body") is None
    if node.type == "preproc_def":
        return node.child_by_field_name("value") is None
    value = node.child_by_field_name("value") if node.type == "variable_declarator" else None
    return value is not None and _text(value).startswith("require(")


_WITH_BODIES: Final = frozenset(
    {"struct_specifier", "union_specifier", "enum_specifier", "class_specifier"}
)


def _body_inside(node: Node) -> Node | None:
    """The members in a C type that is given a name where it is defined: ``typedef struct {...} name``."""
    of = (
        node.child_by_field_name("type")
        if node.type in {"type_definition", "field_declaration"}
        else None
    )
    return None if of is None or of.type not in _WITH_BODIES else of.child_by_field_name("body")


def _declares_function(node: Node) -> bool:
    declarator = node.child_by_field_name("declarator")
    while declarator is not None and declarator.type in {
        "pointer_declarator",
        "reference_declarator",
    }:
        declarator = declarator.child_by_field_name("declarator")
    return declarator is not None and declarator.type == "function_declarator"


def _body_of(node: Node) -> Node | None:
    body = node.child_by_field_name("body")
    if body is None and (value := node.child_by_field_name("value")) is not None:
        body = value.child_by_field_name("body")
    if body is None and node.type == "type_spec":  # in Go it is that of the struct or interface
        of = node.child_by_field_name("type")
        if of is not None and of.type in {"struct_type", "interface_type"}:
            body = next(
                (each for each in of.children if each.type in {"field_declaration_list", "{"}), None
            )
    if body is None:
        lists = (
            each
            for each in node.named_children
            if each.type in {"body_statement", "enum_body", "accessor_list"}
        )
        body = next(lists, None)
    return body


def _is_top_level(node: Node) -> bool:
    outer = node.parent.parent if node.parent is not None else None
    return outer is not None and outer.type in TOP


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "ignore")


def _first_word(node: Node | None) -> str:
    found = None if node is None else _WORD.search(_text(node))
    return found[0] if found else ""


def _last_word(node: Node | None) -> str:
    found = [] if node is None else _WORD.findall(_text(node).partition("[")[0])
    return found[-1] if found else ""
