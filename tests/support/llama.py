"""A real llama.cpp server for tests: found or installed without root, started on a tiny random model, stopped.

Where it cannot be had, the tests that need it are skipped with the reason; nothing here fails a test run.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import httpx
import platformdirs
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_PACKAGE, _SUITE = "llama.cpp-tools", "sid"
_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_INSTALL_S = 50
"""For each of the steps, of which two use the network."""
_START_S = 30


class CannotInstallError(Exception):
    """Why there is no llama.cpp server on this machine."""


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
    """

    def __init__(self, *options: str, slots: int = 1) -> None:
        # For a model this small, more threads only wait for each other.
        self._options = ("--threads", "1", "--parallel", str(slots), *options)
        self._closing = ExitStack()
        self.origin = ""

    @property
    def url(self) -> str:
        """The base of its OpenAI-compatible routes."""
        return f"{self.origin}/v1"

    def __enter__(self) -> Self:
        found = _find()
        if isinstance(found, CannotInstallError):
            pytest.skip(f"llama.cpp server cannot be installed here: {found}")
        program, model = found
        port = _free_port()
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
        self._closing.callback(_end, process)
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
def _find() -> tuple[Program, Path] | CannotInstallError:
    """Program and model, or why there are none; looked for once, because looking in vain may take long."""
    try:
        return _program(), _model()
    except CannotInstallError as reason:
        return reason


def _program() -> Program:
    """The server on the search path, else the one in the cache, else a fresh one."""
    found = shutil.which("llama-server")
    if found:
        return Program((found,), {})
    folder = _cache() / "root"
    with _only_one(_cache() / "lock"):
        if not (folder / "usr/bin/llama-server").exists():
            _install(folder)
    return _unpacked(folder)


def _cache() -> Path:
    folder = platformdirs.user_cache_path("infill-ls-tests") / "llama"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _model() -> Path:
    try:
        from support.llama_model import write_tiny_model
    except ImportError as error:
        raise CannotInstallError(f"writing a model file needs {error.name}") from error
    path = _cache() / "tiny-2.gguf"
    if not path.exists():
        unfinished = path.with_suffix(f".{os.getpid()}")
        write_tiny_model(unfinished)
        unfinished.replace(path)
    return path


def _install(folder: Path) -> None:
    """Unpack Debian's package and all it depends on into a folder, with the machine's own apt and its own mirror."""
    if platform.system() != "Linux" or not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise CannotInstallError("no llama-server on the search path and no apt")
    if not _KEYRING.exists():
        raise CannotInstallError("no keys of the Debian archive")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        environment = _apt_environment(Path(scratch), _mirror())
        options = ["-qq", "-y", "--download-only", "--no-install-recommends"]
        _run(["apt-get", "-qq", "update"], environment)
        _run(["apt-get", *options, "install", _PACKAGE], environment)
        unpacked = Path(scratch) / "root"
        for package in sorted((Path(scratch) / "cache/archives").glob("*.deb")):
            _run(["dpkg", "-x", str(package), str(unpacked)], environment)
        unpacked.rename(folder)


def _mirror() -> str:
    """The mirror that the machine itself is installed from, if that is one of Debian's."""
    try:
        system = platform.freedesktop_os_release()
    except OSError as error:
        raise CannotInstallError("this Linux does not tell its name") from error
    if system.get("ID") != "debian":
        raise CannotInstallError(f"{system.get('ID')} is not Debian")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    for line in _run(["apt-get", "indextargets", "--format", form], dict(os.environ)).splitlines():
        address, release, component = line.split()
        if (release, component) == (system.get("VERSION_CODENAME"), "main"):
            return address
    raise CannotInstallError("apt knows no mirror of Debian")


def _apt_environment(folder: Path, mirror: str) -> dict[str, str]:
    """Lets apt work on lists, packages and a state of its own, as if nothing were installed; the host stays as it is."""
    for part in ("state/lists/partial", "cache/archives/partial", "empty"):
        (folder / part).mkdir(parents=True)
    (folder / "state/status").touch()
    (folder / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {mirror} {_SUITE} main\n")
    settings = {
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "state/status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": folder / "empty",
        "Dir::Etc::preferencesparts": folder / "empty",
        # A mirror may be a snapshot, whose lists have run out.
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "Acquire::http::Timeout": "10",
        "Acquire::Retries": "0",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "true",
    }
    cleared = ("APT::Update::Pre-Invoke", "APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success")
    lines = [f'{name} "{value}";' for name, value in settings.items()]
    lines += [f"#clear {name};" for name in (*cleared, "DPkg::Pre-Invoke", "DPkg::Post-Invoke")]
    (folder / "apt.conf").write_text("\n".join(lines) + "\n")
    return os.environ | {"APT_CONFIG": str(folder / "apt.conf")}


def _unpacked(folder: Path) -> Program:
    """A program in the folder, run by the folder's own loader: the host's may be too old for it."""
    loader = next(folder.glob("usr/lib*/ld-linux-*.so.*"), None)
    libraries = next(folder.glob("usr/lib/*-linux-gnu*/llama"), None)
    if loader is None or libraries is None:
        raise CannotInstallError("the package is not laid out as expected")
    path = f"{libraries.parent}:{libraries}"
    command = (str(loader), "--library-path", path, str(folder / "usr/bin/llama-server"))
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


def _run(command: list[str], environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=_INSTALL_S)
    except subprocess.CalledProcessError as error:
        raise CannotInstallError(f"{' '.join(command[:2])}: {error.stderr.strip()[-300:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotInstallError(f"{' '.join(command[:2])}: {error}") from error
    return done.stdout


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Let test processes install one after another; a lock that is older than any installation is an orphan."""
    longest_s = 2 * _INSTALL_S
    wait_until = time.monotonic() + longest_s
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.monotonic() > wait_until or _age_s(lock) > longest_s:
                break
            time.sleep(0.2)
    try:
        yield
    finally:
        shutil.rmtree(lock, ignore_errors=True)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


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


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
