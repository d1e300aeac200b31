"""Runs ``infill-ls`` as a person would, in a home and an environment that hold nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.clients.editor import check_log

_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "PYTHONPATH", "LANG")
"""What a process cannot do without."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str


class CommandLine:
    """Runs commands in ``home``; ``settings`` become its settings file.

    Standard input is empty, so that nothing waits for a person.
    """

    def __init__(self, home: Path, **environ: str) -> None:
        self.home = home
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        folders = dict.fromkeys(("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA"), str(home))
        self.environ = {**kept, **folders, "PYTHONWARNINGS": "error", **environ}

    def settings(self, text: str) -> None:
        """Write the file that ``INFILL_LS_CONFIG`` names."""
        path = self.home / "infill-settings.toml"
        path.write_text(text, encoding="utf-8")
        self.environ["INFILL_LS_CONFIG"] = str(path)

    def run(self, *words: Any, started_by: str = "") -> Ran:
        """Run a command, by a line of shell that begins it with ``exec "$@"`` where there is one."""
        shell = ["sh", "-c", started_by, "sh"] if started_by else []
        ended = subprocess.run(
            [*shell, sys.executable, "-m", "infill_ls", *map(str, words)],
            cwd=self.home,
            env=self.environ,
            input=b"",  # the null device passes for a terminal on Windows
            capture_output=True,
            timeout=60,
            check=False,
        )
        check_log(ended.stderr)
        # Read as bytes: line ends are part of what is tested.
        return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
