"""Lets the project's own tests judge functions: in a copy of its folder, by a command from the command line alone.

It runs what a model has written, so it has limits and no keys; beyond its folder it may reach what the user may.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from infill_ls.errors import SettingsError
from infill_ls.evaluate.answers import Answer, Answers
from infill_ls.evaluate.holes import Hole
from infill_ls.evaluate.measures import inserted
from infill_ls.workspace.gitignore import ALWAYS

LONGEST_S = 120
MOST_BYTES = 4 << 30
"""Of address space, and of a file that is written."""
_KEPT = ("PATH", "LANG", "SYSTEMROOT", "PATHEXT", "COMSPEC")
"""What a process cannot do without; keys are in other variables."""
_LIMITED = f"""
import os, resource, sys
for kind, most in ((resource.RLIMIT_AS, {MOST_BYTES}), (resource.RLIMIT_FSIZE, {MOST_BYTES}),
                   (resource.RLIMIT_CPU, {LONGEST_S}), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(kind, (most, most))
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Check:
    """A copy of a project, in which a command says whether it is sound: it is, where the command ends with status 0.

    Args:
        command: as it would be typed; no shell reads it.
        root: the project's folder.
        longest_s: how long it may take.
    """

    def __init__(self, command: str, root: str, longest_s: float = LONGEST_S) -> None:
        self._command = command
        self._words = shlex.split(command, posix=os.name != "nt")
        self._root = root
        self._longest_s = longest_s
        self._folder = tempfile.TemporaryDirectory(
            prefix="infill-ls-check-", ignore_cleanup_errors=True
        )
        self._copy = Path(self._folder.name) / "project"

    def __enter__(self) -> Self:
        """Copy the project.

        Raises:
            SettingsError: the command does not pass with the project as it is.
        """
        left_out = shutil.ignore_patterns(*(ALWAYS - {"node_modules", "venv", ".venv"}))
        shutil.copytree(
            self._root, self._copy, symlinks=True, ignore=left_out, ignore_dangling_symlinks=True
        )
        if not self._passes():
            self._folder.cleanup()
            raise SettingsError(
                f"--check: {self._command!r} does not pass in a copy of {self._root}: use a command that does."
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    def judge(self, hole: Hole, answer: Answer) -> bool:
        """Whether the project is sound with an answer in a hole."""
        if inserted(hole, answer).rstrip() == hole.truth.rstrip():
            return True  # with which it was found sound
        path = self._copy / hole.path
        kept = path.read_bytes()
        try:
            path.write_text(
                hole.before + answer.shown + hole.after[answer.replaces :],
                encoding="utf-8",
                newline="\n",
            )
            return self._passes()
        finally:
            path.write_bytes(kept)

    def _passes(self) -> bool:
        limited = [] if os.name == "nt" else [sys.executable, "-I", "-c", _LIMITED]
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        home = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), self._folder.name)
        try:
            process = subprocess.Popen(  # noqa: S603  # what was typed for it, as words
                [*limited, *self._words],
                cwd=self._copy,
                env={**kept, **home, "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError:
            return False
        try:
            return process.wait(self._longest_s) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            _end(process)


def unchecked(holes: Iterable[Hole], answers: Answers) -> Iterator[tuple[Hole, Answer]]:
    """Functions for which there is an answer, and nothing has judged it yet."""
    by_id = {hole.id: hole for hole in holes if hole.kind == "function"}
    for answer in list(answers.known.values()):
        if answer.hole in by_id and answer.check is None:
            yield by_id[answer.hole], answer


def check_all(
    check: Check, holes: Iterable[Hole], answers: Answers, progress: Callable[[str, int, int], None]
) -> None:
    """Judge all functions that nothing has judged, and keep the judgement."""
    waiting = list(unchecked(holes, answers))
    for done, (hole, answer) in enumerate(waiting, 1):
        is_sound = bool(answer.shown) and check.judge(hole, answer)
        answers.add(replace(answer, check=is_sound))
        progress("check", done, len(waiting))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command, and what it has started."""
    if os.name == "nt":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
