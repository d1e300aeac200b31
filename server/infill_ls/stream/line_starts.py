"""How lines begin that go on with a block, branch off from it, end it, or belong to what comes next."""

from __future__ import annotations

import re

from infill_ls.records import Snapshot
from infill_ls.syntax.languages import row

GOES_ON = re.compile(
    r"(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure|then|in|where|and|or)\b|do\s*$"
    r"|[)\]},{?]|\.\w|</|&&|\|\||\|>|\?\?|[+*/%<>=|&^]\s|=>|->|::?\s"
)
"""How a line begins that goes on with the statement above it, although it is indented no deeper."""
BRANCH = re.compile(r"(?:else|elif|elsif|elseif|except|catch|finally|rescue|ensure)\b")
CONDITIONAL = frozenset({"elif", "elsif", "elseif", "except", "catch", "rescue"})
"""Branches of which there may be several."""
END = re.compile(r"(?:end|fi|done|esac)\b")
COMMENT = re.compile(r"#|//|/\*|\*(?!\w)|--|;;")
DECORATOR = re.compile(r"@\w|#\[|\[\w+[\](]")
FIRST_WORD = re.compile(r"[ \t]*[A-Za-z_]\w*[^\w]")
PYTHON_DEFINITION = re.compile(r"\s*(?:(?:async\s+)?def|class)\s+\w+\s*[(:]")
"""What never stands in brackets."""
HEREDOC = re.compile(r"<<[-~]?\s*[\"']?([A-Za-z_]\w*)")
IN_FUNCTION_ONLY = re.compile(r"\s*(?:return\b|yield\b|self\.)")


_ANYWHERE = re.compile(r"#|//|/\*|\*|[)\]}]|</|<|case\b|default\b|(?:public|private|protected)\b[^(]*:|\w+:|[\"'`]|-- ")
"""How a line begins that need not be as deep as its block."""
_LEAST_LETTERS = 8
"""Of a line that is known again."""


def is_again(line: str, snapshot: Snapshot) -> bool:
    """Whether an answer begins with the line above the cursor's, or in a block with one of the file's margin."""
    code, above = line.strip(), snapshot.prefix[: len(snapshot.prefix) - len(snapshot.line_before) - 1]
    if snapshot.line_before.strip():
        return code == above.rpartition("\n")[2].strip()
    is_telling = sum(map(str.isalnum, code)) >= _LEAST_LETTERS and snapshot.line_before
    return bool(is_telling) and f"\n{code}\n" in f"\n{snapshot.prefix}"


def has_left(code: str, indent: int, base: int) -> bool:
    """Whether a line is further left than its block without a bracket that closes this, and may not stand anywhere."""
    return indent < base and _ANYWHERE.match(code) is None and not GOES_ON.match(code)


def is_brace_below(line: str, snapshot: Snapshot) -> bool:
    """Whether a head was completed, and this is the brace below it that the document has already."""
    below = snapshot.suffix[len(snapshot.line_after) :].lstrip().partition("\n")[0]
    return line.strip() == "{" == below.strip() and bool(snapshot.line_before.strip())


def heredoc_after(line: str, heredoc: str, language: str) -> str:
    """The word that ends the text which is no code, behind a line; empty if the next line is code."""
    if heredoc:
        return "" if line.strip().rstrip(";,)") == heredoc else heredoc
    found = HEREDOC.search(line) if row(language).heredocs else None
    return found[1] if found else ""
