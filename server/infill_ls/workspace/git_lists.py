"""Where git has lists of patterns beside the ``.gitignore`` files: the user's own and the repository's. Never runs git.

Configuration is read as text. Of the repository's nothing is taken but where its folder lies.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from infill_ls.workspace.reading import read_file

# ruff: noqa: PTH111, PTH118, PTH120  # strings, as paths are everywhere on the way of a request

_LARGEST_CONFIG: Final = 256 * 1024
_LONGEST_PATH: Final = 4096
_MOST_INCLUDES: Final = 4
"""Deep; a file that includes itself has to end somewhere."""


def lists_of(root: Path, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Paths of the lists that hold in a repository or workspace, the weakest first; some may not exist."""
    return [*_users_list(root, environ), os.path.join(_common_folder(root), "info", "exclude")]


def _common_folder(root: Path) -> str:
    """The folder that holds a repository's lists. In a worktree and in a submodule ``.git`` is a file that names it."""
    here = os.path.join(root, ".git")
    named = _first_line(here)
    if not named.startswith("gitdir:"):
        return here
    folder = _beside(str(root), named.removeprefix("gitdir:").strip())
    common = _first_line(os.path.join(folder, "commondir"))
    return _beside(folder, common) if common else folder


def _beside(folder: str, path: str) -> str:
    """A path as it is meant in a folder."""
    if sys.platform == "win32" and path.startswith(("\\\\", "//")):
        # Whose name is looked up there gets to know the user's; a repository could lead to anybody's machine.
        return folder
    return os.path.join(folder, path)


def _first_line(path: str) -> str:
    try:
        return os.fsdecode(read_file(path, _LONGEST_PATH).partition(b"\n")[0].rstrip(b"\r"))
    except OSError:
        return ""


def _users_list(root: Path, environ: Mapping[str, str]) -> list[str]:
    """The user's own list: what ``core.excludesFile`` names, else git's default."""
    home = environ.get("HOME") or os.path.expanduser("~")
    folder = os.path.join(environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "git")
    configs = [os.path.join(folder, "config"), os.path.join(home, ".gitconfig")]
    if "GIT_CONFIG_GLOBAL" in environ:
        configs = [environ["GIT_CONFIG_GLOBAL"]]
    named = None
    for config in configs:
        found = _excludes_file(config, home, _MOST_INCLUDES)
        named = named if found is None else found
    if named is None:
        return [os.path.join(folder, "ignore")]
    return [os.path.join(root, _at_home(named, home))]


def _excludes_file(config: str, home: str, includes: int) -> str | None:
    """What a file of the user's configuration, or one that it includes, says last."""
    try:
        text = read_file(os.path.realpath(config), _LARGEST_CONFIG)
    except OSError:
        return None
    found = None
    for name, value in _entries(text):
        if name == "core.excludesfile":
            found = value
        elif includes:
            path = os.path.join(os.path.dirname(config), _at_home(value, home))
            included = _excludes_file(path, home, includes - 1)
            found = found if included is None else included
    return found


def _at_home(path: str, home: str) -> str:
    return home + path[1:] if path.startswith("~/") else os.path.expanduser(path)


_CONTINUED: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\\r?\n")
_SECTION: Final = re.compile(r'\s*+\[\s*+([^\]"\s]*+)\s*+("(?:[^"\\]|\\.)*+")?\s*+\]')
_VALUE: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\\.)|([^"\\#;]+)|([#;])')
_ESCAPED: Final = re.compile(r"\\(.)")
_WANTED: Final = frozenset({"core.excludesfile", "include.path"})


@lru_cache(maxsize=8)
def _entries(data: bytes) -> tuple[tuple[str, str], ...]:
    """Names and values in a file of git's configuration, of those that count here."""
    return tuple(
        (name, value) for name, value in _all_entries(os.fsdecode(data)) if name in _WANTED
    )


def _all_entries(text: str) -> Iterator[tuple[str, str]]:
    section = ""
    for line in _CONTINUED.sub(r"\1", text.removeprefix("\ufeff")).splitlines():
        found = _SECTION.match(line)
        if found is not None:
            section = "" if found[2] else found[1].lower()
            line = line[found.end() :]  # noqa: PLW2901  # what is left of it
        name, _, value = line.partition("=")
        yield f"{section}.{name.strip().lower()}", _value(value)


def _value(text: str) -> str:
    """A value without quotes, escapes and comment."""
    pieces = []
    for quoted, escaped, plain, comment in _VALUE.findall(text):
        if comment:
            break
        pieces.append(_ESCAPED.sub(r"\1", quoted or escaped) or plain)
    return "".join(pieces).strip()
