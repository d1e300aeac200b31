"""A project to open, and a file in it: what all tests of the whole process need."""

import pytest


@pytest.fixture
def project(tmp_path):
    """A folder beside which a home can stand."""
    (tmp_path / "proj").mkdir()
    return tmp_path / "proj"


@pytest.fixture
def uri(project):
    """A Python file's; nothing has to be on the disk."""
    return (project / "a.py").as_uri()
