"""The one way to read what others may have put under a name: through no link, not without end, without waiting.

Behind any name may lie a pipe that nobody writes to, a device without end, or a link to what is nobody's business.
Who may follow a link resolves it first, and asks about the name that comes of it.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import Final

# Windows has none of the first four; there the look at the name, before it is opened, has to do.
_FLAGS: Final = os.O_RDONLY | sum(
    getattr(os, name, 0)
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
)


def read_file(path: str, most: int) -> bytes:
    """All of a regular file.

    Raises:
        OSError: it cannot be read, is a link or no regular file, or has more than ``most`` bytes (``EFBIG``).
    """
    if "\0" in path:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
    _check(os.lstat(path), path, most)  # opening a device can set something off
    descriptor = os.open(path, _FLAGS)
    try:
        _check(os.fstat(descriptor), path, most)  # it may be another one by now
        return _read(descriptor, path, most)
    finally:
        os.close(descriptor)


def _check(status: os.stat_result, path: str, most: int) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "Not a regular file", path)
    if status.st_size > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)


def _read(descriptor: int, path: str, most: int) -> bytes:
    """What there is, whatever size it says it has."""
    pieces, left = [], most + 1
    while left and (piece := os.read(descriptor, left)):
        pieces.append(piece)
        left -= len(piece)
    if not left:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    return b"".join(pieces)
