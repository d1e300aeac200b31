"""How long ghost text takes in real editors, beside a bare pygls server that suggests the same text in the same run.

python tests/bench/ghost_text.py [--rounds 20] [--only "Emacs alone"]

From the key to the first of the suggestion's bytes on the terminal. Each editor is set up as its README says, once for
each server, and they take turns: a round is a key in each. *Known*: ours has the suggestion in its cache, as the bare
server has it; *computed*: the embedded engine makes it anew each time. What an editor waits of itself before it asks is
part of the figures.
"""

import argparse
import re
import shlex
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pexpect

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.editors import emacs, helix, neovim
from support.editors.documents import SHOP
from support.editors.home import Home
from support.engine.bench_table import table

TYPED, KEY = "th.o", "p"
"""What is typed first, and the key that is measured."""
GHOST = SHOP.ghost.removeprefix(KEY)
MARK = 'en(encoding="utf-8")'
"""What the terminal is sent of the ghost text in one piece."""
WORD = "op"
COLUMN = len(f"    with path.{WORD}")
QUIET_S = 0.4
"""So long nothing comes from the terminal before the next key, so that no round has a part of another."""
BACKSPACE = "\x7f"
TAKE_BACK = {"bare": [BACKSPACE], "known": [BACKSPACE], "computed": ["z", 2 * BACKSPACE]}
"""Keys after a round, for each server. A key that fits nothing makes the next one no undo, for which nothing would be
computed; what is known would not be shown any more after it was typed over."""


def main():
    """Print a row for each way to see a suggestion."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", help="the row to be measured alone", choices=ROWS)
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else ROWS
    rows = {name: figures(ROWS[name], arguments.rounds) for name in names}
    columns = ["bare pygls", "known", "ratio", "computed", "ratio"]
    table(f"Milliseconds from the key to ghost text, medians of {arguments.rounds} rounds", columns, rows)


def figures(opened, rounds):
    """A row's cells: the bare server's median, and ours with how many times longer it takes."""
    with ExitStack() as stack:
        screens = [stack.enter_context(started(opened, server)) for server in TAKE_BACK]
        found = [[] for _ in screens]
        for _ in range(rounds):
            for times, (screen, take_back) in zip(found, screens, strict=True):
                times.append(1000 * measure(screen, take_back))
    bare, known, computed = map(statistics.median, found)
    return [bare, known, known / bare, computed, computed / bare]


@contextmanager
def started(opened, server):
    """A terminal with the editor, all typed but the last key, and a server that has answered once."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        if server == "bare":
            command = [sys.executable, str(Path(__file__).with_name("bare_server.py")), GHOST, WORD, str(COLUMN)]
            (home.folder / "bin/infill-ls").write_text(f"#!/bin/sh\nexec {shlex.join(command)}\n", encoding="utf-8")
        elif server == "computed":
            home.settings(cache={"size": 0})
        with opened(home) as screen:
            # At once, so that there is no suggestion before the key.
            screen.send(TYPED + KEY)
            press(screen, TAKE_BACK[server])
            warm_up(screen, TAKE_BACK[server])
            yield screen, TAKE_BACK[server]
        home.kill_server()


def warm_up(screen, take_back):
    """Type until there is a suggestion: an editor asks a server that is not ready for nothing."""
    for _ in range(20):
        try:
            measure(screen, take_back, longest_s=3)
        except pexpect.TIMEOUT:
            press(screen, take_back)
        else:
            return
    raise RuntimeError("there was no suggestion")


def measure(screen, take_back, longest_s=20):
    """Seconds from the key to the suggestion; the key is taken back."""
    begun = time.perf_counter()
    screen.send(KEY)
    screen.expect_exact(MARK, timeout=longest_s)
    took = time.perf_counter() - begun
    press(screen, take_back)
    return took


def press(screen, strokes):
    """Press each when all has come that the one before it led to."""
    for keys in strokes:
        quiet(screen)
        screen.send(keys)
    quiet(screen)


def quiet(screen):
    """Read what comes until nothing comes any more."""
    while screen.expect([pexpect.TIMEOUT, r"(?s).+"], timeout=QUIET_S):
        pass


@contextmanager
def spawned(command, environment, folder):
    """A program in a terminal of its own, which is ended."""
    environment = environment | {"TERM": "screen-256color", "LC_ALL": "C.UTF-8"}
    first, *rest = command
    screen = pexpect.spawn(first, rest, env=environment, cwd=str(folder), dimensions=(30, 100), encoding="utf-8")
    screen.delaybeforesend = None
    try:
        yield screen
    finally:
        screen.close(force=True)


# The editors, each with the file open, in a state in which keys are text.


def in_emacs(lines, answer=""):
    """Emacs with these lines in its init file; ``answer`` is to what lsp-mode asks of a new project."""

    @contextmanager
    def opened(home):
        editor = emacs.Emacs(home)
        editor.init(lines)
        path, line = SHOP.put(home, "store.py")
        terminal = editor.visit(path, line)
        with spawned(terminal.command, terminal.environment, home.project) as screen:
            if answer:
                screen.expect_exact("Select action", timeout=30)
                screen.send(answer)
            quiet(screen)
            screen.send("\x05")
            yield screen

    return opened


def in_neovim(version, options=""):
    """Neovim with the README's lines for it, after ``options``."""

    @contextmanager
    def opened(home):
        readme = (neovim.PLUGIN / "README.md").read_text(encoding="utf-8")
        lines = re.findall(r"```lua\n(vim\.opt\.runtimepath.*?)```", readme, re.DOTALL)
        neovim.with_init(home, options + lines[version != "current"])
        _, line = SHOP.put(home, "store.py")
        with neovim.Neovim(neovim.program(version), home, f"+{line}", "store.py") as editor:
            terminal = editor.terminal
            with spawned(terminal.command, terminal.environment, home.project) as screen:
                quiet(screen)
                screen.send("A")
                yield screen

    return opened


def in_helix(config=""):
    """Helix with the README's lines and a ``config.toml``."""

    @contextmanager
    def opened(home):
        home.write(".config/helix/config.toml", config)
        path, line = SHOP.put(home, "store.py")
        terminal = helix.Helix(home).visit(path, line)
        with spawned(terminal.command, terminal.environment, home.project) as screen:
            quiet(screen)
            screen.send("A")
            yield screen

    return opened


ROWS = {
    "Neovim 0.12": in_neovim("current"),
    "Neovim 0.12, its own display": in_neovim("current", "vim.g.infill_ls = { ghost_text = 'native' }\n"),
    "Neovim 0.10": in_neovim("0.10"),
    "Emacs alone": in_emacs(emacs.readme_lines(0)),
    "Emacs beside Eglot": in_emacs(emacs.readme_lines(0) + emacs.EGLOT),
    "Emacs with lsp-mode": in_emacs(emacs.readme_lines(1), answer="i"),
    "Helix": in_helix(),
    "Helix, asked sooner": in_helix(helix.readme_lines(1)),
}

if __name__ == "__main__":
    main()
