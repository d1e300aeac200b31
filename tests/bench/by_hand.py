"""Types parts of real files anew in real editors, with pairs that close by themselves, and says what suggestions spoiled.

    INFILL_LS_NVIM_PLUGINS=FOLDER python tests/bench/by_hand.py neovim|vscode|emacs [--minutes 10] [--seed 1] [--first 0]
                                  [--list FILE] [--languages typescript,go,shellscript,yaml] FOLDER …

The model is an emulator that says the true text, at once in one half of the files, and slowly in the other. A person
types it key by key, waits for a suggestion before one key in eight, and accepts all of it, a line or a word. After each
acceptance the text must be the file's so far, with no bracket or quote too many behind the cursor and nothing of the
file gone; in the end it must be the file. ``--list`` writes down where it was not.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infill_ls.syntax.brackets import scan
from infill_ls.syntax.languages import of_file, row
from support.editors.home import Home
from support.editors.keyboards import in_emacs, in_neovim, in_vscode
from support.editors.vscode import chromium
from support.editors.vscode_install import tools
from support.engine.bench_table import table
from support.model_studio.emulator import Emulator, Oracle, Reply
from support.typing.hands import Hands, Task

LANGUAGES = "typescript,go,shellscript,yaml"
SLOW = Reply(first_token_s=0.2, chunk_s=0.03, chunk_size=6)
LINES = (8, 18)
"""Of a part that is typed."""
AT_END = 0.4
"""Share of the parts behind which nothing stands yet; others are whole statements in the middle of a file."""
LONGEST_FILE, LONGEST_LINE = 20_000, 110
PASSED_OVER = {"node_modules", "testdata", "vendor", ".git"}


def main():
    """Print a row for each language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("editor", choices=["neovim", "vscode", "emacs"])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--languages", default=LANGUAGES)
    parser.add_argument("--first", type=int, default=0, metavar="PART", help="by its number, to see a part again")
    parser.add_argument("--list", type=Path)
    options = parser.parse_args()
    rows = {}
    with ExitStack() as stack:
        home = Home(Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))) / "home")
        stack.callback(home.kill_server)
        studio = stack.enter_context(Emulator())
        home.uses(studio, "fim")
        keyboard = stack.enter_context(opened(options.editor, home, stack))
        until = time.monotonic() + 60 * options.minutes
        for number, (path, task) in islice(enumerate(tasks(options)), options.first, None):
            if time.monotonic() > until:
                break
            studio.oracle, studio.default = Oracle(task.text), SLOW if number % 2 else Reply()
            begun = time.monotonic()
            figures = typed(home, keyboard, number, path, task, random.Random(f"{options.seed} {number}"))
            took = time.monotonic() - begun
            rows.setdefault(task.language, []).append((figures, took))
            print(
                number,
                path,
                f"{took:.0f} s",
                figures.keys,
                dict(figures.accepted),
                len(figures.faults),
                "" if figures.is_right else "NOT THE FILE",
                flush=True,
            )
            if options.list and figures.faults:
                with options.list.open("a") as file:
                    file.write("\n".join(f"## {path}, {fault}\n" for fault in figures.faults))
    columns = ["parts", "minutes", "keys", "accepted", "deleted", "faults", "not the file"]
    rows["all"] = [each for own in rows.values() for each in own]
    table(f"Typed in {options.editor}", columns, {name: cells(own) for name, own in rows.items()})


def opened(editor, home, stack):
    """The editor, without a file yet."""
    if editor == "vscode":
        return in_vscode(home, tools(), stack.enter_context(chromium(tools())))
    return {"neovim": in_neovim, "emacs": in_emacs}[editor](home)


def typed(home, keyboard, number, path, task, rng):
    """One part of a file."""
    file = home.write(f"project/part{number}{path.suffix}", task.begun)
    keyboard.go(file, task.text[: task.start].count("\n") + 1)
    return Hands(keyboard, task, rng).run()


def cells(own):
    """What became of the parts of a language."""
    accepted = sum((figures.accepted for figures, _ in own), Counter())
    faults = sum((Counter(fault.partition(",")[0] for fault in figures.faults) for figures, _ in own), Counter())
    return [
        len(own),
        sum(took for _, took in own) / 60,
        sum(figures.keys for figures, _ in own),
        accepted.total(),
        sum(figures.deleted for figures, _ in own),
        f"{faults.total()} {dict(faults) or ''}".strip(),
        sum(not figures.is_right for figures, _ in own),
    ]


def tasks(options):
    """Parts of real files, the languages in turn."""
    rng = random.Random(options.seed)
    files = {language: [] for language in options.languages.split(",")}
    for path in sorted(each for folder in options.folders for each in folder.rglob("*") if each.is_file()):
        language = of_file(path.name)
        if language in files and not PASSED_OVER.intersection(path.parts) and 600 < path.stat().st_size < LONGEST_FILE:
            files[language].append(path)
    for own in files.values():
        rng.shuffle(own)
    while any(files.values()):
        for language, own in files.items():
            found = None
            while own and found is None:
                found = part(own.pop(), language, rng)
            if found is not None:
                yield found


def part(path, language, rng):
    """A file with some lines of code to be typed; None where it is not text like others'."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    is_plain = text.isascii() and "\r" not in text and text.endswith("\n") and max(map(len, lines)) < LONGEST_LINE
    n_lines = rng.randint(*LINES)
    if not is_plain or len(lines) < 3 * n_lines or any(line != line.rstrip() for line in lines):
        return None
    first = rng.randrange(3, len(lines) - n_lines - 2)
    start = len("\n".join(lines[:first]))
    end = start + 1 + len("\n".join(lines[first : first + n_lines]))
    if rng.random() < AT_END:
        return path, Task(text[:end] + "\n", start, end, language)
    whole = scan(text[start:end], row(language))
    first_line, next_line = lines[first], next((line for line in lines[first + n_lines :] if line.strip()), "")
    is_whole = (
        not whole.stack and not whole.unmatched and first_line.strip() and indent(first_line) >= indent(next_line)
    )
    return (path, Task(text, start, end, language)) if is_whole else None


def indent(line):
    """How many columns."""
    return len(line) - len(line.lstrip())


if __name__ == "__main__":
    main()
