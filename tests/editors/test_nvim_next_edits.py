"""Next edits in real Neovims: two calls are changed by hand, the third is shown, the key goes there and makes it."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest

from support.editors.neovim import PLUGIN, Neovim, program, with_init
from support.editors.terminal import wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

README = (PLUGIN / "README.md").read_text(encoding="utf-8")
(LINES,) = re.findall(r"```lua\n(vim\.opt\.runtimepath.*?)```", README, re.DOTALL)
NAMES = ("one", "two", "three", "four", "five")
TEXT = "".join(f"{name} = load({name}_path)\n" for name in NAMES)
DONE = TEXT.replace(")", ", cache)")


@pytest.fixture(params=["current", "0.10"])
def opened(request, home):
    """``with opened(text) as editor``: a file is open, the server attached, in normal mode at the file's start."""
    with_init(home, LINES)
    return lambda text: _opened(program(request.param), home, text)


@contextmanager
def _opened(started, home, text):
    home.write("project/a.py", text)
    with Neovim(started, home, "a.py") as editor:
        editor.wait_for_client()
        yield editor
        editor.quit()
    home.assert_no_server_left()


def change_two(editor):
    editor.type("gg$i, cache")
    editor.press("Escape")
    editor.type("j$i, cache")
    editor.press("Escape")


def shown(editor, line):
    """Wait until the screen has a line that the buffer has not."""
    editor.wait_for(line)
    assert line not in editor.buffer()


def test_the_third_call_is_shown_and_the_rest_follows(opened, home):
    """Tab goes there, Tab makes it; with nothing left it means what it did; each edit is one step of undo."""
    with opened(TEXT) as editor:
        change_two(editor)
        for name in NAMES[2:]:
            line = f"{name} = load({name}_path, cache)"
            shown(editor, f"{line}  <Tab>")
            editor.press("Tab")
            wait_until(lambda name=name: editor.eval("getline('.')").startswith(name), name)
            editor.press("Tab")
            wait_until(lambda line=line: line in editor.buffer(), line)
        editor.write()
        assert (home.project / "a.py").read_text(encoding="utf-8") == DONE
        editor.type("u")
        wait_until(lambda: editor.buffer()[4] == "five = load(five_path)", "undone")
        assert editor.buffer()[3] == "four = load(four_path, cache)"


def test_keys_faster_than_the_server_do_what_is_due(opened):
    """All in one go; what is pressed before an edit is known is for that edit."""
    with opened(TEXT) as editor:
        change_two(editor)
        shown(editor, "three = load(three_path, cache)")
        editor.type("\t" * 6)
        wait_until(lambda: "\n".join(editor.buffer()) + "\n" == DONE, "all")


def test_off_the_screen_it_says_where_and_which_key_goes_there(opened):
    """By its line, and by the key of the mode; the key goes there, where it is drawn once."""
    with opened(("\n" * 25).join(TEXT.splitlines(keepends=True))) as editor:
        editor.type("gg$i, cache")
        editor.press("Escape")
        editor.type("27G$i, cache")
        editor.press("Escape")
        editor.type("53G")
        shown(editor, "three = load(three_path, cache)")
        editor.type("gg")
        editor.wait_for("cache)  <Tab>: next edit on line 53 ↓")
        editor.type("i")
        editor.wait_for("cache)  <M-n>: next edit on line 53 ↓")
        editor.press("M-n")
        shown(editor, "three = load(three_path, cache)  <M-n>")
        editor.press("M-\\")  # and ghost text says the same
        shown(editor, "» three = load(three_path, cache)\n")


MENU = """
vim.g.infill_ls = { keys = { next_edit = '<Tab>' } }
vim.o.completeopt = 'menuone,noinsert,noselect'
vim.keymap.set('i', '<Tab>', function()
  if vim.fn.pumvisible() == 1 then
    return '<C-n>'
  end
  return vim.snippet.active({ direction = 1 }) and '<Cmd>lua vim.snippet.jump(1)<CR>' or '<Tab>'
end, { expr = true })
vim.keymap.set('i', '<F5>', "<Cmd>lua vim.snippet.expand('$2, cache$1')<CR>")
"""


