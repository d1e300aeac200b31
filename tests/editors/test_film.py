"""The moving pictures in the README: a real Neovim, key by key, as its screens were."""

import os

import pytest

from support.editors.neovim import ROOT, Neovim, program, with_init
from support.editors.picture import Frame, draw_film, letters, letters_of_film
from support.editors.screen import wait_for_ghost
from support.editors.terminal import wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

FILM = ROOT / "server" / "docs" / "neovim-film.svg"
LABEL = "Neovim: grey text after the cursor follows what is typed and is accepted by word and as a whole"
COLUMNS, LINES = 72, 25
INIT = """\
vim.opt.runtimepath:append('~/infill-ls/editors/nvim')
vim.lsp.enable('infill_ls')
"""
NEXT_FILM = ROOT / "server" / "docs" / "next-edits-film.svg"
NEXT_LABEL = (
    "Neovim: an argument is added to two calls by hand, then shown at the third, and Tab goes there and adds it"
)
BEGUN = (ROOT / "tests" / "data" / "film" / "shop.py").read_text(encoding="utf-8")
CALLS = (ROOT / "tests" / "data" / "film" / "cache.py").read_text(encoding="utf-8")

KEYS = [
    ("Enter", 'with path.open(encoding="utf-8") as file:', 1.6),
    ("w", 'ith path.open(encoding="utf-8") as file:', 0.25),
    ("i", 'th path.open(encoding="utf-8") as file:', 0.25),
    ("t", 'h path.open(encoding="utf-8") as file:', 0.25),
    ("h", ' path.open(encoding="utf-8") as file:', 0.9),
    ("M-Right", '.open(encoding="utf-8") as file:', 0.6),
    ("M-Right", 'open(encoding="utf-8") as file:', 0.8),
    ("Tab", "", 0.8),
    ("Enter", "return [Order(**row) for row in json.load(file)]", 1.4),
    ("r", "eturn [Order(**row) for row in json.load(file)]", 0.6),
    ("Tab", "", 2.5),
]
"""Each key, what stands behind the cursor then, and how long that is shown."""


def test_the_moving_picture_is_what_the_screens_show(home):
    """``UPDATE=1 bash tests/run -m editor -k picture`` draws it anew; colours may differ from version to version."""
    with_init(home, INIT)
    home.write("project/shop.py", BEGUN)
    frames = []
    with Neovim(program("current"), home, "shop.py", columns=COLUMNS, lines=LINES) as editor:
        editor.wait_for_client()
        editor.type("GA")
        editor.wait_for_mode("i")
        for key, ghost, seconds in KEYS:
            before = editor.terminal.cursor()
            editor.press(key)
            # Nothing may stand behind the cursor before the key, either.
            wait_until(lambda before=before: editor.terminal.cursor() != before, f"what {key} does")
            wait_for_ghost(editor.terminal, ghost)
            frames.append(Frame(editor.terminal.screen(colours=True), editor.terminal.cursor(), seconds))
        editor.quit()
    check(frames, FILM, LABEL)


NEXT_KEYS = [
    ("", 'orders = load("orders.json")', 1.2),
    ("3Gf)i, cache", 'users = load("users.json", cache)', 0.8),
    ("Escape", 'users = load("users.json", cache)', 0.4),
    ("jf)i, cache", 'orders = load("orders.json", cache)', 0.4),
    ("Escape", 'prices = load(f"prices-{year}.json", cache)', 1.8),
    ("Tab", 'prices = load(f"prices-{year}.json", cache)', 1.0),
    ("Tab", 'regions = load("regions.json", cache)', 1.4),
    ("Tab", 'regions = load("regions.json", cache)', 1.0),
    ("Tab", 'regions = load("regions.json", cache)', 2.5),
]
"""Keys, a line that the screen has then, and how long that is shown."""


def test_the_moving_picture_of_next_edits_is_what_the_screens_show(home):
    """Two changes by hand, and what follows from them; in the end the file is as it should be."""
    with_init(home, INIT)
    home.write("project/cache.py", CALLS)
    frames, before = [], None
    with Neovim(program("current"), home, "cache.py", columns=COLUMNS, lines=15) as editor:
        editor.wait_for_client()
        for keys, line, seconds in NEXT_KEYS:
            if keys in {"Escape", "Tab"}:
                editor.press(keys)
            else:
                editor.type(keys)
            wait_until(
                lambda line=line, before=before: line in editor.terminal.screen() and state(editor) != before, line
            )
            before = state(editor)
            frames.append(Frame(editor.terminal.screen(colours=True), editor.terminal.cursor(), seconds))
        assert "\n".join(editor.buffer()) + "\n" == CALLS.replace('json")', 'json", cache)')
        editor.quit()
    check(frames, NEXT_FILM, NEXT_LABEL)


def state(editor):
    return editor.terminal.screen(), editor.terminal.cursor()


def check(frames, film, label):
    """The film in the README is these screens."""
    if os.environ.get("UPDATE") == "1":
        film.write_text(draw_film(frames, columns=COLUMNS, label=label), encoding="utf-8", newline="\n")
    plain = [letters(draw_film([frame], columns=COLUMNS, label="")) for frame in frames]
    assert letters_of_film(film.read_text(encoding="utf-8")) == plain
