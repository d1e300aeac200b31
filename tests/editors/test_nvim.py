"""Real Neovims, as the README sets them up: keys go in through a terminal, and the screen and the file say what came."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager

import pytest

from support.editors.neovim import PLUGIN, ROOT, Neovim, program, with_init
from support.editors.picture import draw, letters
from support.editors.screen import from_cursor
from support.editors.terminal import wait_until
from support.model_studio.emulator import Caller, Reply

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

README = (PLUGIN / "README.md").read_text(encoding="utf-8")
(LINES,) = re.findall(r"```lua\n(vim\.opt\.runtimepath.*?)```", README, re.DOTALL)
WAYS = {
    "plugin": ("current", LINES),
    "native": ("current", "vim.g.infill_ls = { ghost_text = 'native' }\n" + LINES),
    "0.10": ("0.10", LINES),
}

STORE = (ROOT / "tests/data/example/store.py").read_text(encoding="utf-8")
BEGUN = STORE.removesuffix("th.o\n") + "\n"
FIRST, SECOND = 'pen(encoding="utf-8") as file:', "        return [Order(**row) for row in json.load(file)]"
DONE = STORE.removesuffix("\n") + f"{FIRST}\n{SECOND}\n"


@pytest.fixture(params=WAYS)
def way(request, home):
    """A home that is set up by the README's lines, for each who may show ghost text; its Neovim."""
    version, lines = WAYS[request.param]
    with_init(home, lines)
    return program(version)


@pytest.fixture
def opened(way, home):
    """``with opened("a.py", "text") as editor``: the file is open, the server attached, the cursor in insert mode at
    the end of the last line. In the end Neovim quits, and no server may be left."""
    return lambda name, text, **size: _opened(way, home, name, text, **size)


@contextmanager
def _opened(way, home, name, text, columns=90, lines=28):
    home.write(f"project/{name}", text)
    with Neovim(way, home, name, columns=columns, lines=lines) as editor:
        editor.wait_for_client()
        editor.type("GA")
        editor.wait_for_mode("i")
        yield editor
        editor.quit()
    home.assert_no_server_left()


def saved(home, editor, name):
    """The file's text after it was written, with its line ends."""
    editor.write()
    return (home.project / name).read_bytes().decode()


def shown(editor, text, *, times=1):
    """Wait until the screen has the text so many times, of which the buffer has one less."""
    editor.terminal.wait_for(lambda screen: screen.count(text) == times)
    assert "\n".join(editor.buffer()).count(text) == times - 1


def test_the_readme_leads_to_ghost_text_that_a_key_takes(opened, home):
    """Without key and network, in a home in which nothing else was done."""
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, FIRST, times=3)
        shown(editor, SECOND, times=3)
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE
        assert editor.messages().count("Error") == 0


def test_words_and_lines_are_taken_one_by_one(opened, home):
    """However fast the keys come, and an undo takes back no more than the last part."""
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        for keys, line in ((["M-Right"] * 2, "    with path.open("), (["M-C-Right"], f"    with path.o{FIRST}")):
            editor.press(*keys)
            wait_until(lambda line=line: editor.buffer()[-1] == line, f"buffer that ends with {line!r}")
        shown(editor, SECOND, times=3)
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE
        editor.type("u")
        wait_until(lambda: editor.buffer()[-1] == f"    with path.o{FIRST}", "undone line")


def test_typing_deleting_and_taking_without_a_pause(opened, home):
    """Keys that come faster than answers leave what a person sees: nothing twice, nothing lost."""
    with opened("store.py", BEGUN) as editor:
        editor.type("th.xyz")
        editor.press("BSpace", "BSpace", "BSpace")
        editor.type("o")
        shown(editor, FIRST, times=3)
        editor.type("pen(enc")
        editor.press("Tab")
        wait_until(lambda: editor.buffer()[-1] == SECOND, "accepted suggestion")
        editor.press("BSpace", "BSpace")
        editor.type(")]")

        assert saved(home, editor, "store.py") == DONE


