"""The keys and the text of real editors, for hands that look after each key: Neovim with mini.pairs, VS Code and Emacs with their own."""

from __future__ import annotations

import json
import time
import zipfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, ClassVar

from support.editors.emacs import Emacs, readme_lines
from support.editors.neovim import Neovim, plugins, program, with_init
from support.editors.terminal import Terminal, wait_until
from support.editors.vscode import Window
from support.typing.hands import Key, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from support.editors.home import Home
    from support.editors.vscode_install import Tools

_LOOK_S = 0.02
_STATE = "seen.json"
"""Where the editor writes its text down, below the home."""

_INIT = """
vim.opt.runtimepath:append('~/infill-ls/editors/nvim')
vim.opt.runtimepath:append({pairs!r})
vim.o.autoindent, vim.o.swapfile, vim.o.hidden = true, false, true
vim.cmd('filetype indent off')
require('mini.pairs').setup()
require('infill_ls').enable()
local last
local function note()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\\n') .. '\\n'
  local at = vim.api.nvim_buf_get_offset(0, row - 1) + column
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ':t')
  local ghost = require('infill_ls.ghost').visible(vim.api.nvim_get_current_buf())
  local now = vim.json.encode({{ name, text:sub(1, at), text:sub(at + 1), ghost and vim.fn.mode() == 'i' }})
  if now ~= last then
    last = now
    vim.fn.writefile({{ now }}, {state!r} .. '.new')
    vim.uv.fs_rename({state!r} .. '.new', {state!r})
  end
end
vim.uv.new_timer():start(0, 15, vim.schedule_wrap(note))
"""
_INIT_OF_EMACS = """
(electric-pair-mode 1)
;; Modes that lay out what is typed are another matter, and so are those that put in more than pairs.
(electric-indent-mode -1)
(setq backward-delete-char-untabify-method nil create-lockfiles nil auto-save-default nil)
(add-hook 'c-mode-common-hook (lambda () (c-toggle-electric-state -1)))
(add-hook 'sh-mode-hook (lambda () (sh-electric-here-document-mode -1)) t)
(defvar seen-last nil)
(run-with-timer 0 0.02 (lambda ()
  (with-current-buffer (window-buffer (selected-window))
    (unless (minibufferp)
      (let ((now (json-serialize (vector (buffer-name) (buffer-substring-no-properties 1 (point))
                                         (buffer-substring-no-properties (point) (point-max))
                                         (if infill-ls--ghost t :false)))))
        (unless (equal now seen-last)
          (setq seen-last now)
          (let ((coding-system-for-write 'utf-8-unix)) (write-region now nil "{state}.new" nil 'silent))
          (rename-file "{state}.new" "{state}" t)))))))
"""
_EXTENSION = {
    "extension/main.js": """
const { writeFileSync, renameSync } = require('fs'), { basename } = require('path'), vscode = require('vscode');
exports.activate = () => {
  let last;
  setInterval(() => {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return;
    const text = editor.document.getText(), at = editor.document.offsetAt(editor.selection.active);
    const now = JSON.stringify([basename(editor.document.fileName), text.slice(0, at), text.slice(at), false]);
    if (now === last) return;
    last = now;
    writeFileSync(STATE + '.new', now);
    renameSync(STATE + '.new', STATE);
  }, 15);
};
""",
    "extension/package.json": json.dumps(
        {"name": "seen", "publisher": "tests", "version": "1.0.0", "engines": {"vscode": "^1.90.0"}, "main": "main.js"}
        | {"activationEvents": ["onStartupFinished"]}
    ),
    "extension.vsixmanifest": """<?xml version="1.0"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011"><Metadata>
<Identity Id="seen" Version="1.0.0" Language="en-US" Publisher="tests"/><DisplayName>seen</DisplayName>
</Metadata><Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Assets>
<Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json"/></Assets></PackageManifest>""",
    "[Content_Types].xml": """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="json"
ContentType="application/json"/><Default Extension="js" ContentType="application/javascript"/>
<Default Extension="vsixmanifest" ContentType="text/xml"/></Types>""",
}
"""Of an extension for VS Code that writes the text down."""

_PAIRS = {
    "editor.autoClosingBrackets": "languageDefined",
    # What a menu of words would do to Enter is another matter.
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.suggestOnTriggerCharacters": False,
    "editor.parameterHints.enabled": False,
}


class _InTerminal:
    """Keys that go to an editor in a terminal."""

    _KEYS: ClassVar[dict[Key, str]]
    _VERBATIM: ClassVar[str]
    """The key behind which a tab is a tab."""

    def __init__(self, terminal: Neovim | Terminal, home: Home) -> None:
        self._typed_to, self._state = terminal, home.folder / _STATE

    def look(self) -> Seen:
        _, before, after, ghost = _read(self._state)
        return Seen(before + after, len(before), ghost)

    def type(self, text: str) -> None:
        for each in text:
            self._typed_to.press(*((self._VERBATIM, "Tab") if each == "\t" else ("\\;",) if each == ";" else ()))
            if each not in "\t;":
                self._typed_to.type(each)

    def press(self, key: Key) -> None:
        self._typed_to.press(self._KEYS[key])

    def wait(self) -> None:
        time.sleep(_LOOK_S)


