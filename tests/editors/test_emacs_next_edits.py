"""Next edits in a real Emacs: two calls are changed by hand, the third is shown, the key goes there and makes it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from support.editors.emacs import ROOT, Emacs, readme_lines
from support.editors.screen import check_picture, wait_for_ghost
from support.editors.terminal import wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

NAMES = ("one", "two", "three", "four", "five")
TEXT = "".join(f"{name} = load({name}_path)\n" for name in NAMES)
CHANGED = TEXT.replace("one_path", "one_path, cache").replace("two_path", "two_path, cache")
DONE = TEXT.replace(")", ", cache)")
TWO = DONE.splitlines()[1]
READY = '(add-hook \'infill-ls-client-ready-hook (lambda () (message "It is ready")))'
"""What is typed before the server is there is no change to it."""


@pytest.fixture
def emacs(home):
    emacs = Emacs(home)
    emacs.init(readme_lines(0), READY)
    return emacs


@contextmanager
def changed_twice(emacs, text=TEXT, apart=1):
    """A terminal in which the first two calls have another argument, and the next edit is shown."""
    path = emacs.home.write("project/a.py", text)
    with emacs.visit(path, 1) as terminal:
        terminal.wait_for("It is ready")
        for _ in range(2):
            terminal.press("C-e", "C-b")
            terminal.type(", cache")
            terminal.press(*["C-n"] * apart)
        terminal.wait_for("three = load(three_path, cache)")
        yield terminal, path
        terminal.press("C-x", "C-s", "C-x", "C-c")
        assert terminal.wait_for_end() == 0
    emacs.home.assert_no_server_left()


def saved(terminal, path, wanted):
    terminal.press("C-x", "C-s")
    wait_until(lambda: path.read_text(encoding="utf-8") == wanted, "the saved file")


def test_the_third_call_is_shown_and_the_rest_follows(emacs):
    """TAB goes there, TAB makes it, each as one step of undo; the file on the disk is right."""
    with changed_twice(emacs) as (terminal, path):
        # Point is at the start of the third line, where TAB indents: the other key is for it.
        terminal.press("M-n")
        for name in NAMES[3:]:
            terminal.wait_for(f"{name} = load({name}_path, cache)")
            terminal.press("Tab", "Tab")
        saved(terminal, path, DONE)
        terminal.press("C-/")
        saved(terminal, path, DONE.replace("five_path, cache", "five_path"))


def test_keys_faster_than_the_server_do_what_is_due(emacs):
    """All in one go; what is pressed before an edit is known is for that edit."""
    with changed_twice(emacs) as (terminal, path):
        terminal.type("\x1bn\t\t\t\t")
        terminal.wait_for("five = load(five_path, cache)")
        saved(terminal, path, DONE)


def test_ghost_text_of_the_same_is_an_edit_made_too(emacs):
    """The cursor stands before it; a second TAB right after the one that accepts it goes on, and does not indent."""
    emacs.init(readme_lines(0), READY, '(global-set-key (kbd "C-c c") #\'infill-ls-complete)')
    with changed_twice(emacs) as (terminal, path):
        terminal.press("C-e", "C-b", "C-c", "c")
        # Ghost text is in italics, and nothing else.
        terminal.wait_for(lambda _: "three_path\x1b[3m" in terminal.screen(colours=True))
        assert "three = load(three_path, cache)\n" in terminal.screen()
        wait_for_ghost(terminal, ", cache)")
        terminal.press("Tab", "Tab", "Tab")
        terminal.wait_for("four = load(four_path, cache)")
        terminal.wait_for("five = load(five_path, cache)")
        saved(terminal, path, DONE.replace("five_path, cache", "five_path"))


def test_the_picture_in_the_readme_is_what_the_screen_shows(emacs):
    """``UPDATE=1 bash tests/run -m editor -k picture`` draws it anew."""
    with changed_twice(emacs) as (terminal, _):
        label = "Emacs with two calls changed, and the same shown at the third"
        check_picture(terminal, ROOT / "server/docs/emacs-next-edit.svg", 90, label)


def test_all_places_at_once(emacs):
    """One key, and one step of undo."""
    with changed_twice(emacs) as (terminal, path):
        terminal.press("M-N")
        terminal.wait_for("five = load(five_path, cache)")
        saved(terminal, path, DONE)
        terminal.press("C-/")
        saved(terminal, path, CHANGED)


def test_a_dismissed_edit_stays_away(emacs):
    """And its keys are what they were."""
    with changed_twice(emacs) as (terminal, path):
        terminal.press("C-g")
        terminal.wait_for(lambda screen: "three = load(three_path, cache)" not in screen)
        terminal.press("M-<")
        terminal.type("# above\n")
        terminal.wait_for("# above")
        assert "three = load(three_path, cache)" not in terminal.screen()
        saved(terminal, path, f"# above\n{CHANGED}")


def test_off_the_screen_it_says_where_and_which_key_goes_there(emacs):
    """At a line's beginning TAB indents; behind code it goes to the edit."""
    with changed_twice(emacs, ("\n" * 25).join(TEXT.splitlines(keepends=True)), 26) as (terminal, _):
        terminal.press("M-<")
        terminal.wait_for("cache)  M-n: next edit on line 53 ↓")
        terminal.press("C-e")
        terminal.wait_for("cache)  TAB: next edit on line 53 ↓")
        terminal.press("Tab")
        terminal.wait_for("three = load(three_path, cache)")