def test_dismissed_it_is_gone_until_something_is_typed(opened, home):
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, FIRST, times=3)
        editor.press("C-]")
        editor.terminal.wait_for(lambda screen: screen.count(FIRST) == 2)
        editor.type("p")
        shown(editor, FIRST.removeprefix("p"), times=3)
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE


def test_asked_by_hand(opened, home):
    """Where nothing is asked while typing, a key asks, and so it does right after another key."""
    home.settings(completion={"trigger": "manual"})
    with opened("store.py", BEGUN) as editor:
        editor.type("th.")
        wait_until(lambda: editor.buffer()[-1].endswith("th."), "typed text")
        editor.type("o")
        editor.press("M-\\")
        shown(editor, SECOND, times=3)
        assert [each["trigger"] for each in home.outcomes() if each["outcome"] == "shown"] == ["invoked"]
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE


def test_a_deep_suggestion_from_the_key_to_the_suggestion(opened, home, studio):
    """The steps stand below the text, the suggestion behind the cursor, and `:Infill why` lists them."""
    studio.caller = Caller(
        [("find_definition", {"name": "path_to"})], then="```\n/tmp\n```", like=Reply(first_token_s=1.2)
    )
    home.uses(studio, "partial")
    with opened("deep.py", "def path_to(x):\n    return x\n\nfolder = '") as editor:
        editor.press("M-|")
        editor.terminal.wait_for("looking for the definition of path_to")
        editor.terminal.wait_for(lambda screen: "folder = '/tmp" in screen)
        editor.press("Tab")

        assert saved(home, editor, "deep.py").endswith("folder = '/tmp\n")
        assert [bool(call.asked.get("tools")) for call in studio.requests] == [True, True]


# A model...

PATHS = {"fim": "/completions", "partial": "/chat/completions"}
WIDE = '# 合計 🦀\nname = "🦀"\nprint("🦀合", )\n'


def test_a_model_is_asked_by_each_route(opened, home, studio, route):
    """Behind wide characters, before a closing bracket that the answer restates and goes on after."""
    home.uses(studio, route)
    studio.default = Reply(text='ame) or print("🦀")')
    with opened("wide.py", WIDE) as editor:
        editor.press("Left")
        editor.type("n")
        shown(editor, 'ame) or print("🦀")')
        editor.press("M-Right")
        wait_until(lambda: editor.buffer()[-1] == 'print("🦀合", name)', "accepted word")
        shown(editor, 'or print("🦀"')
        editor.press("Tab")

        assert saved(home, editor, "wide.py") == WIDE.replace(")\n", 'name) or print("🦀")\n')
    assert {call.path.rpartition("/v1")[2] for call in studio.requests} == {PATHS[route]}
    assert {call.headers["authorization"] for call in studio.requests} == {f"Bearer {studio.api_key}"}


def test_a_file_with_crlf_keeps_its_line_ends(opened, home, studio):
    home.uses(studio, "fim")
    studio.default = Reply(text='eturn [\n        "合計",\n    ]\n')
    with opened("crlf.py", "x = 1\r\ndef one():\r\n    # one\r\n    \r\n") as editor:
        editor.type("r")
        shown(editor, '"合計",')
        editor.press("Tab")

        assert saved(home, editor, "crlf.py") == (
            'x = 1\r\ndef one():\r\n    # one\r\n    return [\r\n        "合計",\r\n    ]\r\n'
        )
    assert not any("\r" in call.prompt for call in studio.requests)


