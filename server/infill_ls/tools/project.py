"""What a model may look up in one workspace folder: which paths there are for it, and their texts. Only reads.

Whatever a path says, nothing is read that lies outside of the folder, is private, or is switched off by the user; and
which of these it was, or whether there is such a file at all, is not told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infill_ls.errors import Refused
from infill_ls.privacy.secrets import blanked
from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import SYSTEM_FOLDERS, as_text, read_text
from infill_ls.workspace.gitignore import ALWAYS
from infill_ls.workspace.notebooks import code_of, is_notebook
from infill_ls.workspace.related_files import RelatedFiles

LONGEST_PATH: Final = 1000
"""Characters of a path that is asked for."""


@dataclass(frozen=True, slots=True)
class Project:
    """One folder, as a model may know it."""

    root: str
    related: RelatedFiles
    """What is indexed of it."""
    is_hidden: Callable[[str], bool]
    """Whether a file is private, or switched off; looks behind links."""
    limits: LocalSettings
    exclude: tuple[str, ...] = ()
    redact: bool = True
    opened: Mapping[str, str] = field(default_factory=dict)
    """Texts of open documents by path: they are newer than what the disk has."""

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
        """The text of a file as ``find`` gives it, without its secrets.

        Raises:
            Refused: it is no text, too large, or not there.
        """
        text = self.opened.get(path)
        if text is None or is_notebook(path):
            text = read_text(os.path.realpath(path), self.limits.max_file_kb * 1024)
        if text is None:
            raise Refused(_nothing(self.name(path)))
        return self.harmless(code_of(text)[0] if is_notebook(path) else text)

    def harmless(self, text: str) -> str:
        """A text without its secrets."""
        return blanked(text)[0] if self.redact else text

    def name(self, path: str) -> str:
        """A file's name as a model is shown it: relative to the folder."""
        name = as_text(path[len(self.root.rstrip("/\\")) + 1 :].replace("\\", "/"))
        return "".join(each if each.isprintable() else " " for each in name)

    def visible(self, paths: Iterator[str] | list[str]) -> list[str]:
        """Those of the files that are not hidden by now."""
        return [path for path in paths if not self.is_hidden(path)]

    def _is_inside(self, path: str) -> bool:
        """Whether a file really lies in the folder, and not where nobody's own code is."""
        root, real = Path(os.path.realpath(self.root)), Path(os.path.realpath(path))
        if not real.is_relative_to(root):
            return False
        below = real.relative_to(root).parts
        if not _is_spelled_so(str(root), below):
            return False
        names = {*below, *Path(self.name(path)).parts}
        return ALWAYS.isdisjoint(names) and SYSTEM_FOLDERS.isdisjoint(map(str, real.parents))


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


def _nothing(path: str) -> str:
    return f"{path} cannot be read: there is no text file of that name, or it is private."
