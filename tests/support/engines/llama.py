"""A real llama.cpp server for tests: found or installed without root, started on a tiny random model, stopped.

Where it cannot be had, the tests that need it are skipped with the reason; nothing here fails a test run.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import httpx
import platformdirs
import pytest

from support.editors import debian

if TYPE_CHECKING:
    from types import TracebackType

_PACKAGE, _SUITE = "llama.cpp-tools", "sid"
_INSTALL_S = 50
"""For each of the steps, of which two use the network."""
_START_S = 30


@dataclass(frozen=True, slots=True)
class Program:
    """How to start the server."""

    command: tuple[str, ...]
    environment: dict[str, str]


class LlamaServer:
    """A running server; ``with LlamaServer() as server: server.url``. Skips the test where there can be none.

    Args:
        slots: generations at a time.
        options: further command line options of the server.
        model: another one than the tiny random one.
        ports: of which it listens at the first that is free; any where none is given.
    """

    def __init__(self, *options: str, slots: int = 1, model: Path | None = None, ports: tuple[int, ...] = (0,)) -> None:
        self._ports = ports
        # For a model this small, more threads only wait for each other.
        self._options = ("--threads", "1", "--parallel", str(slots), *options)
        self._model = model
        self._closing = ExitStack()
        self.origin = ""

    @property
    def url(self) -> str:
        """The base of its OpenAI-compatible routes."""
        return f"{self.origin}/v1"

    def __enter__(self) -> Self:
        found = _find()
        if isinstance(found, debian.CannotUnpackError):
            pytest.skip(f"llama.cpp server cannot be installed here: {found}")
        program, model = found[0], self._model or found[1]
        port = next(filter(None, map(free_port, self._ports)), None)
        if port is None:
            pytest.skip(f"something else listens at {', '.join(map(str, self._ports))}")
        self.origin = f"http://127.0.0.1:{port}"
        command = [*program.command, "-m", str(model), "--host", "127.0.0.1", "--port", str(port), "-c", "16384"]
        # A file rather than a pipe: nobody reads a pipe while the tests run.
        output = self._closing.enter_context(tempfile.TemporaryFile())
        process = subprocess.Popen(
            [*command, *self._options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | program.environment,
        )
        self._closing.callback(end, process)
        if not _answers(process, self.origin):
            output.seek(0)
            said = output.read().decode(errors="replace")[-1000:]
            self._closing.close()
            pytest.skip(f"llama.cpp server does not start here: {said}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def busy(self) -> bool:
        """Whether a generation is running."""
        return any(slot["is_processing"] for slot in httpx.get(f"{self.origin}/slots").json())


@cache
def _find() -> tuple[Program, Path] | debian.CannotUnpackError:
    """Program and model, or why there are none; looked for once, because looking in vain may take long."""
    try:
        return _program(), _model()
    except debian.CannotUnpackError as reason:
        return reason


def _program() -> Program:
    """The server on the search path, else the one in the cache, else a fresh one."""
    found = shutil.which("llama-server")
    if found:
        return Program((found,), {})
    return _unpacked(debian.unpack(_cache() / "root", _SUITE, _PACKAGE, step_s=_INSTALL_S))


def _cache() -> Path:
    folder = platformdirs.user_cache_path("infill-ls-tests") / "llama"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _model() -> Path:
    try:
        from support.engines.llama_model import write_tiny_model
    except ImportError as error:
        raise debian.CannotUnpackError(f"writing a model file needs {error.name}") from error
    path = _cache() / "tiny-3.gguf"
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        write_tiny_model(unfinished)
        unfinished.replace(path)
    return path


def model_that_says(text: str) -> Path:
    """A model's file whose one answer to all prompts with a middle is known."""
    from support.engines.llama_model import write_tiny_model

    path = _cache() / f"says-{text.encode().hex()}-1.gguf"
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        write_tiny_model(unfinished, says=text)
        unfinished.replace(path)
    return path


def _unpacked(folder: Path) -> Program:
    """The unpacked program, whose own libraries lie in a folder of theirs."""
    libraries = next(folder.glob("usr/lib/*-linux-gnu*/llama"), folder)
    command = debian.program(folder, "usr/bin/llama-server", libraries)
    backend = _backend(libraries.parent)
    return Program(command, {"GGML_BACKEND_PATH": str(backend)} if backend else {})


def _backend(libraries: Path) -> Path | None:
    """The computing library for this processor, which the program would look for in the host's folders."""
    processor = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    wanted = ("haswell", "x64", "armv8.0_1", "") if "avx2" in processor else ("x64", "armv8.0_1", "")
    for kind in wanted:
        found = sorted(libraries.glob(f"ggml/backends*/libggml-cpu*{kind}.so"))
        if found:
            return found[0]
    return None


def free_port(wanted: int = 0) -> int:
    """One that nobody listens at, the wanted one where there is one; 0 where that is taken."""
    try:
        with socket.create_server(("127.0.0.1", wanted)) as listener:
            port: int = listener.getsockname()[1]
            return port
    except OSError:
        return 0


def _answers(process: subprocess.Popen[bytes], origin: str) -> bool:
    give_up_at = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            if httpx.get(f"{origin}/health", timeout=1).status_code == httpx.codes.OK:
                return True
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started here."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
