"""The columns of the table of languages: what the rest of the code has to know of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

C_BLOCK: Final = ("/*", "*/")
XML_BLOCK: Final = ("<!--", "-->")
ML_BLOCK: Final = ("(*", "*)")
TRIPLE: Final = ('"""', "'''")


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language. Texts are marks of its own; the defaults are those of most languages with brackets."""

    id: str
    also: tuple[str, ...] = ()
    """Further ids that editors send, in lower case."""
    extensions: tuple[str, ...] = ()
    """Of its files, in lower case and without the dot."""
    files: tuple[str, ...] = ()
    """Whole names of its files, in lower case."""
    line: tuple[str, ...] = ("//",)
    """What begins a comment that goes on to the line's end. ``#`` only counts where a word could begin."""
    block: tuple[tuple[str, str], ...] = (C_BLOCK,)
    """What begins and ends a comment of several lines."""
    quotes: tuple[str, ...] = ('"', "'", "`")
    """Marks that open a string and close it; longer ones first."""
    long_quotes: tuple[str, ...] = ()
    """Those of one character whose strings may go on over lines."""
    literals: tuple[str, ...] = ()
    """Regular expressions of whole literals, the marks in which are no code, such as raw strings."""
    characters: bool = False
    """Whether ``'x'`` is a character, while a lone ``'`` is a lifetime, a quotation or part of a name."""
    escapes: bool = True
    """Whether a backslash outside strings takes the meaning of the next character away."""
    regexes: bool = False
    """Whether regular expressions stand in the code between slashes; their brackets and quotes are no code."""
    blocks: Literal["", "brackets", "indentation", "words"] = ""
    """How blocks end: by brackets alone, by less indentation, by a word; empty where it may be any of these."""
    offside: bool = False
    """Whether indentation alone says what belongs to a block, which a colon opens."""
    colon: bool = False
    """Whether a colon at a line's end opens a block."""
    prose: bool = False
    """Whether its text is prose, or may be: an apostrophe opens no string there, and a sentence is no mistake."""
    fenced: bool = False
    """Whether its own text has Markdown fences, or may have them."""
    markup: Literal["", "any", "elements"] = ""
    """``any`` where a tag may have any name, ``elements`` where elements stand between code."""
    images: Literal["", "markdown", "markup", "rst"] = ""
    """How an image and the text that describes it are written."""
    heredocs: bool = False
    stray_closers: bool = False
    """Whether a closing bracket may stand alone, as in ``case``."""
    tests: bool = False
    """Whether a bracket is a command, which white space has to follow, as in shells and what embeds them."""
    columns: bool = False
    """Whether a line stands in those brackets alone that are further to the left, as Lisps are indented."""
    statements: bool = True
    """Whether a line of the same indentation begins a new statement; else that needs a semicolon before it."""
    docstrings: bool = False
    """Whether there are strings in three quotes that are read like comments, and no block comments of the C kind."""
    tabs_of_eight: bool = False
    """Whether its files may mix tabs with spaces, where tabs mean eight columns."""
    patch: bool = False
    """Whether its lines begin with a column that is no indentation."""
    import_list: bool = False
    """Whether a line that is a string and nothing else may import something."""
    rows: str = ""
    """Regular expression of lines that often equal the one above, where others follow."""
    data: bool = False
    """Whether it holds data or settings, and no code."""
    unquoted: bool = False
    """Whether text stands in it without quotes."""
    backticks: bool = True
    """Whether a line in backticks may be code."""
    words: str = ""
    """Characters of words beside letters, digits and ``_``: measured in Emacs 30.2, whose popups look for the symbol at
    the cursor, whatever range an item has. Other editors take the item's range."""
    family: str = ""
    """Name for languages that can call each other's code; empty where none but itself can."""
    grammar: tuple[str, str] | None = None
    """Package ``tree_sitter_…``, and its function that gives the grammar."""
    grammar_knows_all: bool = False
    """Whether the grammar knows what people write; macros, dialects and templates are more than the others know."""
    start: str = ""
    """What its text has to begin with to parse."""

    @property
    def is_code(self) -> bool:
        """Whether it holds code, in a notation of its own."""
        return not (self.prose or self.data or self.patch)

    def ends_statement(self, line: str) -> bool:
        """Whether a line of the same indentation as this one, behind it, begins a new statement."""
        return self.statements or line.rstrip().endswith(";")
