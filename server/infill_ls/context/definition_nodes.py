"""How definitions look in the trees of tree-sitter's grammars: a row for each grammar, and what all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

DefinitionKind = Literal["class", "function", "type", "field", "value"]
"""``class`` is whatever has members: structs, interfaces, traits, enums."""


def _rows(**kinds: str) -> dict[str, DefinitionKind]:
    """Node type -> kind, out of node types by kind."""
    return {node: kind for kind, nodes in kinds.items() for node in nodes.split()}  # type: ignore[misc]  # by keyword


_SCRIPT: Final = _rows(
    **{
        "class": "class_declaration abstract_class_declaration interface_declaration enum_declaration internal_module"
    },
    type="type_alias_declaration",
    function="function_declaration generator_function_declaration function_signature method_definition "
    "method_signature abstract_method_signature",
    field="property_signature public_field_definition field_definition enum_assignment",
    value="variable_declarator",
)
_C: Final = _rows(
    **{
        "class": "struct_specifier union_specifier enum_specifier class_specifier namespace_definition"
    },
    type="type_definition alias_declaration",
    function="function_definition declaration preproc_function_def",
    field="field_declaration enumerator",
    value="preproc_def",
)

NODES: Final[Mapping[str, Mapping[str, DefinitionKind]]] = {
    "python": _rows(
        **{"class": "class_definition"}, function="function_definition", value="assignment"
    ),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "go": _rows(
        **{"class": "type_spec"},
        type="type_alias",
        function="function_declaration method_declaration method_elem",
        field="field_declaration",
        value="const_spec var_spec",
    ),
    "rust": _rows(
        **{"class": "struct_item enum_item trait_item union_item mod_item"},
        type="type_item associated_type",
        function="function_item function_signature_item macro_definition",
        field="field_declaration enum_variant",
        value="const_item static_item",
    ),
    "java": _rows(
        **{
            "class": "class_declaration interface_declaration enum_declaration record_declaration "
            "annotation_type_declaration"
        },
        function="method_declaration constructor_declaration",
        field="field_declaration constant_declaration enum_constant",
    ),
    "c": _C,
    "cpp": _C,
    "c_sharp": _rows(
        **{
            "class": "class_declaration interface_declaration struct_declaration record_declaration enum_declaration "
            "namespace_declaration"
        },
        function="method_declaration constructor_declaration delegate_declaration",
        field="property_declaration field_declaration enum_member_declaration",
    ),
    "php": _rows(
        **{"class": "class_declaration interface_declaration trait_declaration enum_declaration"},
        function="function_definition method_declaration",
        field="property_declaration const_declaration enum_case",
    ),
    "ruby": _rows(**{"class": "class module"}, function="method singleton_method"),
    "lua": _rows(function="function_declaration"),
    "bash": _rows(function="function_definition"),
}
"""By the grammar's package."""

CLOSED: Final = frozenset(
    {
        *(
            "function_definition",
            "function_declaration",
            "generator_function_declaration",
            "method_definition",
        ),
        *(
            "arrow_function",
            "function_expression",
            "function",
            "method",
            "singleton_method",
            "func_literal",
        ),
        *(
            "function_item",
            "closure_expression",
            "enum_constant",
            "object_creation_expression",
            "method_declaration",
            "constructor_declaration",
            "lambda_expression",
        ),
        *(
            "lambda",
            "macro_definition",
            "local_function_statement",
            "block",
            "compound_statement",
            "statement_block",
        ),
    }
)
"""Nodes that are not looked into: what is defined in a body is nobody else's business."""

OPEN_BLOCKS: Final[Mapping[str, frozenset[str]]] = {
    "python": frozenset({"block"}),
    "typescript": frozenset({"statement_block"}),
    "ruby": frozenset({"block"}),
}
"""Of those, what holds a class's members in a language."""

ATTRIBUTES: Final[Mapping[str, str]] = {"python": "self"}
"""What stands before the dot where a method's assignment declares an attribute of its class."""

WRAPPERS: Final = frozenset(
    {
        "export_statement",
        "lexical_declaration",
        "type_declaration",
        "const_declaration",
        "var_declaration",
    }
)
"""Nodes that belong to the definition where it is the only one in them."""

TOP: Final = frozenset(
    {"program", "export_statement", "module", "internal_module", "statement_block", "source_file"}
)
"""Where a variable is more than a local one."""
