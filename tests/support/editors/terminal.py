"""A terminal with a real program in it, by tmux: types keys, reads the screen, waits for what should be on it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

_Found = TypeVar("_Found")

LONGEST_S = 20.0
"""A machine that runs tests is slow at times; what is waited for is usually there at once."""
_LOOK_AGAIN_S = 0.05


def wait_until(look: Callable[[], _Found], wanted: str, longest_s: float = LONGEST_S) -> _Found:
    """The first true value that ``look`` gives; it is asked again and again.

    Raises:
        TimeoutError: there was none; the message has ``wanted`` and what ``look`` gave last.
    """
    give_up_at = time.monotonic() + longest_s
    while not (found := look()):
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"no {wanted} after {longest_s:g} s; last: {found!r}")
        time.sleep(_LOOK_AGAIN_S)
    return found


class Terminal:
    """``with Terminal(command, environment=…) as terminal``; leaving kills what still runs in it.

    Args:
        command: starts the program.
        environment: all its variables.
        folder: its working folder.
        columns, lines: the size of the screen.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 90,
        lines: int = 24,
    ) -> None:
        self.command = command
        """With ``environment``, for whoever starts the program in another terminal."""
        self.environment = {**environment, "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
        self._folder = folder
        self._size = ("-x", str(columns), "-y", str(lines))
        self._closing = ExitStack()
        self._tmux: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            # The path of a socket must be short, which a test's own folder is not.
            place = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="tmux")))
            self._tmux = (shutil.which("tmux") or "tmux", "-u", "-S", str(place / "socket"), "-f", _configured(place))
            opening.callback(subprocess.run, (*self._tmux, "kill-server"), capture_output=True, check=False)
            self.run("new-session", "-d", *self._size, "-c", str(self._folder), "--", *self.command)
            self._closing = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, AssertionError | TimeoutError):
            error.add_note("the screen:\n" + self.screen())
        self._closing.close()

    def type(self, text: str) -> None:
        """Type text as it is."""
        self.run("send-keys", "-l", "--", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: ``Enter``, ``Escape``, ``Tab``, ``C-Right``, ``M-]`` …"""
        self.run("send-keys", "--", *keys)

    def screen(self, *, colours: bool = False) -> str:
        """What is on the screen, line by line; with ``colours``, with its SGR sequences."""
        return self.run("capture-pane", "-p", *(("-e",) if colours else ()))

    def cursor(self) -> tuple[int, int]:
        """Column and line of the cursor on the screen, from 0."""
        column, line = self.run("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(line)

    def wait_for(self, wanted: str | Callable[[str], object], longest_s: float = LONGEST_S) -> str:
        """The screen, as soon as it holds the text, or as soon as the function says so.

        Raises:
            TimeoutError: it never did; the screen is in the error's notes.
        """
        if isinstance(wanted, str):
            name, is_there = repr(wanted), lambda screen: wanted in screen
        else:
            name, is_there = "screen as wanted", wanted

        def look() -> str:
            screen = self.screen()
            return screen if is_there(screen) else ""

        return wait_until(look, name, longest_s)

    def wait_for_end(self, longest_s: float = LONGEST_S) -> int:
        """The program's exit status, when it has ended by itself."""

        def look() -> list[str]:
            words = self.run("display-message", "-p", "#{pane_dead} #{pane_dead_status}").split()
            if words == ["1"]:
                # The terminal may be closed a moment before the status is known, and tmux may miss the news of its
                # child's end; that of another child makes it look again.
                self.run("run-shell", "true")
            return words if len(words) == 2 else []

        return int(wait_until(look, "end of the program", longest_s)[1])

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [*self._tmux, *words], env=self.environment, capture_output=True, check=False, timeout=LONGEST_S
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout.decode()


def _configured(place: Path) -> str:
    """A configuration in which the screen of a program that has ended stays, so that a test can say what it said."""
    lines = (
        "set -g remain-on-exit on",
        "set -g default-terminal tmux-256color",
        "set -g escape-time 0",
        "set -ga terminal-overrides ,*:Tc",
    )
    path = place / "tmux.conf"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)
