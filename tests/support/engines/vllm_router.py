"""The real vllm-router before some engines, for tests: installed from the registry into the user's cache, started, ended.

Where it cannot be had, the tests that need it are skipped with the reason.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import httpx
import platformdirs
import pytest

from support.engines.llama import end, free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERSION = "0.1.17"
_INSTALL_S = 100
_START_S = 60


class VllmRouter:
    """A running router; ``with VllmRouter(urls, "consistent_hash") as router: router.url``."""

    def __init__(self, engines: Sequence[str], policy: str) -> None:
        self._engines = engines
        self._policy = policy
        self._closing = ExitStack()
        self.url = ""

    def __enter__(self) -> Self:
        program = _installed()
        if isinstance(program, str):
            pytest.skip(f"vllm-router cannot be installed here: {program}")
        port = free_port()
        command = [str(program), "--host", "127.0.0.1", "--port", str(port), "--policy", self._policy]
        command += ["--prometheus-port", str(free_port()), "--worker-urls", *self._engines]
        output = self._closing.enter_context(tempfile.TemporaryFile())
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        self._closing.callback(end, process)
        self.url = f"http://127.0.0.1:{port}/v1"
        give_up_at = time.monotonic() + _START_S
        while not _is_ready(port):
            if process.poll() is not None or time.monotonic() > give_up_at:
                output.seek(0)
                said = output.read().decode(errors="replace")[-1000:]
                self._closing.close()
                pytest.skip(f"vllm-router does not start here: {said}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()


@cache
def _installed() -> Path | str:
    """The program in an environment of its own, or why there is none."""
    folder = platformdirs.user_cache_path("infill-ls-tests") / f"vllm-router-{_VERSION}"
    program = folder / "bin" / "vllm-router"
    if program.exists():
        return program
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=_INSTALL_S, capture_output=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", f"vllm-router=={_VERSION}"]
        subprocess.run(pip, check=True, timeout=_INSTALL_S, capture_output=True, env=os.environ)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return program if program.exists() else "it has no program"


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/v1/models", timeout=2).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
