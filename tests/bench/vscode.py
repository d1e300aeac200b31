"""How long ghost text takes in the real VS Code, beside a bare pygls server that suggests the same text in the same run.

python tests/bench/vscode.py [--rounds 20]

From the key to the first change of the page that has the suggestion in it, by the page's own clock. Two windows have
one of the servers each and take turns; ours has the embedded engine and remembers nothing from round to round. What
VS Code waits of itself before it asks is part of the figures.
"""

import argparse
import shlex
import statistics
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import TimeoutError as PlaywrightTimeout

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.editors.documents import SHOP
from support.editors.home import Home
from support.editors.vscode import Window, chromium
from support.editors.vscode_install import tools
from support.engine.bench_table import percentile, table

TYPED, KEY, WRONG = "th.o", "p", "z"
"""What is typed first, the key that is measured, and one that fits nothing; it is taken back with the key."""
GHOST = SHOP.ghost.removeprefix(KEY)
COLUMN = len("    with path.op")
PAUSE_MS = 400
"""Between keys that are not measured, so that no round has a part of another."""

CLOCK = """([key, suggestion]) => {
  let begun;
  globalThis.figures = [];
  addEventListener('keydown', (event) => { begun = event.key === key ? event.timeStamp : undefined }, true);
  const look = () => {
    const first = document.querySelector('.editor-instance .view-line .ghost-text-decoration');
    if (begun !== undefined && first?.textContent.startsWith(suggestion)) {
      figures.push(performance.now() - begun);
      begun = undefined;
    }
  };
  new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""


def main():
    """Print the figures of both servers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    with chromium(tools()) as browser, ExitStack() as stack:
        windows = [stack.enter_context(started(browser, bare=bare)) for bare in (True, False)]
        found = [[measure(window) for window in windows] for _ in range(rounds)]
    bare, ours = zip(*found, strict=True)
    ratio = statistics.median(ours) / statistics.median(bare)
    cells = [statistics.median(bare), percentile(bare, 0.95), statistics.median(ours), percentile(ours, 0.95), ratio]
    columns = ["bare pygls, median", "p95", "infill-ls, median", "p95", "ratio of medians"]
    table(f"Milliseconds from the key to ghost text, {rounds} rounds", columns, {"VS Code": cells})


@contextmanager
def started(browser, *, bare):
    """A window with the file open, all typed but the last key, and a server that has answered once."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        home.settings(cache={"size": 0})
        if bare:
            server = [sys.executable, str(Path(__file__).with_name("bare_server.py"))]
            command = shlex.join([*server, GHOST, KEY, str(COLUMN)])
            (home.folder / "bin/infill-ls").write_text(f"#!/bin/sh\nexec {command}\n", encoding="utf-8")
        path, line = SHOP.put(home, "store.py")
        with Window(home, tools(), browser) as window:
            window.open(path)
            window.wait_for_status("ready" if bare else "completes")
            window.press("Control+g")
            window.type(f"{line}\n")
            window.press("End")
            window.page.evaluate(CLOCK, [KEY, GHOST.partition("\n")[0].replace(" ", "\N{NO-BREAK SPACE}")])
            window.type(TYPED)
            for _ in range(20):
                try:
                    measure(window, longest_s=5)
                    break
                except PlaywrightTimeout:
                    take_back(window)
            yield window
            window.quit()
        home.kill_server()


def measure(window, longest_s=20):
    """Milliseconds from the key to the suggestion; the key is taken back."""
    before = window.page.evaluate("figures.length")
    window.press(KEY)
    window.page.wait_for_function(f"figures.length > {before}", timeout=1000 * longest_s)
    took = window.page.evaluate("figures.at(-1)")
    take_back(window)
    return took


def take_back(window):
    """Remove the key by way of a wrong one, so that typing it again is no undo."""
    for key in ("", WRONG, "Backspace", "Backspace"):
        window.press(*filter(None, [key]))
        window.page.wait_for_timeout(PAUSE_MS)


if __name__ == "__main__":
    main()
