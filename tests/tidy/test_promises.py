"""Whatever a page tells people to type is there: commands, keys, settings, in the words of each editor."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from infill_ls.cli.arguments import COMMANDS
from infill_ls.lsp.commands import _COMMANDS as SERVER_COMMANDS  # what `workspace/executeCommand` knows
from infill_ls.settings.resolve import keys

ROOT = Path(__file__).parents[2]
EDITORS = ROOT / "editors"
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "server" / "docs").glob("*.md")),
    *sorted(EDITORS.glob("*.md")),
    *sorted(EDITORS.glob("*/*.md")),
    EDITORS / "nvim" / "doc" / "infill-ls.txt",
]
LISP = "".join(path.read_text(encoding="utf-8") for path in sorted((EDITORS / "emacs").glob("*.el")))
INFILL = re.findall(
    r"'(\w+)'",
    re.findall(
        r"(?m)^local ORDER = \{(.*)\}$",
        (EDITORS / "nvim/lua/infill_ls/commands.lua").read_text(encoding="utf-8"),
    )[0],
)
CONTRIBUTES = json.loads((EDITORS / "vscode" / "package.json").read_text(encoding="utf-8"))["contributes"]
TITLES = [each["title"] for each in CONTRIBUTES["commands"]]
VSCODE_OWN = {"server", "trace"}
"""Groups of settings that the extension has beside the server's."""

VARIABLES = {
    name
    for folder in ("server", "tests", "editors/vscode/build.mjs")
    for path in [ROOT / folder, *(ROOT / folder).rglob("*.py")]
    if path.is_file() and path != Path(__file__)
    for name in re.findall(r"\bINFILL_LS_[A-Z_]+\b", path.read_text(encoding="utf-8"))
}

FOREIGN = {("infill-ls.txt", "completion.ghost_text")}
"""What has the form of ours and is another's: here, of blink.cmp."""
NAMED = {
    "a command of the program": (r"`(?::sh )?infill-ls ([a-z]+)\b", COMMANDS),
    "a command of Neovim": (r":Infill (\w+)", INFILL),
    "a command of Emacs": (r"M-x (infill-ls[\w-]*)", re.findall(r"\(def(?:un|ine-minor-mode) (infill-ls[\w-]*)", LISP)),
    "a command of VS Code": (r"\*infill-ls: ([^*]+)\*", TITLES),
    "a command of the server": (r"lsp-workspace-command infill-ls\.(\w+)", [name[10:] for name in SERVER_COMMANDS]),
    "a setting": (
        rf"`(?:infill-ls\.)?((?:{'|'.join(sorted({key.partition('.')[0] for key in keys()}))})\.(?!py`)[a-z_]+)\b",
        keys(),
    ),
    "a variable": (r"\b(INFILL_LS_[A-Z_]+)\b", VARIABLES),
}


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def table(page: str, head: str) -> str:
    """The first cells of the tables below this head, as one text."""
    tables = re.findall(rf"(?m)^\| {re.escape(head)} \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", read(page))
    assert tables, f"{page} has no table below {head!r}"
    return "\n".join(re.split(r" \| ", row)[0] for rows in tables for row in rows.splitlines())


@pytest.mark.parametrize("what", NAMED)
def test_what_pages_name_is_there(what):
    pattern, known = NAMED[what]
    found = {(page.name, name) for page in PAGES for name in re.findall(pattern, page.read_text(encoding="utf-8"))}

    assert found
    assert {(page, name) for page, name in found - FOREIGN if name not in known} == set()


def test_the_readme_has_every_command():
    named = re.findall(r"`infill-ls (\w+)", table("README.md", "command"))

    assert sorted(named) == sorted(set(COMMANDS) - {"serve"})


def test_neovims_page_and_help_have_every_command():
    assert sorted(re.findall(r":Infill (\w+)", table("editors/nvim/README.md", "command"))) == sorted(INFILL)
    assert set(re.findall(r"\*:Infill-(\w+)\*", read("editors/nvim/doc/infill-ls.txt"))) == set(INFILL)


def test_emacss_page_has_every_command_and_key():
    """A command that a key of ghost text calls needs no line of its own."""
    commands = re.findall(r";;;###autoload\n\(def(?:un|ine-minor-mode) (infill-ls[\w-]*)", LISP)
    maps = re.findall(r"(?s)\(defvar-keymap infill-ls[\w-]*-map\n(.*?)\)\n\n", LISP)
    bound = dict(re.findall(r"(?m)^  \"(.*?)\" (?:#'|'\(menu-item \"\" )(infill-ls-[\w-]+)", "\n".join(maps)))
    page = "editors/emacs/README.md"
    keys_told = set(re.findall(r"`([^`]+)`", table(page, "key")))

    assert set(re.findall(r"`(infill-ls[\w-]*)`", table(page, "command"))) == {
        name for name in commands if name not in bound.values() and not name.startswith("infill-ls-lsp-")
    }
    assert keys_told == set(bound) - {"<tab>", "M-RET"}
    assert "`M-RET`" in read(page)


def test_vscodes_page_has_every_key_that_the_extension_takes():
    names = {
        "ctrl": "Ctrl",
        "alt": "Alt",
        "shift": "Shift",
        "escape": "Esc",
        "tab": "Tab",
        "down": "Down",
        "right": "Right",
        "\\": "\\\\",
    }
    told = table("editors/vscode/README.md", "key")
    taken = {"+".join(names.get(part, part) for part in each["key"].split("+")) for each in CONTRIBUTES["keybindings"]}

    assert {key for key in taken if key not in told} == set()


def test_settings_of_the_extension_that_its_page_names_are_there():
    groups = CONTRIBUTES["configuration"]
    there = {name for group in groups for name in group["properties"]}
    named = re.findall(r"`(infill-ls\.[a-z_]+\.[a-z_]+)`", read("editors/vscode/README.md"))

    assert {name for name in named if name not in there} == set()
    assert {name for name in there if name.split(".")[1] in VSCODE_OWN} <= set(named)


@pytest.mark.parametrize("page", ["server/docs/install.md", "server/docs/privacy.md"])
def test_every_folder_that_is_written_to_is_told(page):
    """To whoever removes it, and to whoever wants to know what is kept."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "server/infill_ls").rglob("*.py"))
    words = {"state": "state", "cache": "cache", "config": "settings"}
    places = {"state": "~/.local/state/infill-ls", "cache": "~/.cache/infill-ls", "config": "`infill-ls config path`"}
    used = set(re.findall(r"\buser_(\w+)_(?:path|dir)\b", sources))

    assert used <= set(places)
    for kind in used:
        wanted = places[kind] if page.endswith("install.md") else f"in your {words[kind]} folder"
        assert kind == "config" or wanted in read(page), f"{page} does not name {places[kind]}"
