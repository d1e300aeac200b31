"""The only disk: reads files off the loop, walks a workspace within limits, and tells which files stay private."""

from __future__ import annotations

import os
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import unquote

from infill_ls.privacy.exclude import excluded_by
from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.gitignore import Rules, is_ignored, is_never_indexed, rules_of
from infill_ls.workspace.notebooks import is_notebook
from infill_ls.workspace.order import ROOT_FIRST, Order
from infill_ls.workspace.reading import read_file
from infill_ls.workspace.threads import in_thread

IMAGES = frozenset({"png", "jpg", "jpeg", "webp", "gif", "bmp"})
"""Extensions of images that models take."""

SYSTEM_FOLDERS = frozenset({"/proc", "/sys", "/dev"})
"""Never indexed: what looks like files there are devices and the system's own accounts."""

NO_TEXT = "its name is not UTF-8"
"""The rule by which a file is private whose name an editor could not tell: what it is and leads to cannot be told."""

LARGEST_IMAGE = 4 * 1024 * 1024
"""Bytes; as text it is a third more."""

P = ParamSpec("P")
T = TypeVar("T")


class Files:
    """What a request asks the disk, in threads, so that the loop never waits for one."""

    def __init__(self, folders: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> None:
        self.folders = folders
        """Paths of the workspace's folders."""
        self._exclude = exclude

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` in a thread."""
        return await in_thread("requests", work, *args, **kwargs)

    async def private(self, path: str | None) -> str | None:
        """The rule by which a file must not be read as context or sent, or None. Looks behind symbolic links."""
        return None if path is None else await self.run(private, path, self.folders, self._exclude)

    def is_private(self, path: str) -> bool:
        """As ``private``, for who is in a thread already."""
        return private(path, self.folders, self._exclude) is not None

    async def image(self, reference: str, document: str) -> str | None:
        """A local image that a document refers to, as a ``data:`` URL; None for one that cannot or must not be sent."""
        return await self.run(read_image, reference, document, self.folders, self._exclude)

    def relative(self, path: str | None, uri: str) -> str:
        """A file's name as a model is shown it: relative to its workspace folder, never absolute."""
        if path is None:
            return uri.rpartition("/")[2].rpartition(":")[2]
        for folder in sorted(self.folders, key=len, reverse=True):
            if path.startswith(folder.rstrip("/\\") + os.sep):
                return as_text(path[len(folder.rstrip("/\\")) + 1 :].replace("\\", "/"))
        return as_text(os.path.basename(path))  # noqa: PTH119  # on the keystroke path


def as_text(path: str) -> str:
    """A path for people, models and JSON; a name that is no text has U+FFFD where it is none."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "replace")


def private(path: str, folders: tuple[str, ...], exclude: tuple[str, ...]) -> str | None:
    """The rule by which a file must not be read as context or sent: a glob, or ``ignored``. Reads the disk."""
    if "\ufffd" in path and not os.path.lexists(path):
        return NO_TEXT
    real = os.path.realpath(path)
    for name in dict.fromkeys((path, real)):
        rule = excluded_by(name, exclude)
        if rule is not None:
            return rule
        if is_ignored(name, (*folders, *(os.path.realpath(folder) for folder in folders))):
            return "ignored"
    return None


def walk(
    folder: str,
    limits: LocalSettings,
    exclude: tuple[str, ...],
    wanted: Callable[[], bool] = lambda: True,
    order: Order = ROOT_FIRST,
) -> Iterator[tuple[str, str]]:
    """Path and text of a workspace's source files in an order, else nearest to its root first.

    Ends at the first limit reached, or when it is not ``wanted`` any more. Links are not followed: what they lead to
    has a place of its own, or lies outside.
    """
    deadline = time.monotonic() + limits.max_seconds
    files, size = 0, 0
    for name, path in allowed(
        folder, exclude, lambda: wanted() and time.monotonic() < deadline, order
    ):
        if files >= limits.max_files or size >= limits.max_total_mb * 1024 * 1024:
            return
        text = read_text(path, limits.max_file_kb * 1024)
        if text:
            files, size = files + 1, size + len(text)
            yield name, text


def allowed(
    folder: str, exclude: tuple[str, ...], wanted: Callable[[], bool], order: Order
) -> Iterator[tuple[str, str]]:
    """Files that may be read, each by the name that the editor knows it by and by the one it really has."""
    # A folder behind a link is ruled by the repository that it really lies in.
    real = os.path.realpath(folder)

    def named(path: str) -> str:
        return os.path.join(folder, os.path.relpath(path, real))  # noqa: PTH118  # as in _entries

    rules = rules_of(real)
    queue = _Queue(order)
    queue.push_folder(Path(real), rules)
    while wanted() and (found := queue.pop()) is not None:
        here, rules = found
        if rules is None:
            really = str(here)
            yield really if folder == real else named(really), really
            continue
        if not SYSTEM_FOLDERS.isdisjoint(map(str, (here, *here.parents))):
            continue
        for entry in _entries(here):
            if not wanted():
                return
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                queue.push_folder(path, _rules_inside(path, rules))
            elif entry.is_file(follow_symlinks=False) and order.wants(entry.name):
                name = entry.path if folder == real else named(entry.path)
                is_private = excluded_by(name, exclude) or (
                    name != entry.path and excluded_by(entry.path, exclude)
                )
                if not is_private and not rules.ignores(path, is_folder=False):
                    queue.push(path)


def _rules_inside(folder: Path, rules: Rules) -> Rules | None:
    """The rules in a folder of a project; None for one that is not looked into."""
    ignored = is_never_indexed([folder.name]) or rules.ignores(folder, is_folder=True)
    return None if ignored else rules.inside(folder)


_MOST_QUEUED = 50_000
"""Files and folders that wait to be read; in a folder with more, most are nobody's code."""


class _Queue:
    """Folders, with the rules in force in them, and files, nearest first; of equals those that came first."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._heap: list[tuple[int, int, Path, Rules | None]] = []
        self._count = 0
        self._changes = order.changes

    def push_folder(self, path: Path, rules: Rules | None) -> None:
        """A folder that is to be looked into, unless no rules are in force because all of it is ignored."""
        if rules is not None:
            self.push(path, rules)

    def push(self, path: Path, rules: Rules | None = None) -> None:
        """A folder, or a file, which has no rules."""
        if len(self._heap) >= _MOST_QUEUED:
            return
        self._count += 1
        heappush(self._heap, (self._distance(path, rules), self._count, path, rules))

    def pop(self) -> tuple[Path, Rules | None] | None:
        """The nearest; None where there is nothing left."""
        if self._changes != self._order.changes:  # another document was opened
            self._changes = self._order.changes
            self._heap = [
                (self._distance(path, rules), n, path, rules) for _, n, path, rules in self._heap
            ]
            heapify(self._heap)
        return heappop(self._heap)[2:] if self._heap else None

    def _distance(self, path: Path, rules: Rules | None) -> int:
        if rules is not None:
            return self._order.distance(path)
        return self._order.distance(path.parent, path)


def read_text(path: str, max_bytes: int, holding: str = "") -> str | None:
    """A source file's text with LF line ends; None for one that is too large, binary, generated or unreadable.

    None as well for one that does not have ``holding`` in it. A notebook holds pictures in its lines, however long.
    """
    try:
        data = read_file(path, max_bytes)
    except OSError:
        return None
    if holding.encode() not in data:
        return None
    if b"\0" in data[:4096] or (_longest_line(data) > 2000 and not is_notebook(path)):
        return None
    return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


def read_image(
    reference: str, document: str, folders: tuple[str, ...], exclude: tuple[str, ...]
) -> str | None:
    """A local image as a ``data:`` URL.

    None for what lies on the network, outside the workspace and the document's folder, is private, too large, or no
    image that a model takes, by its name and by its first bytes. A path that begins with a slash is one below a
    workspace folder, as on the web.
    """
    name = unquote(reference.partition("#")[0].partition("?")[0]).replace("\\", "/")
    if name.rpartition(".")[2].lower() not in IMAGES:
        return None
    if "\0" in name or "://" in reference or name.startswith(("//", "data:")):
        return None
    beside = os.path.dirname(document)  # noqa: PTH120  # strings, as paths are everywhere here
    bases = folders if name.startswith("/") else (beside,)
    for base in bases:
        real = os.path.realpath(os.path.join(base, name.lstrip("/")))  # noqa: PTH118  # as above
        inside = any(
            Path(real).is_relative_to(os.path.realpath(root)) for root in (*folders, beside)
        )
        if not inside or private(real, folders, exclude) is not None:
            continue
        try:
            data = read_file(real, LARGEST_IMAGE)
        except OSError:
            continue
        kind = _image_type(data)
        return None if kind is None else f"data:{kind};base64,{b64encode(data).decode()}"
    return None


def _image_type(data: bytes) -> str | None:
    """The kind of an image by its first bytes; None for what is none, whatever it is called."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")) and b"\0" in data[6:64]:
        return "image/gif"
    if (
        data.startswith(b"RIFF")
        and data[8:15] == b"WEBPVP8"
        and int.from_bytes(data[4:8], "little") <= len(data)
    ):
        return "image/webp"
    # Text may begin with these letters too; numbers are no text.
    if data.startswith(b"BM") and data[15:18] == b"\0\0\0":
        return "image/bmp"
    return None


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _longest_line(data: bytes) -> int:
    """Minified and generated files have lines that nobody typed."""
    return max(map(len, data.split(b"\n")), default=0)
