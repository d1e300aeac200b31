"""A name for a workspace on this machine that says nothing of either: by it a router finds the engine that knows it.

A random number, kept in the user's cache folder, and the workspace's folder make it. Blocks, for a millisecond.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from infill_ls.workspace.reading import read_file

_LENGTH = 32
_LARGEST = 1024


def session_name(folders: Sequence[str], path: str | None = None) -> str:
    """The same for all windows of a workspace, and another for each machine; ``path`` is where the number is kept."""
    seed = _seed(path or _usual_path())
    return hashlib.sha256(
        "\0".join((seed, *sorted(folders))).encode("utf-8", "replace")
    ).hexdigest()[:_LENGTH]


def _usual_path() -> str:
    from platformdirs import user_cache_path

    return str(user_cache_path("infill-ls", appauthor=False) / "session-seed")


def _seed(path: str) -> str:
    """The random number; where it cannot be kept, it is another one at each start."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if len(kept := read_file(path, _LARGEST).decode()) == 2 * _LENGTH:
            return kept
    seed = secrets.token_hex(_LENGTH)
    with contextlib.suppress(OSError):
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = f"{path}.{os.getpid()}"
        with os.fdopen(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
        ) as file:
            file.write(seed)
        os.replace(unfinished, path)  # noqa: PTH105  # both are strings already
    return seed