def test_what_is_typed_as_it_stands_there_asks_nothing(home, studio):
    """Ghost text follows by itself."""
    version, lines = WAYS["plugin"]
    with_init(home, lines)
    home.uses(studio, "fim")
    studio.default = Reply(text="turn first + second")
    with _opened(program(version), home, "add.py", "def add(first, second):\n    r\n") as editor:
        editor.type("e")
        shown(editor, "turn first + second")
        requests = len(home.outcomes())
        for typed, rest in (("t", "urn first"), ("u", "rn first"), ("rn ", "first")):
            editor.type(typed)
            shown(editor, f"{rest} + second")
        assert len(home.outcomes()) == requests
        editor.press("Tab")

        assert saved(home, editor, "add.py") == "def add(first, second):\n    return first + second\n"


# What can go wrong...


def test_a_server_that_is_killed_is_told_of_once_and_comes_back(opened, home):
    """Neovim's own message is a long one, and wants a key where it does not fit on a line."""
    with opened("store.py", BEGUN, columns=300) as editor:
        first = home.wait_for_server()
        home.kill_server()
        wait_until(lambda: home.running() not in ([], [first]), "another server")
        editor.wait_for_client()
        editor.wait_for_mode("i")
        editor.type("th.o")
        editor.terminal.wait_for(lambda screen: screen.count(SECOND) == 3)
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE
        assert editor.messages().count("quit with exit code") == 1
        assert editor.messages().count("infill") == 1
        assert len(home.started()) == 2


HOSTILE = {
    ".nvim.lua": "vim.env.INFILL_LS_BASE_URL = '{host}/v1'\nvim.g.infill_ls = {{ settings = {{ provider = {{ "
    "kind = 'openai', base_url = '{host}' }} }} }}",
    ".exrc": "let $INFILL_LS_BASE_URL = '{host}/v1'",
    ".nvimrc": "let $INFILL_LS_BASE_URL = '{host}/v1'",
    ".env": "INFILL_LS_BASE_URL={host}/v1\nINFILL_LS_PROVIDER=openai\nHTTPS_PROXY={host}",
    ".vscode/settings.json": '{{"infill-ls.provider.kind": "openai", "infill-ls.provider.base_url": "{host}"}}',
    ".neoconf.json": '{{"lspconfig": {{"infill_ls": {{"infill-ls": {{"provider": {{"base_url": "{host}"}}}}}}}}}}',
    "infill-ls.toml": 'provider.kind = "openai"\nprovider.base_url = "{host}"',
    ".infill-ls/config.toml": 'provider.kind = "openai"\nprovider.base_url = "{host}"',
    "lsp/infill_ls.lua": "return {{ cmd_env = {{ INFILL_LS_BASE_URL = '{host}/v1' }} }}",
    "plugin/evil.lua": "vim.env.INFILL_LS_BASE_URL = '{host}/v1'",
}


def test_a_repository_cannot_say_where_code_goes(opened, home, studio, stranger):
    """The model that the user chose is asked; nothing of the repository's own has any say."""
    for name, text in HOSTILE.items():
        home.write(f"project/{name}", text.format(host=stranger.origin) + "\n")
    home.uses(studio, "fim")
    studio.default = Reply(text="turn first + second")
    with opened("add.py", "def add(first, second):\n    r\n") as editor:
        editor.type("e")
        shown(editor, "turn first + second")
    assert studio.requests


TROUBLE = {
    "none": {},
    "a wrong key": {"key": "sk-canary-wrong"},
    "no host": {"closed": True},
}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
def test_no_log_holds_key_address_or_code(opened, home, studio, trouble):
    """At the default level, whether the model answers or not."""
    home.uses(studio, "fim")
    studio.default = Reply(text="turn first + canary")
    if "key" in trouble:
        home.environment["DASHSCOPE_API_KEY"] = trouble["key"]
    if "closed" in trouble:
        studio.__exit__(None, None, None)
    with opened("add.py", "def add(first, canary):\n    r\n") as editor:
        editor.type("e")
        wait_until(home.outcomes, "outcome")
        if not trouble:
            shown(editor, "turn first + canary")
    said = "".join(path.read_text(errors="replace") for path in home.folder.rglob("*.log"))
    for secret in (home.environment["DASHSCOPE_API_KEY"], studio.api_key, str(studio.port), "127.0.0.1", "canary"):
        assert secret not in said


