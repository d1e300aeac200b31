"""What words are made of in each language, for editors that look for the word at the cursor; reads no code."""

from __future__ import annotations

from typing import Final

from infill_ls.syntax.languages import row


def word_before(line: str, language: str) -> str:
    """The word that a line ends in, or the beginning of one; the empty string behind anything else."""
    more = word_marks(language)
    start = len(line)
    while start and (line[start - 1].isalnum() or line[start - 1] == "_" or line[start - 1] in more):
        start -= 1
    return line[start:]


def word_marks(language: str) -> str:
    """The characters that words may have beside letters, digits and ``_``."""
    return _MORE.get(row(language).id, "")


_LISP: Final = "-?!*/:.+<>=&%$@~^"
_MARKUP: Final = "-:./$"

_MORE: Final = {
    **dict.fromkeys(("lisp", "elisp", "clojure", "scheme"), _LISP),
    **dict.fromkeys(("html", "vue", "svelte", "handlebars", "erb", "razor"), _MARKUP),
    **dict.fromkeys(("xml", "yaml", "toml", "dockerfile", "bat"), "-/$%"),
    **dict.fromkeys(("ini", "properties"), "-/$%."),
    **dict.fromkeys(("makefile", "just", "cmake"), "-/%"),
    **dict.fromkeys(("javascript", "javascriptreact", "typescript", "typescriptreact", "java", "groovy", "php"), "$"),
    **dict.fromkeys(("ruby", "crystal", "elixir"), "?!"),
    **dict.fromkeys(("markdown", "restructuredtext", "asciidoc", "org", "typst", "plaintext", "git-commit"), "-'/"),
    **dict.fromkeys(("nix", "powershell", "terraform"), "-"),
    "css": "-@#.",
    "scss": "-@#.$%",
    "less": "-@#",
    "shellscript": "-.:!%",
    "fish": "-.",
    "latex": "-@/",
    "tcl": "-:",
}
"""Beside letters, digits and underscores: measured in Emacs 30.2, whose popups look for the symbol at the cursor,
whatever range an item has. Other editors take the item's range.
"""
