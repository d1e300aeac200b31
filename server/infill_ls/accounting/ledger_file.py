"""The user's ledger on disk: one file a month, a line for each entry. Blocks, so it is not for the loop.

Whoever writes holds a lock that the system takes back when the process ends, however it ends. Lines are appended; a
line that was torn by a kill or a full disk is passed over and not glued to the next. A file that has grown is written
anew beside itself, and then put in its place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path

from infill_ls.accounting.entries import Entry, from_line, merged, to_line

PATIENCE_S = 0.5
"""How long to wait for another process that writes, which takes it some milliseconds."""

LARGE = 128 * 1024
"""Bytes from which on a file is worth writing anew."""

_RETRY_S = 0.01


@dataclass(frozen=True, slots=True)
class _Seen:
    """Tokens of a day, as of a size of its file."""

    day: str = ""
    size: int = -1
    tokens: int = 0


class LedgerFile:
    """All entries of all of a user's servers. Any number of processes may use it; in one, a thread at a time."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._worth_it = LARGE
        self._seen = _Seen()

    @property
    def folder(self) -> Path:
        """Where the files are, by default the user's state folder."""
        if self._folder is None:
            # Here, since it is not needed before the first entry.
            from platformdirs import user_state_path

            self._folder = str(user_state_path("infill-ls", appauthor=False))
        return Path(self._folder)

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries of one month: all of them, or none.

        Raises:
            OSError: they could not be written.
        """
        path = self._path(entries[0].day)
        _make_private(self.folder)
        with locked(self.folder / "usage.lock"):
            before, after = _append(
                path, "".join(f"\n{to_line(entry)}\n" for entry in entries).encode()
            )
            if after > self._worth_it:
                # The entries are written; a file that stays large is no reason to write them once more.
                with contextlib.suppress(OSError):
                    after = _write_anew(path)
                self._worth_it = max(LARGE, 2 * after)
        seen = self._seen
        if path == self._path(seen.day) and before == seen.size:
            own = sum(entry.tokens for entry in entries if entry.day == seen.day)
            self._seen = _Seen(seen.day, after, seen.tokens + own)

    def tokens(self, day: str) -> int:
        """Tokens of one day. The file is read only where another process has written to it since the last time.

        Raises:
            OSError: the file is there and cannot be read.
        """
        path = self._path(day)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return 0
        if (self._seen.day, self._seen.size) != (day, size):
            self._seen = _Seen(
                day, size, sum(entry.tokens for entry in _read(path) if entry.day == day)
            )
        return self._seen.tokens

    def entries(self, since: str = "") -> Iterator[Entry]:
        """Entries of a day (ISO date) and of later ones, oldest month first.

        Raises:
            OSError: a file is there and cannot be read.
        """
        for path in sorted(self.folder.glob("usage-*.jsonl")):
            if path.name >= self._path(since).name:
                yield from (entry for entry in _read(path) if entry.day >= since)

    def _path(self, day: str) -> Path:
        return self.folder / f"usage-{day[:7]}.jsonl"


def _read(path: Path) -> Iterator[Entry]:
    try:
        with path.open("rb") as file:
            for line in file:
                entry = from_line(line.decode(errors="replace"))
                if entry is not None:
                    yield entry
    except FileNotFoundError:
        return


def _append(path: Path, data: bytes) -> tuple[int, int]:
    """Sizes before and after. Nothing stays behind of what does not fit."""
    with open(path, "ab", buffering=0, opener=private_file) as file:  # pathlib knows no opener
        before = os.fstat(file.fileno()).st_size
        try:
            _write_whole(file, data)
        except OSError:
            file.truncate(before)
            raise
    return before, before + len(data)


def _write_whole(file: RawIOBase, data: bytes) -> None:
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _write_anew(path: Path) -> int:
    """Put one entry per day and model where many were; gives the new size."""
    entries = merged(_read(path), key=lambda entry: (entry.day, entry.model)).values()
    data = "".join(f"{to_line(entry)}\n" for entry in entries).encode()
    beside = path.with_suffix(".new")
    with open(beside, "wb", opener=private_file) as file:  # pathlib knows no opener
        file.write(data)
        file.flush()
        # Some file systems put the name in place before the bytes: a power cut would leave an empty file.
        os.fsync(file.fileno())
    beside.replace(path)
    return len(data)


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def private_file(path: str, flags: int) -> int:
    """An opener for ``open``: a file that is made is for its user's eyes alone."""
    return os.open(path, flags, 0o600)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file, which no other process or thread then gets.

    Raises:
        TimeoutError: somebody else has it, and does not let go.
        OSError: there can be no lock.
    """
    with open(path, "ab", buffering=0, opener=private_file) as file:  # pathlib knows no opener
        deadline = time.monotonic() + PATIENCE_S
        while not _lock(file.fileno()):
            if time.monotonic() > deadline:
                raise TimeoutError(errno.ETIMEDOUT, "another process keeps it locked")
            time.sleep(_RETRY_S)
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        """Take the lock if it is free."""
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLOCK):
                return False
            raise
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        """Take the lock if it is free."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
