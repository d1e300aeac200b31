"""Helix from Debian packages, in a terminal, with the ``languages.toml`` that its README tells to write."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from support.editors.debian import program
from support.editors.home import needs
from support.editors.terminal import Terminal

if TYPE_CHECKING:
    from support.editors.home import Home

README = Path(__file__).parents[3] / "editors" / "helix" / "README.md"
SUITE, PACKAGES = "forky", ("hx",)


class Helix:
    """``Helix(home).visit(file, line)`` starts it in a terminal."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._root = needs("Helix", SUITE, *PACKAGES)
        self._environment = {"HELIX_RUNTIME": str(self._root / "usr/lib/hx/runtime"), "COLORTERM": "truecolor"}
        home.write(".config/helix/languages.toml", readme_lines(0))

    def servers(self, *names: str) -> None:
        """Name the language's servers in this order."""
        lines = re.sub(r"(?m)^language-servers = .*$", f"language-servers = {json.dumps(names)}", readme_lines(0))
        self._home.write(".config/helix/languages.toml", lines)

    def visit(self, file: Path, line: int, *, columns: int = 100, lines: int = 24) -> Terminal:
        """A Helix in a terminal, with the cursor at the beginning of a line of a file, counted from 1."""
        command = (*program(self._root, "usr/lib/hx/hx"), f"{file}:{line}")
        environment = self._home.environment | self._environment
        return Terminal(command, environment=environment, folder=self._home.project, columns=columns, lines=lines)


def readme_lines(number: int) -> str:
    """The block of TOML with this number in the README, counted from 0."""
    return re.findall(r"```toml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[number]
