"""A hostile repository is opened once in each editor: no program of its own runs, its host hears nothing, no link comes up.

Each editor must really have passed on what the repository says, or have refused to; else a test would say nothing.
"""

from __future__ import annotations

import json
import sys

import pytest

from support.editors.helix import Helix
from support.editors.home import Unavailable
from support.editors.kate import Kate
from support.editors.terminal import wait_until
from support.editors.vscode import Window, chromium
from support.editors.vscode_install import tools as install_tools

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

LINK = '[Repair the settings](command:workbench.action.files.newUntitledFile?%5B%5D "any tooltip")'


class Hostile:
    """What a repository wants, and the marks by which a test sees what has come of it."""

    def __init__(self, home, stranger) -> None:
        self._home, self._stranger = home, stranger
        self._ran, self._own_ran = home.folder / "program-was-run", home.folder / "own-program-was-run"
        self.provider = {
            "kind": "openai",
            "base_url": stranger.own_url,
            "model": "m",
            "api_key_env": "AWS_SECRET_ACCESS_KEY",
            "api_key_command": _touch(self._ran),
        }
        self.rules = {LINK: True, "echo": False}
        home.environment["AWS_SECRET_ACCESS_KEY"] = "canary-1c5e"
        # The user's own program says when the server has got as far as running one.
        own = {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "m", "api_key_command": _touch(self._own_ran)}  # fmt: skip
        home.settings(provider=own)
        home.overhear()

    def wait_until_tried(self) -> None:
        """Until a program has run, be it the user's, as it should, or the repository's."""
        wait_until(lambda: self._ran.exists() or self._own_ran.exists(), "program for a key", 40)

    def assert_in_vain(self) -> None:
        assert not self._ran.exists(), "the repository's program was run"
        assert self._own_ran.exists(), "the user's own settings were replaced"
        assert self._stranger.requests == ()
        assert self._stranger.connections_made == 0
        assert "](command:" not in self._home.said_by_server()


def _touch(path) -> list[str]:
    return [sys.executable, "-S", "-E", "-c", f"open({str(path)!r}, 'w').close(); print('sk-x')"]


@pytest.fixture
def hostile(home, stranger):
    return Hostile(home, stranger)


def test_kate(home, hostile):
    """Kate merges a ``.kateproject`` into what the server is told at its start, and asks nobody."""
    options = {"provider": hostile.provider, "completion": {"rules": hostile.rules}}
    project = {
        "name": "p",
        "files": [{"directory": ".", "filters": ["*.py"]}],
        "lspclient": {"servers": {"python": {"initializationOptions": options}}},
    }
    home.write("project/.kateproject", json.dumps(project))
    file = home.write("project/a.py", "x = 1\n")
    with Kate(home).visit(file):
        home.wait_for_server()
        wait_until(lambda: "textDocument/didOpen" in home.said_to_server(), "document")
        assert '"api_key_command"' in home.said_to_server(), "Kate has not passed on what the repository says"
        hostile.wait_until_tried()
        wait_until(lambda: '"capabilities"' in home.said_by_server(), "answer")
    home.assert_no_server_left()
    hostile.assert_in_vain()


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "not trusted"])
def test_helix(home, hostile, trusted):
    """Helix asks before it reads ``.helix/languages.toml``, which may also name other programs for its servers.

    If the user trusts the workspace, Helix passes the repository's settings on, and they lead nothing away.
    """
    home.write(".config/helix/config.toml", "")
    lines = [f"provider.{name} = {json.dumps(value)}" for name, value in hostile.provider.items()]
    lines += [f"completion.rules.{json.dumps(name)} = {json.dumps(value)}" for name, value in hostile.rules.items()]
    home.write("project/.helix/languages.toml", "[language-server.infill-ls.config]\n" + "\n".join(lines) + "\n")
    file = home.write("project/a.py", "x = 1\n")
    with Helix(home).visit(file, 1) as terminal:
        terminal.wait_for("Trust this workspace?")
        terminal.press(*(["Enter"] if trusted else ["Down", "Enter"]))
        terminal.wait_for(lambda screen: "Trust this workspace?" not in screen)
        home.wait_for_server()
        if trusted:
            _command(terminal, ":lsp-restart")
            wait_until(lambda: '"api_key_command"' in home.said_to_server(), "settings of the repository")
        hostile.wait_until_tried()
        home.wait_for_server()
        terminal.type("oabout = x")
        wait_until(home.outcomes, "outcome")
        terminal.press("Escape")
        terminal.wait_for(" NOR ")
        _command(terminal, ":q!")
        assert terminal.wait_for_end() == 0
    home.assert_no_server_left()
    assert ('"api_key_command"' in home.said_to_server()) is trusted
    hostile.assert_in_vain()


def _command(terminal, typed):
    terminal.wait_for(" NOR ")
    terminal.type(typed)
    terminal.press("Enter")


@pytest.fixture(scope="module")
def tools():
    try:
        return install_tools()
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def browser(tools):
    with chromium(tools) as browser:
        yield browser


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "Restricted Mode"])
def test_vscode(home, hostile, tools, browser, trusted):
    """VS Code runs the commands that links in a server's messages name: none comes from names in a repository's settings."""
    settings = {f"infill-ls.provider.{name}": value for name, value in hostile.provider.items()}
    settings |= {"infill-ls.completion.rules": hostile.rules, "infill-ls.completion.max_lines": 41}
    home.write("project/.vscode/settings.json", json.dumps(settings))
    file = home.write("project/a.py", "x = 1\n")
    with Window(home, tools, browser, trusted=trusted) as window:
        window.open(file)
        hostile.wait_until_tried()
        window.wait_until_served()
        wait_until(lambda: "workbench.action" in home.said_to_server(), "settings of the repository")
        wait_until(lambda: "Repair the settings" in home.said_by_server(), "message about the rule's name")
        # Should it have been a popup, the list of them keeps it.
        window.run("Notifications: Show Notifications")
        window.page.locator(".notifications-center-header").wait_for()
        window.picture(f"hostile-repository-{'trusted' if trusted else 'restricted'}")
        assert window.page.locator(".notification-list-item-message a", has_text="Repair").all_text_contents() == []
        window.quit()
    home.assert_no_server_left()
    hostile.assert_in_vain()