class InNeovim(_InTerminal):
    """Neovim's keys."""

    _VERBATIM = "C-v"
    _KEYS: ClassVar[dict[Key, str]] = {
        "Enter": "Enter", "Backspace": "BSpace", "Delete": "DC", "Left": "Left", "Right": "Right", "Down": "Down",
        "End": "End", "whole": "Tab", "word": "M-Right", "line": "C-M-Right",
    }  # fmt: skip

    def __init__(self, editor: Neovim, home: Home) -> None:
        super().__init__(editor, home)
        self._editor = editor

    def go(self, path: Path, line: int) -> None:
        """To the end of a line of a file, ready to type."""
        self._editor.press("Escape")
        self._editor.wait_for_mode("n")
        self._editor.command(f"edit {path}")
        wait_until(lambda: _read(self._state)[0] == path.name, f"{path.name} in Neovim")
        self._editor.wait_for_client()
        self._editor.command(str(line))
        self._editor.type("A")
        self._editor.wait_for_mode("i")
        _wait_for_end_of(line, self._state)


class InVsCode:
    """VS Code's keys."""

    _KEYS: ClassVar[dict[Key, str]] = {
        "Enter": "Enter", "Backspace": "Backspace", "Delete": "Delete", "Left": "ArrowLeft", "Right": "ArrowRight",
        "Down": "ArrowDown", "End": "End", "whole": "Tab", "word": "Control+ArrowRight", "line": "Control+ArrowDown",
    }  # fmt: skip

    def __init__(self, window: Window) -> None:
        self._window, self._state = window, window.home.folder / _STATE

    def go(self, path: Path, line: int) -> None:
        """To the end of a line of a file, ready to type."""
        self._window.switch_to(path)
        wait_until(lambda: _read(self._state)[0] == path.name, f"{path.name} in VS Code")
        self._window.press("Control+g")
        self._window.type(f"{line}\n", delay_ms=10)
        wait_until(lambda: _read(self._state)[1].count("\n") == line - 1, f"line {line}")
        self._window.press("End")
        _wait_for_end_of(line, self._state)

    def look(self) -> Seen:
        _, before, after, _ = _read(self._state)
        return Seen(before + after, len(before), bool(self._window.ghost()))

    def type(self, text: str) -> None:
        for each in text:
            if each == "\t":
                self._window.page.keyboard.insert_text(each)
            else:
                self._window.type(each, delay_ms=0)

    def press(self, key: Key) -> None:
        self._window.press(self._KEYS[key])

    def wait(self) -> None:
        time.sleep(_LOOK_S)


class InEmacs(_InTerminal):
    """Emacs's keys."""

    _VERBATIM = "C-q"
    _KEYS: ClassVar[dict[Key, str]] = {
        "Enter": "Enter", "Backspace": "BSpace", "Delete": "C-d", "Left": "Left", "Right": "Right", "Down": "Down",
        "End": "End", "whole": "Tab", "word": "M-f", "line": "C-e",
    }  # fmt: skip

    def __init__(self, terminal: Terminal, home: Home) -> None:
        super().__init__(terminal, home)
        self._terminal = terminal

    def go(self, path: Path, line: int) -> None:
        """To the end of a line of a file, ready to type."""
        self._terminal.press("C-x", "C-f")
        self._terminal.type(str(path))
        self._terminal.press("Enter")
        wait_until(lambda: _read(self._state)[0] == path.name, f"{path.name} in Emacs")
        self._terminal.press("M-g", "g")
        self._terminal.type(str(line))
        self._terminal.press("Enter", "End")
        _wait_for_end_of(line, self._state)


@contextmanager
def in_neovim(home: Home) -> Iterator[InNeovim]:
    """Neovim with mini.pairs and the plugin as its README has it; skips the test where the first is missing."""
    (pairs,) = plugins("mini.pairs")
    with_init(home, _INIT.format(pairs=str(pairs), state=str(home.folder / _STATE)))
    home.write("project/.empty", "")
    with Neovim(program("current"), home, ".empty", columns=100, lines=30) as editor:
        yield InNeovim(editor, home)


@contextmanager
def in_emacs(home: Home) -> Iterator[InEmacs]:
    """Emacs with ``electric-pair-mode`` and the package as its README has it."""
    emacs = Emacs(home)
    emacs.init(readme_lines(0), _INIT_OF_EMACS.replace("{state}", str(home.folder / _STATE)))
    with emacs.visit(home.write("project/first.py", "x = 1\n"), 1, columns=100, lines=30) as terminal:
        wait_until(lambda: _read(home.folder / _STATE)[0] == "first.py", "text in Emacs")
        yield InEmacs(terminal, home)


@contextmanager
def in_vscode(home: Home, tools: Tools, browser: Browser) -> Iterator[InVsCode]:
    """VS Code with its own pairs, as it closes them where nobody has said otherwise."""
    reader = home.folder / "seen.vsix"
    with zipfile.ZipFile(reader, "w") as package:
        for name, text in _EXTENSION.items():
            package.writestr(name, text.replace("STATE", json.dumps(str(home.folder / _STATE))))
    first = home.write("project/first.ts", "// x\n")
    with ExitStack() as stack:
        window = stack.enter_context(Window(home, tools, browser, user=_PAIRS, extensions=(reader,)))
        window.open(first)
        window.wait_until_served()
        yield InVsCode(window)
        window.quit()


def _wait_for_end_of(line: int, state: Path) -> None:
    def is_there() -> bool:
        _, before, after, _ = _read(state)
        return before.count("\n") == line - 1 and after.startswith("\n")

    wait_until(is_there, f"cursor at the end of line {line}")


def _read(state: Path) -> tuple[str, str, str, bool]:
    if not state.exists():
        return "", "", "", False
    name, before, after, ghost = json.loads(state.read_text(encoding="utf-8"))
    return name, before, after, ghost
