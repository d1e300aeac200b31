"""Tree-sitter grammars as far as they are installed, each loaded when it is first asked for. Downloads nothing."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

from infill_ls.syntax.languages import row

if TYPE_CHECKING:
    import tree_sitter


def load(language: str) -> tree_sitter.Parser | None:
    """The parser of a language, by any of its ids, or None where no grammar for it is installed.

    It keeps state while it parses, so it belongs to the thread that completions are read in. Loading one takes about a
    millisecond, the first of all some ten.
    """
    return _kept(row(language).id)


@cache
def _kept(language: str) -> tree_sitter.Parser | None:
    return new_parser(language)


def new_parser(language: str) -> tree_sitter.Parser | None:
    """As ``load``, a parser of the caller's own, for a thread beside the others."""
    grammar_of = row(language).grammar
    if grammar_of is None:
        return None
    package, function = grammar_of
    try:
        binding = importlib.import_module("tree_sitter")
        grammar = getattr(importlib.import_module(f"tree_sitter_{package}"), function)
        parser: tree_sitter.Parser = binding.Parser(binding.Language(grammar()))
    except (ImportError, AttributeError, TypeError, ValueError):
        # Not installed, or a version that the binding cannot read: brackets and indentation serve instead.
        return None
    return parser