def test_tab_keeps_its_meaning_with_a_menu_and_in_a_snippet(home):
    """Chosen for next edits, too, it goes to the snippet's next place and chooses the menu's next entry."""
    with_init(home, MENU + LINES)
    home.settings(completion={"trigger": "manual"})
    with _opened(program("current"), home, TEXT) as editor:
        editor.type("gg$i, cache")
        editor.press("Escape")
        editor.type("j$i")
        editor.press("F5")
        shown(editor, "three = load(three_path, cache)")
        editor.press("Tab")
        wait_until(lambda: editor.eval("getpos('.')[1:2]") == [2, 20], "snippet's second place")
        shown(editor, "three = load(three_path, cache)")
        editor.press("Escape")
        editor.type("4G$F(a")
        editor.press("C-x", "C-n")
        wait_until(lambda: editor.eval("pumvisible()"), "menu")
        shown(editor, "three = load(three_path, cache)")
        editor.press("Tab")
        wait_until(lambda: editor.eval("complete_info(['selected']).selected") == 0, "entry chosen")
        assert editor.buffer()[2] == "three = load(three_path)"


def test_escape_takes_it_away_and_it_stays_away(opened):
    with opened(TEXT) as editor:
        change_two(editor)
        shown(editor, "three = load(three_path, cache)")
        editor.press("Escape")
        editor.wait_until_gone("three = load(three_path, cache)")
        editor.press("Tab")
        assert editor.buffer()[2] == "three = load(three_path)"


def test_all_places_at_once(opened, home):
    """One key, one step of undo."""
    with opened(TEXT) as editor:
        change_two(editor)
        shown(editor, "three = load(three_path, cache)")
        editor.press("M-N")
        wait_until(lambda: "\n".join(editor.buffer()) + "\n" == DONE, "all")
        editor.type("u")
        wait_until(lambda: editor.buffer()[2:] == TEXT.splitlines()[2:], "undone")


def test_lines_are_put_in_and_taken_out(opened, home):
    """What is put in is drawn below its neighbour, what is taken out goes with its line end; each is one step of undo.

    In a Windows file all lines end as they did."""
    home.settings(completion={"trigger": "manual"})
    text = "".join(f"{name} = load({name}_path)\n{name}.run(value)\n" for name in NAMES)
    with opened(text.replace("\n", "\r\n")) as editor:
        editor.type("ggouse(one)")
        editor.press("Escape")
        editor.type("jjouse(two)")
        editor.press("Escape")
        shown(editor, "use(three)")
        editor.press("Tab")
        editor.press("Tab")
        wait_until(
            lambda: editor.buffer()[6:9] == ["three = load(three_path)", "use(three)", "three.run(value)"], "put in"
        )
        shown(editor, "use(four)")
        editor.write()
        written = (home.project / "a.py").read_bytes()
        assert written.count(b"\r\n") == written.count(b"\n") == len(editor.buffer())
        editor.type("u")
        wait_until(lambda: editor.buffer()[6:8] == ["three = load(three_path)", "three.run(value)"], "undone")

    with opened(text.replace("\n", "\nlog.debug(value)\n")) as editor:
        editor.type("ggjddjdd")
        editor.wait_for("» log.debug(value)  <Tab>")
        editor.press("Tab")
        editor.press("Tab")
        wanted = ["one = load(one_path)", "one.run(value)", "two = load(two_path)", "two.run(value)"]
        wait_until(lambda: editor.buffer()[:4] == wanted, "taken out")
        editor.type("u")
        wait_until(lambda: editor.buffer()[3] == "log.debug(value)", "undone")


CLASS = "def load(path):\n    return path\n\n\none = load(1)\ntwo = 2\n"
ANSWER = "def load(path, cache):\n    return path, cache\n\n\none = load(\n    1,\n    cache,\n)\ntwo = 2\n</region>"


def test_lines_that_a_model_wants_are_drawn_and_made(opened, home, studio):
    """More lines than were there are drawn below them; each edit is one step of undo."""
    home.uses(studio, "partial")
    home.settings(
        provider={"kind": "model-studio", "base_url": studio.base_url, "model": "qwen3-coder-flash"},
        next_edit={"source": "model"},
        completion={"trigger": "manual"},
    )
    studio.script(ANSWER)
    with opened(CLASS) as editor:
        editor.type("gg$hi, cache")
        editor.press("Escape")
        shown(editor, "    return path, cache")
        for row, line in ((1, "    return path, cache"), (5, "    1,")):
            editor.press("Tab")
            editor.press("Tab")
            wait_until(lambda row=row, line=line: editor.buffer()[row] == line, line)
            if row == 1:
                shown(editor, "    cache,")
        wanted = ANSWER.removesuffix("</region>").splitlines()
        wait_until(lambda: editor.buffer() == wanted, "all of it")
        assert len(studio.requests) == 1
