"""What the tests of all real editors share: where editors are installed, a fresh home, the server on its search path.

The server that an editor starts is the one under test, under the name that a user's set-up gives it: ``infill-ls`` on
the search path. Each start is noted, so that a test can count them, kill one, and see that none is left.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import platformdirs
import pytest

from support.editors import debian
from support.editors.terminal import wait_until

if TYPE_CHECKING:
    from support.model_studio.emulator import Emulator

_KEPT = ("PATH", "LANG", "TMPDIR")
"""What programs cannot do without; keys, proxies and settings of this machine stay outside."""
_MODELS = {"fim": ("qwen-coder-turbo", "beijing"), "partial": ("qwen3-coder-flash", "singapore")}


class Unavailable(Exception):
    """An editor that cannot be installed because a package mirror does not answer. Anything else is a failure."""

    def __init__(self, name: str, why: object) -> None:
        super().__init__(f"{name} cannot be installed: {why}")


def installed(name: str, suite: str, *packages: str) -> Path:
    """The folder with an editor from Debian packages, unpacked there at its first use.

    Raises:
        Unavailable: a mirror does not answer.
    """
    found = _installed(name, suite, *packages)
    if isinstance(found, Unavailable):
        raise found
    return found


def editors_folder() -> Path:
    """Where editors are installed once and kept; ``INFILL_LS_EDITORS`` names another place."""
    chosen = os.environ.get("INFILL_LS_EDITORS")
    return Path(chosen) if chosen else platformdirs.user_cache_path("infill-ls-tests") / "editors"


@cache
def _installed(name: str, suite: str, *packages: str) -> Path | Unavailable:
    """Cached, so that a mirror that does not answer is waited for once."""
    try:
        return debian.unpack(editors_folder() / f"{suite}-{'-'.join(packages)}", suite, *packages)
    except debian.MirrorSilentError as why:
        return Unavailable(name, why)


class Home:
    """The home of a person who has installed the server and nothing else.

    ``environment`` is all that an editor is to be started with; ``project`` an empty workspace that git knows.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self._started = folder / ".servers-started"
        self.trace = folder / "trace.jsonl"
        """A JSON line per request that the server answered."""
        programs = folder / "bin"
        for each in (self.project / ".git", programs, folder / ".runtime"):
            each.mkdir(parents=True)
        (folder / ".runtime").chmod(0o700)
        self.environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / ".config"),
            "XDG_DATA_HOME": str(folder / ".local/share"),
            "XDG_STATE_HOME": str(folder / ".local/state"),
            "XDG_CACHE_HOME": str(folder / ".cache"),
            "XDG_RUNTIME_DIR": str(folder / ".runtime"),
        }
        self.environment["PATH"] = f"{programs}{os.pathsep}{self.environment['PATH']}"
        self._put_server(programs / "infill-ls")

    def write(self, path: str, text: str) -> Path:
        """A file of the home, byte for byte; its folders are made."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def settings(self, **groups: dict[str, Any]) -> None:
        """Write the user's settings file: ``settings(completion={"debounce_ms": 0})``."""
        lines = [
            f"{group}.{name} = {json.dumps(value)}" for group, keys in groups.items() for name, value in keys.items()
        ]
        self.write(".config/infill-ls/config.toml", "\n".join(lines) + "\n")

    def uses(self, studio: Emulator, mode: Literal["fim", "partial"]) -> None:
        """From now on a Model Studio is asked, and always, with the user's key in the environment and the address in the file."""
        model, region = _MODELS[mode]
        place = {"kind": "model-studio", "base_url": studio.base_url, "region": region}
        self.settings(provider={**place, "model": model, "mode": mode}, local={"spare_calls": False})
        self.environment["DASHSCOPE_API_KEY"] = studio.api_key or ""

    def outcomes(self) -> list[dict[str, Any]]:
        """The records of all completions so far, oldest first; next edits, which editors ask for in pauses, have none."""
        if not self.trace.exists():
            return []
        records = [json.loads(line) for line in self.trace.read_text(encoding="utf-8").splitlines()]
        return [record for record in records if "feature" not in record]

    # What editor and server say to each other, where a test has to know.

    def overhear(self) -> None:
        """From now on all that goes to the server, and comes from it, is written down as well."""
        server, real = self.folder / "bin" / "infill-ls", self.folder / "bin" / ".infill-ls"
        server.rename(real)
        said, answered = (shlex.quote(str(self.folder / name)) for name in ("to-server", "from-server"))
        lines = f'#!/bin/sh\ntee -a {said} | {shlex.quote(str(real))} "$@" | tee -a {answered}\n'
        server.write_text(lines, encoding="utf-8")
        server.chmod(0o755)

    def said_to_server(self) -> str:
        return self._overheard("to-server")

    def said_by_server(self) -> str:
        return self._overheard("from-server")

    def _overheard(self, name: str) -> str:
        file = self.folder / name
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    # The server's processes.

    def started(self) -> list[int]:
        """Process ids of all servers that were ever started here."""
        return [int(word) for word in self._started.read_text().split()] if self._started.exists() else []

    def running(self) -> list[int]:
        """Process ids of those that still run."""
        return [each for each in self.started() if _runs(each)]

    def wait_for_server(self) -> int:
        """The process id of the server, as soon as one runs."""
        return wait_until(self.running, "running server")[-1]

    def kill_server(self) -> None:
        """End all servers as a crash would."""
        for each in self.running():
            os.kill(each, signal.SIGKILL)

    def assert_no_server_left(self) -> None:
        """Every server is gone two seconds after its editor has quit, and there was one."""
        assert self.started(), "no server was ever started"
        with suppress(TimeoutError):
            wait_until(lambda: not self.running(), "end of the server", 2)
        assert self.running() == []

    def _put_server(self, path: Path) -> None:
        command = shlex.join([sys.executable, "-m", "infill_ls"])
        serve = f'{command} "$@" --trace {shlex.quote(str(self.trace))}'
        note = f"echo $$ >> {shlex.quote(str(self._started))}"
        # Only servers are counted; an editor may run the program's other commands, too.
        choice = f'case "${{1:-serve}}" in serve|--stdio|--trust-editor) {note}; exec {serve};; esac'
        path.write_text(f'#!/bin/sh\n{choice}\nexec {command} "$@"\n', encoding="utf-8")
        path.chmod(0o755)


def needs(name: str, suite: str, *packages: str) -> Path:
    """As ``installed``, for a fixture: skips what depends on it, by the editor's name, where a mirror is silent."""
    try:
        return installed(name, suite, *packages)
    except Unavailable as why:
        pytest.skip(str(why))


def _runs(process: int) -> bool:
    """Whether it exists and is no zombie that only waits for its parent."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
