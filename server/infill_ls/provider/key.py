"""Where the API key comes from: an environment variable or a command. Sends it nowhere, shows it nowhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from infill_ls.errors import KeyPending, Unauthorized

_FAILURE_KEPT_S = 60.0
"""A command that failed is not run again at every key: it may open a window that asks for a password."""
_PLAUSIBLE = re.compile(r"[!-~]+")


class ApiKey:
    """A key that is looked up once, when first asked for."""

    def __init__(
        self, variable: str, environ: Mapping[str, str], command: tuple[str, ...], *, required: bool
    ) -> None:
        self._command = command
        self._environ = environ
        self._variable = variable
        self._value = environ.get(variable, "").strip()
        self._required = required
        self._run: asyncio.Task[str] | None = None
        self._failed_until = 0.0

    @property
    def source(self) -> str:
        """Where the key comes from, for sentences."""
        return (
            "provider.api_key_command"
            if self._command
            else f"the environment variable {self._variable}"
        )

    @property
    def pending(self) -> bool:
        """Whether a command is running that is to give the key."""
        return self._run is not None and not self._run.done()

    def at_once(self) -> str | None:
        """The key as ``value`` gives it, without waiting for it.

        Raises:
            KeyPending: the command is still running.
            Unauthorized: as for ``value``.
        """
        if not self._command:
            return self._checked(self._value)
        run = self._started()
        if not run.done():
            raise KeyPending(
                "provider.api_key_command is still running: no model is used until it gives the key."
            )
        if not run.cancelled() and (error := run.exception()) is not None:
            # Each raise adds to a traceback, whose frames would hold the text of every request since.
            raise error.with_traceback(None)
        return self._checked(run.result())

    async def value(self) -> str | None:
        """The key, or None where there is none and none is needed.

        Raises:
            Unauthorized: there is none and one is needed, or what was found cannot be a key.
        """
        if not self._command:
            return self._checked(self._value)
        # Shielded: who started it may leave while a password manager waits for its user.
        return self._checked(await asyncio.shield(self._started()))

    def _checked(self, key: str) -> str | None:
        if not key and not self._required:
            return None
        if not key and self._command:
            raise Unauthorized(
                "provider.api_key_command printed no key: its first line has to be the key."
            )
        if not key:
            raise Unauthorized(f"No key was found: set {self.source}, or provider.api_key_command.")
        if not _PLAUSIBLE.fullmatch(key):
            raise Unauthorized(
                f"What {self.source} gives contains characters that a key cannot have."
            )
        return key

    async def aclose(self) -> None:
        """End a command that still runs."""
        if self._run is not None and not self._run.done():
            self._run.cancel()
            await asyncio.wait({self._run})

    def _started(self) -> asyncio.Task[str]:
        now = asyncio.get_running_loop().time()
        if self._run is None or (_has_failed(self._run) and now >= self._failed_until):
            self._failed_until = now + _FAILURE_KEPT_S
            # Here, since most keys come from the environment.
            from infill_ls.provider.key_command import first_line

            self._run = asyncio.create_task(first_line(self._command, self._environ))
            self._run.add_done_callback(_has_failed)  # looked at, so that asyncio does not complain
        return self._run


def _has_failed(run: asyncio.Task[str]) -> bool:
    return run.done() and (run.cancelled() or run.exception() is not None)
