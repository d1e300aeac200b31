"""Unpacks Debian packages of any suite, with all they depend on, into a folder: no root, no change to the machine.

apt resolves and downloads on lists, packages and a state of its own, as if nothing were installed; no maintainer script
is run. Programs from there are started by the folder's own loader, because the host's C library may be too old for
them; what they start in turn runs with the host's.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_SILENT = re.compile(
    r"Could not (?:connect|resolve|wait)|Unable to connect|Temporary failure|[Tt]imed out|Connection failed|"
    r"Connection reset|Connection refused|Network is unreachable|No route to host|\b50[0-4]\b"
)
"""What apt says of a mirror that does not answer, or not now."""


class CannotUnpackError(Exception):
    """Why the packages cannot be had here."""


class MirrorSilentError(CannotUnpackError):
    """The mirror does not answer, or this machine has none: nothing that the project could mend."""


def unpack(folder: Path, suite: str, *packages: str, mirror: str | None = None, step_s: float = 180) -> Path:
    """The folder, with the packages in it; nothing is done if it exists, and it exists only when it is whole.

    Args:
        suite: ``trixie``, ``sid`` and so on.
        mirror: where packages come from; by default from where the machine itself has its own.
        step_s: the longest that each of apt's two steps may take, in seconds.

    Raises:
        MirrorSilentError: the mirror does not answer.
        CannotUnpackError: anything else.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(folder.with_name(f"{folder.name}.lock"), 2 * step_s):
        if not folder.exists():
            _require_apt()
            _fill(folder, (mirror or _mirror(), suite), packages, step_s)
    return folder


def program(folder: Path, path: str, *libraries: Path) -> tuple[str, ...]:
    """The command that starts an unpacked program.

    Args:
        path: of the program in the folder, for example ``usr/bin/nvim``.
        libraries: folders to look for libraries in besides the usual one.
    """
    # Older suites have it outside of usr.
    loaders = (*folder.glob("usr/lib*/ld-linux-*.so.*"), *folder.glob("lib*/ld-linux-*.so.*"))
    loader = next(iter(loaders), None)
    usual = next(folder.glob("usr/lib/*-linux-gnu*"), None)
    if loader is None or usual is None or not (folder / path).exists():
        raise CannotUnpackError(f"no {path}, or no loader for it: the packages are not laid out as expected")
    return str(loader), "--library-path", ":".join(map(str, (usual, *libraries))), str(folder / path)


def _require_apt() -> None:
    if platform.system() != "Linux" or not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise MirrorSilentError("there is no apt here")
    if not _KEYRING.exists():
        raise MirrorSilentError("no keys of the Debian archive")


def _fill(folder: Path, source: tuple[str, str], packages: tuple[str, ...], step_s: float) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        environment = _apt_environment(Path(scratch), *source)
        _run(["apt-get", "-qq", "update"], environment, step_s)
        options = ["-qq", "-y", "--download-only", "--no-install-recommends"]
        _run(["apt-get", *options, "install", *packages], environment, step_s)
        unpacked = Path(scratch) / "root"
        for package in sorted((Path(scratch) / "cache/archives").glob("*.deb")):
            _run(["dpkg", "-x", str(package), str(unpacked)], environment, step_s)
        unpacked.rename(folder)


def _mirror() -> str:
    """The mirror that the machine itself is installed from, if that is one of Debian's."""
    try:
        system = platform.freedesktop_os_release()
    except OSError as error:
        raise MirrorSilentError("this Linux does not tell its name") from error
    if system.get("ID") != "debian":
        raise MirrorSilentError(f"{system.get('ID')} is not Debian")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    for line in _run(["apt-get", "indextargets", "--format", form], dict(os.environ), 60).splitlines():
        address, release, component = line.split()
        if (release, component) == (system.get("VERSION_CODENAME"), "main"):
            return address
    raise MirrorSilentError("apt knows no mirror of Debian")


def _apt_environment(folder: Path, mirror: str, suite: str) -> dict[str, str]:
    for part in ("state/lists/partial", "cache/archives/partial", "empty"):
        (folder / part).mkdir(parents=True)
    (folder / "state/status").touch()
    (folder / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {mirror} {suite} main\n", encoding="utf-8")
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
        "Acquire::Retries": "1",
        # Without it, a mirror that does not answer is no more than a warning.
        "APT::Update::Error-Mode": "any",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "true",
    }
    cleared = ("APT::Update::Pre-Invoke", "APT::Update::Post-Invoke", "APT::Update::Post-Invoke-Success")
    lines = [f'{name} "{value}";' for name, value in settings.items()]
    lines += [f"#clear {name};" for name in (*cleared, "DPkg::Pre-Invoke", "DPkg::Post-Invoke")]
    (folder / "apt.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return os.environ | {"APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"}


def _run(command: list[str], environment: dict[str, str], longest_s: float) -> str:
    said = f"{' '.join(command[:2])}: "
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=longest_s)
    except subprocess.TimeoutExpired as error:
        raise MirrorSilentError(f"{said}no end after {longest_s:g} s") from error
    except subprocess.CalledProcessError as error:
        kind = MirrorSilentError if _SILENT.search(error.stderr) else CannotUnpackError
        raise kind(said + error.stderr.strip()[-300:]) from error
    except OSError as error:
        raise CannotUnpackError(f"{said}{error}") from error
    return done.stdout


@contextmanager
def _only_one(lock: Path, longest_s: float) -> Iterator[None]:
    """Let test processes install one after another; a lock that is older than any installation is an orphan."""
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
