"""What the embedded engine is fed with, and what never reaches it."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import Files
from infill_ls.workspace.indexing import Indexing


class Shelf:
    """A corpus that keeps what it is given."""

    def __init__(self):
        self.files = {}
        self.seen = set()

    @property
    def texts(self):
        """By the files' names."""
        return {Path(path).name: text for path, text in self.files.items()}

    def put(self, path, text, _language=""):
        self.files[path] = text
        self.seen.add(text)

    def remove(self, path):
        self.files.pop(path, None)

    def paths(self):
        return list(self.files)


class SlowShelf(Shelf):
    """A corpus that takes a text in only when it is let."""

    def __init__(self):
        super().__init__()
        self.reached = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.running = self.peak = 0

    def put(self, path, text, _language=""):
        self.running += 1
        self.peak = max(self.peak, self.running)
        self.reached.release()
        self.let.acquire(timeout=20)
        super().put(path, text)
        self.running -= 1


@pytest.fixture
def slow(tmp_path):
    """Folders of five files each, read by somebody slow."""
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
        for number in range(5):
            (folder / f"{folder.name}{number}.py").write_text("x")
    shelf = SlowShelf()
    files = Files(tuple(map(str, folders)), ())
    yield folders, shelf, files, Indexing(shelf, files, LocalSettings(), ())
    shelf.let.release(100)


