"""Tree-sitter grammars as far as they are installed, each loaded when it is first asked for. Downloads nothing."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tree_sitter

_GRAMMARS = {
    "bash": ("bash", "language"),
    "c": ("c", "language"),
    "cpp": ("cpp", "language"),
    "csharp": ("c_sharp", "language"),
    "css": ("css", "language"),
    "go": ("go", "language"),
    "html": ("html", "language"),
    "java": ("java", "language"),
    "javascript": ("javascript", "language"),
    "javascriptreact": ("javascript", "language"),
    "json": ("json", "language"),
    "lua": ("lua", "language"),
    "php": ("php", "language_php"),
    "python": ("python", "language"),
    "ruby": ("ruby", "language"),
    "rust": ("rust", "language"),
    "sh": ("bash", "language"),
    "shellscript": ("bash", "language"),
    "sql": ("sql", "language"),
    "typescript": ("typescript", "language_typescript"),
    "typescriptreact": ("typescript", "language_tsx"),
    "yaml": ("yaml", "language"),
}
"""Language id -> package ``tree_sitter_…``, and its function that gives the grammar."""


@cache
def load(language: str) -> tree_sitter.Parser | None:
    """The parser of a language, or None where no grammar for it is installed.

    It keeps state while it parses, so it belongs to one thread at a time. Loading one takes about a millisecond, the
    first of all some ten.
    """
    row = _GRAMMARS.get(language)
    if row is None:
        return None
    package, function = row
    try:
        binding = importlib.import_module("tree_sitter")
        grammar = getattr(importlib.import_module(f"tree_sitter_{package}"), function)
        parser: tree_sitter.Parser = binding.Parser(binding.Language(grammar()))
    except (ImportError, AttributeError, TypeError, ValueError):
        # Not installed, or a version that the binding cannot read: brackets and indentation serve instead.
        return None
    return parser
