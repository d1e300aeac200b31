"""Neovim beside what its users have: completion menus, plugin managers and status lines of others, as they are.

Their plugins are looked for in the folder that ``INFILL_LS_NVIM_PLUGINS`` names, each under its repository's name.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from support.editors.neovim import PLUGIN, ROOT, Neovim, plugins, program, with_init
from support.editors.screen import from_cursor
from support.editors.terminal import wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

README = (PLUGIN / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```(?:lua|vim)\n(.*?)```", README, re.DOTALL)
LINES = SNIPPETS[0]

STORE = (ROOT / "tests/data/example/store.py").read_text(encoding="utf-8")
BEGUN = STORE.removesuffix("th.o\n") + "\n"
FIRST, SECOND = 'pen(encoding="utf-8") as file:', "        return [Order(**row) for row in json.load(file)]"
DONE = STORE.removesuffix("\n") + f"{FIRST}\n{SECOND}\n"


def snippet(word):
    """The README's snippet that has the word."""
    (found,) = [text for text in SNIPPETS if word in text]
    return found


def installed(home, *names):
    """Others' plugins as a user's package."""
    for folder in plugins(*names):
        package = home.folder / ".local/share/nvim/site/pack/others/start" / folder.name
        package.parent.mkdir(parents=True, exist_ok=True)
        package.symlink_to(folder)


@contextmanager
def opened(home, init, *, columns=100, lines=30):
    """The file is open, the server attached, the cursor in insert mode at the end of the last line."""
    with_init(home, init)
    home.write("project/store.py", BEGUN)
    with Neovim(program("current"), home, "store.py", columns=columns, lines=lines) as editor:
        editor.wait_for_client()
        editor.type("GA")
        editor.wait_for_mode("i")
        yield editor
        assert "Error" not in editor.messages()
        assert "stack traceback" not in editor.messages()
        editor.quit()


# Menus...

# Without its Rust library, which it would download.
BLINK_OPTIONS = "fuzzy = { implementation = 'lua' }"
CMP_OPTIONS = """
  snippet = { expand = function(args) vim.snippet.expand(args.body) end },
  mapping = require('cmp').mapping.preset.insert({ ['<CR>'] = require('cmp').mapping.confirm({ select = false }) }),
"""


def blink(home, options=BLINK_OPTIONS):
    """Installed, as a package; the lines that set it up."""
    installed(home, "blink.cmp")
    return f"require('blink.cmp').setup({{ {options} }})\n"


def cmp(home, options=CMP_OPTIONS + "sources = { { name = 'buffer' } }"):
    installed(home, "nvim-cmp", "cmp-buffer")
    return f"require('cmp').setup({{ {options} }})\n"


MENUS = {
    "blink.cmp": (blink, "require('blink.cmp').is_menu_visible()"),
    "nvim-cmp": (cmp, "require('cmp').visible()"),
}


@pytest.fixture(params=MENUS)
def menu(request, home):
    """Lines that set it up, and a Lua expression that says whether it is open."""
    lines, is_open = MENUS[request.param]
    return lines(home), is_open


def wait_for_menu(editor, is_open):
    wait_until(lambda: editor.lua(is_open), "open menu")


def beside_cursor(editor, text):
    wait_until(lambda: from_cursor(editor.terminal)[0].rstrip() == text, f"{text!r} behind the cursor")


def saved(home, editor):
    editor.write()
    return (home.project / "store.py").read_text(encoding="utf-8")


def test_ghost_text_stands_beside_the_menu_and_tab_takes_it(home, menu):
    """The menus' own defaults leave Tab alone, or let it fall back."""
    lines, is_open = menu
    with opened(home, lines + LINES) as editor:
        editor.type("th.o")
        wait_for_menu(editor, is_open)
        beside_cursor(editor, FIRST)
        editor.press("Tab")
        wait_until(lambda: editor.buffer()[-1] == SECOND, "accepted suggestion")

        assert saved(home, editor) == DONE


def test_with_the_option_it_waits_until_the_menu_is_closed(home, menu):
    lines, is_open = menu
    with opened(home, lines + "vim.g.infill_ls = { menu = 'hide' }\n" + LINES) as editor:
        editor.type("th.o")
        wait_for_menu(editor, is_open)
        beside_cursor(editor, "")
        editor.press("C-e")
        beside_cursor(editor, FIRST)
        editor.press("Tab")

        assert saved(home, editor) == DONE


OWN_GHOST_TEXT = {
    "blink.cmp": BLINK_OPTIONS + ", completion = { ghost_text = { enabled = true } }",
    "nvim-cmp": CMP_OPTIONS + "experimental = { ghost_text = true }, sources = { { name = 'buffer' } }",
}


