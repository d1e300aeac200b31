"""How lines begin that go on with a block, branch off from it, end it, or belong to what comes next. Data only."""

from __future__ import annotations

import re

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
