"""The Neovim plugin's own units, in every Neovim: each file under ``lua/`` is a table of tests."""

from pathlib import Path

import pytest

from support.editors.neovim import PLUGIN, VERSIONS, program

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

LUA = Path(__file__).parent / "lua"
FILES = sorted(path.name for path in LUA.glob("*.lua") if path.name != "run.lua")


@pytest.fixture(params=VERSIONS)
def nvim(request):
    return program(request.param)


@pytest.mark.parametrize("name", FILES)
def test_units(nvim, home, name):
    """All tests of a file pass, and there are some."""
    ran = nvim.run("-u", "NONE", "-l", LUA / "run.lua", PLUGIN, LUA / name, home=home)

    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    assert "ok    " in said
    assert "FAIL" not in said
