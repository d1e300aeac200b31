"""What servers have said of themselves, kept on disk for the next start: a small file of the user's alone.

It holds neither keys nor addresses, only marks of addresses, and may be lost at any moment. Blocks, for a millisecond.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infill_ls.provider.served import Model, Served
from infill_ls.workspace.reading import read_file

KEPT_S = 7 * 24 * 3600.0
"""What is older is as good as not known."""
MOST_SERVERS, MOST_MODELS, LARGEST = 16, 50, 128 * 1024
"""Of the file: servers, models of a server, and bytes. What has more models is a gateway's catalogue, and not kept."""


class KnownServers:
    """The file. Each server is kept under its address and the model that is wanted of it."""

    def __init__(self, path: str | None = None) -> None:
        self._path = path

    @property
    def path(self) -> Path:
        """Where it is, by default in the user's cache folder."""
        if self._path is None:
            from platformdirs import user_cache_path

            self._path = str(user_cache_path("infill-ls", appauthor=False) / "servers.json")
        return Path(self._path)

    def recall(self, address: str, model: str) -> Served | None:
        """What a server has said; None where that is not known, or too long ago."""
        kept = self._read().get(_mark(address, model))
        age_s = time.time() - kept["at"] if kept is not None else KEPT_S
        return _served(kept["served"]) if kept is not None and 0 <= age_s < KEPT_S else None

    def remember(self, address: str, model: str, served: Served) -> None:
        """Keep what a server has said. Where it cannot be kept, the next start finds it out again."""
        if len(served.models) > MOST_MODELS:
            return
        with contextlib.suppress(OSError):
            mark, everything = _mark(address, model), self._read()
            everything.pop(mark, None)
            everything[mark] = {"at": int(time.time()), "served": dataclasses.asdict(served)}
            latest = dict(list(everything.items())[-MOST_SERVERS:])
            self._write(json.dumps(latest, separators=(",", ":")).encode())

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(read_file(str(self.path), LARGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        return (
            {mark: each for mark, each in found.items() if _is_entry(each)}
            if isinstance(found, dict)
            else {}
        )

    def _write(self, content: bytes) -> None:
        if len(content) > LARGEST:
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        unfinished.unlink(missing_ok=True)
        try:
            with os.fdopen(
                os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
            ) as file:
                file.write(content)
            unfinished.replace(self.path)
        finally:
            unfinished.unlink(missing_ok=True)


def _mark(address: str, model: str) -> str:
    """Stands for an address, which may hold a password."""
    return hashlib.sha256(f"{address}\n{model}".encode("utf-8", "replace")).hexdigest()[:32]


def _is_entry(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and isinstance(each.get("at"), int)
        and isinstance(each.get("served"), dict)
    )


def _served(kept: Mapping[str, Any]) -> Served | None:
    """What was written, as far as it is what is written here."""
    models = kept.get("models")
    listed = models if isinstance(models, list) else []
    read = [
        model for each in listed if isinstance(each, dict) and (model := _model(each)) is not None
    ]
    kind, version = kept.get("kind"), kept.get("version")
    if not isinstance(kind, str) or not isinstance(version, str) or len(read) != len(listed):
        return None
    return Served(kind, version, tuple(read))


def _model(kept: Mapping[str, Any]) -> Model | None:
    name, fills, tokens, window = (kept.get(each) for each in ("name", "fills", "tokens", "window"))
    size, is_loaded = kept.get("size"), kept.get("is_loaded")
    are_strings = tokens is None or (
        isinstance(tokens, list) and all(isinstance(each, str) for each in tokens)
    )
    is_window = window is None or (
        isinstance(window, int) and not isinstance(window, bool) and window > 0
    )
    is_fine = isinstance(name, str) and isinstance(size, str) and are_strings and is_window
    if not is_fine or not {type(fills), type(is_loaded)} <= {bool, type(None)}:
        return None
    return Model(
        str(name), fills, None if tokens is None else tuple(tokens), window, str(size), is_loaded
    )
