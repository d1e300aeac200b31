"""Ignored files are those that git ignores."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from infill_ls.engine.files import walk
from infill_ls.engine.ignored import is_ignored
from infill_ls.settings.schema import LocalSettings

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


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_itself_agrees_with_the_table(tmp_path):
    """The table above is what git says, not what we think it says."""
    environ = {
        **os.environ,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    found = {}
    for number, (name, (lists, path, _)) in enumerate(CASES.items()):
        root = tmp_path / str(number)
        subprocess.run(["git", "init", "-q", str(root)], env=environ, check=True)
        for list_name, text in {**lists, path: ""}.items():
            target = root / list_name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        asked = subprocess.run(["git", "check-ignore", "-q", path], cwd=root, env=environ, check=False)
        found[name] = asked.returncode == 0

    assert found == {name: wanted for name, (_, _, wanted) in CASES.items()}


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
