"""Starts the real server as an editor would, away from this machine's own settings, keys and proxies."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.clients.editor import SERVER, UNTRUSTED, EditorClient, ServerError, recorded_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from support.model_studio.emulator import Emulator

MODEL = "qwen2.5-coder-7b-instruct"
_KEYS = ("DASHSCOPE_API_KEY", "INFILL_LS_API_KEY")
_CHOICES = ("INFILL_LS_CONFIG", "INFILL_LS_PROVIDER", "INFILL_LS_BASE_URL", "INFILL_LS_MODEL", "INFILL_LS_MODE")
_PYTHONS = {"PYTHONPATH", "PYTHONUTF8", "PYTHONIOENCODING", "PYTHONWARNINGS", "LANG", "LC_ALL"}
"""What an interpreter reads once, when it starts."""
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "SSL_CERT_FILE")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Variables of a person who has set nothing, but for ``more``."""
    folders = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"), str(home))
    return dict.fromkeys((*_KEYS, *_CHOICES, *_PROXIES), "") | folders | more


def asking(studio: Emulator, **provider: Any) -> dict[str, Any]:
    """``initializationOptions`` of a person whose own server is the emulator; it is asked at once, and always."""
    own = {"kind": "openai", "base_url": studio.own_url, "model": MODEL}
    return {"provider": own | provider, "completion": {"debounce_ms": 0}, "local": {"spare_calls": False}}


def key_of(studio: Emulator) -> dict[str, str]:
    """The environment variable that holds the emulator's key."""
    return {"INFILL_LS_API_KEY": studio.api_key or ""}


@asynccontextmanager
async def session(
    folder: Path,
    options: object = None,
    *,
    variables: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
    client: str | dict[str, Any] = "neovim",
    configuration: Mapping[str, Any] | None = None,
    trusted: bool = True,
    is_started_anew: bool = False,
) -> AsyncIterator[EditorClient]:
    """An editor that has been introduced to the server; the workspace is ``folder``.

    ``client`` is a recorded editor's name, or the parameters of ``initialize``; ``trusted``, whether it is one that
    sends none of a repository's settings; ``is_started_anew``, whether it matters how the process begins.
    """
    home = folder.parent / f"{folder.name}-home"
    home.mkdir(exist_ok=True)
    command = (*(SERVER if trusted else UNTRUSTED), *arguments)
    is_plain = not (is_started_anew or arguments or _PYTHONS & set(variables or ()))
    is_measured = "PYTEST_CURRENT_TEST" not in os.environ  # by a benchmark, which starts it as people do
    is_forked = sys.platform == "linux" and is_plain and not is_measured
    variables = environment(home, **(variables or {}))
    async with EditorClient(
        command, environment=variables, configuration=configuration, folder=folder, is_forked=is_forked
    ) as editor:
        recorded = recorded_client(client) if isinstance(client, str) else client
        await editor.initialize(recorded, folder, options)
        yield editor
        assert editor.stray == b"", "only frames belong on standard output"


def frame(message: object) -> bytes:
    """A message, or bytes that pretend to be one, with the right header."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


async def is_alive(editor: EditorClient) -> bool:
    """Whether the server still takes requests; all that was sent before has then been handled."""
    try:
        await asyncio.wait_for(editor.request("test/unknown"), 10)
    except ServerError as error:
        return error.code == -32601
    return False


def resident_kb(pid: int) -> int:
    """Memory of a process in KiB; Linux only."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024
