"""Where the API key comes from: an environment variable or a command. Sends it nowhere, shows it nowhere."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping

from infill_ls.errors import Unauthorized

_COMMAND_LIMIT_S = 10.0
_FAILURE_KEPT_S = 60.0
"""A command that failed is not run again at every key: it may open a window that asks for a password."""
_PLAUSIBLE = re.compile(r"[!-~]+")


class Key:
    """A key that is looked up once, when first asked for."""

    def __init__(self, variable: str, environ: Mapping[str, str], command: tuple[str, ...], *, required: bool) -> None:
        self._command = command
        self._variable = variable
        self._value = environ.get(variable, "").strip()
        self._required = required
        self._run: asyncio.Task[str] | None = None
        self._failed_until = 0.0

    @property
    def source(self) -> str:
        """Where the key comes from, for sentences."""
        return "provider.api_key_command" if self._command else f"the environment variable {self._variable}"

    async def value(self) -> str | None:
        """The key, or None where there is none and none is needed.

        Raises:
            Unauthorized: there is none and one is needed, or what was found cannot be a key.
        """
        key = await self._from_command() if self._command else self._value
        if not key and not self._required:
            return None
        if not key:
            raise Unauthorized(f"No key was found: set {self.source}, or provider.api_key_command.")
        if not _PLAUSIBLE.fullmatch(key):
            raise Unauthorized(f"What {self.source} gives holds characters that no key has.")
        return key

    async def aclose(self) -> None:
        """End a command that still runs."""
        if self._run is not None and not self._run.done():
            self._run.cancel()
            await asyncio.wait({self._run})

    async def _from_command(self) -> str:
        now = asyncio.get_running_loop().time()
        if self._run is None or (_has_failed(self._run) and now >= self._failed_until):
            self._failed_until = now + _FAILURE_KEPT_S
            self._run = asyncio.create_task(_output(self._command))
        # Shielded: the request that started it may be superseded while a password manager waits for its user.
        return await asyncio.shield(self._run)


def _has_failed(run: asyncio.Task[str]) -> bool:
    return run.done() and (run.cancelled() or run.exception() is not None)


async def _output(command: tuple[str, ...]) -> str:
    """The first line that a command prints. Its input is closed, for the server's own is the editor's wire."""
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
    except OSError as error:
        raise Unauthorized(f"provider.api_key_command cannot be started: {error.strerror}.") from error
    try:
        async with asyncio.timeout(_COMMAND_LIMIT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        raise Unauthorized(f"provider.api_key_command gave no key within {_COMMAND_LIMIT_S:.0f} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Unauthorized(f"provider.api_key_command failed with exit status {process.returncode}.")
    return output.decode(errors="replace").strip().partition("\n")[0].strip()