# Beside the rest of Neovim...

PICTURE = ROOT / "server" / "docs" / "neovim.svg"


def test_the_picture_in_the_readme_is_what_the_screen_shows(home):
    """``UPDATE=1 bash tests/run -m editor -k picture`` draws it anew; colours may differ from version to version."""
    with_init(home, LINES)
    with _opened(program("current"), home, "store.py", BEGUN, columns=84, lines=24) as editor:
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        screen = editor.terminal.screen()
        if os.environ.get("UPDATE") == "1":
            label = "Neovim with a suggestion of two lines in grey after the cursor"
            svg = draw(editor.terminal.screen(colours=True), columns=84, label=label)
            PICTURE.write_text(svg, encoding="utf-8", newline="\n")

    assert letters(PICTURE.read_text(encoding="utf-8")) == letters(screen)


def marks(editor):
    """How many marks of ghost text there are, whatever a menu covers."""
    space = "vim.api.nvim_get_namespaces()['nvim.lsp.inline_completion'] or -1"
    own = "vim.api.nvim_get_namespaces()['infill_ls'] or -1"
    count = "#vim.api.nvim_buf_get_extmarks(0, {}, 0, -1, {{}})"
    return sum(editor.lua(f"({name}) < 0 and 0 or {count.format(name)}") for name in (space, own))


def open_menu(editor):
    """Neovim's own, in which nothing is chosen."""
    editor.lua("vim.cmd('set completeopt=menuone,noinsert,noselect')")
    editor.press("C-n")
    wait_until(lambda: editor.eval("pumvisible()"), "menu")


def test_ghost_text_stays_beside_a_menu_and_a_key_takes_it(opened, home):
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        open_menu(editor)
        editor.terminal.wait_for(lambda screen: screen.count(FIRST) == 3)
        editor.press("Tab")
        wait_until(lambda: editor.buffer()[-1] == SECOND, "accepted suggestion")
        wait_until(lambda: not editor.eval("pumvisible()"), "closed menu")

        assert saved(home, editor, "store.py") == DONE


def test_a_menu_hides_ghost_text_until_it_is_closed_if_so_wished(opened, home):
    options = home.folder / ".config/nvim/plugin/hide.lua"
    options.parent.mkdir(parents=True)
    options.write_text("local given = vim.g.infill_ls or {}\ngiven.menu = 'hide'\nvim.g.infill_ls = given\n")
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        open_menu(editor)
        wait_until(lambda: marks(editor) == 0, "hidden ghost text")
        editor.press("C-e")
        shown(editor, SECOND, times=3)
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE


WHERE = {"below": FIRST, "eol": f" {FIRST} … +1"}
"""What stands behind the cursor."""


