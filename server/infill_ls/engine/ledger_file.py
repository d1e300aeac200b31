"""The user's ledger on disk: one file a month, a line for each entry. Blocks, so it is not for the loop.

Whoever writes holds a lock that the system takes back when the process ends, however it ends. Lines are appended; a
line that was torn by a kill or a full disk is passed over and not glued to the next. A file that has grown is written
anew, beside itself, and put in place at once.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from infill_ls.usage.ledger import Entry, from_line, merged, to_line

PATIENCE_S = 0.5
"""How long to wait for another process that writes, which takes it some milliseconds."""

LARGE = 128 * 1024
"""Bytes from which on a file is worth writing anew."""

_RETRY_S = 0.01
_WINDOWS = sys.platform == "win32"


@dataclass(frozen=True, slots=True)
class Appended:
    """A file's size before and after lines were appended; whatever else it holds came from other processes."""

    before: int
    after: int


class LedgerFile:
    """All entries of all servers of this user. Any number of processes may use it at once."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._compact_from = LARGE

    @property
    def folder(self) -> Path:
        """Where the files are, by default the user's state folder."""
        if self._folder is None:
            # Here, since it is not needed before the first entry.
            from platformdirs import user_state_path

            self._folder = str(user_state_path("infill-ls", appauthor=False))
        return Path(self._folder)

    def append(self, month: str, entries: Iterable[Entry]) -> Appended:
        """Write entries of one month (``YYYY-MM``): all of them, or none.

        Raises:
            OSError: they could not be written.
        """
        data = "".join(f"\n{to_line(entry)}\n" for entry in entries).encode()
        self._make_folder()
        path = self._path(month)
        with _locked(self.folder / "usage.lock"):
            before, after = _append(path, data)
            if after <= self._compact_from:
                return Appended(before, after)
            # What matters is written; a file that stays large is no reason to write it twice.
            with contextlib.suppress(OSError):
                after = _compact(path)
                self._compact_from = max(LARGE, 2 * after)
            return Appended(-1, after)

    def tokens(self, day: str) -> Appended | tuple[int, int]:
        """Tokens of a day, and the file's size when they were read; no file counts as empty."""
        raise NotImplementedError

    def entries(self, since: str = "") -> Iterator[Entry]:
        """All entries of a day (ISO date) and later ones, oldest month first.

        Raises:
            OSError: a file is there and cannot be read.
        """
        for path in sorted(self.folder.glob("usage-*.jsonl")):
            if path.stem >= f"usage-{since[:7]}":
                yield from (entry for entry in _read(path) if entry.day >= since)

    def _path(self, month: str) -> Path:
        return self.folder / f"usage-{month}.jsonl"

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _WINDOWS and self.folder.stat().st_mode & 0o077:
            self.folder.chmod(0o700)
