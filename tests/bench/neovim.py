"""How long ghost text takes in a real Neovim, beside a bare pygls server with a fixed answer in the same run.

python tests/bench/neovim.py [--rounds 20]

From the change of the text to the first mark of ghost text, as Neovim's own clock has it. Neovim itself waits 200 ms
before it asks; the plugin's own ghost text does not.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.editors import Home
from support.neovim import ROOT, Neovim, program, with_init

BARE = [sys.executable, str(Path(__file__).with_name("bare_server.py"))]
OURS = ["infill-ls", "--stdio"]
STORE = (ROOT / "tests/data/example/store.py").read_text(encoding="utf-8")
BEGUN = STORE.removesuffix("o\n") + "\n"

INIT = """
local started
local figures = {}
local mark = vim.api.nvim_buf_set_extmark
vim.api.nvim_buf_set_extmark = function(bufnr, namespace, row, col, options)
  if started and options.virt_text and vim.api.nvim_get_current_line():match('o$') then
    table.insert(figures, (vim.uv.hrtime() - started) / 1e6)
    started = nil
  end
  return mark(bufnr, namespace, row, col, options)
end
vim.api.nvim_create_autocmd('TextChangedI', {
  callback = function()
    started = vim.uv.hrtime()
  end,
})
function _G.figures()
  return figures
end
"""


def main():
    """Print a row for each who shows ghost text, and each server."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    print(f"{'shown by':10}{'server':14}{'median ms':>10}{'p95 ms':>10}   of {rounds}")
    for shown_by in ("auto", "plugin"):
        medians = []
        for server, command in (("bare pygls", BARE), ("infill-ls", OURS)):
            found = sorted(measure(shown_by, command, rounds))
            medians.append(statistics.median(found))
            print(f"{shown_by:10}{server:14}{medians[-1]:10.1f}{found[int(0.95 * (len(found) - 1))]:10.1f}")
        print(f"{shown_by:10}{'ratio':14}{medians[1] / medians[0]:10.2f}")


def measure(shown_by, command, rounds):
    """Milliseconds of each round: a character is typed, and deleted again."""
    words = ", ".join(repr(word) for word in command)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        options = f"vim.g.infill_ls = {{ ghost_text = '{shown_by}', cmd = {{ {words} }} }}"
        enable = "vim.opt.runtimepath:append('~/infill-ls/editors/nvim')\nvim.lsp.enable('infill_ls')"
        with_init(home, f"{INIT}\n{options}\n{enable}\n")
        home.write("project/store.py", BEGUN)
        with Neovim(program("current"), home, "store.py") as editor:
            editor.wait_for_client()
            editor.type("GA")
            editor.wait_for_mode("i")
            for number in range(rounds):
                editor.type("o")
                while len(figures := editor.eval("v:lua.figures()")) <= number:
                    time.sleep(0.01)
                editor.press("BSpace")
                while editor.buffer()[-1].endswith("o"):
                    time.sleep(0.01)
            editor.quit()
        if home.started():
            home.assert_no_server_left()
        return figures


if __name__ == "__main__":
    main()
