"""How often a person who types in Neovim or Emacs sees ghost text: alone, and beside the completion menus of others.

INFILL_LS_NVIM_PLUGINS=FOLDER python tests/bench/visibility.py [--language-server "pyright-langserver --stdio"]
    [--runs 3] [--keys 900] [--intervals 105,150,210,400] [--only "beside blink.cmp"]

A file of an installed package is taken out of a copy of it and typed anew, while a language server runs, too; answers
come from the embedded engine. Before each key the terminal's screen is read: the figures are the share of keys before
which ghost text stood there, and, in brackets, before which a menu was open. The interval between keys is measured. In
the end the text must be what was typed, and Neovim must have told of no error. Enter is a new line, also beside a menu.

The folder has blink.cmp, nvim-cmp, cmp-nvim-lsp and cmp-buffer. With ``--keys 5000 --intervals 105 --runs 1`` it says
whether a long stretch goes through.
"""

import argparse
import importlib.util
import re
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.editors import neovim
from support.editors.emacs import Emacs, readme_lines
from support.editors.home import Home
from support.engine.bench_table import table

PACKAGE, TYPED, TWIN = "httpcore", "_async/connection_pool.py", "_sync"
"""The twin, which is made from what is typed, is left out."""
SETTLED_S = 6
"""So long after both servers are attached, they have read the project."""
READ_S = 0.012
"""What it takes to read a screen, about."""
GHOST, MENU = (255, 0, 254), (1, 2, 3)
"""Colours that nothing else has: of ghost text, and behind a menu."""
INIT = """
vim.o.termguicolors, vim.o.autoindent, vim.o.shortmess = true, false, vim.o.shortmess .. 'c'
vim.cmd('filetype indent off')
vim.api.nvim_set_hl(0, 'InfillLsGhost', {{ fg = '#ff00fe' }})
vim.api.nvim_set_hl(0, 'ComplHint', {{ fg = '#ff00fe' }})
vim.api.nvim_set_hl(0, 'Pmenu', {{ bg = '#010203' }})
vim.lsp.config('other', {{ cmd = {server}, filetypes = {{ 'python' }}, root_markers = {{ '.git' }} }})
vim.lsp.enable('other')
"""
BLINK = "require('blink.cmp').setup({ fuzzy = { implementation = 'lua' } })\n"
CMP = """
local cmp = require('cmp')
cmp.setup({
  snippet = { expand = function(args) vim.snippet.expand(args.body) end },
  mapping = cmp.mapping.preset.insert({ ['<CR>'] = cmp.mapping.confirm({ select = false }) }),
  sources = cmp.config.sources({ { name = 'nvim_lsp' } }, { { name = 'buffer' } }),
})
vim.lsp.config('*', { capabilities = require('cmp_nvim_lsp').default_capabilities() })
"""
OURS = "vim.opt.runtimepath:append('~/infill-ls/editors/nvim')\nvim.lsp.enable('infill_ls')\n"
NATIVE = "vim.g.infill_ls = { ghost_text = 'native' }\n"
EMACS = """
(custom-set-faces '(infill-ls-ghost-text ((t :foreground "#ff00fe")))
                  '(company-tooltip ((t :background "#010203"))))
(setq-default indent-tabs-mode nil)
(electric-indent-mode -1)
(setq make-backup-files nil auto-save-default nil)
(require 'eglot)
(setq eglot-server-programs '((python-mode . ({server}))))
(add-hook 'python-mode-hook #'eglot-ensure)
"""
COMPANY = """
(require 'company)
(setq company-idle-delay 0.05 company-minimum-prefix-length 2)
(global-company-mode)
(keymap-unset company-active-map "RET")
(keymap-unset company-active-map "<return>")
"""


@dataclass(frozen=True, slots=True)
class Setup:
    """Lines of ``init.lua``, and the plugins that they need; or lines of ``init.el``."""

    lines: str
    plugins: tuple[str, ...] = ()
    emacs: bool = False


_CMP_PLUGINS = ("nvim-cmp", "cmp-nvim-lsp", "cmp-buffer")
ROWS = {
    "alone": Setup(OURS),
    "beside blink.cmp": Setup(BLINK + OURS, ("blink.cmp",)),
    "beside nvim-cmp": Setup(CMP + OURS, _CMP_PLUGINS),
    "alone, Neovim's own display": Setup(NATIVE + OURS),
    "beside blink.cmp, Neovim's own display": Setup(NATIVE + BLINK + OURS, ("blink.cmp",)),
    "beside nvim-cmp, Neovim's own display": Setup(NATIVE + CMP + OURS, _CMP_PLUGINS),
    "Emacs, alone": Setup("", emacs=True),
    "Emacs, beside Company": Setup(COMPANY, emacs=True),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed."""

    interval_ms: float
    ghost: float
    menu: float
    faults: str


def main():
    """Print a row for each way to see a suggestion, with a column for each interval."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keys", type=int, default=900)
    parser.add_argument("--intervals", default="105,150,210,400")
    parser.add_argument("--language-server", default="pyright-langserver --stdio")
    parser.add_argument("--only", help="the rows to be measured alone", choices=ROWS, action="append")
    arguments = parser.parse_args()
    intervals = [int(word) for word in arguments.intervals.split(",")]
    server = shlex.split(arguments.language_server)
    strokes = stretch(arguments.keys)
    rows = {}
    for name in arguments.only or ROWS:
        # Runs take turns, so that what slows the machine for a while slows all intervals.
        runs = [[measured(ROWS[name], server, strokes, each) for each in intervals] for _ in range(arguments.runs)]
        rows[name] = [cell(column) for column in zip(*runs, strict=True)]
        print(name, *runs, sep="\n  ", flush=True)
    columns = [f"{each} ms" for each in intervals]
    table(
        f"Share of {len(strokes)} keys with ghost text before the next one (menu open), measured interval",
        columns,
        rows,
    )


