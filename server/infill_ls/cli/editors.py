"""``infill-ls editors``: where the editors' files are, and the lines that an editor's configuration needs of them."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from infill_ls.cli.terminal import agreed
from infill_ls.errors import SettingsError

EDITORS = {"nvim": "Neovim", "emacs": "Emacs", "helix": "Helix"}

_DONE, _NOT_WRITTEN = 0, 1

NVIM = """\
-- Written by `infill-ls editors install nvim`; delete this file to undo it.
local folder = '{folder}'
if vim.fn.isdirectory(folder) == 0 then
  folder = vim.trim(vim.fn.system({{ 'infill-ls', 'editors', 'path', 'nvim' }}))
end
vim.opt.runtimepath:append(folder)
vim.cmd.runtime('plugin/infill_ls.lua')
require('infill_ls').enable()
"""
EMACS = """\
(add-to-list 'load-path "{folder}")
(require 'infill-ls)
(add-hook 'prog-mode-hook #'infill-ls-mode)
"""
HELIX = """\
[language-server.infill-ls]
command = "infill-ls"
args = ["--stdio"]
"""
HELIX_LANGUAGE = """
[[language]]
name = "python"
language-servers = ["pylsp", "infill-ls"]
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Lines for a file of the user's: a new one, or the end of one that is there."""

    file: Path
    lines: str
    advice: str = ""


def run(action: str | None, name: str | None, *, yes: bool) -> int:
    """What the words of the command line ask for; gives the exit status."""
    if name is None:
        return show()
    return path(name) if action == "path" else install(name, yes=yes)


def show() -> int:
    """Print which editors have infill-ls in their configuration, and what sets up the others."""
    for name, title in EDITORS.items():
        file = plan(name, Path.home()).file
        is_set_up = _is_there(_read(file))
        print(f"{title:8}{'set up in' if is_set_up else 'nothing yet in'} {file}")
        if not is_set_up:
            print(
                f"{'':8}`infill-ls editors install {name}` shows the lines for it, asks, and writes them"
            )
    print("VS Code takes an extension: see editors/vscode/README.md in the checkout.")
    return _DONE


def path(name: str) -> int:
    """Print the folder that holds an editor's files."""
    print(folder_of(name))
    return _DONE


def install(name: str, *, yes: bool) -> int:
    """Show what an editor's configuration needs, ask, and write it; what is there already stays as it is."""
    planned = plan(name, Path.home())
    present = _read(planned.file)
    if _is_there(present):
        print(f"{planned.file} names infill-ls already, so nothing is written.")
        return _DONE
    print(f"{planned.file}, {'these lines at its end' if present else 'a new file'}:\n")
    print("".join(f"    {line}\n" if line else "\n" for line in planned.lines.splitlines()))
    if not yes and not agreed():
        return _NOT_WRITTEN
    _write(planned, present)
    print(f"Written. Start {EDITORS[name]} again, open a file of a project, and type.")
    if planned.advice:
        print(planned.advice)
    if shutil.which("infill-ls") is None:
        print(
            f"infill-ls itself is not on your PATH, where {EDITORS[name]} looks for it: install it there, too."
        )
    return _DONE


def folder_of(name: str) -> Path:
    """The folder of an editor's files: inside the package, or beside the code of a checkout.

    Raises:
        SettingsError: there is neither; the sentence says what to do.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "editors" / name, package.parents[1] / "editors" / name):
        if folder.is_dir():
            return folder
    raise SettingsError(
        f"The files for {EDITORS[name]} are not part of this installation: install it again from the checkout."
    )


def plan(name: str, home: Path) -> Plan:
    """What is to be written for an editor."""
    folder = folder_of(name).as_posix()
    if name == "nvim":
        file = _config(home) / os.environ.get("NVIM_APPNAME", "nvim") / "plugin" / "infill-ls.lua"
        return Plan(file, NVIM.format(folder=folder.replace("'", "\\'")))
    if name == "emacs":
        return Plan(_emacs_file(home), EMACS.format(folder=folder.replace('"', '\\"')))
    file = Path(os.environ["APPDATA"], "helix") if _is_windows() else home / ".config" / "helix"
    if "XDG_CONFIG_HOME" in os.environ and not _is_windows():
        file = Path(os.environ["XDG_CONFIG_HOME"], "helix")
    return _helix_plan(file / "languages.toml")


def _helix_plan(file: Path) -> Plan:
    """The server and, where the user has no lines of his own for Python yet, these."""
    text = _read(file)
    if _is_there(text):
        return Plan(file, HELIX)
    try:
        present = tomllib.loads(text)
        tomllib.loads(f"{text}\n{HELIX}")
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{file} cannot take the lines for infill-ls: {error}. Add them by hand."
        ) from error
    languages = present.get("language", [])
    if any(each.get("name") == "python" for each in languages if isinstance(each, dict)):
        advice = 'Then add "infill-ls" to `language-servers` of each language in which you want suggestions.'
        return Plan(file, HELIX, advice)
    return Plan(
        file,
        HELIX + HELIX_LANGUAGE,
        "Repeat the last three lines for each language, with its own servers.",
    )


def _emacs_file(home: Path) -> Path:
    """The init file that Emacs reads, or the one that it would."""
    for name in (".emacs.el", ".emacs", ".emacs.d/init.el"):
        if (home / name).exists():
            return home / name
    xdg = _config(home) / "emacs"
    return (
        xdg / "init.el"
        if xdg.is_dir() and not (home / ".emacs.d").exists()
        else home / ".emacs.d" / "init.el"
    )


def _config(home: Path) -> Path:
    if named := os.environ.get("XDG_CONFIG_HOME"):
        return Path(named)
    return Path(os.environ["LOCALAPPDATA"]) if _is_windows() else home / ".config"


def _is_there(text: str) -> bool:
    return "infill-ls" in text or "infill_ls" in text


def _is_windows() -> bool:
    return sys.platform == "win32"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"{file} cannot be read: {reason}.") from error


def _write(planned: Plan, present: str) -> None:
    gap = "" if not present else "\n" if present.endswith("\n") else "\n\n"
    try:
        planned.file.parent.mkdir(parents=True, exist_ok=True)
        with planned.file.open("a", encoding="utf-8") as file:
            file.write(gap + planned.lines)
    except OSError as error:
        raise SettingsError(f"{planned.file} cannot be written: {error.strerror}.") from error
