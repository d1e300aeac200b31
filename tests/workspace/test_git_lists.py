"""Lists of patterns that are no ``.gitignore``: the user's own, and the repository's, wherever they lie."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infill_ls.workspace.gitignore import is_ignored

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of somebody who has set up nothing; gives a function that writes files below it."""
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")

    def write(files):
        for name, text in files.items():
            path = tmp_path / "home" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "home"

    write({".keep": ""})
    return write


@pytest.fixture
def repository(tmp_path, home):
    root = tmp_path / "repo"
    git(tmp_path, "init", "-q", str(root))
    return root


def git(folder, *words):
    settings = ("-c", "user.name=n", "-c", "user.email=e", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


def check(root, wanted, name="a.secret"):
    """Both we and git say so."""
    asked = subprocess.run(["git", "check-ignore", "-q", "--no-index", name], cwd=root, check=False)
    assert (is_ignored(str(root / name), (str(root),)), asked.returncode == 0) == (wanted, wanted)


USERS = {
    "git's default": ({".config/git/ignore": "*.secret"}, {}),
    "the default elsewhere": ({"xdg/git/ignore": "*.secret"}, {"XDG_CONFIG_HOME": "~/xdg"}),
    "named": ({".gitconfig": "[core]\n\texcludesFile = ~/mine\n", "mine": "*.secret"}, {}),
    "named in the other file": ({".config/git/config": "[core]\nexcludesfile=~/mine", "mine": "*.secret"}, {}),
    "named in both, the last counts": (
        {
            ".config/git/config": "[core]\nexcludesfile=~/other",
            ".gitconfig": "[core]\nexcludesfile=~/mine",
            "mine": "*.secret",
        },
        {},
    ),
    "named twice": (
        {".gitconfig": "[core]\nexcludesfile=~/other\n[user]\nname=n\n[core]\nexcludesfile=~/mine", "mine": "*.secret"},
        {},
    ),
    "in any case": ({".gitconfig": "[CORE]\nEXCLUDESFILE = ~/mine", "mine": "*.secret"}, {}),
    "in quotes, with a comment": (
        {".gitconfig": '[core]\nexcludesFile = "~/my file" # mine', "my file": "*.secret"},
        {},
    ),
    "escaped": ({".gitconfig": '[core]\nexcludesFile = "~/my \\"file\\""', 'my "file"': "*.secret"}, {}),
    "on the section's line": ({".gitconfig": "[core] excludesFile = ~/mine ; mine", "mine": "*.secret"}, {}),
    "over two lines": ({".gitconfig": "[core]\nexcludesFile = ~/mi\\\nne", "mine": "*.secret"}, {}),
    "absolute": ({".gitconfig": "[core]\nexcludesFile = ~~/mine", "mine": "*.secret"}, {}),
    "included": (
        {".gitconfig": "[include]\npath = conf/more", "conf/more": "[core]\nexcludesFile=~/mine", "mine": "*.secret"},
        {},
    ),
    "in a file of another name": (
        {"own": "[core]\nexcludesFile=~/mine", "mine": "*.secret"},
        {"GIT_CONFIG_GLOBAL": "~/own"},
    ),
    "from the root": ({".config/git/ignore": "/a.secret"}, {}),
}


@pytest.mark.skipif(sys.platform == "win32", reason="names that are none there")
@pytest.mark.parametrize(("files", "variables"), USERS.values(), ids=USERS)
def test_what_the_users_own_list_ignores_is_ignored(home, repository, monkeypatch, files, variables):
    folder = home({name: text.replace("~~", str(repository.parent / "home")) for name, text in files.items()})
    for name, value in variables.items():
        monkeypatch.setenv(name, value.replace("~", str(folder)))

    check(repository, wanted=True)
    check(repository, wanted=False, name="a.py")


OTHERS = {
    "the default, where another is named": (
        {".config/git/ignore": "*.secret", ".gitconfig": "[core]\nexcludesfile=~/mine", "mine": ""},
    ),
    "none is wanted": ({".config/git/ignore": "*.secret", ".gitconfig": "[core]\nexcludesfile="},),
    "in another section": ({".gitconfig": "[kore]\nexcludesfile=~/mine", "mine": "*.secret"},),
    "in a subsection": ({".gitconfig": '[core "x"]\nexcludesfile=~/mine', "mine": "*.secret"},),
    "in a comment": ({".gitconfig": "[core]\n# excludesfile=~/mine", "mine": "*.secret"},),
    "a file that is not there": ({".gitconfig": "[core]\nexcludesfile=~/none", "mine": "*.secret"},),
}


@pytest.mark.parametrize("files", [case[0] for case in OTHERS.values()], ids=OTHERS)
def test_what_is_in_no_list_of_the_users_is_not(home, repository, files):
    home(files)
    check(repository, wanted=False)


def test_a_file_that_includes_itself_has_an_end(home, repository):
    home(
        {
            ".gitconfig": "[include]\npath = .gitconfig\npath = .gitconfig\n[core]\nexcludesfile = ~/mine",
            "mine": "*.secret",
        }
    )
    assert is_ignored(str(repository / "a.secret"), ()) is True


def test_the_repositorys_lists_are_stronger_than_the_users(home, repository):
    home({".config/git/ignore": "*.secret"})
    (repository / ".gitignore").write_text("!a.secret\n")

    check(repository, wanted=False)
    check(repository, wanted=True, name="b.secret")


def test_the_users_list_may_be_too_long(home, repository):
    """Then nothing is sent, whatever the repository takes back."""
    home({".config/git/ignore": "x\n" * 10_001})
    (repository / ".gitignore").write_text("!a.py\n")

    assert is_ignored(str(repository / "a.py"), ()) is True


def worktree(root):
    git(root, "commit", "-q", "--allow-empty", "-m", "m")
    git(root, "worktree", "add", "-q", "../tree")
    return root.parent / "tree"


def submodule(root):
    git(root, "commit", "-q", "--allow-empty", "-m", "m")
    git(root.parent, "init", "-q", "outer")
    git(root.parent / "outer", "submodule", "--quiet", "add", str(root), "inner")
    (root.parent / "outer" / ".git" / "modules" / "inner" / "info" / "exclude").write_text("*.secret\n")
    return root.parent / "outer" / "inner"


def elsewhere(root):
    git(root.parent, "init", "-q", "--separate-git-dir", "apart", "checkout")
    (root.parent / "apart" / "info" / "exclude").write_text("*.secret\n")
    return root.parent / "checkout"


@pytest.mark.parametrize(
    "checkout", [lambda root: root, worktree, submodule, elsewhere], ids=["plain", "worktree", "submodule", "elsewhere"]
)
def test_the_repositorys_own_list_holds_in_all_its_checkouts(repository, checkout):
    (repository / ".git" / "info" / "exclude").write_text("*.secret\n")

    check(checkout(repository), wanted=True)


WORDS = ["[core]", "[core", '[core "', "]", "[include]", "excludesfile", "path", "=", " ", "\t", "~/mine", '"', "\\", "\\\n",
         "#", ";", "\n", "\r\n", ".gitconfig", "\0", "x", "é", "[", "~", "~nobody/", "gitdir:", "../"]  # fmt: skip


@settings(max_examples=50)
@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
def test_whatever_stands_there_gives_an_answer(tmp_path_factory, text):
    """In the configuration, in a list, or in a file ``.git``."""
    root = tmp_path_factory.getbasetemp() / "odd"
    root.mkdir(exist_ok=True)
    for name in (".git", "config", ".gitignore"):
        (root / name).write_text(text, encoding="utf-8")
    former = os.environ.get("GIT_CONFIG_GLOBAL")
    os.environ["GIT_CONFIG_GLOBAL"] = str(root / "config")
    try:
        assert is_ignored(str(root / "a.py"), ()) in {True, False}
    finally:
        del os.environ["GIT_CONFIG_GLOBAL"]
        if former is not None:
            os.environ["GIT_CONFIG_GLOBAL"] = former
