"""Where a disk has a file by its name in any capitals, none of them leads to what is private or never read."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

ASK = """
import sys
sys.platform = sys.argv[1]
import json
from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import private, walk
from infill_ls.workspace.gitignore import is_never_indexed
root, names = sys.argv[2], json.loads(sys.argv[3])
print(json.dumps({
    "private": [name for name in names if private(root + name, (sys.argv[4],), ("ours",))],
    "never": [name for name in names if is_never_indexed(name.split("/"))],
    "read": sorted(path[len(root) + 1:] for path, _ in walk(root, LocalSettings(), ("ours",))),
}))
"""
"""The platform says whether capitals count; it is looked at when the program starts."""

NAMES = ["/PRIVATE.py", "/Build/made.py", "/a.LOG", "/OURS/x.py", "/.ENV", "/Id_RSA", "/.GIT/config", "/src/Target/x.py", "/src/a.py"]  # fmt: skip
BY_RULES = ["/PRIVATE.py", "/Build/made.py", "/a.LOG"]
BY_NAME = ["/OURS/x.py", "/.ENV", "/Id_RSA"]
FOLDERS = ["/.GIT/config", "/src/Target/x.py"]


@pytest.fixture
def root(tmp_path):
    for name in (*NAMES, "/off/Node_Modules/m.js"):
        path = tmp_path / "Project" / name[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    (tmp_path / "Project" / ".gitignore").write_text("private.py\nbuild/\n*.[l]og\n")
    return tmp_path / "Project"


def asked(platform, root, folder):
    words = [sys.executable, "-c", ASK, platform, str(root), json.dumps(NAMES), str(folder)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="its own way of telling names apart cannot be taken away")
@pytest.mark.parametrize("folder", ["Project", "PROJECT"])
def test_in_other_capitals_it_is_the_same_file(root, folder):
    found = asked("darwin", root, root.parent / folder)

    assert found["private"] == [*BY_RULES, *BY_NAME]
    assert found["never"] == FOLDERS
    assert found["read"] == [".gitignore", "src/a.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_where_capitals_count_it_is_another_one_unless_its_name_says_what_it_is(root):
    found = asked("linux", root, root)

    assert found["private"] == BY_NAME
    assert found["never"] == []
    assert "PRIVATE.py" in found["read"]
