"""What the embedded engine is fed with, and what never reaches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from infill_ls.engine.files import Files
from infill_ls.engine.indexing import Indexing
from infill_ls.settings.schema import LocalSettings


class Shelf:
    """A corpus that keeps what it is given."""

    def __init__(self):
        self.texts = {}
        self.seen = set()

    def put(self, path, text):
        self.texts[Path(path).name] = text
        self.seen.add(text)

    def remove(self, path):
        self.texts.pop(Path(path).name, None)


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
    yield tmp_path, shelf, Indexing(shelf, files, LocalSettings(max_file_kb=1), ("mine.py",))
    files.close()


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