@pytest.fixture
def project(tmp_path):
    """A workspace with private files, and what is known of it."""
    for name, text in {
        ".git/HEAD": "",
        ".gitignore": "out.py\n",
        "a.py": "one",
        "b.py": "two",
        ".env": "SECRET",
        "out.py": "SECRET",
        "mine.py": "SECRET",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    shelf = Shelf()
    files = Files((str(tmp_path),), ("mine.py",))
    return tmp_path, shelf, Indexing(shelf, files, LocalSettings(max_file_kb=1), ("mine.py",))


async def test_a_folder_is_read_but_for_what_is_private(project):
    folder, shelf, indexing = project

    count = await indexing.folder(str(folder))

    assert shelf.texts == {".gitignore": "out.py\n", "a.py": "one", "b.py": "two"}
    assert count == 3


async def test_a_stopped_one_reads_no_more(project):
    folder, shelf, indexing = project
    indexing.stop()

    assert await indexing.folder(str(folder)) == 0
    assert shelf.texts == {}


async def test_an_open_document_counts_as_it_stands_in_the_editor(project):
    folder, shelf, indexing = project
    await indexing.document(str(folder / "a.py"), "edited")
    await indexing.document(str(folder / "new.py"), "not saved yet")

    assert shelf.texts == {"a.py": "edited", "new.py": "not saved yet"}


async def test_reading_the_folder_takes_nothing_from_an_open_document(project):
    """The disk may be older than the editor."""
    folder, shelf, indexing = project
    await indexing.document(str(folder / "a.py"), "edited")

    await indexing.folder(str(folder))

    assert (shelf.texts["a.py"], shelf.texts["b.py"]) == ("edited", "two")


async def test_a_closed_document_counts_as_it_stands_on_the_disk(project):
    """What was typed and never saved is forgotten."""
    folder, shelf, indexing = project
    for name in ("a.py", "new.py"):
        await indexing.document(str(folder / name), "edited")
        await indexing.closed(str(folder / name))

    assert shelf.texts == {"a.py": "one"}


@pytest.mark.parametrize("name", [".env", "out.py", "mine.py"])
async def test_a_private_document_never_gets_there(project, name):
    """Neither open nor closed."""
    folder, shelf, indexing = project

    await indexing.document(str(folder / name), "SECRET")
    await indexing.closed(str(folder / name))

    assert shelf.seen == set()


async def test_a_document_that_becomes_private_is_forgotten(project):
    folder, shelf, indexing = project
    await indexing.folder(str(folder))
    (folder / ".gitignore").write_text("a.py\n")

    await indexing.document(str(folder / "a.py"), "one")

    assert "a.py" not in shelf.texts


async def test_a_large_document_keeps_what_was_known_of_it(project):
    folder, shelf, indexing = project
    await indexing.folder(str(folder))

    await indexing.document(str(folder / "a.py"), "x" * 1025)

    assert shelf.texts["a.py"] == "one"


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_who_asks_is_answered_while_folders_are_read(slow, count):
    """However many are read, and a document with them; they are read one by one."""
    folders, shelf, files, indexing = slow
    runs = [asyncio.create_task(indexing.folder(str(folder))) for folder in folders[:count]]
    await asyncio.to_thread(shelf.reached.acquire)

    assert await asyncio.wait_for(files.private(str(folders[0] / ".env")), 10) == ".env*"
    document = asyncio.create_task(indexing.document(str(folders[0] / "new.py"), "new"))
    await asyncio.to_thread(shelf.reached.acquire)
    assert await asyncio.wait_for(files.private(str(folders[0] / "a.py")), 10) is None

    shelf.let.release(100)
    assert await asyncio.gather(*runs, document) == [5] * count + [None]
    assert shelf.peak == 2


async def left(indexing, folder, _run):
    await indexing.leave(folder)


async def read_again(indexing, folder, _run):
    return await indexing.folder(folder)


async def cancelled(_indexing, _folder, run):
    run.cancel()


async def stopped(indexing, _folder, _run):
    indexing.stop()


@pytest.mark.parametrize(
    ("ending", "files"),
    [(left, 1), (read_again, 6), (cancelled, 1), (stopped, 1)],
    ids=lambda each: getattr(each, "__name__", each),
)
async def test_a_run_ends_at_the_next_file(slow, ending, files):
    """A folder that was taken away, is read anew, or is wanted by nobody any more."""
    folders, shelf, _, indexing = slow
    puts = []
    shelf.put, put = (lambda path, text, _language: (puts.append(path), put(path, text))), shelf.put
    run = asyncio.create_task(indexing.folder(str(folders[0])))
    await asyncio.to_thread(shelf.reached.acquire)

    end = asyncio.create_task(ending(indexing, str(folders[0]), run))
    for _ in range(5):  # a cancellation takes a turn of the loop at each task that it passes through
        await asyncio.sleep(0)
    shelf.let.release(100)
    await end
    with suppress(asyncio.CancelledError):
        await run
    await indexing.folder(str(folders[1]))  # what stands behind it in the lane

    assert len([path for path in puts if path.startswith(str(folders[0]))]) == files


async def test_a_run_that_was_not_wanted_before_it_began_reads_nothing(slow):
    """As where folders are added and taken away by the hundred."""
    folders, shelf, _, indexing = slow
    first = asyncio.create_task(indexing.folder(str(folders[0])))
    await asyncio.to_thread(shelf.reached.acquire)
    second = asyncio.create_task(indexing.folder(str(folders[1])))
    await asyncio.sleep(0)

    leaving = asyncio.create_task(indexing.leave(str(folders[1])))
    await asyncio.sleep(0)
    shelf.let.release(100)

    assert await asyncio.gather(first, second, leaving) == [5, 0, None]


async def test_what_was_stopped_takes_nothing_in(project):
    """Settings have changed: what was private under the new ones must not come in under the old."""
    folder, shelf, indexing = project
    indexing.stop()

    await indexing.document(str(folder / "a.py"), "one")
    await indexing.closed(str(folder / "b.py"))

    assert shelf.seen == set()


# What happens to a project's disk, and what is known of it then. All of it has the files FILES, one of them open.
FILES = dict.fromkeys(["a.py", "d/b.py", "d/e/c.py", "f/b.py", "open.py"], "text")


def write(text, name=".gitignore"):
    def written(root):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    return written


DISK = {
    "nothing": (lambda _root: None, set()),
    "a file is deleted": (lambda root: (root / "d/b.py").unlink(), {"d/b.py"}),
    "a folder is deleted": (lambda root: shutil.rmtree(root / "d"), {"d/b.py", "d/e/c.py"}),
    "a file is renamed": (lambda root: (root / "a.py").rename(root / "x.py"), {"a.py"}),
    "a folder is renamed": (lambda root: (root / "d").rename(root / "x"), {"d/b.py", "d/e/c.py"}),
    "a file is written anew": (lambda root: (root / "n").write_text("") and (root / "n").replace(root / "a.py"), set()),
    "a file is deleted that is open": (lambda root: (root / "open.py").unlink(), set()),
    "a name is ignored": (write("b.py"), {"d/b.py", "f/b.py"}),
    "a folder is ignored": (write("/d/"), {"d/b.py", "d/e/c.py"}),
    "what is open is ignored": (write("open.py"), {"open.py"}),
    "a list comes that stands in a folder": (write("b.py", "d/.gitignore"), {"d/b.py"}),
    "a list comes to a folder that holds folders only": (write("c.py", "d/.gitignore"), {"d/e/c.py"}),
    "a list is longer than can be read": (write("x\n" * 10_001), set(FILES)),
    "the repository's own list": (write("a.py", ".git/info/exclude"), {"a.py"}),
}
RENAMED = {"a file is renamed": {"x.py"}, "a folder is renamed": {"x/b.py", "x/e/c.py"}}
"""What is known by another name then."""


@pytest.fixture
async def read(tmp_path):
    """A repository that has been read, with a document that is open; how often something was forgotten."""
    for name, text in FILES.items():
        write(text, name)(tmp_path)
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("")
    (tmp_path / ".gitignore").write_text("# nothing yet\n")
    shelf = Shelf()
    files = Files((str(tmp_path),), ())
    indexing = Indexing(shelf, files, LocalSettings(), ())
    await indexing.document(str(tmp_path / "open.py"), "text")
    await indexing.folder(str(tmp_path))
    forgotten = []
    indexing.forgot = lambda: forgotten.append(1)
    return tmp_path, shelf, indexing, forgotten, files


@pytest.mark.parametrize("told", [False, True], ids=["by looking", "told"])
@pytest.mark.parametrize(
    ("change", "gone", "come"),
    [(*row, RENAMED.get(name, set())) for name, row in DISK.items()],
    ids=DISK,
)
async def test_what_is_gone_or_private_by_now_is_forgotten(read, change, gone, come, told):
    """Whether the editor says so or not."""
    root, shelf, indexing, forgotten, _ = read
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    change(root)

    await indexing.look([str(path) for path in before if not path.exists()] if told else [])

    known = {Path(path).relative_to(root).as_posix() for path in shelf.paths()}
    assert {name for name in known if not name.endswith(".gitignore")} == set(FILES) - gone | come
    assert len(forgotten) == (1 if gone else 0)


def link(root):
    (root.parent / "outside.py").write_text("text")
    (root / "new.py").symlink_to(root.parent / "outside.py")
    (root / "all").symlink_to(root.parent)


COME = {
    "a file": (write("text", "new.py"), {"new.py"}),
    "a file in a folder": (write("text", "d/e/new.py"), {"d/e/new.py"}),
    "files in a new folder": (lambda root: (write("1", "n/1.py")(root), write("2", "n/o/2.py")(root)), {"n/1.py", "n/o/2.py"}),
    "a file that is ignored": (lambda root: (write("new.py")(root), write("text", "new.py")(root)), set()),
    "a folder that is ignored": (lambda root: (write("n/")(root), write("1", "n/1.py")(root)), set()),
    "a folder that is never looked into": (write("text", "node_modules/new.py"), set()),
    "a file that holds secrets": (write("text", ".env"), set()),
    "a file that is excluded": (write("text", "hidden/new.py"), set()),
    "links": (link, set()),
    "a pipe": (lambda root: os.mkfifo(root / "new.py"), set()),
    "a file that is too large": (write("x\n" * 200_000, "new.py"), set()),
}  # fmt: skip


@pytest.mark.parametrize("told", [False, True], ids=["by looking", "told"])
@pytest.mark.parametrize(("change", "come"), COME.values(), ids=COME)
async def test_what_is_new_is_read(tmp_path, change, come, told):
    """Whether the editor says so or not; once, and never what is private."""
    root = tmp_path / "project"
    for name in ("a.py", "d/b.py", "d/e/c.py", ".git/config"):
        write("text", name)(root)
    shelf = Shelf()
    indexing = Indexing(shelf, Files((str(root),), ("hidden/**",)), LocalSettings(), ("hidden/**",))
    await indexing.folder(str(root))
    before = set(shelf.paths())
    await asyncio.to_thread(change, root)

    paths = [str(path) for path in root.rglob("*") if str(path) not in before and ".git" not in path.parts]
    await indexing.look(paths if told else [])

    new = {Path(path).relative_to(root).as_posix() for path in set(shelf.paths()) - before}
    assert new - {".gitignore"} == come
    shelf.files.clear()
    await indexing.look()
    assert shelf.paths() == []


async def test_a_folder_that_came_empty_is_looked_into_later(tmp_path):
    """Editors make the folder first."""
    write("text", "a.py")(tmp_path)
    shelf = Shelf()
    indexing = Indexing(shelf, Files((str(tmp_path),)), LocalSettings(), ())
    await indexing.folder(str(tmp_path))
    (tmp_path / "n").mkdir()
    await indexing.look()
    write("new", "n/new.py")(tmp_path)
    await indexing.look()
    assert shelf.texts == {"a.py": "text", "new.py": "new"}


async def test_no_more_files_are_taken_in_than_are_read_of_a_project(tmp_path):
    write("text", "a.py")(tmp_path)
    shelf = Shelf()
    indexing = Indexing(shelf, Files((str(tmp_path),)), LocalSettings(max_files=3), ())
    await indexing.folder(str(tmp_path))
    for number in range(9):
        write("text", f"n/{number}.py")(tmp_path)
        write("text", f"new{number}.py")(tmp_path)
    await indexing.look()
    assert len(shelf.paths()) == 3


async def test_what_was_taken_out_of_the_workspace_is_forgotten(read):
    """But for what is open, until it is closed, and for what lies in another folder of the workspace."""
    root, shelf, indexing, forgotten, files = read
    files.folders = (str(root / "d"),)

    await indexing.leave(str(root))
    assert sorted(shelf.texts) == ["b.py", "c.py", "open.py"]
    assert forgotten

    await indexing.closed(str(root / "open.py"))
    assert sorted(shelf.texts) == ["b.py", "c.py"]

    files.folders = (str(root),)
    await indexing.folder(str(root))
    assert {*FILES} == {Path(path).relative_to(root).as_posix() for path in shelf.paths()} - {".gitignore"}


async def test_cells_are_known_one_by_one_and_instead_of_their_file(project):
    """When the last of them is closed, the file counts again."""
    folder, shelf, indexing = project
    notebook = folder / "a.ipynb"
    notebook.write_text('{"cells": [{"cell_type": "code", "source": "saved"}]}')
    await indexing.folder(str(folder))
    assert shelf.texts["a.ipynb"] == "saved"

    await indexing.document(f"{notebook}#1", "one", "python")
    await indexing.document(f"{notebook}#2", "two", "python")
    await indexing.folder(str(folder))
    known = {name: text for name, text in shelf.texts.items() if "ipynb" in name}
    assert known == {"a.ipynb#1": "one", "a.ipynb#2": "two"}

    await indexing.closed(f"{notebook}#1")
    known = {name: text for name, text in shelf.texts.items() if "ipynb" in name}
    assert known == {"a.ipynb#2": "two"}
    await indexing.closed(f"{notebook}#2")
    known = {name: text for name, text in shelf.texts.items() if "ipynb" in name}
    assert known == {"a.ipynb": "saved"}


async def test_a_cell_is_private_where_its_notebook_is(project):
    folder, shelf, indexing = project
    (folder / ".gitignore").write_text("*.ipynb\n")
    await indexing.document(f"{folder / 'a.ipynb'}#1", "one", "python")
    assert "a.ipynb#1" not in shelf.texts
