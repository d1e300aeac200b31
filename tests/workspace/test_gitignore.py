"""Ignored files are those that git ignores."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import walk
from infill_ls.workspace.gitignore import is_ignored

# Lists of patterns by file, then a path and whether it is ignored.
CASES = {
    "a name": ({".gitignore": "a.py"}, "a.py", True),
    "a name anywhere": ({".gitignore": "a.py"}, "d/e/a.py", True),
    "another name": ({".gitignore": "a.py"}, "b.py", False),
    "a name that only ends so": ({".gitignore": "a.py"}, "ba.py", False),
    "a glob": ({".gitignore": "*.log"}, "d/x.log", True),
    "a question mark": ({".gitignore": "?.py"}, "ab.py", False),
    "a class": ({".gitignore": "[ab].py"}, "d/b.py", True),
    "from the root": ({".gitignore": "/a.py"}, "a.py", True),
    "from the root only": ({".gitignore": "/a.py"}, "d/a.py", False),
    "a path": ({".gitignore": "d/a.py"}, "d/a.py", True),
    "a path is from the root": ({".gitignore": "d/a.py"}, "e/d/a.py", False),
    "stars for folders": ({".gitignore": "**/d/a.py"}, "e/d/a.py", True),
    "stars in the middle": ({".gitignore": "d/**/a.py"}, "d/e/f/a.py", True),
    "stars at the end": ({".gitignore": "d/**"}, "d/e/a.py", True),
    "a folder": ({".gitignore": "d/"}, "d/e/a.py", True),
    "a folder anywhere": ({".gitignore": "d/"}, "e/d/a.py", True),
    "a folder's pattern and a file": ({".gitignore": "a.py/"}, "a.py", False),
    "a folder's name": ({".gitignore": "d"}, "d/e/a.py", True),
    "taken back": ({".gitignore": "*.py\n!a.py"}, "d/a.py", False),
    "taken back in vain": ({".gitignore": "d/\n!d/a.py"}, "d/a.py", True),
    "taken back below a star": ({".gitignore": "d/*\n!d/a.py"}, "d/a.py", False),
    "the last one counts": ({".gitignore": "!a.py\na.py"}, "a.py", True),
    "everything but Python, named": ({".gitignore": "*\n!*/\n!*.py"}, "d/a.py", False),
    "everything but Python": ({".gitignore": "*\n!*/\n!*.py"}, "d/a.txt", True),
    "everything but a folder, named": ({".gitignore": "/*\n!/d"}, "d/a.py", False),
    "everything but a folder": ({".gitignore": "/*\n!/d"}, "e/a.py", True),
    "a folder's contents, one taken back": ({".gitignore": "d/**\n!d/a.py"}, "d/a.py", False),
    "a name and its folder taken back": ({".gitignore": "d\n!d/"}, "d/a.py", False),
    "stars that are no folders": ({".gitignore": "d/a**.py"}, "d/abc.py", True),
    "stars within a name stay within it": ({".gitignore": "d/**a.py"}, "d/e/a.py", False),
    "a star stays within a name": ({".gitignore": "d/*.py"}, "d/e/a.py", False),
    "a star and a folder": ({".gitignore": "*/a.py"}, "d/a.py", True),
    "a star and two folders": ({".gitignore": "*/a.py"}, "d/e/a.py", False),
    "a negated class": ({".gitignore": "[^b].py"}, "a.py", True),
    "a class turned round": ({".gitignore": "[!a].py"}, "a.py", False),
    "a range": ({".gitignore": "[a-c].py"}, "b.py", True),
    "an escaped star": ({".gitignore": "\\*.py"}, "a.py", False),
    "an escaped bracket": ({".gitignore": "\\[a].py"}, "[a].py", True),
    "an escaped letter": ({".gitignore": "\\a.py"}, "a.py", True),
    "blanks before": ({".gitignore": " a.py"}, "a.py", False),
    "only a slash": ({".gitignore": "/"}, "a.py", False),
    "two slashes": ({".gitignore": "d//a.py"}, "d/a.py", False),
    "all stars": ({".gitignore": "**"}, "d/a.py", True),
    "all folders": ({".gitignore": "**/"}, "a.py", False),
    "all in folders": ({".gitignore": "**/"}, "d/a.py", True),
    "many stars": ({".gitignore": "**/**/d/**/**/a.py"}, "d/a.py", True),
    "a comment": ({".gitignore": "# a.py"}, "a.py", False),
    "an escaped comment": ({".gitignore": "\\#a.py"}, "#a.py", True),
    "an escaped exclamation": ({".gitignore": "\\!a.py"}, "!a.py", True),
    "blanks at the end": ({".gitignore": "a.py  "}, "a.py", True),
    "carriage returns": ({".gitignore": "x\r\na.py\r\n"}, "a.py", True),
    "a byte order mark": ({".gitignore": "\ufeffa.py"}, "a.py", True),
    "names beyond Latin": ({".gitignore": "密*.py"}, "d/密码.py", True),
    "what is no pattern": ({".gitignore": "\\\na.py\n!\n[z-a]"}, "a.py", True),
    "nested": ({"d/.gitignore": "a.py"}, "d/e/a.py", True),
    "nested says nothing above": ({"d/.gitignore": "a.py"}, "a.py", False),
    "nested from its own root": ({"d/.gitignore": "/a.py"}, "d/a.py", True),
    "nested from its own root only": ({"d/.gitignore": "/a.py"}, "d/e/a.py", False),
    "nested takes back": ({".gitignore": "*.py", "d/.gitignore": "!a.py"}, "d/a.py", False),
    "nested takes back elsewhere": ({".gitignore": "*.py", "d/.gitignore": "!a.py"}, "a.py", True),
    "nested adds": ({".gitignore": "!a.py", "d/.gitignore": "a.py"}, "d/a.py", True),
    "nested in an ignored folder": ({".gitignore": "d/", "d/.gitignore": "!a.py"}, "d/a.py", True),
    "three levels": ({".gitignore": "*.py", "d/.gitignore": "!*.py", "d/e/.gitignore": "a.py"}, "d/e/a.py", True),
    "exclude": ({".git/info/exclude": "a.py"}, "d/a.py", True),
    "exclude from the root": ({".git/info/exclude": "/d/a.py"}, "d/a.py", True),
    "exclude is taken back": ({".git/info/exclude": "a.py", ".gitignore": "!a.py"}, "a.py", False),
    "no lists": ({}, "a.py", False),
    "an empty list": ({".gitignore": "\n\n"}, "a.py", False),
}  # fmt: skip


if os.name != "nt":  # where no name can end so
    CASES["an escaped blank"] = ({".gitignore": "a.py\\ "}, "a.py ", True)


@pytest.fixture
def tree(tmp_path):
    """Writes files below a folder that is a repository where ``git`` is set; gives its path."""

    def write(files, *, git=True):
        root = tmp_path / "repo"
        (root / ".git" / "info" if git else root).mkdir(parents=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return root

    return write


def walked(folder, exclude=()):
    return {os.path.relpath(path, folder).replace("\\", "/") for path, _ in walk(str(folder), LocalSettings(), exclude)}


@pytest.mark.parametrize(("lists", "path", "wanted"), CASES.values(), ids=CASES.keys())
def test_patterns_mean_what_git_takes_them_for(tree, lists, path, wanted):
    """One file is asked about, or the workspace is walked: both give the same answer."""
    root = tree({**lists, path: "x = 1\n"})

    assert is_ignored(str(root / path), (str(root),)) is wanted
    assert (path not in walked(root)) is wanted


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@needs_git
def test_git_itself_agrees_with_the_table(tmp_path):
    """The table above is what git says, not what we think it says."""
    found = {}
    for number, (name, (lists, path, _)) in enumerate(CASES.items()):
        root = repository(tmp_path / str(number), lists, [path])
        found[name] = path in ignored_by_git(root, [path])

    assert found == {name: wanted for name, (_, _, wanted) in CASES.items()}


def repository(root, lists, paths):
    """A repository that git itself has made, with lists of patterns and empty files."""
    if not root.exists():
        subprocess.run(["git", "init", "-q", str(root)], env=os.environ | CLEAN, check=True)
    for name, text in {**dict.fromkeys(paths, b""), **lists}.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


CLEAN = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "XDG_CONFIG_HOME": os.devnull}
"""The environment of somebody who has set up nothing."""


def ignored_by_git(root, paths, environ=CLEAN):
    """Those of the paths that git ignores."""
    asked = subprocess.run(
        ["git", "check-ignore", "-z", "--stdin", "--no-index"],
        cwd=root,
        env=os.environ | environ,
        input=b"\0".join(map(os.fsencode, paths)),
        capture_output=True,
        check=False,
    )
    assert asked.returncode in {0, 1}, asked.stderr
    return {os.fsdecode(path) for path in asked.stdout.split(b"\0") if path}


# What lists are made of, and names: few, so that they meet often; some are no UTF-8.
PIECES = [b"a", b"b", b"ab", b".py", b"/", b"/", b"*", b"*", b"**", b"**/", b"/**", b"?", b"[", b"]", b"!", b"^", b"-",
          b"\\", b" ", b"#", b"\r", b"\t", b"\xc3\xa9", b"\xe9", b"[ab]", b"[!a]", b"[^a-z]", b"[[:alpha:]]", b"[:", b":]",
          b"[a/b]", b"[]a]", b"[a-", b"[\\]"]  # fmt: skip
NAMES = ["a", "b", "ab", "a.py", "ab.py", "é", "\udce9", "a b", "a ", "-", "]", "[a]", "#a", "!a", "\\", "*", "a\r"]
LINES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(b"".join)
LISTS = st.lists(LINES, max_size=4).map(b"\n".join)
PLACES = [".git/info/exclude", ".gitignore", "a/.gitignore", "b/.gitignore", "a/b/.gitignore", "a/b/a/.gitignore"]
TREE = [
    *("/".join(folders) + "/" + name for folders in (("a",), ("b",), ("a", "b"), ("a", "b", "a"), ("é",)) for name in NAMES),
    *(f"top{name}" for name in NAMES),
    *("ab/b", "ab/a/b", "abb/ab", "\udce9/a", "a b/a", "[a]/a.py"),
]  # fmt: skip
TREE = [path for path in TREE if path not in {"a/b", "b/a", "a/b/a"}] + ["a/b/b", "b/ab"]


@needs_git
@pytest.mark.skipif(os.name == "nt", reason="names that are none there")
@settings(max_examples=int(os.environ.get("IGNORED", "40")))
@given(st.dictionaries(st.sampled_from(PLACES), LISTS, max_size=4))
@example({".gitignore": b"a**/b\n!ab"})
@example({".gitignore": b"[[:]a", "a/.gitignore": b"b/a**\n!b/ab"})
def test_whatever_stands_in_lists_means_what_git_takes_it_for(tmp_path_factory, lists):
    root = repository(tmp_path_factory.getbasetemp() / "generated", {}, TREE)
    repository(root, dict.fromkeys(PLACES, b"") | lists, [])

    found = {path for path in TREE if is_ignored(str(root / path), (str(root),))}

    assert found == ignored_by_git(root, TREE)


def test_without_a_repository_the_workspace_folder_is_the_root(tree):
    root = tree({".gitignore": "a.py", "a.py": "x", "b.py": "x"}, git=False)

    assert is_ignored(str(root / "a.py"), (str(root),)) is True
    assert is_ignored(str(root / "a.py"), ()) is False
    assert is_ignored(str(root / "b.py"), (str(root),)) is False
    assert walked(root) == {".gitignore", "b.py"}


def test_the_inner_one_of_two_workspace_folders_is_the_root(tree):
    root = tree({".gitignore": "a.py", "d/a.py": "x"}, git=False)

    assert is_ignored(str(root / "d" / "a.py"), (str(root), str(root / "d"))) is False


def test_a_workspace_inside_a_repository_keeps_to_its_lists(tree):
    """Whatever folder of it was opened."""
    root = tree(
        {".gitignore": "*.log\n/d/e/b.py", "d/.gitignore": "a.py"}
        | dict.fromkeys(("d/e/a.py", "d/e/b.py", "d/e/c.py", "d/e/x.log"), "x")
    )
    folder = root / "d" / "e"

    assert [name for name in ("a.py", "b.py", "c.py", "x.log") if is_ignored(str(folder / name), (str(folder),))] == [
        "a.py",
        "b.py",
        "x.log",
    ]
    assert walked(folder) == {"c.py"}


def test_a_workspace_that_is_ignored_is_not_read(tree):
    root = tree({".gitignore": "build/", "build/a.py": "x"})

    assert is_ignored(str(root / "build" / "a.py"), (str(root / "build"),)) is True
    assert walked(root / "build") == set()


def test_a_repository_in_a_repository_has_its_own_lists(tree):
    """As git sees it: what the outer one ignores is no matter of the inner one."""
    root = tree({".gitignore": "a.py", "sub/.git": "gitdir: elsewhere", "sub/a.py": "x"})

    assert is_ignored(str(root / "sub" / "a.py"), (str(root),)) is False


def test_a_file_outside_of_everything_is_not_ignored(tree, tmp_path):
    root = tree({".gitignore": "*"})

    assert is_ignored(str(tmp_path / "a.py"), (str(root),)) is False


# Lists that were made to take long, with a path that they are asked about.
HOSTILE = {
    "brackets": (b"[" * 40_000, "a.py"),
    "lines of brackets": ((b"[" * 900 + b"\n") * 1100, "a.py"),
    "brackets that close": ((b"[" * 900 + b"]\n") * 1100, "a.py"),
    "named classes": ((b"[[:" * 300 + b"]\n") * 1100, "a.py"),
    "globs": (b"*.[ch]pp\n" * 110_000, "a.py"),
    "stars": ((b"*a" * 400 + b"\n") * 1200, "a" * 250 + ".py"),
    "stars within measure": ((b"*a" * 400 + b"b\n") * 38, "a" * 250 + ".py"),
    "one by one": ((b"*" + b"?" * 126 + b"b*\n") * 48, "a" * 250 + ".py"),
    "suffixes": (b"".join(b"*.%d\n" % number for number in range(9999)), "a/" * 63 + "a.py"),
    "names": (b"".join(b"n%d\n" % number for number in range(9999)), "a/" * 63 + "a.py"),
    "folders at any depth": (b"**/a/**/n\n" * 6000, "a/" * 63 + "a.py"),
    "many folders at any depth": ((b"**/" + b"a/" * 30 + b"b\n") * 900, "a/" * 63 + "a.py"),
    "blanks": ((b" " * 900 + b"x\n") * 1100, "a.py"),
    "backslashes": ((b"\\" * 900 + b" \n") * 1100, "a.py"),
}


@pytest.mark.parametrize(("data", "path"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(60)
def test_no_list_keeps_a_request_waiting(tree, data, path):
    """Ten requests take seconds at most, where one took minutes."""
    root = tree({path: "x"})
    (root / ".gitignore").write_bytes(data)

    assert len({is_ignored(str(root / path), (str(root),)) for _ in range(10)}) == 1


BEYOND = {
    "a pattern as long as may be": (b"*x" * 499, "a.py", False),
    "a longer one": (b"*x" * 501, "a.py", True),
    "a long comment": (b"#" * 5000, "a.py", False),
    "as many patterns as may be": (b"x\n" * 10_000, "a.py", False),
    "more patterns": (b"x\n" * 10_001, "a.py", True),
    "more than is read": (b"# a comment\n" * 100_000, "a.py", True),
    "more wildcards than can be told in time": (b"[a-f]x*y*\n" * 5000, "a.py", True),
    "folders as deep as may be": (b"x", "d/" * 63 + "a.py", False),
    "deeper": (b"x", "d/" * 64 + "a.py", True),
    "taken back in vain": (b"x\n" * 10_001 + b"!a.py", "a.py", True),
}


@pytest.mark.parametrize(("data", "path", "wanted"), BEYOND.values(), ids=BEYOND)
def test_what_is_beyond_measure_ignores_everything(tree, data, path, wanted):
    """Rather than nothing: what cannot be told stays private. One file is asked about, or the workspace is walked."""
    root = tree({path: "x"})
    (root / ".gitignore").write_bytes(data)

    assert is_ignored(str(root / path), (str(root),)) is wanted
    assert (path not in walked(root)) is wanted


def test_lists_of_many_folders_are_measured_together(tree):
    root = tree({f"{'d/' * depth}.gitignore": "x\n" * 6000 for depth in (1, 2)} | {"d/a.py": "x", "d/d/a.py": "x"})

    assert is_ignored(str(root / "d" / "a.py"), ()) is False
    assert is_ignored(str(root / "d" / "d" / "a.py"), ()) is True
    assert walked(root) == {"d/a.py", "d/.gitignore"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_list_that_may_not_be_read_ignores_everything(tree):
    root = tree({".gitignore": "x", "a.py": "x"})
    (root / ".gitignore").chmod(0)

    assert is_ignored(str(root / "a.py"), ()) is True
