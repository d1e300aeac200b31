"""The plugin's own ghost text before a server that answers by a script: several candidates, answers that come late."""

from pathlib import Path

import pytest

from support.editors.neovim import VERSIONS, Neovim, program, with_init
from support.editors.terminal import wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

SCRIPTED = Path(__file__).with_name("scripted.lua").read_text(encoding="utf-8")


@pytest.fixture(params=VERSIONS)
def scripted(request, home):
    """A Neovim whose server answers by ``scripted.lua``; in insert mode, in an empty file."""
    with_init(home, SCRIPTED)
    home.write("project/a.py", "")
    with Neovim(program(request.param), home, "a.py") as editor:
        editor.wait_for_client()
        editor.type("i")
        editor.wait_for_mode("i")
        yield editor


def test_candidates_are_asked_for_and_gone_through(scripted):
    """The first key asks for more than the one that is shown."""
    scripted.type("x")
    scripted.wait_for("xone")
    for key, seen in (
        ("M-]", "(2/3)"),
        ("M-]", "xthree (3/3)"),
        ("M-]", "xone (1/3)"),
        ("M-[", "xthree"),
        ("M-[", "xtwo"),
    ):
        scripted.press(key)
        scripted.wait_for(seen)
    scripted.wait_for("lines (2/3)")
    scripted.press("Tab")
    scripted.wait_for_buffer("xtwo", "lines")


def test_an_answer_that_comes_too_late_is_not_shown(scripted):
    """Neither where text was typed that it does not begin with, nor on the line that was left; what still fits is."""
    ask_in_vain(scripted, "x?")
    scripted.type("y")
    scripted.wait_for("x?yone")
    scripted.eval("v:lua.answer()")
    assert scripted.lua("require('infill_ls.ghost').visible(vim.api.nvim_get_current_buf())")
    scripted.press("Enter")
    ask_in_vain(scripted, "z?")
    scripted.press("Enter")
    scripted.wait_for("\none")
    scripted.eval("v:lua.answer()")
    ask_in_vain(scripted, "z?")
    scripted.wait_until_gone("one")
    scripted.eval("v:lua.answer()")
    scripted.wait_for("z?late")
    assert scripted.terminal.screen().count("late") == 1
    scripted.type("la")
    scripted.press("Tab")
    scripted.wait_for_buffer("x?y", "z?", "z?late")


def test_text_that_changes_after_the_cursor_is_asked_about_anew(scripted):
    """The suggestion was for another line, though what stands before the cursor is the same."""
    scripted.type("f()")
    scripted.press("Left")
    scripted.type("x")
    scripted.wait_for("f(xone)")
    asked = scripted.lua("asked")
    scripted.press("DC")
    scripted.wait_for_buffer("f(x")
    wait_until(lambda: scripted.lua("asked") == asked + 1, "another question")
    scripted.wait_for("f(xone")


def test_a_menu_that_opens_while_an_answer_is_awaited_breaks_nothing(home):
    """Neovim's own ghost text fails where it is disabled then, and the message takes the next keys."""
    lines = SCRIPTED.replace("ghost_text = 'plugin'", "ghost_text = 'native', menu = 'hide'")
    with_init(home, lines)
    home.write("project/a.py", "alpha\n")
    with Neovim(program("current"), home, "a.py") as editor:
        editor.wait_for_client()
        editor.lua("vim.cmd('set completeopt=menuone,noinsert,noselect')")
        editor.type("o")
        editor.wait_for_mode("i")
        for _ in range(3):
            ask_in_vain(editor, "x?")
            editor.press("C-n")
            wait_until(lambda: editor.eval("pumvisible()"), "menu")
            editor.eval("v:lua.answer()")
            editor.press("C-e")
            wait_until(lambda: not editor.eval("pumvisible()"), "closed menu")
        editor.type("y")
        editor.wait_for_buffer("alpha", "x?x?x?y")
        editor.wait_for("yone")
        assert "Error" not in editor.messages()
        assert "inline_completion" not in editor.messages()


def ask_in_vain(editor, text):
    """Type what is not answered yet, and wait until it is asked."""
    editor.type(text)
    wait_until(lambda: editor.lua("holds()"), "question that is held back")