@pytest.mark.parametrize("name", OWN_GHOST_TEXT)
def test_where_the_menu_has_ghost_text_of_its_own_there_are_not_two(home, name):
    lines, is_open = MENUS[name]
    with opened(home, lines(home, OWN_GHOST_TEXT[name]) + LINES) as editor:
        editor.type("th.o")
        wait_for_menu(editor, is_open)
        wait_until(lambda: from_cursor(editor.terminal)[0].strip() in ("f", "pen"), "the menu's ghost text alone")
        editor.press("C-e")
        beside_cursor(editor, FIRST)


ITEM = f"o{FIRST} …"
SOURCES = {
    "blink.cmp": ("infill_ls.blink", "get_items()[1].label", "is_documentation_visible()"),
    "nvim-cmp": ("name = 'infill_ls'", "get_entries()[1].completion_item.label", "visible_docs()"),
}
"""What the README's snippet has, and functions of the menu: the first item's label, and whether its text is beside it."""


@pytest.mark.parametrize("name", MENUS)
@pytest.mark.parametrize("ghost_text", ["'plugin'", "false"])
def test_as_a_source_the_suggestion_is_an_item_with_its_text_beside_it(home, name, ghost_text):
    """The README's lines put it first; the menu's own key takes it; nothing is asked twice."""
    lines, is_open = MENUS[name]
    word, first, text_is_beside = SOURCES[name]
    module = "cmp" if name == "nvim-cmp" else name
    options = (BLINK_OPTIONS + "," if name == "blink.cmp" else CMP_OPTIONS) + body(snippet(word))
    with opened(home, lines(home, options) + f"vim.g.infill_ls = {{ ghost_text = {ghost_text} }}\n" + LINES) as editor:
        editor.type("th.o")
        wait_for_menu(editor, is_open)
        editor.wait_for(ITEM)
        requests = len(home.outcomes())
        editor.type("p")
        wait_until(lambda: editor.buffer()[-1].endswith(".op"), "typed text")
        wait_until(lambda: editor.lua(f"require('{module}').{first}") == ITEM, "first item")
        if name == "nvim-cmp":
            editor.press("C-n")
        wait_until(lambda: editor.lua(f"require('{module}').{text_is_beside}"), "text beside the item")
        assert len(home.outcomes()) == requests
        editor.press("C-y")
        wait_until(lambda: editor.buffer()[-1] == SECOND, "accepted suggestion")

        assert saved(home, editor) == DONE


def body(given):
    """What stands between the braces of a snippet's ``setup``."""
    return re.search(r"setup\(\{\n(.*)\n\}\)", given, re.DOTALL)[1]


# Plugin managers, each with its README's lines; a repository is cloned from this one's folder...


@pytest.fixture
def address(home):
    """What ``git clone`` takes: a repository with the plugin where this one has it, by whatever name it was cloned."""
    repository = home.folder / "there/a clone"
    shutil.copytree(PLUGIN, repository / "editors/nvim")
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-q", "-m", "all"]):
        subprocess.run(["git", "-C", repository, *words], check=True)
    home.write(".gitconfig", "[safe]\n\tdirectory = *\n")
    return f"file://{repository}"


def lazy(home, address, spec):
    """Lines that start lazy.nvim with a specification."""
    (folder,) = plugins("lazy.nvim")
    # The parsers of an unpacked Neovim lie in a folder that it would take from the path.
    options = "{ rocks = { enabled = false }, performance = { rtp = { reset = false } } }"
    return f"vim.opt.runtimepath:prepend({str(folder)!r})\nrequire('lazy').setup({{ {spec} }}, {options})\n"


def by_lazy(home, address):
    return lazy(home, address, snippet("url = 'ADDRESS',\n  config").replace("ADDRESS", address))


def by_lazy_from_a_folder(home, address):
    """As the README has it for a clone that is there already."""
    spec = snippet("url = 'ADDRESS',\n  config").replace(
        "url = 'ADDRESS'", f"dir = {address.removeprefix('file://')!r}"
    )
    return lazy(home, address, spec)


def by_vim_plug(home, address):
    (folder,) = plugins("vim-plug")
    shutil.copy(folder / "plug.vim", home.write(".local/share/nvim/site/autoload/plug.vim", ""))
    lines = snippet("Plug 'ADDRESS'").replace("ADDRESS", address)
    return f"vim.cmd([=[\n{lines}]=])\n"


def by_vim_pack(home, address):
    """Which asks before it installs anything, as it does not here."""
    lines = snippet("vim.pack.add").replace("ADDRESS", address)
    return re.sub(r"(vim\.pack\.add\(.*)\)", r"\1, { confirm = false })", lines)


