"""Runs the user's command that prints an API key, within limits of time, output and environment. Keeps nothing."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from typing import Any

from infill_ls.errors import Unauthorized

LIMIT_S = 10.0
"""How long a command may take; a password manager may be waiting for its user."""

ENDING_S = 0.25
"""How long its end is waited for once the key is there: what fails says so then. A key does not wait for more."""

MOST_BYTES = 64 * 1024
"""Output in which the first line has to end."""

_SECRET = re.compile(
    r"(?:^|_)(?:[A-Z0-9]*(?:APIKEY|TOKEN|SECRET|PASSWORD|PASSWD)|KEY|PASS|(?<=_)PWD|CREDENTIAL)S?(?=_|$)",
    re.IGNORECASE,
)
"""Names of variables that look as if they held a secret."""

_STORES = (
    *("PASSWORD_STORE_", "GOPASS_", "GPG_", "GNUPG", "SOPS_", "KEEPASS"),
    *("OP_", "BW_", "LPASS_", "VAULT_", "DOPPLER_", "INFISICAL_"),
    *("AWS_", "AZURE_", "ARM_", "CLOUDSDK_", "GOOGLE_", "ALIBABA_CLOUD_", "ALICLOUD_"),
)
"""How the variables begin by which stores of secrets let their own programs in."""


async def first_line(command: Sequence[str], environ: Mapping[str, str]) -> str:
    """The first line that a command prints, as soon as it is there, whatever goes on running behind it.

    Its input is closed, for the server's own is the editor's wire. It runs in a session of its own, and all of that is
    killed when no key comes.

    Raises:
        Unauthorized: it cannot be run, fails, takes too long or prints too much.
    """
    # Shielded, so that whoever leaves while it starts knows what there is to be killed.
    starting = asyncio.create_task(_started(command, environ))
    key = ""
    try:
        async with asyncio.timeout(LIMIT_S):
            transport, output = await asyncio.shield(starting)
            await asyncio.wait((output.line, output.ended), return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait((output.line, output.ended), timeout=ENDING_S)
        if status := transport.get_returncode():
            raise Unauthorized(f"provider.api_key_command failed with exit status {status}.")
        key = output.first_line()
    except TimeoutError:
        raise Unauthorized(
            f"provider.api_key_command gave no key within {LIMIT_S:.0f} s."
        ) from None
    finally:
        await _end(starting, is_wanted=bool(key))
    return key


def environment_for(command: Sequence[str], environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that a command gets.

    Taken away is what looks like a key, token, secret or password of something else, such as ``OPENAI_API_KEY``,
    ``NPM_TOKEN`` or ``DATABASE_PASSWORD``. What stays: all else (``HOME``, ``PATH``, ``DISPLAY``,
    ``DBUS_SESSION_BUS_ADDRESS``, ``XDG_RUNTIME_DIR``, ``SSH_AUTH_SOCK``), with which ``security`` and ``secret-tool``
    are content; the variables of stores of secrets, by which ``pass`` finds its store and ``op``, ``aws``, ``gcloud``
    and ``vault`` are let in; and whatever the command itself names.
    """
    words = " ".join(command)
    return {
        name: value
        for name, value in environ.items()
        if not _SECRET.search(name) or name.upper().startswith(_STORES) or name in words
    }


async def _started(
    command: Sequence[str], environ: Mapping[str, str]
) -> tuple[asyncio.SubprocessTransport, _Output]:
    own_group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        import subprocess

        own_group = {
            "creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        }
    try:
        return await asyncio.get_running_loop().subprocess_exec(
            _Output,
            *(_found(command[0], environ), *command[1:]),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment_for(command, environ),
            **own_group,
        )
    except (OSError, ValueError) as error:  # ValueError: a null character
        reason = error.strerror if isinstance(error, OSError) else "its words hold a null character"
        raise Unauthorized(f"provider.api_key_command cannot be started: {reason}.") from error


async def _end(
    starting: asyncio.Task[tuple[asyncio.SubprocessTransport, _Output]], *, is_wanted: bool
) -> None:
    """Let go of a command. What one that did its work leaves behind, such as an agent, is left alone."""
    try:
        transport, output = await starting
    except Unauthorized:
        return
    if not is_wanted or transport.get_returncode() is None:
        _kill(transport)
        await asyncio.wait((output.ended,), timeout=ENDING_S)
    transport.close()


class _Output(asyncio.SubprocessProtocol):
    """What a command prints, up to the end of its first line."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.line: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self._seen = bytearray()

    def first_line(self) -> str:
        if len(self._seen) > MOST_BYTES:
            raise Unauthorized(
                "provider.api_key_command prints too much: its first line has to be the key."
            )
        return self._seen.decode(errors="replace").strip().partition("\n")[0].strip()

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002  # the name is asyncio's
        if self.line.done():
            return
        self._seen += data
        start, line_feed, _ = self._seen.lstrip().partition(b"\n")
        if line_feed:
            self._seen = start
        if line_feed or len(self._seen) > MOST_BYTES:
            self.line.set_result(None)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002  # as above
        if not self.line.done():
            self.line.set_result(None)

    def process_exited(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def _found(program: str, environ: Mapping[str, str]) -> str:
    """The whole path of a program. What lies in the current folder, be it by ``PATH``, is not the user's own."""
    if os.path.dirname(program) and not os.path.isabs(program):  # noqa: PTH117, PTH120  # a string, as commands are
        raise Unauthorized(
            f"provider.api_key_command has to name {program} by its whole path, or by its name alone."
        )
    listed = environ.get("PATH", os.defpath).split(os.pathsep)
    folders = [folder for folder in listed if os.path.isabs(folder)]  # noqa: PTH117  # as above
    path = shutil.which(program, path=os.pathsep.join(folders))
    # Windows looks in the current folder first.
    if path is None or not os.path.isabs(path):  # noqa: PTH117  # as above
        raise Unauthorized(f"provider.api_key_command cannot be started: {program} was not found.")
    return path


def _kill(transport: asyncio.SubprocessTransport) -> None:
    try:
        if sys.platform == "win32":
            transport.kill()
        else:
            # Its session has the process's number, also when that has ended and left children.
            os.killpg(transport.get_pid(), signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
