"""Finds files that came to be after their folder was read, in folders that something was put into."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import read_text, walk
from infill_ls.workspace.gitignore import is_never_indexed
from infill_ls.workspace.order import Order

# ruff: noqa: PTH112, PTH114, PTH118, PTH119, PTH208  # strings, as paths are everywhere here


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is looked for.

    Args:
        limits: how much is read.
        exclude: globs of what is private.
        order: which files are wanted.
        is_private: whether a file must not be read.
        is_wanted: whether to go on.
    """

    limits: LocalSettings
    exclude: tuple[str, ...]
    order: Order
    is_private: Callable[[str], bool]
    is_wanted: Callable[[], bool]

    def new_below(
        self, paths: Iterable[str], known: Collection[str], folders: Collection[str]
    ) -> Iterator[str]:
        """Of files and folders that were changed, what is not among the ``known`` files and the ``folders`` seen.

        Gives wanted files, and folders that nobody has looked into. Links are not followed.
        """
        for path in paths:
            for entry in _entries(path) if path in folders else [path]:
                if entry in known or entry in folders or os.path.islink(entry):
                    continue
                is_folder = os.path.isdir(entry)
                is_wanted = is_folder or (
                    self.order.wants(os.path.basename(entry)) and not self.is_private(entry)
                )
                if is_wanted and not is_never_indexed([os.path.basename(entry)]):
                    yield entry

    def texts(self, path: str) -> Iterator[tuple[str, str]]:
        """Path and text of a new file, or of the files in a new folder."""
        if not os.path.isdir(path):
            real = os.path.realpath(
                path
            )  # whoever puts a link there now finds that it is not followed
            text = (
                None if self.is_private(real) else read_text(real, self.limits.max_file_kb * 1024)
            )
            yield from [(path, text)] if text else []
            return
        for name, text in walk(path, self.limits, self.exclude, self.is_wanted, self.order):
            if not self.is_private(name):  # by a list further up, too
                yield name, text


def _entries(folder: str) -> list[str]:
    try:
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    except OSError:
        return []
