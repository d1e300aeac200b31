"""What the embedded engine learns from, besides the project: well-known folders, within bounds, and nothing private."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace import installed as module
from infill_ls.workspace.files import Files
from infill_ls.workspace.installed import CHARS_OF_FILE, Installed, places_of, sources


class Shelf:
    """A corpus that keeps what it is given."""

    def __init__(self):
        self.texts = {}

    def put(self, path, text, _language=""):
        self.texts[path] = text

    def remove(self, path):
        self.texts.pop(path, None)


@pytest.fixture
def write(tmp_path):
    """Writes files below the folder of a test."""

    def write(**files):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


VENV = {
    "project___dot_venv__pyvenv_dot_cfg": "",
    "project___dot_venv__lib__python3_dot_12__site-packages__shop__a_dot_py": "import shop\n",
}


def found(family, tmp_path, **environ):
    """Places below the folder of a test, by their names there; what this machine has is left out."""
    environ = {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin"), **environ}
    places = places_of(family, (str(tmp_path / "project"),), environ)
    return [place.relative_to(tmp_path).as_posix() for place in places if place.is_relative_to(tmp_path)]


def test_the_environment_of_the_project(write):
    tmp_path = write(**VENV)

    assert found("python", tmp_path) == ["project/.venv/lib/python3.12/site-packages"]
    assert Path(sysconfig.get_path("stdlib")) in places_of("python", (), {})


def test_a_folder_of_that_name_without_an_environment_is_none(write):
    tmp_path = write(**{name: text for name, text in VENV.items() if "pyvenv" not in name})

    assert found("python", tmp_path) == []


def test_the_active_environment(write):
    tmp_path = write(**{"active__lib__python3_dot_12__site-packages__a_dot_py": ""})

    assert found("python", tmp_path, VIRTUAL_ENV=str(tmp_path / "active")) == ["active/lib/python3.12/site-packages"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize(
    "link", ["project/.venv", "project/.venv/lib/python3.12/site-packages", "project/node_modules"]
)
def test_a_link_of_the_repository_leads_nowhere_else(write, link):
    """A repository that could choose what is read would have it suggested."""
    tmp_path = write(
        **{
            "private__pyvenv_dot_cfg": "",
            "private__lib__python3_dot_12__site-packages__a_dot_py": "SECRET = 1\n",
            "private__shop__a_dot_ts": "SECRET = 1\n",
            "project___dot_venv__pyvenv_dot_cfg": "",
        }
    )
    path = tmp_path / link
    if path.is_dir():
        (path / "pyvenv.cfg").unlink()
        path.rmdir()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(tmp_path / "private")

    assert found("python", tmp_path) == []
    assert found("script", tmp_path) == []


def test_packages_of_node(write):
    """Links within the folder are followed, as pnpm makes them."""
    store = "project__node_modules___dot_pnpm__b@1__node_modules__b__index_dot_d_dot_ts"
    tmp_path = write(**{"project__node_modules__a__index_dot_d_dot_ts": "", store: ""})
    if sys.platform != "win32":
        (tmp_path / "project/node_modules/b").symlink_to(".pnpm/b@1/node_modules/b")

    assert found("script", tmp_path)[0] == "project/node_modules/a"
    assert found("script", tmp_path)[1:] == ["project/node_modules/.pnpm/b@1/node_modules/b"] * (
        sys.platform != "win32"
    )


def test_modules_of_go(write):
    """Those that go.mod requires, where the cache has them; its paths lead nowhere else."""
    required = "require github.com/Shop/cart v1.2.0\nrequire (\n\tgolang.org/x/text v0.3.0 // indirect\n\tx.y/../../private v1.0.0\n)\n"
    tmp_path = write(
        project__go_dot_mod=f"module shop\n\ngo 1.22\n\n{required}",
        **{"home__go__pkg__mod__github_dot_com__!shop__cart@v1_dot_2_dot_0__a_dot_go": ""},
        **{"home__go__private@v1_dot_0_dot_0__a_dot_go": ""},
    )

    assert found("go", tmp_path) == ["home/go/pkg/mod/github.com/!shop/cart@v1.2.0"]


def test_crates_of_rust(write):
    """Those of Cargo.lock first, then what else was used on this machine; its names lead nowhere else."""
    lock = '[[package]]\nname = "cart"\nversion = "1.0.0"\n\n[[package]]\nname = "../../../private"\nversion = "1"\n'
    registry = "home___dot_cargo__registry__src__index"
    tmp_path = write(
        project__Cargo_dot_lock=lock,
        **{f"{registry}__cart-1_dot_0_dot_0__src__a_dot_rs": "", f"{registry}__axe-1_dot_0_dot_0__src__a_dot_rs": ""},
        **{"home__private-1__src__a_dot_rs": ""},
    )

    below = "home/.cargo/registry/src/index"
    places = list(dict.fromkeys(found("rust", tmp_path)))
    assert places == [f"{below}/cart-1.0.0/src", f"{below}/axe-1.0.0/src"]


def test_sources_are_what_people_wrote_to_be_used(write):
    tmp_path = write(
        b_dot_py="",
        a_dot_py="",
        inner__c_dot_py="",
        tests__d_dot_py="",
        _dot_hidden__e_dot_py="",
        f_dot_so="",
        g_dot_txt="",
    )

    assert [path.name for path in sources(tmp_path, (".py",))] == ["a.py", "b.py", "c.py"]


@pytest.fixture
def learn(tmp_path):
    """Lets a shelf learn a language; gives the texts by their names."""

    async def learn(language="python", exclude=(), is_wanted=True, times=1, **limits):
        shelf = Shelf()
        files = Files((str(tmp_path / "project"),), exclude)
        learner = Installed(
            shelf, files, LocalSettings(**limits), exclude, environ={"PATH": ""}, is_wanted=lambda: is_wanted
        )
        for _ in range(times):
            await learner.learn(language)
        return {Path(path).name: text for path, text in shelf.texts.items() if Path(path).is_relative_to(tmp_path)}

    return learn


PACKAGES = "project___dot_venv__lib__python3_dot_12__site-packages__"


async def test_private_files_are_not_read(write, learn):
    """By their names, and by the user's own globs."""
    names = ("a", "credentials", "mine")
    write(**VENV, **{f"{PACKAGES}{name}_dot_py": "x = 1\n" for name in names})

    assert set(await learn(exclude=("mine.py",))) == {"a.py"}


async def test_of_a_large_file_the_beginning_is_read(write, learn):
    write(**VENV, **{f"{PACKAGES}large_dot_py": "x = 1\n" * 10_000, f"{PACKAGES}huge_dot_py": "x = 1\n" * 100_000})

    texts = await learn(max_file_kb=256)

    assert len(texts["large.py"]) == CHARS_OF_FILE
    assert "huge.py" not in texts


async def test_it_is_bounded(write, learn):
    """What one place does not use of its share, the next one may."""
    write(**VENV, **{f"{PACKAGES}f{number}_dot_py": "x = 1\n" for number in range(module.MOST_FILES)})

    assert len(await learn()) == module.MOST_FILES // 2


@pytest.mark.parametrize(
    ("language", "how"),
    [
        pytest.param("python", {"is_wanted": False}, id="a project that says enough"),
        pytest.param("python", {"installed": False}, id="a user who does not want it"),
        pytest.param("cobol", {}, id="a language of which nothing is known"),
    ],
)
async def test_where_it_is_not_wanted_nothing_is_read(write, learn, language, how):
    write(**VENV)

    assert await learn(language, **how) == {}
