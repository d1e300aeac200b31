"""Emacs 30 from Debian packages: started in a terminal or in batch, with the init file that a README tells to write."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from support.editors.debian import program
from support.editors.home import needs
from support.editors.terminal import Terminal

if TYPE_CHECKING:
    from support.editors.home import Home

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "editors" / "emacs"
SUITE, PACKAGES = (
    "forky",
    (
        "emacs-nox",
        *(f"elpa-{name}" for name in ("lsp-mode", "package-lint", "company", "corfu", "corfu-terminal", "yasnippet")),
    ),
)

EGLOT = f"""
(require 'eglot)
(setq eglot-server-programs '((python-mode . ("{sys.executable}" "{ROOT}/tests/bench/bare_server.py"))))
(add-hook 'python-mode-hook #'eglot-ensure)
"""
"""Lines with which Eglot runs another server for the buffer."""

_EARLY = """;; -*- lexical-binding: t -*-
;; An Emacs that was only unpacked has no compiler for native code.
(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil)
;; What package.el does for packages that it installed.
(dolist (folder (file-expand-wildcards "{packages}/*"))
  (add-to-list 'load-path folder)
  (dolist (autoloads (file-expand-wildcards (concat folder "/*-autoloads.el"))) (load autoloads nil t)))
(setq inhibit-startup-screen t frame-inhibit-implied-resize t)
(menu-bar-mode -1)
"""


class Emacs:
    """``Emacs(home).visit(file)`` starts it in a terminal, ``.batch(expressions)`` without one."""

    def __init__(self, home: Home) -> None:
        self.home = home
        root = needs("Emacs", SUITE, *PACKAGES)
        site = next((root / "usr/share/emacs").glob("[0-9]*"))
        self._libexec = next((root / "usr/libexec/emacs").glob("[0-9]*/*"))
        self._command = (*program(root, "usr/bin/emacs-nox"), f"--dump-file={next(self._libexec.glob('*.pdmp'))}")
        self._environment = {
            "EMACSLOADPATH": str(site / "lisp"),
            "EMACSDATA": str(site / "etc"),
            "EMACSDOC": str(site / "etc"),
            "EMACSPATH": str(self._libexec),
        }
        early = _EARLY.replace("{packages}", str(root / "usr/share/emacs/site-lisp/elpa-src"))
        home.write(".emacs.d/early-init.el", early)

    def init(self, *lines: str) -> None:
        """Write ``init.el``."""
        home_lines = "\n".join(lines)
        self.home.write(".emacs.d/init.el", f";; -*- lexical-binding: t -*-\n{home_lines}\n")

    def visit(self, file: Path, line: int, *, columns: int = 90, lines: int = 24) -> Terminal:
        """An Emacs in a terminal, with point at the beginning of a line of a file, counted from 1."""
        command = (*self._command, "-nw", f"+{line}", str(file))
        environment = self.home.environment | self._environment | {"COLORTERM": "truecolor"}
        return Terminal(command, environment=environment, folder=self.home.project, columns=columns, lines=lines)

    def batch(self, *arguments: str, longest_s: float = 120) -> str:
        """What an Emacs without a terminal says; it must end well.

        ``arguments`` are its own, for example ``-l FILE`` or ``--eval EXPRESSION``.
        """
        command = (*self._command, "--batch", "-l", str(self.home.folder / ".emacs.d/early-init.el"), *arguments)
        done = subprocess.run(
            command,
            env=self.home.environment | self._environment | {"LC_ALL": "C.UTF-8"},
            cwd=self.home.project,
            capture_output=True,
            text=True,
            check=False,
            timeout=longest_s,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


def readme_lines(number: int) -> str:
    """The block of Emacs Lisp with this number in the README, counted from 0, with the package's real place."""
    blocks = re.findall(r"```elisp\n(.*?)```", (PACKAGE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return blocks[number].replace("/path/to/infill-ls/editors/emacs", str(PACKAGE))
