"""How a project is read for prompts: in which order, beside other threads, and without leaving anything behind."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.context.shown_set import ShownSet, refreshed, sections, size
from infill_ls.settings.schema import Settings
from infill_ls.syntax.grammars import load
from infill_ls.workspace.files import Files, walk
from infill_ls.workspace.indexing import Indexing
from infill_ls.workspace.nearness import NearOpen
from infill_ls.workspace.related_files import RelatedFiles

TEXT = "class Store:\n    def fetch(self, key):\n        return key\n\n\ndef load(path):\n    return Store()\n"


def test_what_lies_near_the_open_documents_is_read_first(tmp_path):
    """Their own folders, those that they import from, then what lies beside them; code alone."""
    for name in ("a/far.py", "lib/util/tool.py", "pkg/deep/here.py", "pkg/beside.py", "root.py", "pkg/deep/text.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    order = NearOpen()
    order.opened(str(tmp_path / "pkg/deep/new.py"), "from lib.util import tool\n")
    read = [
        Path(path).relative_to(tmp_path).as_posix()
        for path, _ in walk(str(tmp_path), Settings().local, (), order=order)
    ]
    assert set(read[:2]) == {"pkg/deep/here.py", "lib/util/tool.py"}
    assert read.index("pkg/beside.py") < read.index("a/far.py")
    assert sorted(read) == ["a/far.py", "lib/util/tool.py", "pkg/beside.py", "pkg/deep/here.py", "root.py"]


def test_of_a_folder_with_many_files_those_that_a_document_imports_are_read_first(tmp_path):
    """Whatever their names begin with."""
    for name in ("a.py", "b.py", "wanted.py", "z.py"):
        (tmp_path / name).write_text(TEXT)
    order = NearOpen()
    order.opened(str(tmp_path / "new.py"), "from .wanted import x\n")
    read = [Path(path).name for path, _ in walk(str(tmp_path), Settings().local, (), order=order)]
    assert read == ["wanted.py", "a.py", "b.py", "z.py"]


def test_a_document_that_is_opened_later_has_its_neighbours_read_next(tmp_path):
    for folder in "abcdefgh":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.py").write_text(TEXT)
    order, read = NearOpen(), []
    for path, _ in walk(str(tmp_path), Settings().local, (), order=order):
        read.append(Path(path).parent.name)
        if len(read) == 1:
            order.opened(str(tmp_path / "h" / "new.py"), "")
    assert read[1] == "h"


async def test_what_is_read_is_what_the_folder_holds(tmp_path):
    """A file that is edited, closed without being saved, renamed or deleted is known as the disk has it."""
    path = tmp_path / "a.py"
    path.write_text(TEXT)
    files = Files((str(tmp_path),))
    related = RelatedFiles(lambda: files.folders)
    indexing = Indexing(related, files, Settings().local, (), NearOpen())
    await indexing.folder(str(tmp_path))
    await indexing.document(str(path), TEXT.replace("fetch", "bring"))
    assert ("Store", "bring", "def bring(self, key):") in related.heads(str(path))
    await indexing.closed(str(path))
    assert ("Store", "fetch", "def fetch(self, key):") in related.heads(str(path))
    path.write_text(TEXT.replace("fetch", "written_by_another"))
    await indexing.look([str(path)])
    assert ("Store", "written_by_another", "def written_by_another(self, key):") in related.heads(str(path))
    path.rename(tmp_path / "b.py")
    await indexing.look([str(path)])
    assert related.paths() == [str(tmp_path / "b.py")]


NAMES = ("a.py", "d/b.py", "d/e/c.py")
TEXTS = ("class Store:\n    pass\n", "def load(path): ...\n", "", "\0")
DEEDS = st.lists(
    st.tuples(st.sampled_from(["write", "delete", "edit", "close", "look", "told"]), st.sampled_from(NAMES), st.sampled_from(TEXTS)),
    max_size=25,
)  # fmt: skip


@given(DEEDS)
def test_what_was_read_bit_by_bit_equals_what_is_read_anew(deeds):
    """However files come, change and go, on the disk and in the editor; an open one counts as it stands there."""
    with tempfile.TemporaryDirectory() as root:
        asyncio.run(check_deeds(Path(os.path.realpath(root)), deeds))


async def check_deeds(root, deeds):
    (root / "first.py").write_text(TEXT)
    (root / ".git").mkdir()
    related, indexing = await reading(root)
    opened = {}
    for deed, name, text in deeds:
        path = root / name
        if deed == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        elif deed == "delete":
            path.unlink(missing_ok=True)
        elif deed == "edit":
            opened[str(path)] = text
            await indexing.document(str(path), text)
        elif deed == "close":
            opened.pop(str(path), None)
            await indexing.closed(str(path))
        elif deed == "look":
            await indexing.look()
        if deed in {"write", "delete", "told"}:  # two changes in one tick of the file system's clock look like one
            await indexing.look([str(path)])
    fresh, again = await reading(root)
    for path, text in opened.items():
        await again.document(path, text)
    assert defined(related) == defined(fresh)


def defined(related):
    """What is known of files that define anything."""
    return {path: heads for path in related.paths() if (heads := related.heads(path))}


async def reading(root):
    files = Files((str(root),))
    related = RelatedFiles(lambda: files.folders)
    indexing = Indexing(related, files, Settings().local, (), NearOpen())
    await indexing.folder(str(root))
    return related, indexing


HEADER = "class Store {\n  int fetch(int key) { return key; }\n};\n"


@pytest.mark.parametrize(
    ("name", "language", "family"),
    [
        ("a.inc", "php", "php"),
        ("tool", "python", "python"),
        ("a.py", "", "python"),
        ("a.py", "plaintext", "python"),
        ("a.py", "markdown", None),
        ("a.ipynb#1", "python", None),
        ("a.min.js", "javascript", None),
    ],
)
def test_an_open_document_is_read_in_the_language_that_its_editor_names(tmp_path, name, language, family):
    """As completions are; a file that is closed, in the one that its name tells."""
    related = RelatedFiles(lambda: (str(tmp_path),))
    path = str(tmp_path / name)
    related.put(path, TEXT, language)
    assert (related.key_of(path) or (None, None))[1] == family
    if family == "python":
        assert ("Store", "fetch", "def fetch(self, key):") in related.heads(path)


def test_a_header_of_cpp_is_read_as_such_where_an_editor_says_so(tmp_path):
    related = RelatedFiles(lambda: (str(tmp_path),))
    related.put(str(tmp_path / "a.inc"), HEADER, "cpp")
    related.put(str(tmp_path / "a.inc"), HEADER, related.language(str(tmp_path / "a.inc")))
    assert any(name == "fetch" for _, name, _ in related.heads(str(tmp_path / "a.inc")))
    related.put(str(tmp_path / "a.inc"), HEADER)
    assert related.language(str(tmp_path / "a.inc")) == ""


def test_what_is_known_is_counted_for_people(tmp_path):
    related = RelatedFiles(lambda: (str(tmp_path),))
    related.put(str(tmp_path / "a.py"), TEXT)
    assert re.fullmatch(r"1 file is known, with 3 definitions, read in \d+\.\d s.*", related.knowledge())


def test_parsers_of_two_threads_do_not_disturb_each_other(tmp_path):
    """The binding keeps state in a parser, so each thread has its own."""
    related = RelatedFiles(lambda: (str(tmp_path),))
    related.put(str(tmp_path / "x.py"), TEXT)
    alone, own = related.heads(str(tmp_path / "x.py")), load("python")
    sound = own is None or not own.parse(TEXT.encode()).root_node.has_error
    faults = []

    def read():
        for number in range(300):
            path = str(tmp_path / f"{number}.py")
            related.put(path, TEXT)
            faults.extend([path] if related.heads(path) != alone else [])

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    if own is not None:
        parsed = [own.parse(TEXT.encode()).root_node.has_error for _ in range(300)]
        faults.extend(["the loop's"] if any(parsed) is sound else [])
    for reader in readers:
        reader.join()
    assert faults == []


PIECES = st.sampled_from(
    ["add", "Add", "add_item", "$", "x", "9", "é", "ß", " ", "(", ".", "_", "store", "w" * 61, "w" * 70, "-", "\t"]
)
SOME_LINES = st.lists(st.lists(PIECES, max_size=8).map("".join), min_size=1, max_size=50)


@given(SOME_LINES, st.data())
def test_no_file_is_passed_over_in_which_a_line_has_what_is_looked_for(lines, data):
    related = RelatedFiles(lambda: ("/p",))
    related.put(f"{os.sep}p{os.sep}a.py", "\n".join(lines))
    line = data.draw(st.sampled_from(lines))
    first = data.draw(st.integers(0, len(line)))
    text = line[first : data.draw(st.integers(first, len(line)))]

    assert related.without("/p", text) == {}


def test_files_are_passed_over_whose_words_are_known_and_others():
    related = RelatedFiles(lambda: ("/p",))
    for name in ("a.py", "b.ts"):
        related.put(f"{os.sep}p{os.sep}{name}", "def add_item(): ...\n")

    for text in ("remove", "def remove(", "add_item(remove", "add_itemize(", "item_add"):
        assert len(related.without("/p", text)) == 2, text
    for text in ("add_item", "d_it", "def add_item()", "()", ""):
        assert related.without("/p", text) == {}, text
    assert related.without("/q", "remove") == {}


@pytest.mark.parametrize("root", ["/home/somebody/work/a project", "/home/somebody/work/tests/project"])
def test_what_is_shown_is_the_same_wherever_the_project_lies(root):
    """What counts of a path, and what tells a test from code, is what a prompt shows of it."""
    names = [f"{'deep/' * (number % 12)}m{number}.py" for number in range(60)]
    files = {name: f"def make_{number}(of): pass\n" for number, name in enumerate(names)}
    files["tests/conftest.py"] = "def make_tests(of): pass\n"
    text = " ".join(f"make_{number}" for number in (*range(60), "tests"))

    def shown_in(root):
        folder = str(Path(root))  # as the system writes it
        related = RelatedFiles(lambda: (folder,))
        for name, each in files.items():
            related.put(str(Path(folder, name)), each)
        ranked = related.rank(str(Path(folder, "new.py")), text, "")
        shown = refreshed(ShownSet(), ranked, 1600, still=lambda _entry: True)
        assert 0.9 * 1600 < size(shown) <= 1600
        return [(each.title, each.text) for each in sections(shown)]

    assert shown_in(root) == shown_in("/p")
    assert {name for name, _ in shown_in(root)} <= set(files)
