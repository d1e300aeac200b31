"""Tells the user what the server is doing, and what is wrong, once: never a message per keystroke."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from typing import Any

from lsprotocol import types

from infill_ls.errors import ProviderError
from infill_ls.sentences import first_few, sentence

log = logging.getLogger("infill_ls")

Notify = Callable[[str, Any], None]


SETTLED = ("auth", "not_found", "unsupported")
"""Outcomes that only a person can mend."""

AGAIN_S = 300.0
"""A cause that comes and goes is told at most so often."""


class Status:
    """Messages to the client, and the state of the server for those who asked for it.

    A cause is told again only after something worked in between, and not more often than every few minutes.
    """

    def __init__(
        self,
        notify: Notify,
        *,
        wanted: bool,
        now: Callable[[], float] = time.monotonic,
        recovered: Callable[[], object] = lambda: None,
    ) -> None:
        self._notify = notify
        self._recovered = recovered
        self._wanted = wanted
        self._now = now
        self._told: dict[Hashable, float] = {}
        """When each cause was told."""
        self._ready = False
        self._is_loading = False
        self._state: dict[str, Any] = {
            "busy": False,
            "kind": "normal",
            "message": "",
            "cause": None,
        }
        self.model = ""
        """The model that is asked first."""
        self.host: Hashable = None
        """What stands for the service that is asked."""

    def failed(self, error: ProviderError) -> None:
        """Asking the model failed. The kind of error and the host are the cause: a service may change its words.

        The state comes first, so that the message can be shown with what helps.
        """
        kind = "error" if error.outcome in SETTLED else "warning"
        self._set(kind=kind, message=sentence(str(error)), cause=error.outcome)
        cause = (type(error), self.host)
        if cause not in self._told:
            self._told[cause] = self._now()
            self._show(sentence(str(error)))

    def answered(self) -> None:
        """The model answered: what was wrong is over."""
        now = self._now()
        self._told = {cause: at for cause, at in self._told.items() if now - at < AGAIN_S}
        was_troubled = self._is_loading or self._state["kind"] in ("warning", "error")
        self._is_loading = False
        self._set(kind="normal", message="", cause=None)
        if was_troubled:
            self._recovered()

    def loading(self, sentence: str) -> None:
        """The model is being loaded, in words; empty when that is over."""
        self._is_loading = bool(sentence)
        self._set(busy=self._is_loading, kind="normal", message=sentence, cause=None)
        if not sentence:
            self._recovered()

    def asking(self, *, busy: bool) -> None:
        """A request has begun, or the last one has ended."""
        self._set(busy=busy or self._is_loading)

    def switched(self, *, on: bool) -> None:
        """The user switched completions on or off; said in words where the editor has nothing else to show it."""
        self._set(kind="normal" if on else "inactive", message="", cause=None)
        if not self._wanted:
            self.tell(f"suggestions are {'on' if on else 'off'}")

    def tell(self, words: str) -> None:
        """Show the user something that is neither wrong nor asks for anything."""
        told = types.ShowMessageParams(types.MessageType.Info, f"infill-ls: {sentence(words)}")
        self._notify(types.WINDOW_SHOW_MESSAGE, told)

    def announce(self) -> None:
        """The client is ready to hear the state."""
        self._ready = True
        if self._wanted:
            self._notify("infill-ls/status", {**self._state, "model": sentence(self.model)})

    def warn(self, *problems: str) -> None:
        """Show what is wrong as one message, but for what has been shown."""
        news = [
            problem
            for problem in dict.fromkeys(map(sentence, problems))
            if problem not in self._told
        ]
        if news:
            self._told |= dict.fromkeys(news, self._now())
            self._show(first_few(news))

    def note(self, *sentences: str) -> None:
        """Write to the editor's log; no popup."""
        message = first_few(sentences)
        self._notify(
            types.WINDOW_LOG_MESSAGE, types.LogMessageParams(types.MessageType.Info, message)
        )

    def _show(self, message: str) -> None:
        # Not a warning: editors keep those in their logs, and the sentence may name the user's host.
        log.info("%s", message)
        told = types.ShowMessageParams(types.MessageType.Warning, f"infill-ls: {message}")
        self._notify(types.WINDOW_SHOW_MESSAGE, told)

    def _set(self, **change: Any) -> None:
        state = {**self._state, **change}
        if state == self._state:
            return
        self._state = state
        if self._ready:
            self.announce()
