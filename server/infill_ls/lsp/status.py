"""Tells the user what the server is doing, and what is wrong, once: never a message per keystroke."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from infill_ls.errors import ProviderError

log = logging.getLogger("infill_ls")

Notify = Callable[[str, Any], None]


class Status:
    """Messages to the client. A cause is told again only after something worked in between."""

    def __init__(self, notify: Notify, *, wanted: bool) -> None:
        self._notify = notify
        self._wanted = wanted
        self._told: set[str] = set()
        self._sent: dict[str, Any] | None = None

    def failed(self, error: ProviderError) -> None:
        """Asking the model failed."""
        self.warn(str(error))
        self._send("warning", str(error))

    def answered(self) -> None:
        """The model answered: what was wrong is over."""
        self._told.clear()
        self._send("normal", "")

    def warn(self, message: str) -> None:
        """Show a message, unless it has been shown."""
        if message in self._told:
            return
        self._told.add(message)
        log.warning("%s", message)
        self._notify(
            types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(types.MessageType.Warning, f"infill-ls: {message}")
        )

    def note(self, message: str) -> None:
        """Write to the editor's log; no popup."""
        self._notify(types.WINDOW_LOG_MESSAGE, types.LogMessageParams(types.MessageType.Info, message))

    def _send(self, kind: str, message: str) -> None:
        state = {"busy": False, "kind": kind, "message": message}
        if self._wanted and state != self._sent:
            self._sent = state
            self._notify("infill-ls/status", state)