MANAGERS = {
    "lazy.nvim": (by_lazy, ()),
    "lazy.nvim, from a folder": (by_lazy_from_a_folder, ()),
    "vim-plug": (by_vim_plug, ("-c", "PlugInstall --sync")),
    "vim.pack": (by_vim_pack, ()),
}


@pytest.mark.parametrize("name", MANAGERS)
def test_a_plugin_manager_leads_to_ghost_text_by_the_readmes_lines(home, address, name):
    """Installed by the first start, there at the second, with its commands and its help."""
    lines, install = MANAGERS[name]
    init = lines(home, address)
    with_init(home, init)
    done = program("current").run(*install, "-c", "qall!", home=home)
    assert "E5113" not in done.stderr, done.stderr
    with opened(home, init) as editor:
        editor.type("th.o")
        beside_cursor(editor, FIRST)
        editor.press("Tab")
        wait_until(lambda: editor.buffer()[-1] == SECOND, "accepted suggestion")
        assert saved(home, editor) == DONE
        editor.command("Infill why")
        editor.wait_for("Suggested from your own code.")
        editor.command("close | help infill-ls")
        wait_until(lambda: editor.eval("expand('%:t')") == "infill-ls.txt", "help")


def test_lualine_has_the_servers_word(home):
    installed(home, "lualine.nvim")
    with opened(home, snippet("require('lualine')") + LINES) as editor:
        editor.press("Escape")
        wait_until(lambda: re.search(r" infill .*python", status_line(editor)), "word")
        editor.command("Infill toggle")
        wait_until(lambda: "infill off" in status_line(editor), "word")


def status_line(editor):
    return editor.terminal.screen().rstrip("\n").split("\n")[-2]


LAZYVIM = (
    *("LazyVim", "lazy.nvim", "blink.cmp", "tokyonight.nvim", "lualine.nvim", "snacks.nvim", "noice.nvim", "nui.nvim"),
    *("which-key.nvim", "mini.pairs", "nvim-lspconfig"),
)
WITHOUT = (
    *("MagicDuck/grug-far.nvim", "akinsho/bufferline.nvim", "catppuccin/nvim", "folke/flash.nvim"),
    *("folke/lazydev.nvim", "folke/persistence.nvim", "folke/todo-comments.nvim", "folke/trouble.nvim"),
    *("folke/ts-comments.nvim", "lewis6991/gitsigns.nvim", "mfussenegger/nvim-lint", "nvim-mini/mini.ai"),
    *("nvim-mini/mini.icons", "nvim-treesitter/nvim-treesitter", "nvim-treesitter/nvim-treesitter-textobjects"),
    *("stevearc/conform.nvim", "windwp/nvim-ts-autotag", "nvim-lua/plenary.nvim", "rafamadriz/friendly-snippets"),
    *("mason-org/mason.nvim", "mason-org/mason-lspconfig.nvim", "saghen/blink.compat"),
)
"""Parts of LazyVim that change nothing about suggestions."""


def test_in_lazyvim_tab_takes_the_suggestion_beside_its_menu(home, address):
    """By the README's file; LazyVim has Tab, its menu shows ghost text of its own unless told not to."""
    folder = plugins(*LAZYVIM)[0].parent
    home.write(".config/nvim/lua/plugins/infill-ls.lua", snippet("'saghen/blink.cmp'").replace("ADDRESS", address))
    absent = ", ".join(f"{{ '{name}', enabled = false }}" for name in WITHOUT)
    init = f"""
vim.opt.runtimepath:prepend('{folder}/lazy.nvim')
require('lazy').setup({{
  spec = {{
    {{ 'LazyVim/LazyVim', import = 'lazyvim.plugins', opts = {{ news = {{ lazyvim = false }} }} }},
    {{ import = 'lazyvim.plugins.extras.coding.blink' }},
    {{ import = 'plugins' }},
    {{ 'saghen/blink.cmp', opts = {{ {BLINK_OPTIONS} }} }},
    {absent},
  }},
  dev = {{ path = '{folder}', patterns = {{ 'github.com' }} }},
  rocks = {{ enabled = false }},
  performance = {{ rtp = {{ reset = false }} }},
}})
"""
    with_init(home, init)
    program("current").run("-c", "qall!", home=home)
    with opened(home, init, lines=36) as editor:
        editor.type("th.o")
        wait_for_menu(editor, MENUS["blink.cmp"][1])
        beside_cursor(editor, FIRST)
        wait_until(lambda: " infill " in editor.terminal.screen(), "word in the status line")
        editor.press("Tab")
        wait_until(lambda: editor.buffer()[-1] == SECOND, "accepted suggestion")
        assert saved(home, editor) == DONE
