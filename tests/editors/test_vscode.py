"""VS Code itself, with the extension: what a person sees, and what is on the disk afterwards."""

from __future__ import annotations

import pytest

from support.editors import Unavailable
from support.vscode import Window
from support.vscode_install import tools as install_tools

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

SHOP = '''"""Reads the files of a shop."""

import json
from pathlib import Path

from shop import Customer, Order


def load_orders(path: Path) -> list[Order]:
    with path.open(encoding="utf-8") as file:
        return [Order(**row) for row in json.load(file)]


def load_returns(path: Path) -> list[Order]:
    with path.open(encoding="utf-8") as file:
        return [Order(**row) for row in json.load(file)]


def load_archive(path: Path) -> list[Order]:
'''
TYPED = "    with path.o"
GHOST = 'pen(encoding="utf-8") as file:\n        return [Order(**row) for row in json.load(file)]'


@pytest.fixture(scope="session")
def tools():
    try:
        return install_tools()
    except Unavailable as why:
        pytest.skip(str(why))


def test_the_embedded_engine_answers_without_a_key(home, tools):
    """From a fresh home, with nothing but the server and the extension: type, see, accept, save."""
    file = home.write("project/shop.py", SHOP)
    with Window(home, tools) as window:
        window.open(file)
        window.wait_until_served()
        window.type(TYPED)
        window.wait_for_ghost(GHOST)
        window.picture("ghost")
        window.press("Tab")
        window.save(file, (SHOP + TYPED + GHOST).encode())
        window.quit()
    home.assert_no_server_left()
