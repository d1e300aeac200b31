"""gitleaks' rule file -> the module of rows that ``privacy/`` goes by: python gitleaks_rules.py gitleaks.toml VERSION.

Go's regular expressions are rewritten where Python's differ. Rules for whole files and for forms that ``secrets.py``
tells itself are left out.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

OWN = frozenset(
    {"generic-api-key", "private-key", "jwt", "jwt-base64", "kubernetes-secret-yaml", "pkcs12-file"}
)
"""By names, by state, by several lines, or by the file's name: left out."""
TARGET = Path(__file__).parents[1] / "infill_ls/privacy/gitleaks_rules.py"
HEAD = '''"""What keys of services look like: the rules of gitleaks {version}, as rows. Decides nothing.

Made by ``packaging/gitleaks_rules.py``. Copyright (c) 2019 Zachary Rice, MIT licence: ``gitleaks.LICENSE`` beside.
"""

# ruff: noqa: E501, Q000  # the rows are data, as ``repr`` writes them, each in a line of its own
# fmt: off

from __future__ import annotations

from typing import Final

ROWS: Final[tuple[tuple[str, str, float, str], ...]] = (
'''
TAIL = ''')
"""Name, keywords of which a line has one in any case, least entropy in bits per character, and pattern."""
'''


def main() -> None:
    """Write the module."""
    path, version = sys.argv[1:]
    rules = tomllib.loads(Path(path).read_text("utf-8"))["rules"]
    rows = [
        row(rule) for rule in rules if rule["id"] not in OWN and not rule["id"].startswith("curl-")
    ]
    TARGET.write_text(HEAD.format(version=version) + "".join(rows) + TAIL, "utf-8")


def row(rule: dict[str, object]) -> str:
    """One line of the table."""
    pattern = for_python(str(rule["regex"]))
    re.compile(pattern)
    keywords = " ".join(map(str.lower, rule["keywords"]))  # type: ignore[call-overload]  # a list of strings
    return f"    ({rule['id']!r}, {keywords!r}, {float(rule.get('entropy', 0))}, {pattern!r}),\n"  # type: ignore[arg-type]  # a number


def for_python(pattern: str) -> str:
    """Python has no end of text but one, and takes flags at the beginning or for a group alone."""
    pattern = (
        pattern.replace(r"\z", r"\Z")
        .replace("[[:alnum:]]", "[A-Za-z0-9]")
        .replace("[[:alpha:]]", "[A-Za-z]")
    )
    while (at := pattern.find("(?i)", 1)) > 0:
        end, depth, in_class = at + 4, 0, False
        while end < len(pattern) and (depth or in_class or pattern[end] != ")"):
            mark = pattern[end]
            in_class = (in_class or mark == "[") and mark != "]"
            depth += (mark == "(") - (mark == ")") if not in_class else 0
            end += 1 + (mark == "\\")
        pattern = f"{pattern[:at]}(?i:{pattern[at + 4 : end]}){pattern[end:]}"
    return pattern


if __name__ == "__main__":
    main()
