"""What a model may look up in one workspace folder: which paths there are for it, and their texts. Only reads.

Whatever a path says, nothing is read that lies outside of the folder, is private, or is switched off by the user; and
which of these it was, or whether there is such a file at all, is not told.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infill_ls.errors import Refused
from infill_ls.privacy.secrets import blanked, blanked_lines
from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import SYSTEM_FOLDERS, allowed, as_text, read_text
from infill_ls.workspace.gitignore import is_never_indexed
from infill_ls.workspace.listing import Listing
from infill_ls.workspace.notebooks import code_of, is_notebook
from infill_ls.workspace.order import ROOT_FIRST
from infill_ls.workspace.related_files import RelatedFiles

LONGEST_PATH: Final = 1000
"""Characters of a path that is asked for."""
SECONDS: Final = 1
"""How long one look through the project's files takes, at most."""
CLOCKS_S: Final = 2.0
"""What a disk's time may differ from ours."""


@dataclass(frozen=True, slots=True)
class Project:
    """One folder, as a model may know it."""

    root: str
    related: RelatedFiles
    """What is indexed of it."""
    is_off: Callable[[str], bool]
    """Whether the user has switched a file off."""
    is_hidden: Callable[[str], bool]
    """Whether a file is private, or switched off; looks behind links."""
    limits: LocalSettings
    exclude: tuple[str, ...] = ()
    redact: bool = True
    opened: Mapping[str, str] = field(default_factory=dict)
    """Texts of open documents by path: they are newer than what the disk has."""
    listing: Listing = field(default_factory=Listing)
    """Of the folder's files, once it was needed."""

    def find(self, path: str) -> str:
        """The file that a path means, by its whole name.

        Raises:
            Refused: there is nothing to read there for a model.
        """
        parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
        is_relative = not path.startswith(("/", "\\")) and ":" not in path and ".." not in parts
        if not parts or not is_relative or not path.isprintable() or len(path) > LONGEST_PATH:
            raise Refused(
                "A path is relative to the project's folder and stays in it, such as src/main.py."
            )
        found = os.path.join(self.root, *parts)  # noqa: PTH118  # strings, as paths are everywhere here
        if not self._is_inside(found) or self.is_hidden(found):
            raise Refused(_nothing(path))
        return found

    def text(self, path: str) -> str:
        """The text of a file as ``find`` gives it, secrets included.

        Raises:
            Refused: it is no text, too large, or not there.
        """
        text = self._text(path, os.path.realpath(path))
        if text is None:
            raise Refused(_nothing(self.name(path)))
        return text

    def texts(self, holding: str, known_by: str) -> Iterator[tuple[str, str]]:
        """Path and text of the files that hold a text, secrets included, as long as there is time to look.

        ``known_by`` is what stands in a line with it: files are not read of which the index knows that they had it
        nowhere, unless they have changed since.
        """
        until, left = time.monotonic() + SECONDS, self.limits.max_total_mb * 1024 * 1024
        without = self.related.without(self.root, known_by)
        for path, real in self.files():
            if left < 0 or time.monotonic() > until:
                return
            since = without.get(path)
            if since is not None and path not in self.opened and not _has_changed(real, since):
                continue
            text = self._text(path, real, holding)
            left -= len(text or "")
            if text is not None and holding in text and not self.is_hidden(path):
                yield path, text

    def files(self, oldest_s: float = math.inf) -> list[tuple[str, str]]:
        """The files that may be read, as they were listed so many seconds ago at most.

        Each by the name that an editor knows it by, and by the one that it really has.
        """
        return self.listing.files(self._listed, oldest_s)

    def _listed(self) -> Iterator[tuple[str, str]]:
        until = time.monotonic() + SECONDS
        found = allowed(self.root, self.exclude, lambda: time.monotonic() < until, ROOT_FIRST)
        return (each for each in found if not self.is_off(each[0]))

    def harmless(self, text: str) -> str:
        """A text without its secrets."""
        return blanked(text)[0] if self.redact else text

    def harmless_lines(
        self, text: str, lines: Sequence[str], numbers: Sequence[int]
    ) -> Iterable[str]:
        """Some lines of a text without its secrets."""
        if self.redact:
            return blanked_lines(text, lines, numbers)
        return [lines[number] for number in numbers]

    def name(self, path: str) -> str:
        """A file's name as a model is shown it: relative to the folder."""
        name = as_text(path[len(self.root.rstrip("/\\")) + 1 :].replace("\\", "/"))
        return "".join(each if each.isprintable() else " " for each in name)

    def visible(self, paths: Iterator[str] | list[str]) -> list[str]:
        """Those of the files that are not hidden by now."""
        return [path for path in paths if not self.is_hidden(path)]

    def _text(self, path: str, real: str, holding: str = "") -> str | None:
        text = self.opened.get(path)
        if text is None or is_notebook(path):
            sure = "" if is_notebook(path) else holding  # its code is written in another way
            text = read_text(real, self.limits.max_file_kb * 1024, sure)
        return code_of(text)[0] if text is not None and is_notebook(path) else text

    def _is_inside(self, path: str) -> bool:
        """Whether a file really lies in the folder, and not where nobody's own code is."""
        root, real = Path(os.path.realpath(self.root)), Path(os.path.realpath(path))
        if not real.is_relative_to(root):
            return False
        below = real.relative_to(root).parts
        if not _is_spelled_so(str(root), below):
            return False
        names = {*below, *Path(self.name(path)).parts}
        return not is_never_indexed(names) and SYSTEM_FOLDERS.isdisjoint(map(str, real.parents))


def _is_spelled_so(folder: str, names: tuple[str, ...]) -> bool:
    """Whether a file has this very name: a disk that does not tell capitals apart gives it by others, too."""
    for name in names:
        try:
            if name not in os.listdir(folder):  # noqa: PTH208  # strings, as paths are everywhere here
                return False
        except OSError:
            return False
        folder = os.path.join(folder, name)  # noqa: PTH118  # as above
    return True


def _has_changed(path: str, since: float) -> bool:
    """Whether a file may be another one than it was when it was read, as far as the clocks of disks are exact."""
    try:
        status = os.stat(path)  # noqa: PTH116  # as above
    except OSError:
        return True
    return max(status.st_mtime, status.st_ctime) > since - CLOCKS_S


def _nothing(path: str) -> str:
    return f"{path} cannot be read: there is no text file of that name, or it is private."
