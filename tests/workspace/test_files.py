"""What is read of the disk, what stays private, and how much of a workspace is walked."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest

from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import NO_TEXT, Files, private, walk

LIMITS = LocalSettings()


@pytest.fixture
def tree(tmp_path):
    """Writes files and links (a tuple holds a link's target) below a folder; gives the folder's path."""

    def write(files):
        for name, content in files.items():
            path = tmp_path / "p" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, tuple):
                try:
                    path.symlink_to(tmp_path / "p" / content[0])
                except OSError:
                    pytest.skip("links cannot be made here")
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "p"

    return write


def walked(folder, limits=LIMITS, exclude=()):
    found = dict(walk(str(folder), limits, exclude))
    return {os.path.relpath(path, folder).replace("\\", "/"): text for path, text in found.items()}


PRIVATE = {
    "source code": ({"a.py": "x"}, "a.py", None),
    "a file that does not exist yet": ({}, "a.py", None),
    "a built-in glob": ({".env": "x"}, ".env", ".env*"),
    "a glob of the user's": ({"gen/a.py": "x"}, "gen/a.py", "gen"),
    "ignored": ({".git/HEAD": "", ".gitignore": "a.py", "a.py": "x"}, "a.py", "ignored"),
    "ignored without a repository": ({".gitignore": "a.py", "a.py": "x"}, "a.py", "ignored"),
    "a link to a secret": ({".env": "x", "a.py": (".env",)}, "a.py", ".env*"),
    "a link of a secret's name": ({"a.py": "x", ".env": ("a.py",)}, ".env", ".env*"),
    "a link to a link to a secret": ({".env": "x", "b.py": (".env",), "a.py": ("b.py",)}, "a.py", ".env*"),
    "a link to an ignored file": (
        {".git/HEAD": "", ".gitignore": "secret/", "secret/a.txt": "x", "a.py": ("secret/a.txt",)},
        "a.py",
        "ignored",
    ),
    "in a link to a secret folder": ({".ssh/work.py": "x", "docs": (".ssh",)}, "docs/work.py", ".ssh"),
    "in a link to an ignored folder": (
        {".git/HEAD": "", ".gitignore": "out/", "out/a.py": "x", "src": ("out",)},
        "src/a.py",
        "ignored",
    ),
    "in an ignored link": (
        {".git/HEAD": "", ".gitignore": "/src", "out/a.py": "x", "src": ("out",)},
        "src/a.py",
        "ignored",
    ),
    "a link to source code": ({"a.py": "x", "b.py": ("a.py",)}, "b.py", None),
    "a link to nothing": ({"b.py": ("gone.py",)}, "b.py", None),
    "a link to itself": ({"b.py": ("b.py",)}, "b.py", None),
}


@pytest.mark.parametrize(("files", "name", "rule"), PRIVATE.values(), ids=PRIVATE.keys())
def test_private_files_are_told_by_all_their_names(tree, files, name, rule):
    """By the name that was opened and by the one behind the links."""
    folder = tree(files)

    assert private(str(folder / name), (str(folder),), ("gen",)) == rule


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="every name is text there")
@pytest.mark.parametrize("folder", [b"caf\xe9", b"\xff\xfe", "café".encode(), b"a\xc3"], ids=repr)
def test_names_that_are_no_text_are_names(tree, folder):
    """What links and lists say holds in folders of any name, and for files of any name."""
    name = os.fsdecode(folder)
    files = {".git/HEAD": "", ".gitignore": f"{name}.py", ".env": "x", f"{name}/.gitignore": "out.py"}
    files |= {f"{name}/{each}": "x" for each in ("a.py", "out.py", f"{name}.py", f"{name}.txt")}
    root = tree({key: value.encode("utf-8", "surrogateescape") for key, value in files.items()})
    (root / name / "link.py").symlink_to(root / ".env")
    here = root / name

    rules = {each: private(str(here / each), (str(root),), ()) for each in ("a.py", "out.py", f"{name}.py", "link.py")}

    assert list(rules.values()) == [None, "ignored", "ignored", ".env*"]
    assert set(walked(root)) == {".gitignore", f"{name}/.gitignore", f"{name}/a.py", f"{name}/{name}.txt"}
    shown = Files((str(root),)).relative(str(here / "a.py"), "")
    assert shown == f"{folder.decode('utf-8', 'replace')}/a.py"


def test_a_name_that_an_editor_could_not_tell_is_private(tree):
    """It has put U+FFFD for the bytes, so what the file is cannot be told; a file may have that name, too."""
    root = tree({"caf\ufffd/a.py": "x"})

    assert private(str(root / "caf\ufffd" / "a.py"), (str(root),), ()) is None
    assert private(str(root / "caf\ufffd" / "b.py"), (str(root),), ()) == NO_TEXT
    assert private(str(root / "th\ufffd" / "a.py"), (str(root),), ()) == NO_TEXT


async def test_the_disk_is_asked_beside_the_loop(tree):
    """The same answer from a thread; a document that is no file has no rule."""
    folder = tree({".env": "x", "a.py": "x"})
    files = Files((str(folder),), ())

    assert await files.private(str(folder / ".env")) == ".env*"
    assert await files.private(str(folder / "a.py")) is None
    assert await files.private(None) is None


def test_a_workspace_opened_through_a_link_has_the_same_rules(tree):
    """Its files keep the names that the editor knows them by."""
    folder = tree(
        {
            "repo/.git/HEAD": "",
            "repo/.gitignore": "b.py",
            "repo/app/a.py": "a",
            "repo/app/b.py": "b",
            "link": ("repo/app",),
        }
    )
    link = folder / "link"

    assert walked(link) == {"a.py": "a"}
    assert [path for path, _ in walk(str(link), LIMITS, ())] == [str(link / "a.py")]
    assert private(str(link / "b.py"), (str(link),), ()) == "ignored"


WALKED = {
    "source files": ({"a.py": "a", "d/b.py": "b"}, {"a.py": "a", "d/b.py": "b"}),
    "an empty file says nothing": ({"a.py": ""}, {}),
    "line ends are made LF": ({"a.py": "a\r\nb\rc"}, {"a.py": "a\nb\nc"}),
    "what is no UTF-8 is still read": ({"a.py": b"caf\xe9"}, {"a.py": "caf\ufffd"}),
    "binary files": ({"a.py": b"\x7fELF\0\0", "b.py": "b"}, {"b.py": "b"}),
    "minified files": ({"a.js": "x" * 2001, "b.js": "x" * 2000}, {"b.js": "x" * 2000}),
    "secret files": ({".env": "KEY=1", "id_rsa": "k", "a.py": "a"}, {"a.py": "a"}),
    "files of the user's globs": ({"gen/a.py": "a", "b.py": "b"}, {"b.py": "b"}),
    "folders that are never the project's own": (
        {f"{name}/a.py": "a" for name in (".git", "node_modules", ".venv", "__pycache__", "d/target")},
        {},
    ),
    "links are not followed": ({"d/a.py": "a", "b.py": ("d/a.py",), "e": ("d",)}, {"d/a.py": "a"}),
    "links out of the workspace": ({"e": ("..",)}, {}),
}


@pytest.mark.parametrize(("files", "wanted"), WALKED.values(), ids=WALKED.keys())
def test_a_walk_gives_the_projects_own_text(tree, files, wanted):
    folder = tree(files)

    assert walked(folder, exclude=("gen",)) == wanted


def many(count, size=10):
    return {f"{number:03}.py": "x" * size for number in range(count)}


LIMITED = {
    "files": (many(20), replace(LIMITS, max_files=3), 3),
    "no files": (many(3), replace(LIMITS, max_files=0), 0),
    "text in all": (many(5, size=1024), replace(LIMITS, max_total_mb=0), 0),
    "time": (many(5), replace(LIMITS, max_seconds=0), 0),
    "a file's size": ({"a.py": "x\n" * 513, "b.py": "x\n" * 512}, replace(LIMITS, max_file_kb=1), 1),
}


@pytest.mark.parametrize(("files", "limits", "count"), LIMITED.values(), ids=LIMITED.keys())
def test_a_walk_ends_at_its_limits(tree, files, limits, count):
    assert len(walked(tree(files), limits)) == count


def test_a_walk_begins_with_what_is_nearest(tree):
    """Where the limit is reached, the deepest files are left out."""
    folder = tree({"d/e/f.py": "x", "d/c.py": "x", "z.py": "x"})

    assert list(walked(folder)) == ["z.py", "d/c.py", "d/e/f.py"]


def test_text_in_all_is_counted_as_it_is_read(tree):
    folder = tree({f"{number}.txt": "line\n" * 100_000 for number in range(5)})

    assert len(walked(folder, replace(LIMITS, max_file_kb=1024, max_total_mb=1))) == 3


def test_a_folder_that_is_gone_holds_nothing(tmp_path):
    assert walked(tmp_path / "gone") == {}


NAMES = {
    "in a folder": ("/w/p/src/a.py", "src/a.py"),
    "in the inner one of two folders": ("/w/p/sub/a.py", "a.py"),
    "in no folder": ("/elsewhere/a.py", "a.py"),
    "in a folder whose name only begins so": ("/w/pp/a.py", "a.py"),
    "in a folder with a slash": ("/q/d/a.py", "d/a.py"),
}


@pytest.mark.skipif(os.sep != "/", reason="paths with slashes")
@pytest.mark.parametrize(("path", "wanted"), NAMES.values(), ids=NAMES.keys())
def test_a_model_never_sees_an_absolute_path(path, wanted):
    assert Files(("/w/p", "/w/p/sub", "/q/")).relative(path, "") == wanted


@pytest.mark.parametrize(
    ("uri", "wanted"),
    [
        ("untitled:Untitled-1", "Untitled-1"),
        ("vscode-remote://ssh/home/x/a.py", "a.py"),
        ("untitled:/w/p/a.py", "a.py"),
    ],
)
def test_what_is_no_file_goes_by_its_last_name(uri, wanted):
    assert Files(("/w/p",)).relative(None, uri) == wanted
