"""Code typed key by key in editors whose brackets and quotes close by themselves, with suggestions of the true text.

After each suggestion that is taken the text is the file's so far, and in the end it is the file; ``bench/by_hand.py``
does the same for any time with any files.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.editors.home import Unavailable
from support.editors.keyboards import in_neovim, in_vscode
from support.editors.vscode import chromium
from support.editors.vscode_install import tools
from support.model_studio.emulator import Oracle, Reply
from support.typing.hands import ACCEPTED, Hands, Task

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
# Of a suggestion that is accepted in part, VS Code keeps what it replaces until the rest is accepted, too.
EDITORS = {"Neovim": ACCEPTED, "VS Code": {"whole": 1.0}}


@pytest.fixture(params=EDITORS)
def keyboard(request, home, studio):
    """An editor in which nothing is open yet, and how much of a suggestion is taken there."""
    home.uses(studio, "fim")
    if request.param == "Neovim":
        with in_neovim(home) as keyboard:
            yield keyboard, EDITORS[request.param]
        return
    try:
        installed = tools()
    except Unavailable as why:
        pytest.skip(str(why))
    with chromium(installed) as browser, in_vscode(home, installed, browser) as keyboard:
        yield keyboard, EDITORS[request.param]


def test_no_bracket_is_left_over_and_no_text_is_lost(home, studio, keyboard):
    """The model is quick for one file, and slow for the next one."""
    editor, accepted = keyboard
    for number, (suffix, task) in enumerate(TASKS.items()):
        studio.oracle = Oracle(task.text)
        studio.default = Reply(first_token_s=0.2, chunk_s=0.03) if number % 2 else Reply()
        file = home.write(f"project/typed.{suffix}", task.begun)
        editor.go(file, task.text[: task.start].count("\n") + 1)
        figures = Hands(editor, task, random.Random(number), accepted).run()
        assert figures.faults == []
        assert figures.is_right
        assert figures.accepted, "nothing was suggested"
