"""Open brackets and quotes at a place, string- and comment-aware; a simple scanner that knows no grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

CLOSING_CHARACTERS = frozenset(")]}>\"'`;:, \t")
"""What may follow the cursor on its line and still leave it at the line's end, as one who types sees it."""
BRACKETS = frozenset("([{")
PAIRS = {")": "(", "]": "[", "}": "{"}
_HASH = frozenset(
    {"python", "ruby", "shellscript", "bash", "sh", "yaml", "toml", "perl", "r", "elixir", "makefile", "dockerfile"}
    | {"coffeescript", "julia", "powershell", "nix", "nim", "crystal", "dockercompose", "fish", "zsh", "cmake"}
)
_DASHES = frozenset({"sql", "lua", "haskell", "elm", "ada", "vhdl"})
_SEMICOLON = frozenset({"lisp", "clojure", "scheme", "racket", "ini", "asm", "emacs-lisp", "elisp", "commonlisp"})
_TRIPLE = frozenset({"python", "kotlin", "scala", "swift", "java", "toml", "julia", "groovy", "elixir", "csharp"})
_REGEXES = frozenset(
    {"javascript", "javascriptreact", "typescript", "typescriptreact", "coffeescript", "vue", "svelte"}
)
"""Languages with literal regular expressions, whose brackets and quotes are no code."""
_NO_CHAR_STRINGS = frozenset({"rust", "lisp", "clojure", "scheme", "racket", "haskell", "elm", "elisp", "emacs-lisp"})
"""Languages where a lone ``'`` is a lifetime, a quotation or part of a name."""
_LAMBDA = frozenset({"haskell", "elm", "purescript", "nix", "csharp", "powershell", "bat"})
"""Languages in which a backslash outside strings escapes nothing."""
PROSE = frozenset(
    {"markdown", "mdx", "quarto", "rmd", "restructuredtext", "rst", "asciidoc", "org", "plaintext", "text", "typst"}
    | {"latex", "tex", "bibtex", "html", "xml", "git-commit", "gitcommit", ""}
)
"""Languages whose text is prose, or may be: an apostrophe opens no string there and a sentence is no mistake."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a piece of text leaves behind."""

    stack: tuple[str, ...] = ()
    """Brackets and quotes that are open at the end, innermost last."""
    unmatched: tuple[int, ...] = field(default=())
    """Offsets of closing brackets that nothing had opened."""
    n_unclosed_strings: int = 0
    """Strings that the end of their line, or of the text, has cut off."""
    in_comment: bool = False
    """Whether the text ends in a comment."""
    opened_at: tuple[int, ...] = ()
    """Offsets of what ``stack`` has, -1 for what was open before the text."""
    closed: tuple[tuple[int, int], ...] = ()
    """Offsets of closing brackets that close one which was open before the text, and the depth; -1 if none was open."""
    lowest: int = 0
    """The fewest brackets and quotes that were open at once: what the text closes of what was open before it."""

    @property
    def n_faults(self) -> int:
        """How much is wrong with the text, were it to end here: an open bracket may yet be closed, a string may not."""
        return len(self.unmatched) + self.n_unclosed_strings + (bool(self.stack) and self.stack[-1] in STRINGS)


_ENDS = {
    '"': re.compile(r'\\.|"|\n', re.DOTALL),
    "'": re.compile(r"\\.|'|\n", re.DOTALL),
    "`": re.compile(r"\\.|`", re.DOTALL),
    '"""': re.compile(r'\\.|"""', re.DOTALL),
    "'''": re.compile(r"\\.|'''", re.DOTALL),
    "/*": re.compile(r"\*/"),
}
STRINGS = frozenset(_ENDS) - {"/*"}
"""Marks that open a string."""


def scan(  # noqa: C901  # one loop over marks of a handful of kinds
    text: str, language: str, start: tuple[str, ...] = ()
) -> Scan:
    """Read ``text`` on from a place where ``start`` is open."""
    code = _code_pattern(language)
    # What was open is not copied, since it may be deep, and the text a line of many.
    kept = len(start)
    marks: list[str] = []
    offsets: list[int] = []
    unmatched: list[int] = []
    closed: list[tuple[int, int]] = []
    n_unclosed = 0
    floor = kept  # pairs above it are the text's own; a closed string of ``start`` lowers it
    position = 0
    in_comment = False
    while True:
        innermost = marks[-1] if marks else start[kept - 1] if kept else ""
        quote = innermost if innermost in _ENDS else None
        found = (_ENDS[quote] if quote else code).search(text, position)
        if found is None:
            in_comment = quote == "/*"
            break
        position = found.end()
        mark = found.group()
        closes = mark in {quote, "\n", "*/"} if quote else innermost == PAIRS.get(mark)
        if closes and marks:
            marks.pop()
            offsets.pop()
        elif closes:
            kept -= 1
            floor = kept if quote else floor
        if quote:
            n_unclosed += closes and mark == "\n"
        elif mark in PAIRS:
            depth = kept + len(marks)
            if not closes:
                unmatched.append(found.start())
            if closes and depth < floor:
                closed.append((found.start(), depth))
            elif not closes and not depth:
                closed.append((found.start(), -1))
        elif mark in _ENDS or mark in BRACKETS:
            marks.append(mark)
            offsets.append(found.start())
        elif position == len(text) and found.lastgroup == "line":
            in_comment = True
            break
    opened_at = (-1,) * kept + tuple(offsets)
    return Scan(start[:kept] + tuple(marks), tuple(unmatched), n_unclosed, in_comment, opened_at, tuple(closed), kept)


@cache
def _code_pattern(language: str) -> re.Pattern[str]:
    """Whatever matters outside strings: comments to skip, quotes, brackets."""
    if language in PROSE:
        return re.compile(r"[()\[\]{}]")
    if language in _HASH:
        # Only where a word could begin: ``$#`` and ``${x#y}`` are no comments.
        comments = [r"(?P<line>(?<![^\s;(\[{,])\#[^\n]*)"]
    elif language in _DASHES:
        comments = [r"--\[\[[\s\S]*?\]\]", r"(?P<line>--[^\n]*)", r"/\*[\s\S]*?\*/", r"/\*"]
    elif language in _SEMICOLON:
        comments = [r"(?P<line>;[^\n]*)"]
    elif language == "css":
        comments = [r"/\*[\s\S]*?\*/", r"/\*"]
    else:
        comments = [r"(?P<line>//[^\n]*)", r"/\*[\s\S]*?\*/", r"/\*"]
    if language in _REGEXES:
        comments.append(
            r"(?:(?<![^(,=:\[!&|?{};+\n])|(?<=[(,=:\[!&|?{};+>] )|(?<=return ))"
            r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/"
        )
    quotes = ['"', "`"]
    if language in _TRIPLE:
        quotes = ['"""', "'''", *quotes]
    if language in _NO_CHAR_STRINGS:
        comments.append(r"'(?:[^\\'\n]|\\[^\n]{1,8}?)'")
    else:
        quotes.append("'")
    # What a backslash stands before is no bracket and no quote, except where it begins a function.
    escapes = [] if language in _LAMBDA else [r"\\[^\n]"]
    return re.compile("|".join([*escapes, *comments, *quotes, r"[()\[\]{}]"]))
