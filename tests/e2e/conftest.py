"""A project to open, and a file in it: what all tests of the whole process need."""

import sys

import pytest

from support.clients.editor import check_log


@pytest.fixture(autouse=True)
def _no_tracebacks(capfd):
    """Those of servers that share the test's standard error."""
    yield
    printed = capfd.readouterr().err
    sys.stderr.write(printed)  # so that a failing test shows it
    check_log(printed.encode())


@pytest.fixture
def project(tmp_path):
    """A folder beside which a home can stand."""
    (tmp_path / "proj").mkdir()
    return tmp_path / "proj"


@pytest.fixture
def uri(project):
    """A Python file's; nothing has to be on the disk."""
    return (project / "a.py").as_uri()
