"""The moving picture in the README: a real Neovim, key by key, as its screens were."""

import os

import pytest

from support.neovim import ROOT, Neovim, program, with_init
from support.picture import Frame, draw_film, letters, letters_of_film
from support.screen import wait_for_ghost
from support.terminal import wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

FILM = ROOT / "server" / "docs" / "neovim-film.svg"
LABEL = "Neovim: grey text after the cursor follows what is typed and is accepted by word and as a whole"
COLUMNS, LINES = 72, 25
INIT = """\
vim.opt.runtimepath:append('~/infill-ls/editors/nvim')
vim.lsp.enable('infill_ls')
"""
BEGUN = (ROOT / "tests" / "data" / "film" / "shop.py").read_text(encoding="utf-8")

KEYS = [
    ("Enter", 'with path.open(encoding="utf-8") as file:', 1.6),
    ("w", 'ith path.open(encoding="utf-8") as file:', 0.25),
    ("i", 'th path.open(encoding="utf-8") as file:', 0.25),
    ("t", 'h path.open(encoding="utf-8") as file:', 0.25),
    ("h", ' path.open(encoding="utf-8") as file:', 0.9),
    ("M-Right", '.open(encoding="utf-8") as file:', 0.6),
    ("M-Right", 'open(encoding="utf-8") as file:', 0.8),
    ("Tab", "", 0.8),
    ("Enter", "", 0.5),
    ("r", "eturn [", 0.8),
    ("Tab", "", 0.5),
    ("O", "rder(**row) for row in json.load(file)]", 1.4),
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
        plain = [letters(draw_film([frame], columns=COLUMNS, label="")) for frame in frames]
        editor.quit()
    if os.environ.get("UPDATE") == "1":
        FILM.write_text(draw_film(frames, columns=COLUMNS, label=LABEL), encoding="utf-8", newline="\n")

    assert letters_of_film(FILM.read_text(encoding="utf-8")) == plain
