"""How lines begin that go on with a block, branch off from it, end it, or belong to what comes next."""

from __future__ import annotations

import re
from typing import Literal

from infill_ls.syntax.block import Block, is_in_function, opens_in_words
from infill_ls.syntax.brackets import COMMENTS
from infill_ls.syntax.kept import width
from infill_ls.syntax.language import Language
from infill_ls.syntax.surroundings import Surroundings

Standing = Literal["inside", "held", "last", "outside"]
"""Of a line to the code that the answer adds to; one that is held belongs to what comes next."""

GOES_ON = re.compile(
    r"(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure|then|in|where|and|or)\b|do\s*$"
    r"|(?:extends|implements|throws|deriving|derives)\b(?!\s*[:=])"
    r"|[)\]},{?]|\.\w|</|&&|\|\||\|>|\?\?|[+*/%<>=|&^]\s|[+*%<>=|&^$]{2,3}\s|=>|->|::?\s"
)
"""How a line begins that goes on with the statement above it, although it is indented no deeper."""
BRANCH = re.compile(r"(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure)\b")
CONDITIONAL = frozenset({"elif", "elsif", "elseif", "except", "catch", "rescue"})
"""Branches of which there may be several."""
END = re.compile(r"(?:end|fi|done|esac)\b(?!\s*[-+*/|&]?=(?!=))")
COMMENT = re.compile(r"#|//|/\*|\*(?!\w)|--|;;")
DECORATOR = re.compile(r"@\w|#\[|\[\w+[\](]")
DECORATION = re.compile(r"@[\w.:]+\s*(?:\(.*\))?$|#\[|\[\w+[\](]")
"""A line that is a decorator and nothing else, unlike ``@import url(…);`` or a macro with its arguments."""
FIRST_WORD = re.compile(r"[ \t]*[A-Za-z_]\w*[^\w]")
PYTHON_DEFINITION = re.compile(r"\s*(?:(?:async\s+)?def|class)\s+\w+\s*[(:]")
"""What never stands in brackets."""
PYTHON_HEADER = re.compile(
    r"\s*(?:(?:async\s+)?(?:def|for|with)|class|if|elif|else|while|try|except|finally|match|case)\b.*:$"
)
"""A line whose block has to be deeper."""
HEREDOC = re.compile(r"<<[-~]?\s*[\"']?([A-Za-z_]\w*)")
_DECLARES = re.compile(r"\s*(?:global|nonlocal)\b")
"""A line of Python that is nothing without what follows in its function."""
_IS_NEW = re.compile(r"@|(?:(?:async\s+)?def|class|import|from)\b|if __name__\b")
"""How a line of Python begins that belongs to no function further up, where a blank line is above it."""


_ANYWHERE = re.compile(
    r"#|//|/\*|\*|[)\]}]|</|<|case\b|default\b|(?:public|private|protected)\b[^(]*:|\w+:|[\"'`]|-- "
)
"""How a line begins that need not be as deep as its block."""
_LEAST_LETTERS = 8
"""Of a line that is known again."""


def goes_on(code: str) -> bool:
    """Whether a line of Python may go on with what stands above the blank line before it."""
    return _IS_NEW.match(code) is None


def after_end(code: str) -> Standing:
    """Where a line belongs that follows the end of a block."""
    if GOES_ON.match(code):
        return "inside"
    return "held" if COMMENT.match(code) else "outside"


def is_again(line: str, here: Surroundings) -> bool:
    """Whether an answer begins with the line above the cursor's, or in a block with one of the file's margin."""
    code = line.strip()
    if here.line_before.strip():
        return code == "".join(here.above(1)).strip()
    is_telling = sum(map(str.isalnum, code)) >= _LEAST_LETTERS and here.line_before
    return bool(is_telling) and f"\n{code}\n" in f"\n{here.prefix}"


def has_left(code: str, indent: int, base: int) -> bool:
    """Whether a line is further left than its block without a bracket that closes this, and may not stand anywhere."""
    return indent < base and _ANYWHERE.match(code) is None and not GOES_ON.match(code)


def is_same_branch(code: str, next_line: str) -> bool:
    """Whether the next line begins the branch that a line does; of those with a condition there may be several."""
    word = code.split(None, 1)[0].rstrip(":{")
    is_other = word in CONDITIONAL and next_line.strip() != code
    return next_line.strip().startswith(word) and not is_other


def is_lost(code: str, indent: int, previous: str, base: int, function: int) -> bool:
    """Whether a line of Python that is left of its block belongs to it: what is above it needs that, or it a function.

    Below the end of a bracket that nothing so far left has opened, all lines have lost their indentation.
    """
    is_left = previous.lstrip().startswith((")", "]", "}")) and width(previous) < base
    if is_left or (previous.endswith(":") and indent <= width(previous)):
        return True
    is_needed = _DECLARES.match(previous) or is_in_function(code, is_method=function > 0)
    return indent <= function and bool(is_needed)


def stands_below(line: str, n_lines: int, here: Surroundings, block: Block) -> bool:
    """Whether a head or a block was completed, and this is its brace or its end that the document has already."""
    is_brace = (
        n_lines == 1
        and line.strip() == "{" == here.next_line.strip()
        and bool(here.line_before.strip())
    )
    is_end = n_lines > 0 and END.match(line.strip()) is not None
    return is_brace or (is_end and block.ends_another(line, width(here.line_before)))


def heredoc_after(line: str, heredoc: str, language: Language) -> str:
    """The word that ends the text which is no code, behind a line; empty if the next line is code."""
    if heredoc:
        return "" if line.strip().rstrip(";,)") == heredoc else heredoc
    found = HEREDOC.search(line) if language.heredocs else None
    return found[1] if found else ""


def opens_block(line: str, language: Language) -> bool:
    """Whether what follows the line has to be deeper, where no bracket says so."""
    is_header = language.offside and PYTHON_HEADER.match(line) is not None
    return is_header or opens_in_words(line, language)


def is_head(line: str, language: Language) -> bool:
    """Whether a line opens a block by its colon or in words."""
    return line.rstrip().endswith(":") or opens_in_words(line, language)


def is_starred(marks: tuple[str, ...], *lines: str) -> bool:
    """Whether one of the marks has begun a comment, each line of which begins with ``*``."""
    in_comment = not COMMENTS.keys().isdisjoint(marks)
    return in_comment and all(line.lstrip().startswith("*") for line in lines)