@pytest.mark.parametrize("menu", WHERE)
def test_where_ghost_text_stands_beside_a_menu(home, menu):
    """Its first line is on the cursor's; the menu may cover others."""
    with_init(home, f"vim.g.infill_ls = {{ menu = '{menu}' }}\n" + LINES)
    with _opened(program("current"), home, "store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        open_menu(editor)
        wait_until(lambda: from_cursor(editor.terminal)[0].rstrip() == WHERE[menu], "ghost text beside the menu")
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE


def test_commands_help_and_health_say_what_is_going_on(opened, home):
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        assert status(editor) == "infill"
        editor.press("Escape")
        editor.command("Infill why")
        editor.wait_for("Suggested from your own code.")
        editor.type("q")
        editor.command("Infill prompt")
        editor.wait_for("Nothing is sent. The embedded engine answers")
        editor.type("q")
        editor.command("Infill usage")
        wait_until(lambda: editor.eval("&l:winbar") == "Usage", "usage")
        editor.type("q")
        editor.lua("vim.lsp.log.error('something')")
        editor.command("Infill log")
        wait_until(lambda: editor.eval("expand('%:t')") == "lsp.log", "log")
        editor.command("close")
        editor.command("help infill-ls-keys")
        editor.wait_for("<M-C-Right>    accept its next line")
        editor.command("only | Infill doctor")
        editor.wait_for("infill-ls doctor")
        health = "\n".join(editor.buffer())
        assert "ghost text is shown by" in health
        assert "none: the embedded engine answers" in health
        assert "ERROR" not in health
        assert "WARNING" not in health


def status(editor):
    return editor.lua("require('infill_ls').statusline()")


def test_suggestions_are_switched_off_where_one_says_and_on_again(opened, home):
    """In the project, in a buffer, everywhere and for a while."""
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        for words in ("toggle", "toggle buffer", "toggle everywhere"):
            switch(editor, words, "infill off")
            editor.type("A")
            editor.type("p")
            editor.press("BSpace")
            wait_until(lambda: editor.buffer()[-1] == "    with path.o", "typed text")
            assert marks(editor) == 0
            switch(editor, words, "infill")
            editor.type("A")
            shown(editor, SECOND, times=3)
        switch(editor, "snooze 0.02", "infill off")
        wait_until(lambda: status(editor) == "infill", "end of the pause")
        assert editor.messages().count("off until") == 1


def switch(editor, words, becomes):
    """By ``:Infill``, in normal mode."""
    editor.press("Escape")
    editor.wait_for_mode("n")
    editor.command(f"Infill {words}")
    wait_until(lambda: status(editor) == becomes, f"status {becomes!r}")


def test_the_server_is_started_anew_by_a_command(opened, home):
    with opened("store.py", BEGUN) as editor:
        first = home.wait_for_server()
        editor.press("Escape")
        editor.command("Infill restart")
        wait_until(lambda: home.running() not in ([], [first]), "another server")
        wait_until(lambda: first not in home.running(), "end of the first")
        editor.wait_for_client()
        editor.type("A")
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        editor.press("Tab")

        assert saved(home, editor, "store.py") == DONE
        assert editor.messages().count("infill") == 1


WORDS = {
    "Infill ": ["toggle", "snooze", "deep", "why", "prompt", "setup", "doctor", "usage", "log", "restart"],
    "Infill re": ["restart"],
    "Infill toggle ": ["project", "buffer", "everywhere"],
    "Infill toggle b": ["buffer"],
    "Infill snooze ": ["5", "15", "60"],
    "Infill why ": [],
    "Infill nonsense ": [],
}
WRONG = {
    "Infill nonsense": "`:Infill` takes toggle, snooze, deep, why, prompt, setup, doctor, usage, log, restart; not nonsense",
    "Infill toggle here": "`:Infill toggle` takes one of project, buffer, everywhere",
    "Infill why not": "`:Infill why` takes no further word",
    "Infill snooze long": "`:Infill snooze` takes one of 5, 15, 60",
    "Infill setup gpu": "`:Infill setup` takes an address such as http://gpu:8080",
}


def test_words_of_the_command_are_completed_and_wrong_ones_named(opened):
    with opened("store.py", BEGUN, columns=200) as editor:
        for line, words in WORDS.items():
            assert editor.eval(f"getcompletion({line!r}, 'cmdline')") == words
        editor.press("Escape")
        for line, said in WRONG.items():
            editor.command(line)
            wait_until(lambda said=said: said in editor.messages(), said)
        editor.command("Infill")
        editor.wait_for("snooze", "restart  Start the server anew")
        editor.press("Enter")


def test_a_path_that_is_wrong_is_an_error_at_the_start(way, home):
    """The first mistake that people make, which `vim.lsp.enable` keeps to itself."""
    with_init(home, LINES.replace("~/infill-ls/", "~/elsewhere/"))

    assert "module 'infill_ls' not found" in way.run("-c", "qall!", home=home).stderr


def test_a_buffer_without_a_server_says_why(opened, home):
    with opened("store.py", BEGUN) as editor:
        editor.press("Escape")
        home.write("project/notes", "")
        editor.command("edit notes")
        editor.command("Infill why")
        wait_until(lambda: "no file type here, so no server: try `:setfiletype text`" in editor.messages(), "reason")


def test_a_log_that_is_empty_is_not_opened(opened, home):
    with opened("store.py", BEGUN) as editor:
        editor.type("th.o")
        shown(editor, FIRST, times=3)
        editor.press("Escape")
        editor.command("Infill log")
        wait_until(lambda: "nothing has been logged yet" in editor.messages(), "message")
        assert editor.eval("winnr('$')") == 1


def test_a_program_that_is_missing_is_told_of_once(way, home):
    """Where the first file is opened, and in a line, so that no key is lost to the prompt below a longer message."""
    (home.folder / "bin/infill-ls").unlink()
    home.write("project/b.py", "")
    with Neovim(way, home, columns=80) as editor:
        assert "infill-ls" not in editor.messages()
        editor.command("edit b.py")
        editor.wait_for("infill-ls: `infill-ls` was not found; see :checkhealth infill_ls")
        editor.command("edit c.py")
        editor.type("ix")
        wait_until(lambda: editor.buffer() == ["x"], "typed text")
        assert editor.messages().count("infill-ls:") == 1
        editor.press("Escape")
        editor.command("checkhealth infill_ls")
        editor.wait_for("uv tool install")
        editor.quit()


def test_a_folder_that_is_appended_late_is_enough(way, home):
    """As by a plugin manager that is given another folder: nobody sources the files in its ``plugin/``."""
    lines = (home.folder / ".config/nvim/init.lua").read_text()
    late = "vim.api.nvim_create_autocmd('VimEnter', {{ callback = function()\n{}\nend }})\n"
    with_init(home, late.format(lines))
    home.write("project/store.py", BEGUN)
    with Neovim(way, home, lines=28) as editor:
        editor.command("edit store.py")
        editor.wait_for_client()
        editor.type("GAth.o")
        shown(editor, SECOND, times=3)
        assert editor.eval("exists(':Infill')") == 2
        editor.quit()


def test_neovims_own_ghost_text_is_not_shown_beside_ours(home):
    """Users may have switched it on for all servers."""
    with_init(home, "vim.lsp.inline_completion.enable()\n" + LINES)
    with _opened(program("current"), home, "store.py", BEGUN) as editor:
        editor.lua("vim.lsp.inline_completion.enable()")
        editor.type("th.o")
        shown(editor, SECOND, times=3)
        # Neovim asks 200 ms after the last key.
        editor.lua("vim.wait(600)")
        assert editor.terminal.screen().count(SECOND) == 3
        editor.type("p")
        shown(editor, FIRST[1:], times=3)
        editor.lua("vim.wait(600)")
        asked = [each["outcome"] for each in home.outcomes()]
        assert asked.count("shown") == 1
        assert "superseded" not in asked


def test_the_tags_of_the_help_are_up_to_date(home):
    """They are kept in the repository, so that ``:help`` works without a step, wherever the folder lies."""
    doc = PLUGIN / "doc"
    copy = home.write("doc/infill-ls.txt", (doc / "infill-ls.txt").read_text(encoding="utf-8"))
    program("current").run("-u", "NONE", "-c", f"helptags {copy.parent}", "-c", "quit", home=home)

    made = (copy.parent / "tags").read_text(encoding="utf-8")
    if os.environ.get("UPDATE") == "1":
        (doc / "tags").write_text(made, encoding="utf-8", newline="\n")
    assert (doc / "tags").read_text(encoding="utf-8") == made
