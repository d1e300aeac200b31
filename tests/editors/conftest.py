"""A fresh home with the server on its search path, and a Model Studio to ask: what the tests of all editors share.

These tests are no part of a plain run: ``bash tests/run -m editor`` runs them, and ``.ci/run`` after all others. Each file of theirs says
``pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]``, for its first test may install the editor.
"""

import pytest

from support.editors.home import Home
from support.model_studio.emulator import Emulator


@pytest.fixture
def home(tmp_path):
    """Where an editor is installed and started; a server that outlives its test is ended."""
    home = Home(tmp_path / "home")
    yield home
    home.kill_server()


@pytest.fixture
def studio():
    """A Model Studio on loopback; ``home.uses(studio, "fim")`` or ``"partial"`` makes the server ask it."""
    with Emulator() as studio:
        yield studio


@pytest.fixture(params=["fim", "partial"])
def route(request):
    """Each way to ask a model, in turn."""
    return request.param


@pytest.fixture
def stranger():
    """A host that a hostile repository names; nothing may ever reach it."""
    with Emulator(api_key=None) as stranger:
        yield stranger
        assert stranger.connections_made == 0
