"""What all tests of the engine share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="module")
def nothing_ignored_everywhere():
    """What the person who runs the tests lets git ignore in all repositories is no matter here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "GIT_CONFIG_GLOBAL", str(Path(__file__).parents[1] / "data" / "gitconfig"))
        yield
