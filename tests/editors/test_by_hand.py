"""Code typed key by key in editors whose brackets and quotes close by themselves, with suggestions of the true text.

After each suggestion that is taken, or a part of one, the text is the file's so far, and in the end it is the file;
``bench/by_hand.py`` does the same for any time with any files.
"""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from support.editors.home import Unavailable
from support.editors.keyboards import in_neovim, in_vscode
from support.editors.terminal import wait_until
from support.editors.vscode import chromium
from support.editors.vscode_install import tools
from support.model_studio.emulator import Oracle, Reply
from support.typing.hands import Hands, Seen, Task

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

DATA = Path(__file__).parents[1] / "data/first_minute"
SHELL = """#!/bin/bash
set -euo pipefail

usage() {
  cat <<EOF
Usage: $0 [-n] FOLDER
EOF
}

if [ $# -lt 1 ]; then
  usage >&2
  exit 2
fi
case "$1" in
  -h | --help) usage ;;
  *) echo "there isn't $1" ;;
esac
for file in "${1%/}"/*.log; do
  [[ -f "$file" ]] && gzip -- "$(basename "$file")"
done

echo done
"""
YAML = """name: checks
on:
  push: { branches: [main] }

jobs:
  test:
    runs-on: ${{ matrix.system }}
    strategy:
      matrix:
        system: ["ubuntu", 'macos']
    steps:
      - uses: actions/checkout
      - run: |
          echo "it's (not) ready" && test "$(uname)" = Linux
      - name: Build
        run: make all

  last:
    needs: [test]
"""


def between(text, first, last, language):
    """The task to type from the line that begins with ``first`` to the one before ``last``."""
    start = text.index(f"\n{first}")
    return Task(text, start, text.index(f"\n{last}", start), language)


def data(name):
    return (DATA / name).read_text(encoding="utf-8")


TASKS = {
    "ts": between(data("report.ts"), "export class SheetError", "export async function", "typescript"),
    "go": between(data("report.go"), "func readEntries", "func sumUp", "go"),
    "sh": between(SHELL, "if [ $#", "echo done", "shellscript"),
    "yaml": between(YAML, "jobs:", "  last:", "yaml"),
}
EDITORS = ["Neovim", "VS Code"]
ACCEPTED = {"whole": 0.3, "word": 0.35, "line": 0.35}


# A file, what is typed of a suggestion, the rest of that, what the editor has closed and the rest replaces, where it says
# each of that again, and the unit that is accepted.
PARTS = {
    "block.py": ("def f():\n    if ", "g(", "a):\n        return h(a)", ")", [1], "line"),
    "quote.sh": ("# Two.\nalias a='b c'\nalias d=", "'", "e f' # the other's", "'", [3], "word"),
    "two.ts": ("const a = 1;\n", "it('", "adds', () => {\n  go('x');\n  to('y');\n});", "')", [4, 38], "line"),
    "own.ts": ("const a = 1;\nconst b = ", "run(", "go(1), to(2)) + of(3);", ")", [12], "word"),
}


@pytest.fixture(params=EDITORS)
def keyboard(request, home, studio):
    """An editor in which nothing is open yet."""
    home.uses(studio, "fim")
    if request.param == "Neovim":
        with in_neovim(home) as keyboard:
            yield keyboard
        return
    try:
        installed = tools()
    except Unavailable as why:
        pytest.skip(str(why))
    with chromium(installed) as browser, in_vscode(home, installed, browser) as keyboard:
        yield keyboard


def test_no_bracket_is_left_over_and_no_text_is_lost(home, studio, keyboard):
    """The model is quick for one file, and slow for the next one."""
    for number, (suffix, task) in enumerate(TASKS.items()):
        studio.oracle = Oracle(task.text)
        studio.default = Reply(first_token_s=0.2, chunk_s=0.03) if number % 2 else Reply()
        file = home.write(f"project/typed.{suffix}", task.begun)
        keyboard.go(file, task.text[: task.start].count("\n") + 1)
        figures = Hands(keyboard, task, random.Random(number), ACCEPTED).run()
        assert figures.faults == []
        assert figures.is_right
        assert figures.accepted, "nothing was suggested"


def test_closers_go_with_the_part_that_says_them(home, studio, keyboard):
    """After each part no closer is left over that it says. VS Code takes some of its own for those behind the cursor."""
    for name, (begun, typed, said, replaced, places, unit) in PARTS.items():
        before = begun + typed
        studio.oracle = Oracle(f"{before}{said}\n")
        keyboard.go(home.write(f"project/{name}", f"{begun}\n"), begun.count("\n") + 1)
        keyboard.type(typed[0])
        wait_until(lambda: keyboard.look().ghost, "ghost text")
        keyboard.type(typed[1:])
        wait_for(keyboard, before, [replaced], ghost=True)
        taken = 0
        while taken < len(said):
            keyboard.press(unit)
            at = len(before) + taken
            wait_until(lambda at=at: keyboard.look().at > at, f"cursor behind {at}")
            taken = keyboard.look().at - len(before)
            left = "".join(mark for mark, place in zip(replaced, places, strict=True) if place >= taken)
            wait_for(keyboard, before + said[:taken], [left, left[1:], left[2:]], ghost=taken < len(said))


def test_who_types_on_at_once_after_a_line_finds_no_closer_behind_it(home, studio, keyboard):
    """VS Code refuses the edit that takes it away when it comes after the next key; then it is made once more."""
    begun = "'a':\n  - b: 'c/**'\n\n'd:a':\n  - b: 'd/**'\n\n"
    studio.oracle = Oracle(f"{begun}'d:e':\n  - b: 'e/**'\n\n'd:h':\n  - b: 'h/**'\n")
    wanted = [f"{begun}'d:e':{line_end}x\n" for line_end in ("", "\n")]
    for number in range(3):
        keyboard.go(home.write(f"project/at-once{number}.yml", f"{begun}\n"), begun.count("\n") + 1)
        keyboard.type("'")
        wait_for(keyboard, f"{begun}'", ["'"], ghost=True)
        keyboard.press("line")
        keyboard.type("x")
        with suppress(TimeoutError):
            wait_until(lambda: keyboard.look().text in wanted, "text")
        assert keyboard.look().text in wanted


def wait_for(keyboard, before, behind, *, ghost):
    """Until the text is this, with one of some texts behind the cursor."""
    wanted = [Seen(f"{before}{each}\n", len(before), ghost) for each in behind]
    with suppress(TimeoutError):
        wait_until(lambda: keyboard.look() in wanted, "text")
    assert keyboard.look() in wanted
