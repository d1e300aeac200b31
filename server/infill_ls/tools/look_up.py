"""The tools: what a model may look up in a project before it answers. Each only reads, and gives a bounded text.

Names, types and docstrings here are what a model is told of them (``schema.py``). Model Studio takes no tool that is
called ``search``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fnmatch import translate
from typing import Final

from infill_ls.context.definitions import Definition, definitions_in
from infill_ls.errors import Refused
from infill_ls.syntax.languages import of_document
from infill_ls.tools.bounded import bounded
from infill_ls.tools.project import Project
from infill_ls.workspace.files import allowed, walk
from infill_ls.workspace.order import ROOT_FIRST

MOST_LINES: Final = 200
"""Lines of a file at a time."""
MOST_FOUND, MOST_IN_FILE = 40, 8
"""Places that one answer tells, of all files and of one."""
MOST_FILES: Final = 200
"""Names of files that one answer tells."""
SECONDS: Final = 1
"""How long one look through the project's files takes, at most."""


def read_file(project: Project, path: str, first_line: int = 1, last_line: int = MOST_LINES) -> str:
    """Read lines of a file of the project, at most 200 at a time.

    Args:
        path: path relative to the project's folder, such as src/main.py
        first_line: number of the first line to read, counted from 1
        last_line: number of the last line to read
    """
    lines = project.text(project.find(path)).split("\n")
    if lines[-1] == "":
        lines.pop()
    first = max(first_line, 1)
    if last_line < first:
        raise Refused("last_line has to be first_line or more.")
    if first > len(lines):
        raise Refused(f"{path} has {len(lines)} lines.")
    last = min(last_line, len(lines), first + MOST_LINES - 1)
    return bounded(f"{path}, lines {first} to {last} of {len(lines)}:", lines[first - 1 : last])


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
    indexed = project.visible(project.related.holding(project.root, name)[: 2 * MOST_FOUND])
    lines = _lines(project, _texts(project, indexed), is_used)
    if not lines:  # the index leaves out what is long
        lines = _lines(project, _all_texts(project, name), is_used)
    return bounded(f"Lines with {name}:", lines) if lines else f"No line uses {name}."


def search_text(project: Project, text: str) -> str:
    """Find the lines of the project's files that contain a text, exactly as it is written.

    Args:
        text: a piece of one line
    """
    if len(text.strip()) < 2 or "\n" in text or len(text) > 200:
        raise Refused("The text to search for is a piece of one line, of 2 to 200 characters.")
    lines = _lines(project, _all_texts(project, text), lambda line: text in line)
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
    deadline = time.monotonic() + SECONDS
    names: list[str] = []
    found = allowed(project.root, project.exclude, lambda: time.monotonic() < deadline, ROOT_FIRST)
    for path, _ in found:
        name = project.name(path)
        if any(fit(name) for fit in fits) and not project.is_hidden(path):
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
    definitions = definitions or definitions_in(text, of_document("", found), None)
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
    """The lines that fit, of texts without secrets: what is not to be told cannot be guessed, either."""
    found: list[str] = []
    for path, text in texts:
        here = [
            f"{project.name(path)}:{number}: {line.strip()}"
            for number, line in enumerate(text.split("\n"), 1)
            if fits(line)
        ]
        found += here[:MOST_IN_FILE]
        if len(found) >= MOST_FOUND:
            break
    return found[:MOST_FOUND]


def _texts(project: Project, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        try:
            yield path, project.text(path)
        except Refused:
            continue  # it has gone meanwhile


def _all_texts(project: Project, word: str) -> Iterator[tuple[str, str]]:
    """The files that hold a word, as long as there is time to look."""
    limits = replace(project.limits, max_seconds=SECONDS)
    for path, text in walk(project.root, limits, project.exclude):
        if word in text and not project.is_hidden(path):
            yield path, project.harmless(text)