OTHERS = """
(require 'yasnippet)
(yas-global-mode)
(defun put-in () (interactive) (yas-expand-snippet "$2, cache$1"))
(global-set-key (kbd "C-c s") #'put-in)
(setq company-idle-delay nil company-backends '(company-capf) corfu-auto nil corfu-preselect 'first)
(defun paths () (list (save-excursion (skip-chars-backward "a-z_") (point)) (point) '("four_path" "four_paths")))
(add-hook 'python-mode-hook (lambda () (setq-local completion-at-point-functions '(paths))))
"""
POPUPS = {
    "Company": (
        "(require 'company) (global-company-mode) (global-set-key (kbd \"C-c c\") #'company-manual-begin)",
        # The first TAB chooses the next one.
        ("Tab", "Enter"),
    ),
    "Corfu": (
        (
            "(require 'corfu-terminal) (global-corfu-mode) (corfu-terminal-mode)"
            ' (global-set-key (kbd "C-c c") #\'completion-at-point)'
        ),
        ("M-n", "Tab"),
    ),
}


@pytest.mark.parametrize(("popup", "keys"), POPUPS.values(), ids=POPUPS.keys())
def test_a_snippet_and_a_popup_keep_their_keys(emacs, popup, keys):
    """While the next edit is shown, TAB goes to the snippet's second place, and the second candidate is chosen and taken."""
    emacs.init(readme_lines(0), READY, OTHERS, popup)
    path = emacs.home.write("project/a.py", TEXT)
    with emacs.visit(path, 1) as terminal:
        terminal.wait_for("It is ready")
        terminal.press("C-e", "C-b")
        terminal.type(", cache")
        terminal.press("C-n", "C-e", "C-b", "C-c", "s")
        terminal.wait_for("three = load(three_path, cache)")
        terminal.press("Tab")
        wait_until(lambda: terminal.cursor() == (TWO.index(","), 1), "second place")
        terminal.press("M->", "C-p", "C-p", "C-e", "C-b", "C-c", "c")
        terminal.wait_for("four_paths")
        assert "three = load(three_path, cache)" in terminal.screen()
        terminal.press(*keys)
        saved(terminal, path, CHANGED.replace("four_path", "four_paths"))
        terminal.press("C-x", "C-c")
        assert terminal.wait_for_end() == 0


BLOCK = "def all():\n" + "".join(f"    {line}\n" for line in TEXT.splitlines())


@pytest.mark.parametrize("keys", [("C-a",), ("C-a", "C-Space", "C-e")], ids=["indentation", "selection"])
def test_tab_keeps_its_meaning(emacs, keys):
    """In indentation, and with a selection: nothing is gone to and nothing is made."""
    text = BLOCK.replace("    three", "  three")
    path = emacs.home.write("project/a.py", text)
    with emacs.visit(path, 2) as terminal:
        terminal.wait_for("It is ready")
        for _ in range(2):
            terminal.press("C-e", "C-b")
            terminal.type(", cache")
            terminal.press("C-n")
        terminal.press("C-n")
        terminal.wait_for("four = load(four_path, cache)")
        terminal.press(*keys, "Tab")
        terminal.press("C-x", "C-s")
        wait_until(lambda: "two_path, cache" in path.read_text(encoding="utf-8"), "saved")
        assert "four_path, cache" not in path.read_text(encoding="utf-8")
        terminal.press("C-x", "C-c")
        assert terminal.wait_for_end() == 0
