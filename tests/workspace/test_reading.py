"""Whatever lies under a file's name, nobody waits for it and nobody drowns in it."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.cli.place import read_place
from infill_ls.errors import SettingsError
from infill_ls.settings.schema import LocalSettings
from infill_ls.startup import Launch
from infill_ls.workspace.files import Files, read_image, walk
from infill_ls.workspace.gitignore import is_ignored
from infill_ls.workspace.indexing import Indexing
from infill_ls.workspace.reading import read_file

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices have no such names there"),
    pytest.mark.timeout(30),
]


@pytest.fixture(autouse=True)
def memory():
    """A limit, so that what reads without end hurts nobody else."""
    if sys.platform != "linux":
        yield
        return
    import resource

    former = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 30), former[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, former)


def bound_socket(path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(path))  # a whole path may be longer than a socket's name


def sparse(path):
    with path.open("wb") as file:
        file.truncate(1 << 40)


ODD = {
    "a pipe": os.mkfifo if hasattr(os, "mkfifo") else None,
    "a link to a pipe": lambda path: (os.mkfifo(f"{path}.pipe"), path.symlink_to(f"{path}.pipe")),
    "a device without end": lambda path: path.symlink_to("/dev/zero"),
    "a device that says nothing": lambda path: path.symlink_to("/dev/tty"),
    "a socket": bound_socket,
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "more than any disk holds": sparse,
}


def closed(folder, name):
    """Closing a document of that name."""
    texts = {}

    class Shelf:
        def put(self, path, text, _language):
            texts[path] = text

        def remove(self, path):
            """Nothing was there."""

    asyncio.run(Indexing(Shelf(), Files((str(folder),)), LocalSettings(), ()).closed(str(folder / name)))
    return texts


def walked(folder, _name):
    """Reading the project that it lies in."""
    return dict(walk(str(folder), LocalSettings(), ()))


def pictured(folder, name):
    """An image of that name in a document."""
    return read_image(name, str(folder / "a.md"), (str(folder),), ())


def completed(folder, name):
    """The command line, about a place in it."""
    with pytest.raises(SettingsError, match="cannot be read"):
        read_place(f"{folder / name}:1:1")


def configured(folder, name):
    """A settings file of that name."""
    resolved = Launch({}, config=str(folder / name)).resolved()
    assert len(resolved.problems) == 1
    return resolved.origins


@pytest.mark.parametrize("read", [closed, walked, pictured, completed, configured], ids=lambda each: each.__name__)
@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_what_is_no_file_is_not_read(tmp_path, monkeypatch, make, read):
    """Whoever comes across it."""
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "x.png")

    assert not read(tmp_path, "x.png")


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_a_list_of_patterns_that_is_no_file_keeps_nobody_waiting(tmp_path, monkeypatch, make):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git" / "info").mkdir(parents=True)
    for path in (tmp_path / ".gitignore", tmp_path / ".git" / "info" / "exclude"):
        make(path)

    assert is_ignored(str(tmp_path / "a.py"), ()) in {True, False}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is mounted there")
@pytest.mark.parametrize("folder", ["/proc", "/proc/self", "/sys", "/dev"])
def test_the_systems_own_folders_are_no_project(folder):
    """Nor what lies in them."""
    assert walked(folder, "") == {}


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_no_more_is_read_than_asked_for(tmp_path_factory, size, most):
    """All of a file, or the news that it is too large."""
    path = tmp_path_factory.getbasetemp() / "sized"
    path.write_bytes(os.urandom(size))

    if size <= most:
        assert read_file(str(path), most) == path.read_bytes()
    else:
        with pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
            read_file(str(path), most)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is mounted there")
def test_a_file_that_says_it_is_empty_has_an_end_too():
    with pytest.raises(OSError, match=os.strerror(errno.EFBIG)):
        read_file("/proc/self/maps", 100)


def test_a_link_that_comes_between_look_and_read_is_not_followed(tmp_path):
    """Somebody swaps file and link all the while; what lies behind the link never comes."""
    (tmp_path / "secret").write_text("secret")
    file, link, path = (tmp_path / name for name in ("file", "link", "x.py"))
    done = threading.Event()

    def swap():
        while not done.is_set():
            file.write_text("public")
            link.symlink_to("secret")
            file.replace(path)
            link.replace(path)

    swapping = threading.Thread(target=swap)
    swapping.start()
    found = set()
    for _ in range(3000):
        try:
            found.add(read_file(str(path), 100))
        except OSError:
            continue
    done.set()
    swapping.join()

    assert found <= {b"public"}
