"""What candidates have said, kept as one JSON line each, so that a run that was interrupted goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from infill_ls.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Answer:
    """What one candidate said at one hole, what of it would have been shown, and what it took."""

    candidate: str
    """Its ``id``, as the hole's below."""
    hole: str
    prompt: str
    """The prompt's hash; empty where nothing was asked."""
    outcome: str
    rule: str
    shown: str
    """Ghost text; empty for none."""
    replaces: int
    raw: str
    """All that the model had said when it was stopped, or ended."""
    changed: tuple[str, ...] = ()
    """Rules that have changed the model's text."""
    first_ms: float | None = None
    total_ms: float = 0.0
    context_ms: float = 0.0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: float | None = None
    currency: str = ""
    recall: float | None = None
    """Share of the hole's names that stand in the prompt; None where it has none."""
    is_seen: bool = False
    """Whether nearly all of the hole's text stands in the prompt."""
    check: bool | None = None
    """Whether the project's own check passed with what is shown; None where it was not run."""

    @property
    def ending(self) -> str:
        """How the request ended, and by which rule, where that says more."""
        is_said = self.rule and self.rule != self.outcome
        return f"{self.outcome}: {self.rule}" if is_said else self.outcome


_NAMES = frozenset(field.name for field in fields(Answer))


class Answers:
    """A file of answers. Each is written before the next one is wanted: no more is lost than what is in flight."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[tuple[str, str], Answer] = {}
        """By candidate and hole."""
        self._file: IO[str] | None = None

    def load(self) -> None:
        """Read what is there; a last line that was cut off counts for nothing.

        Raises:
            SettingsError: the file cannot be read and written.
        """
        if self.path.exists() and not self.path.is_file():
            raise SettingsError(
                f"Answers cannot be kept in {self.path}, which is not a file: name another one with --answers."
            )
        try:
            for answer in self._lines():
                self.known[answer.candidate, answer.hole] = answer
            self._open()
            self.close()
        except OSError as error:
            raise SettingsError(
                f"Answers cannot be kept in {self.path} ({error.strerror}): name another file with --answers."
            ) from error

    def add(self, answer: Answer) -> None:
        """Keep an answer, on the disk, too.

        Raises:
            SettingsError: the disk takes no more.
        """
        try:
            file = self._file or self._open()
            file.write(json.dumps(asdict(answer), separators=(",", ":")) + "\n")
            file.flush()
        except OSError as error:
            raise SettingsError(
                f"Answers can no longer be kept in {self.path} ({error.strerror}): make room and run the same command "
                "again, which goes on where this one stopped."
            ) from error
        self.known[answer.candidate, answer.hole] = answer

    def close(self) -> None:
        """Let go of the file. Idempotent."""
        if self._file is not None:
            with suppress(OSError):  # of an answer that there was no room for, which was said
                self._file.close()
            self._file = None

    def _open(self) -> IO[str]:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # They hold code, so they are nobody else's.
        opened = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        size = os.fstat(opened).st_size
        os.lseek(opened, max(0, size - 1), os.SEEK_SET)
        is_cut = os.read(opened, 1) not in (b"", b"\n")
        self._file = os.fdopen(opened, "a", encoding="utf-8")
        self._file.write("\n" if is_cut else "")
        return self._file

    def _lines(self) -> Iterator[Answer]:
        try:
            file = self.path.open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                answer = _read(line)
                if answer is not None:
                    yield answer


def _read(line: str) -> Answer | None:
    try:
        said: dict[str, Any] = json.loads(line)
        said["changed"] = tuple(said["changed"])
        answer = Answer(**{name: value for name, value in said.items() if name in _NAMES})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return answer