def cell(runs):
    """The mean share of some runs, with the lowest, and what went wrong."""
    share = statistics.mean(run.ghost for run in runs)
    least, menu = min(run.ghost for run in runs), statistics.mean(run.menu for run in runs)
    interval = statistics.mean(run.interval_ms for run in runs)
    faults = " ".join(sorted({run.faults for run in runs if run.faults}))
    return f"{share:.1%} least {least:.1%} ({menu:.0%}) {interval:.0f} ms {faults}".rstrip()


def stretch(keys):
    """What is typed: a key each, a new line together with its indentation."""
    strokes = []
    for number, line in enumerate(package().joinpath(TYPED).read_text(encoding="utf-8").split("\n")):
        rest = line.lstrip()
        first = ("\r" if number else "") + line[: len(line) - len(rest)]
        strokes += [first, *rest] if first else rest
    return strokes[:keys]


def package():
    """The folder of the package that is typed from."""
    return Path(importlib.util.find_spec(PACKAGE).origin).parent


def measured(setup, server, strokes, interval_ms):
    """One run in a home of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        shutil.copytree(package(), home.project / PACKAGE, ignore=shutil.ignore_patterns("__pycache__", TWIN))
        file = home.project / PACKAGE / TYPED
        file.write_text("")
        try:
            return (in_emacs if setup.emacs else in_neovim)(home, setup, server, file, strokes, interval_ms / 1000)
        finally:
            home.kill_server()


def in_neovim(home, setup, server, file, strokes, interval_s):
    """One run in Neovim."""
    for plugin in neovim.plugins(*setup.plugins):
        link = home.folder / ".local/share/nvim/site/pack/others/start" / plugin.name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(plugin)
    lua = "{ " + ", ".join(map(repr, server)) + " }"
    neovim.with_init(home, INIT.format(server=lua) + setup.lines)
    with neovim.Neovim(neovim.program("current"), home, str(file), columns=120, lines=40) as editor:
        editor.wait_for_client()
        time.sleep(SETTLED_S)
        editor.type("i")
        editor.wait_for_mode("i")
        seen = typed(editor.terminal, strokes, interval_s)
        return Run(*seen, faults(editor, strokes))


def in_emacs(home, setup, server, file, strokes, interval_s):
    """One run in Emacs, with Eglot for the language server."""
    emacs = Emacs(home)
    words = " ".join(f'"{word}"' for word in server)
    emacs.init(EMACS.format(server=words), readme_lines(0), setup.lines)
    with emacs.visit(file, 1, columns=120, lines=40) as terminal:
        terminal.wait_for(lambda screen: "infill" in screen and "[eglot" in screen)
        time.sleep(SETTLED_S)
        seen = typed(terminal, strokes, interval_s)
        terminal.press("C-x", "C-s")
        time.sleep(1)
        same = file.read_text().rstrip("\n") == "".join(strokes).replace("\r", "\n").rstrip("\n")
        errors = " ".join(sorted(set(re.findall(r"Lisp error|Wrong type|void", terminal.screen()))))
        return Run(*seen, errors if same else f"{errors} LOST KEYS".strip())


def typed(terminal, strokes, interval_s):
    """The measured interval, and the shares of ghost text and of menus on the screen before each key but the first."""
    ghost, menu, sent = [], [], []
    due = time.monotonic()
    for stroke in strokes:
        if sent:
            screen = terminal.screen(colours=True)
            ghost.append(coloured(screen, 38, GHOST))
            menu.append(coloured(screen, 48, MENU))
        time.sleep(max(0, due - time.monotonic()))
        sent.append(time.monotonic())
        terminal.press(*keys(stroke))
        # The next screen is read as late as its key allows; a key that was late does not hurry the next ones.
        due = max(due + interval_s, time.monotonic())
        time.sleep(max(0, due - time.monotonic() - READ_S))
    interval_ms = 1000 * (sent[-1] - sent[0]) / (len(sent) - 1)
    return round(interval_ms, 1), statistics.mean(ghost), statistics.mean(menu)


def keys(stroke):
    """By tmux's names."""
    return ["Enter" if key == "\r" else "Space" if key == " " else "\\;" if key == ";" else key for key in stroke]


def coloured(screen, ground, colour):
    """Whether anything on the screen has the colour."""
    return ";".join(map(str, (ground, 2, *colour))) in screen.replace(":", ";")


def faults(editor, strokes):
    """What Neovim told of, and whether the text is another than what was typed."""
    time.sleep(1)
    said = []
    try:
        messages = editor.messages()
        said += [word for word in ("Error", "traceback") if word in messages]
        if "\n".join(editor.buffer()) != "".join(strokes).replace("\r", "\n"):
            said.append("LOST KEYS")
    except Exception as error:  # noqa: BLE001  # it waits for a key, and so do all that it is asked
        said.append(f"STOPPED ({type(error).__name__})")
    return " ".join(said)


if __name__ == "__main__":
    main()
