"""The tools: what a model may look up in a project before it answers. Each only reads, and gives a bounded text.

Names, types and docstrings here are what a model is told of them (``schema.py``). Model Studio takes no tool that is
called ``search``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import translate
from itertools import islice
from typing import Final

from infill_ls.context.definitions import Definition, definitions_in
from infill_ls.errors import Refused
from infill_ls.syntax.languages import of_document
from infill_ls.tools.bounded import bounded
from infill_ls.tools.project import Project

MOST_LINES: Final = 200
"""Lines of a file at a time."""
MOST_FOUND, MOST_IN_FILE = 40, 8
"""Places that one answer tells, of all files and of one."""
NEW_S: Final = 0.5
"""A list of files is as good as new for so long."""
MOST_FILES: Final = 200
"""Names of files that one answer tells."""


def read_file(project: Project, path: str, first_line: int = 1, last_line: int = MOST_LINES) -> str:
    """Read lines of a file of the project, at most 200 at a time.

    Args:
        path: path relative to the project's folder, such as src/main.py
        first_line: number of the first line to read, counted from 1
        last_line: number of the last line to read
    """
    text = project.text(project.find(path))
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    first = max(first_line, 1)
    if last_line < first:
        raise Refused("last_line has to be first_line or more.")
    if first > len(lines):
        raise Refused(f"{path} has {len(lines)} lines.")
    last = min(last_line, len(lines), first + MOST_LINES - 1)
    shown = project.harmless_lines(text, lines, range(first - 1, last))
    return bounded(f"{path}, lines {first} to {last} of {len(lines)}:", list(shown))


def find_definition(project: Project, name: str) -> str:
    """Find where the project defines a function, class, method or constant, and how it is called.

    Args:
        name: the name alone, or with its class in front: Store.add
    """
    container, _, word = name.strip().rpartition(".")
    if not _NAME.fullmatch(word):
        raise Refused("A name is one identifier, such as add_item, or Store.add.")
    found = project.related.defined(project.root, word)
    wanted = [each for each in found if not container or each[1].container == container] or found
    visible = set(project.visible(list(dict.fromkeys(path for path, _ in wanted[:MOST_FOUND]))))
    lines = [_head(project, path, each) for path, each in wanted[:MOST_FOUND] if path in visible]
    if not lines:
        return f"The project's own code defines no {word}, as far as is known. Try search_text."
    return bounded(f"{word} is defined here:", lines)


def find_uses(project: Project, name: str) -> str:
    """Find the lines of the project's code in which a name is used.

    Args:
        name: one identifier, such as add_item
    """
    if not _NAME.fullmatch(name):
        raise Refused("A name is one identifier, such as add_item.")
    is_used = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])").search
    lines = _lines(
        project,
        project.texts(name, f" {name} "),
        lambda line: name in line and is_used(line),
    )
    return bounded(f"Lines with {name}:", lines) if lines else f"No line uses {name}."


def search_text(project: Project, text: str) -> str:
    """Find the lines of the project's files that contain a text, exactly as it is written.

    Args:
        text: a piece of one line
    """
    if len(text.strip()) < 2 or "\n" in text or len(text) > 200:
        raise Refused("The text to search for is a piece of one line, of 2 to 200 characters.")
    lines = _lines(project, project.texts(text, text), lambda line: text in line)
    return bounded(f"Lines with {text}:", lines) if lines else f"No line contains {text}."


def list_files(project: Project, glob: str = "*") -> str:
    """List files of the project by name.

    Args:
        glob: pattern of paths, such as *.py or src/**/test_*.py; * also stands for folders
    """
    if len(glob) > 200:
        raise Refused("A pattern has 200 characters at most.")
    glob = glob.removeprefix("./")
    fits = [re.compile(translate(each)).match for each in {glob, glob.replace("**/", "")}]
    names: list[str] = []
    for path, _ in project.files(NEW_S):
        name = project.name(path)
        if any(fit(name) for fit in fits):
            names.append(name)
            if len(names) == MOST_FILES:
                break
    title = f"Files that fit {glob}{', the first ones' if len(names) == MOST_FILES else ''}:"
    return bounded(title, sorted(names)) if names else f"No file fits {glob}."


def outline(project: Project, path: str) -> str:
    """List what a file of the project defines: its classes and functions, with their lines.

    Args:
        path: path relative to the project's folder, such as src/main.py
    """
    found = project.find(path)
    text = project.text(found)
    definitions = () if found in project.opened else project.related.outline(found)
    definitions = definitions or definitions_in(
        project.harmless(text), of_document("", found), None
    )
    lines = [
        f"{each.row + 1}: {'    ' if each.container else ''}{each.head}" for each in definitions
    ]
    return bounded(f"{path} defines:", lines) if lines else f"{path} defines nothing."


_NAME: Final = re.compile(r"[\w$]{1,100}")


def _head(project: Project, path: str, each: Definition) -> str:
    inside = f" (in {each.container})" if each.container else ""
    return f"{project.name(path)}:{each.row + 1}: {each.head}{inside}"


def _lines(
    project: Project, texts: Iterable[tuple[str, str]], fits: Callable[[str], object]
) -> list[str]:
    """The lines that fit, without their secrets: what is not to be told cannot be guessed, either."""
    found: list[str] = []
    for path, text in texts:
        lines = text.split("\n")
        numbers = [number for number, line in enumerate(lines) if fits(line)]
        shown = zip(numbers, project.harmless_lines(text, lines, numbers), strict=True)
        here = (
            f"{project.name(path)}:{number + 1}: {line.strip()}"
            for number, line in shown
            if fits(line)
        )
        found += islice(here, MOST_IN_FILE)
        if len(found) >= MOST_FOUND:
            break
    return found[:MOST_FOUND]
