"""A real Neovim in a terminal: its editing process without a screen, and a terminal that is attached to it.

The two are started apart because the unpacked program is run by a loader, under whose name it could not start itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from support.editors import debian
from support.editors.home import needs
from support.editors.terminal import LONGEST_S, Terminal, wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from support.editors.home import Home

ROOT = Path(__file__).parents[3]
PLUGIN = ROOT / "editors" / "nvim"


@dataclass(frozen=True, slots=True)
class Program:
    """How to start one of the versions."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    parsers: Path
    """The folder of its own tree-sitter parsers, which it looks for where the package would be installed."""

    def run(self, *words: object, home: Home) -> subprocess.CompletedProcess[str]:
        """Run it without a screen to its end."""
        return subprocess.run(
            [*self.command, "--headless", *map(str, words)],
            env=home.environment | self.environment,
            cwd=home.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


VERSIONS = {"current": "forky", "0.10": "trixie"}
"""Versions of Neovim, and the suite of Debian that has each; the current one is 0.12 or newer."""


def program(version: str) -> Program:
    """The newest Neovim of a version; skips the test where Debian's mirror does not answer."""
    name = f"Neovim {version}"
    folder = needs(name, VERSIONS[version], "neovim")
    libraries = folder / "usr/lib"
    runtime = str(folder / "usr/share/nvim/runtime")
    parsers = next(folder.glob("usr/lib/**/nvim/parser")).parent
    return Program(name, debian.program(folder, "usr/bin/nvim", libraries), {"VIMRUNTIME": runtime}, parsers)


def plugins(*names: str) -> list[Path]:
    """The folders of other people's plugins, below the one that ``INFILL_LS_NVIM_PLUGINS`` names; skips the test, by
    their names, where there are none."""
    folder = os.environ.get("INFILL_LS_NVIM_PLUGINS", "")
    found = [Path(folder) / name for name in names]
    absent = [path.name for path in found if not folder or not path.is_dir()]
    if absent:
        pytest.skip(f"{', '.join(absent)}: not in the folder INFILL_LS_NVIM_PLUGINS")
    return found


def with_init(home: Home, lua: str) -> None:
    """A user's ``init.lua``; the checkout of the project is in the home, as the README has it."""
    checkout = home.folder / "infill-ls"
    if not checkout.exists():
        checkout.symlink_to(ROOT)
    home.write(".config/nvim/init.lua", lua)


class Neovim:
    """``with Neovim(program, home, "a.py") as editor``; leaving kills what still runs.

    Args:
        files: to open, in the home's project.
        columns, lines: the size of the screen.
    """

    def __init__(self, started: Program, home: Home, *files: str, columns: int = 90, lines: int = 20) -> None:
        self._program = started
        self._home = home
        self._files = files
        self._size = {"columns": columns, "lines": lines}
        self._closing = ExitStack()
        self._socket = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self.terminal: Terminal

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            place = tempfile.mkdtemp(prefix="nvim")
            opening.callback(shutil.rmtree, place, ignore_errors=True)
            self._socket = Path(place) / "socket"
            environment = self._home.environment | self._program.environment
            self._process = subprocess.Popen(
                [*self._program.command, "--headless", *self._quick(), "--listen", str(self._socket), *self._files],
                env=environment,
                cwd=self._home.project,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            opening.callback(self._end)
            wait_until(self._socket.exists, "socket of Neovim")
            screen = Terminal(
                [*self._remote(), "--remote-ui"], environment=environment, folder=self._home.project, **self._size
            )
            self.terminal = opening.enter_context(screen)
            self.terminal.wait_for(str.strip)
            self._closing = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, AssertionError | TimeoutError):
            with suppress(AssertionError, subprocess.TimeoutExpired):
                error.add_note("the screen:\n" + self.terminal.screen())
                error.add_note("messages:\n" + self.messages())
        self._closing.close()

    # Keys go through the terminal, as a person's do.

    def type(self, text: str) -> None:
        self.terminal.type(text)

    def press(self, *keys: str) -> None:
        self.terminal.press(*keys)

    def wait_for(self, *texts: str) -> str:
        """The screen, once it holds all the texts."""
        return self.terminal.wait_for(lambda screen: all(text in screen for text in texts))

    def wait_until_gone(self, text: str) -> str:
        """The screen, once it does not hold the text any more."""
        return self.terminal.wait_for(lambda screen: text not in screen)

    def command(self, line: str) -> None:
        """Type an Ex command; in normal mode."""
        self.type(f":{line}")
        self.press("Enter")

    def write(self) -> None:
        """Leave insert mode and write the file."""
        self.press("Escape")
        self.wait_for_mode("n")
        self.command("write")
        wait_until(lambda: not self.eval("&modified"), "written file")

    def quit(self) -> None:
        """Leave Neovim as a person does, and wait until it has ended."""
        self.press("Escape")
        self.command("qall!")
        assert self._process is not None
        self._process.wait(LONGEST_S)

    # What it says of itself.

    def eval(self, expression: str) -> Any:
        """The value of a Vim expression."""
        done = subprocess.run(
            [*self._remote(), "--remote-expr", f"json_encode({expression})"],
            env=self._home.environment | self._program.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or done.stderr)

    def lua(self, expression: str) -> Any:
        """The value of a Lua expression."""
        return self.eval(f"luaeval({json.dumps(expression)})")

    def buffer(self) -> list[str]:
        """The lines of the current buffer, which hold no ghost text."""
        lines: list[str] = self.eval("getline(1, '$')")
        return lines

    def messages(self) -> str:
        """What it told the user so far."""
        return str(self.eval("execute('messages')"))

    def wait_for_mode(self, mode: str) -> None:
        wait_until(lambda: self.eval("mode()") == mode, f"mode {mode}")

    def wait_for_client(self) -> None:
        """The server is attached to the current buffer."""
        wait_until(lambda: self.lua(_ATTACHED), "attached server")

    def wait_for_buffer(self, *lines: str) -> None:
        """The buffer holds these lines and no others."""
        try:
            wait_until(lambda: self.buffer() == list(lines), "buffer as wanted")
        except TimeoutError:
            assert self.buffer() == list(lines)

    def _quick(self) -> Sequence[str]:
        # Or it would try every Python on the search path, for a plugin that is not there.
        return ("--cmd", f"let g:loaded_python3_provider = 0 | set runtimepath+={self._program.parsers}")

    def _remote(self) -> Sequence[str]:
        return (*self._program.command, "--server", str(self._socket))

    def _end(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


_ATTACHED = (
    "#vim.tbl_filter(function(c) return c.initialized end, vim.lsp.get_clients({name='infill_ls', bufnr=0})) > 0"
)
